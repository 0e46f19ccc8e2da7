package route

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

// broken marks, in a header, a message that the program cannot read before it
// is mended.
const broken = "Test-Broken"

// mend sees to it that the router reads what is broken only up to a sequence.
func mend(x *exchange, upTo *atomic.Uint64) {
	x.through = func(b *bus.Bus) Log { return &lossy{Bus: b, mended: upTo.Load} }
}

// old is an exchange whose program cannot read what is marked as broken until
// mended says so.
func old(t *testing.T, f func(t *testing.T, x *exchange, mended *atomic.Uint64)) {
	t.Helper()
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		mended := new(atomic.Uint64)
		mend(x, mended)
		x.restart()
		f(t, x, mended)
	})
}

// comeBroken publishes a mention that the program cannot read; with a header
// that names it, or without.
func (x *exchange) comeBroken(m directdial.Mention, named bool) (key directdial.Key, seq uint64) {
	x.t.Helper()
	m.V, m.Platform, m.Source, m.AcceptedAt = directdial.MentionVersion, "mastodon", "crm", directdial.Clock(time.Now())
	key = x.keys.Mention(m.Platform, m.ID)
	header := map[string]string{broken: "yes"}
	if named {
		header[directdial.HeaderMention] = string(key)
		x.said[key] = m
	}
	seq = x.publish(bus.Mentions, bus.Message{Subject: "mentions.mastodon.crm", Data: encode(m), Header: header})
	x.settle()
	return key, seq
}

func (x *exchange) replays(key directdial.Key) []directdial.Event {
	x.t.Helper()
	return x.do(directdial.Action{Kind: directdial.ActReplay, By: ops, Surface: "cli", Mention: key})
}

// deadLetters are the keys of all dead letters, the oldest first.
func (x *exchange) deadLetters() (keys []directdial.Key) {
	x.t.Helper()
	letters, err := x.router.DeadLetters(context.Background())
	if err != nil {
		x.t.Fatalf("%v", err)
	}
	for i := range letters {
		keys = append(keys, letters[i].Key)
	}
	return keys
}

func TestDeadLetterIsDecidedOnceTheProgramCanReadIt(t *testing.T) {
	old(t, func(t *testing.T, x *exchange, mended *atomic.Uint64) {
		key, seq := x.comeBroken(directdial.Mention{ID: "1", Text: "complaint #billing", Author: directdial.Author{Handle: "u"}}, true)
		if why := x.refusedWith(directdial.Action{Kind: directdial.ActReplay, By: ops, Mention: key}); why != directdial.Unreadable {
			t.Errorf("before the upgrade it is refused with %q", why)
		}
		if rec := x.record(key); rec.State != directdial.DeadLetter {
			t.Errorf("then it is %+v", rec)
		}
		mended.Store(seq)
		wantKinds(t, x.replays(key), directdial.EvReplayed, directdial.EvOffered)
		rec, d := x.record(key), x.dialOf(key)
		if d.Holder != "ana" || len(d.Authors) != 1 || rec.Text != x.keys.Text("complaint #billing") || rec.First != seq || rec.Platform != "mastodon" {
			t.Errorf("the record is %+v, the dial %+v", rec, d)
		}
		if why := x.refusedWith(directdial.Action{Kind: directdial.ActReplay, By: ops, Mention: key}); why != directdial.Duplicate {
			t.Errorf("once more it is refused with %q", why)
		}
		receipt, err := x.router.Receipt(t.Context(), key)
		if err != nil || !receipt.Equal || receipt.Replayed != ops {
			t.Errorf("the receipt is %+v, %v", receipt, err)
		}
		j, err := x.router.Await(t.Context(), "a2")
		if err != nil || j.Dial != d.ID || j.Event.Kind != directdial.EvOffered {
			t.Errorf("who asked hears %+v, %v", j, err)
		}
	})
}

// What a dead letter says may be known by now, under the key that its own header
// did not tell.
func TestDeadLetterOfAKnownMentionIsARepeatOrAnEdit(t *testing.T) {
	old(t, func(t *testing.T, x *exchange, mended *atomic.Uint64) {
		post := directdial.Mention{ID: "1", Text: "complaint #billing"}
		_, first := x.comeBroken(post, false)
		key := x.hear(post)
		edited := post
		edited.Text = "complaint #billing, still"
		_, last := x.comeBroken(edited, true) // its header names a mention that is known
		if l, _ := x.router.Ledger(t.Context()); l.DeadLettered != 2 || l.Mentions != 3 {
			t.Errorf("the ledger is %+v", l)
		}
		mended.Store(last)
		letters := x.deadLetters()
		wantKinds(t, x.replays(letters[1]), directdial.EvReplayed, directdial.EvEdited)
		wantKinds(t, x.replays(letters[0]), directdial.EvReplayed, directdial.EvRepeated)
		if rec := x.record(key); rec.Seq != last || rec.Text != x.keys.Text(edited.Text) {
			t.Errorf("after %d and %d the newest text is %+v", first, last, rec)
		}
		if l, _ := x.router.Ledger(t.Context()); l.DeadLettered != 0 || l.Mentions != 1 || l.Repeats != 2 {
			t.Errorf("the ledger is %+v", l)
		}
		if _, ok := x.router.Mention(letters[0]); ok {
			t.Error("the dead letter is a mention beside the one that it was of")
		}
	})
}

func TestDeadLetterThatNamedNoMentionGetsItsKey(t *testing.T) {
	old(t, func(t *testing.T, x *exchange, mended *atomic.Uint64) {
		post := directdial.Mention{ID: "1", Text: "complaint #billing"}
		key, seq := x.comeBroken(post, false)
		mended.Store(seq)
		x.said[key] = post
		letter := x.deadLetters()[0]
		wantKinds(t, x.replays(letter), directdial.EvReplayed, directdial.EvOffered)
		if d := x.dialOf(key); d.Holder != "ana" {
			t.Errorf("the dial is %+v", d)
		}
		if why := x.refusedWith(directdial.Action{Kind: directdial.ActReplay, By: ops, Mention: letter}); why != directdial.Unknown {
			t.Errorf("once more it is refused with %q", why)
		}
	})
}

func TestReachThatWasToldSinceHolds(t *testing.T) {
	old(t, func(t *testing.T, x *exchange, mended *atomic.Uint64) {
		x.comeBroken(directdial.Mention{ID: "1", Text: "complaint #billing", Reach: directdial.Reach{Likes: 1}}, true)
		post := directdial.Mention{ID: "2", Text: "complaint #billing", Reach: directdial.Reach{Likes: 1}}
		x.hear(post)
		_, seq := x.comeBroken(post, true)
		mended.Store(seq)
		for id := range 2 {
			x.do(directdial.Action{
				Kind: directdial.ActReach, Source: "crm", Mention: x.keys.Mention("mastodon", strconv.Itoa(id+1)), Reach: &directdial.Reach{Likes: 5},
			})
		}
		for _, letter := range x.deadLetters() {
			x.replays(letter)
		}
		for id := range 2 {
			if rec := x.record(x.keys.Mention("mastodon", strconv.Itoa(id+1))); rec.State != directdial.Dialled || rec.Reach.Likes != 5 {
				t.Errorf("the record is %+v", rec)
			}
		}
	})
}

// The header of a dead letter may name another author than its text.
func TestReplayedMentionIsByWhoItsTextNames(t *testing.T) {
	old(t, func(t *testing.T, x *exchange, mended *atomic.Uint64) {
		m := directdial.Mention{
			V: directdial.MentionVersion, ID: "1", Platform: "mastodon", Source: "crm", Text: "complaint #billing",
			AcceptedAt: directdial.Clock(time.Now()), Author: directdial.Author{Handle: "u1"},
		}
		key, u1, u2 := x.keys.Mention("mastodon", "1"), x.keys.Author("mastodon", "u1"), x.keys.Author("mastodon", "u2")
		x.said[key] = m
		mended.Store(x.publish(bus.Mentions, bus.Message{Subject: "mentions.mastodon.crm", Data: encode(m), Header: map[string]string{
			broken: "yes", directdial.HeaderMention: string(key), directdial.HeaderAuthor: string(u2),
		}}) - 1)
		x.settle()
		if n := x.router.Authored(t.Context(), []directdial.Key{u2}); n != 1 {
			t.Fatalf("before, %d are by u2", n)
		}
		mended.Add(1)
		x.replays(key)
		for author, want := range map[directdial.Key]int{u1: 1, u2: 0} {
			if n := x.router.Authored(t.Context(), []directdial.Key{author}); n != want {
				t.Errorf("%d are by %s, want %d", n, author, want)
			}
		}
	})
}

func TestReplayedMentionThatIsTooOldIsHeardAndNotDialled(t *testing.T) {
	old(t, func(t *testing.T, x *exchange, mended *atomic.Uint64) {
		x.configure(change(func(d *directdial.Directory) { d.Rules.MaxAge = time.Hour }))
		key, seq := x.comeBroken(directdial.Mention{ID: "1", Text: "complaint #billing"}, true)
		time.Sleep(2 * time.Hour)
		mended.Store(seq)
		x.replays(key)
		if rec := x.record(key); rec.State != directdial.Suppressed || rec.Reason != directdial.TooOld {
			t.Errorf("it is %s: %s", rec.State, rec.Reason)
		}
	})
}

func TestDeletionAndErasureOfADeadLetterHold(t *testing.T) {
	old(t, func(t *testing.T, x *exchange, mended *atomic.Uint64) {
		deleted, _ := x.comeBroken(directdial.Mention{ID: "1", Text: "complaint #billing"}, true)
		erased, _ := x.comeBroken(directdial.Mention{ID: "2", Text: "complaint #billing"}, true)
		early, _ := x.comeBroken(directdial.Mention{ID: "3", Text: "complaint #billing"}, false)
		post := directdial.Mention{ID: "4", Text: "complaint #billing"}
		gone := x.hear(post)
		_, last := x.comeBroken(post, false) // a copy of what is forgotten
		for _, key := range []directdial.Key{deleted, early} {
			x.do(directdial.Action{Kind: directdial.ActDeletion, Source: "crm", Mention: key})
		}
		x.do(directdial.Action{Kind: directdial.ActForget, By: ops, Mentions: []directdial.Key{erased, gone}})
		mended.Store(last)
		if why := x.refusedWith(directdial.Action{Kind: directdial.ActReplay, By: ops, Mention: erased}); why != directdial.Duplicate {
			t.Errorf("what is erased is refused with %q", why)
		}
		x.said[early] = post
		for _, letter := range x.deadLetters() {
			x.replays(letter)
		}
		for _, key := range []directdial.Key{deleted, early} {
			if rec := x.record(key); rec.State != directdial.Suppressed || rec.Reason != directdial.DeletedSoon {
				t.Errorf("what was deleted is %+v", rec)
			}
		}
		if rec := x.record(deleted); !rec.Deleted {
			t.Errorf("that it was deleted is forgotten: %+v", rec)
		}
		if x.record(gone).State != directdial.Erased || x.record(erased).State != directdial.Erased {
			t.Error("what was erased is there again")
		}
		if _, err := x.bus.Get(t.Context(), bus.Mentions, last); directdial.KindOf(err) != directdial.NotFound {
			t.Errorf("the words of the copy are still there: %v", err)
		}
	})
}

// An older program may find what a newer one had parked.
func TestDeadLetterThatHadBeenReadOnceKeepsWhatWasKnown(t *testing.T) {
	old(t, func(t *testing.T, x *exchange, mended *atomic.Uint64) {
		x.configure(change(func(d *directdial.Directory) {
			for i := range d.Experts {
				d.Experts[i].Hours = []string{"20-22"}
			}
		}))
		mended.Store(1 << 62)
		post := directdial.Mention{ID: "1", Text: "complaint #billing", Author: directdial.Author{Handle: "u"}}
		first := x.record(x.hear(post)).First
		post.Text += ", still"
		key, seq := x.comeBroken(post, true)
		before := x.record(key)
		if before.State != directdial.Parked || before.Until.IsZero() {
			t.Fatalf("the record is %+v", before)
		}
		mended.Store(0)
		time.Sleep(time.Until(before.Until) + time.Minute)
		x.settle()
		if rec := x.record(key); rec.State != directdial.DeadLetter {
			t.Fatalf("the older program makes of it %+v", rec)
		}
		mended.Store(seq)
		wantKinds(t, x.replays(key), directdial.EvReplayed, directdial.EvOffered)
		if rec := x.record(key); rec.State != directdial.Dialled || rec.First != first || rec.Seq != seq || rec.Author != before.Author || rec.Text != before.Text {
			t.Errorf("it was %+v\nand is %+v", before, rec)
		}
	})
}

func TestDeadLetterWhoseTextHasExpiredIsSuppressed(t *testing.T) {
	old(t, func(t *testing.T, x *exchange, mended *atomic.Uint64) {
		key, seq := x.comeBroken(directdial.Mention{ID: "1", Text: "complaint #billing"}, true)
		if err := x.bus.Erase(t.Context(), bus.Mentions, seq); err != nil {
			t.Fatal(err)
		}
		mended.Store(seq)
		wantKinds(t, x.replays(key), directdial.EvReplayed, directdial.EvSuppressed)
		if rec := x.record(key); rec.Reason != directdial.TextGone || rec.First != seq || rec.Accepted.IsZero() {
			t.Errorf("the record is %+v", rec)
		}
	})
}

// Nobody but who operates the exchange replays, and not what is no dead letter.
func TestReplayIsForTheCommandLine(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		for by, want := range map[string]directdial.Reason{"ana": directdial.NotCoach, "": directdial.NotCoach, ops: directdial.Duplicate} {
			if why := x.refusedWith(directdial.Action{Kind: directdial.ActReplay, By: by, Mention: key}); why != want {
				t.Errorf("by %q it is refused with %q", by, why)
			}
		}
	})
}

// A crash between the action and its step, or a lost answer to that, leads to
// one decision.
func TestReplayIsDecidedOnceWhateverIsLost(t *testing.T) {
	for name, lost := range map[string]func(write func() (int, error)) (int, error){
		"the write":      func(func() (int, error)) (int, error) { return 0, errAnswer },
		"its answer":     func(write func() (int, error)) (int, error) { _, _ = write(); return 0, errAnswer },
		"the connection": func(func() (int, error)) (int, error) { return 0, errReach },
	} {
		t.Run(name, func(t *testing.T) {
			old(t, func(t *testing.T, x *exchange, mended *atomic.Uint64) {
				key, seq := x.comeBroken(directdial.Mention{ID: "1", Text: "complaint #billing"}, true)
				mended.Store(seq)
				loses := true
				x.through = func(b *bus.Bus) Log {
					return &lossy{Bus: b, mended: mended.Load, append: func(write func() (int, error)) (int, error) {
						if loses {
							return lost(write)
						}
						return write()
					}}
				}
				x.send(directdial.Action{Kind: directdial.ActReplay, By: ops, Mention: key})
				x.settle()
				x.crash()
				loses = false
				x.start()
				time.Sleep(time.Minute)
				x.settle()
				if l, _ := x.router.Ledger(t.Context()); l.Dialled != 1 || l.Dials != 1 || l.DeadLettered != 0 {
					t.Errorf("the ledger is %+v", l)
				}
			})
		})
	}
}

// Why a message cannot be read stands in the list and in the log: in words of
// ours, without one of the message.
func TestWhyADeadLetterCannotBeReadIsSaidWithoutItsWords(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		for name, data := range poison() {
			x.publish(bus.Mentions, bus.Message{Subject: "mentions.mastodon.crm", Data: data})
			x.settle()
			letters, err := x.router.DeadLetters(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			l := letters[len(letters)-1]
			if l.Platform != "mastodon" || l.Source != "crm" || l.Reason != directdial.Unreadable || l.Seq == 0 || l.Accepted.IsZero() {
				t.Errorf("%s: listed as %+v", name, l)
			}
			e := x.replays(l.Key)[0]
			if l.Why == "" || !strings.HasSuffix(e.Detail, ": "+l.Why) {
				t.Errorf("%s: %q in the list, %q in the log", name, l.Why, e.Detail)
			}
			if strings.ContainsAny(l.Why, `*<>"'`) || len(l.Why) > 60 {
				t.Errorf("%s: the words may be those of the message: %s", name, l.Why)
			}
		}
		newer := string(good("9", func(m *directdial.Mention) { m.V = 7 }))
		x.publish(bus.Mentions, bus.Message{Subject: "mentions.mastodon.crm", Data: []byte(newer)})
		x.settle()
		letters, _ := x.router.DeadLetters(t.Context())
		if !slices.ContainsFunc(letters, func(l directdial.DeadLetterRecord) bool { return l.Why == "version 7, this program reads 1 to 1" }) {
			t.Errorf("what a newer program wrote is not among %+v", letters)
		}
	})
}
