package route

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

// forget has an author of the tests forgotten, and waits until nothing is left
// to overwrite.
func (x *exchange) forget(handle string) []directdial.Event {
	x.t.Helper()
	before := x.router.Applied()
	x.send(directdial.Action{
		Kind: directdial.ActForget, By: "ops", Authors: []directdial.Key{x.keys.Author("mastodon", handle)},
		After: uint64(x.heard()),
	})
	x.settle()
	return x.eventsAfter(before)
}

// heard is the end of MENTIONS.
func (x *exchange) heard() uint64 {
	x.t.Helper()
	state, err := x.bus.State(context.Background(), bus.Mentions)
	if err != nil {
		x.t.Fatalf("%v", err)
	}
	return state.Last
}

// onDisk names the files under the data directory that hold a word.
func (x *exchange) onDisk(word string) (files []string) {
	x.t.Helper()
	err := filepath.WalkDir(x.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(word)) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		x.t.Fatalf("%v", err)
	}
	return files
}

func TestForgottenAuthorLeavesNoWordBehind(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		author := directdial.Author{Handle: "@Wombat@social.example", Name: "Wombat"}
		first := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing quokka one", Author: author})
		x.deliver(x.outbox()[0])
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing quokka two", Author: author})
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing quokka three", Author: author})
		second := x.hear(directdial.Mention{ID: "2", Text: "hello quokka", Author: author})
		other := x.hear(directdial.Mention{ID: "3", Text: "question #billing", Author: directdial.Author{Handle: "numbat"}})
		if len(x.onDisk("quokka")) == 0 {
			t.Fatal("the words are not even there before: this test shows nothing")
		}
		events := x.forget("wombat@social.example")
		wantKinds(t, events, directdial.EvErased, directdial.EvErased, directdial.EvWithdrawn, directdial.EvErased, directdial.EvWiped)
		for _, key := range []directdial.Key{first, second} {
			if rec := x.record(key); rec.State != directdial.Erased || rec.Reason != directdial.Forgotten || rec.Text != "" || rec.Author != "" {
				t.Errorf("the mention is %+v", rec)
			}
		}
		if rec := x.record(other); rec.State != directdial.Dialled {
			t.Errorf("the mention of another is %s", rec.State)
		}
		d := x.dialOf(first)
		if out := x.outbox(); d.State != directdial.Withdrawn || len(d.Authors) != 0 || len(out) == 0 {
			t.Errorf("the dial is %+v, the outbox %+v", d, out)
		}
		if f := x.router.Forgetting(); f != (Forgetting{}) {
			t.Errorf("left to erase: %+v", f)
		}
		x.check()
		x.restart()
		for _, word := range []string{"quokka", "ombat"} {
			if files := x.onDisk(word); len(files) > 0 {
				t.Errorf("%q stands in %q", word, files)
			}
		}
	})
}

func TestErasedMentionThatComesAgainIsErasedAgainAndNotDialled(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		author := directdial.Author{Handle: "wombat"}
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: author})
		x.forget("wombat")
		for _, text := range []string{"complaint #billing", "another quokka #billing"} {
			x.hear(directdial.Mention{ID: "1", Text: text, Author: author, Reach: directdial.Reach{Likes: 3}})
		}
		if rec := x.record(key); rec.State != directdial.Erased || rec.Reach != (directdial.Reach{}) {
			t.Errorf("the mention is %+v", rec)
		}
		if l, _ := x.router.Ledger(t.Context()); l.Dials != 1 || l.Withdrawn != 1 || l.Erased != 1 {
			t.Errorf("the ledger is %+v", l)
		}
		if files := x.onDisk("quokka"); len(files) > 0 {
			t.Errorf("the words stand in %q", files)
		}
		// What they say from now on is theirs to say.
		later := x.hear(directdial.Mention{ID: "2", Text: "complaint #billing", Author: author})
		if rec := x.record(later); rec.State != directdial.Dialled {
			t.Errorf("a later mention is %+v", rec)
		}
	})
}

func TestDialWithPostsOfOthersOutlivesItsFirstAuthor(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		first := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: directdial.Author{Handle: "wombat"}})
		x.deliver(x.outbox()[0])
		x.hear(directdial.Mention{ID: "2", Text: "me too", Thread: "1", Author: directdial.Author{Handle: "numbat"}})
		d := x.dialOf(first)
		x.do(directdial.Action{Kind: directdial.ActPass, Dial: d.ID, By: "ana"})
		for _, o := range x.outbox() {
			x.deliver(o)
		}
		x.settle()
		x.forget("wombat")
		d = x.dialOf(first)
		if !d.State.Open() || len(d.Authors) != 1 {
			t.Errorf("the dial is %+v", d)
		}
		// The words go from the card of the earlier holder, too.
		for hop := 1; hop <= d.Hop; hop++ {
			if o, _ := x.router.Offer(directdial.OfferID(d.ID, hop)); o.Ref != "" && o.Revision != d.Revision {
				t.Errorf("offer %d should show revision %d, the dial is at %d", hop, o.Revision, d.Revision)
			}
		}
		// Passed on and taken, it finds its case though its first post is gone.
		x.do(directdial.Action{Kind: directdial.ActPass, Dial: d.ID, By: d.Holder})
	})
}

func TestAuthorOfManyMentionsIsForgottenInSeveralSteps(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		const n = maxErase + 10
		for i := range n {
			x.post(directdial.Mention{ID: strconv.Itoa(i), Text: "hello", Author: directdial.Author{Handle: "wombat"}})
		}
		x.settle()
		before := x.router.Applied()
		x.forget("wombat")
		if l, _ := x.router.Ledger(t.Context()); l.Erased != n {
			t.Errorf("%d are erased", l.Erased)
		}
		if steps := x.router.Applied() - before; steps < 2 {
			t.Errorf("all in %d steps", steps)
		}
		if f := x.router.Forgetting(); f != (Forgetting{}) {
			t.Errorf("left to erase: %+v", f)
		}
	})
}

func TestDialOfMorePostsThanItListsIsWithdrawnWithTheLastOfThem(t *testing.T) {
	if testing.Short() {
		t.Skip("overwrites two hundred messages")
	}
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		first := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: directdial.Author{ID: "a"}})
		for i := range maxMentions + 1 {
			x.post(directdial.Mention{ID: strconv.Itoa(i + 2), Text: "and more", InReplyTo: "1", Author: directdial.Author{ID: "a"}})
		}
		last := x.hear(directdial.Mention{ID: "last", Text: "me too", InReplyTo: "1", Author: directdial.Author{ID: "b"}})
		x.forget("a")
		if d := x.dialOf(first); d.Joined != maxMentions+2 || d.State != directdial.Offered {
			t.Errorf("one post of %d is left, and the dial is %s", d.Joined, d.State)
		}
		x.do(directdial.Action{Kind: directdial.ActDeletion, Source: "crm", Mention: last})
		if d := x.dialOf(first); d.State != directdial.Withdrawn {
			t.Errorf("no post is left, and the dial is %s", d.State)
		}
	})
}

func TestForgettingSomebodyUnknownIsRefused(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		events := x.forget("nobody")
		wantKinds(t, events, directdial.EvRefused)
	})
}

// halting is a log that overwrites so many messages, and then fails.
type halting struct {
	*bus.Bus
	left *atomic.Int32
}

func (h halting) Erase(ctx context.Context, s bus.Stream, seq uint64) error {
	if h.left.Add(-1) < 0 {
		h.left.Store(0)
		return directdial.Errorf(directdial.Temporary, "the disk hangs")
	}
	return h.Bus.Erase(ctx, s, seq)
}

func TestErasureGoesOnAfterAKill(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		for i := range 20 {
			x.hear(directdial.Mention{ID: strconv.Itoa(i), Text: "quokka", Author: directdial.Author{Handle: "wombat"}})
		}
		var left atomic.Int32
		left.Store(7)
		x.through = func(b *bus.Bus) Log { return halting{b, &left} }
		x.restart()
		x.forget("wombat")
		if f := x.router.Forgetting(); f.Messages != 20 || left.Load() != 0 {
			t.Errorf("left to erase: %+v; the disk does %d more", f, left.Load())
		}
		if len(x.onDisk("quokka")) == 0 {
			t.Error("nothing was left: this test shows nothing")
		}
		x.crash()
		x.through = nil
		x.start()
		if f := x.router.Forgetting(); f != (Forgetting{}) {
			t.Errorf("left to erase: %+v", f)
		}
		x.restart()
		if files := x.onDisk("quokka"); len(files) > 0 {
			t.Errorf("the words stand in %q", files)
		}
	})
}

// A disk that hangs for a while does not end the router.
func TestErasureIsTriedAgain(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		var left atomic.Int32
		x.through = func(b *bus.Bus) Log { return halting{b, &left} }
		x.restart()
		x.hear(directdial.Mention{ID: "1", Text: "quokka", Author: directdial.Author{Handle: "wombat"}})
		x.forget("wombat")
		left.Store(1)
		time.Sleep(time.Minute)
		x.settle()
		if f := x.router.Forgetting(); f != (Forgetting{}) {
			t.Errorf("left to erase: %+v", f)
		}
	})
}

func TestDeletedMentionLosesItsWords(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing quokka"})
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing quokka again"})
		x.do(directdial.Action{Kind: directdial.ActDeletion, Mention: key})
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing quokka once more"})
		if rec := x.record(key); !rec.Deleted || rec.State != directdial.Dialled {
			t.Errorf("the mention is %+v", rec)
		}
		x.restart()
		if files := x.onDisk("quokka"); len(files) > 0 {
			t.Errorf("the words stand in %q", files)
		}
	})
}

func TestDeadLetterIsForgottenWithItsAuthor(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		author := x.keys.Author("mastodon", "wombat")
		x.publish(bus.Mentions, bus.Message{
			Subject: "mentions.mastodon.crm", Data: []byte(`{"v":99,"text":"quokka"}`),
			Header: map[string]string{directdial.HeaderAuthor: string(author)},
		})
		x.settle()
		x.forget("wombat")
		if l, _ := x.router.Ledger(t.Context()); l.Erased != 1 || l.DeadLettered != 0 {
			t.Errorf("the ledger is %+v", l)
		}
		if err := errors.Join(x.stop(), x.db.Commit()); err != nil {
			t.Fatal(err)
		}
		x.run()
		if files := x.onDisk("quokka"); len(files) > 0 {
			t.Errorf("the words stand in %q", files)
		}
	})
}
