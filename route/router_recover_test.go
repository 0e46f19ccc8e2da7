package route

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/index"
)

// aDay leaves something in every bucket of the index.
func aDay(x *exchange) {
	author := directdial.Author{Handle: "u"}
	first := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: author})
	x.deliver(x.outbox()[0])
	x.hear(directdial.Mention{ID: "2", Text: "thanks", Thread: "1", Author: author})
	x.do(directdial.Action{Kind: directdial.ActTake, Dial: x.dialOf(first).ID, By: "ana"})
	x.hear(directdial.Mention{ID: "3", Text: "hello"})
	x.hear(directdial.Mention{ID: "1", Text: "complaint #billing again", Author: author})
	x.configure(change(expert("kim", func(e *directdial.Expert) { e.Grants, e.Hours = nil, nil }),
		expert("ana", func(e *directdial.Expert) { e.Hours = []string{"9-10"} }),
		expert("bo", func(e *directdial.Expert) { e.Grants = nil })))
	x.hear(directdial.Mention{ID: "4", Text: "question #billing"})
	x.hear(directdial.Mention{ID: "5", Text: "question #recall"})
	x.do(directdial.Action{Kind: directdial.ActDeletion, Source: "crm", Mention: x.keys.Mention("webhook", "not yet heard")})
	x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: x.dialOf(first).ID, By: "ana"})
	x.do(directdial.Action{Kind: directdial.ActTransfer, By: "kim", Expert: "ana", To: "bo"})
	more := directdial.Grant{Topics: []string{"recall"}, Until: farOff}
	x.do(directdial.Action{Kind: directdial.ActGrant, By: "kim", Expert: "ana", Grant: &more, Detail: "has had the training"})
	x.do(directdial.Action{
		Kind: directdial.ActMute, By: "ops", Authors: []directdial.Key{x.keys.Author("webhook", "noise")},
		Until: time.Now().Add(24 * time.Hour), Detail: "sends the same every hour",
	})
}

func TestIndexThatIsDeletedIsFoldedAgainEqualInEveryBucket(t *testing.T) {
	inBubble(t, change(func(d *directdial.Directory) { d.Rules.Burst = directdial.Burst{Window: time.Hour, Cards: 5} }),
		func(t *testing.T, x *exchange) {
			aDay(x)
			before := dump(t, x.db)
			for _, b := range Buckets() {
				atRest := b == bHolders || b == bGaps || b == bGroups || b == bGrouped || b == bOpen || b == bClocks || b == bForget || b == bErase
				if len(before[b]) == 0 && !atRest {
					t.Errorf("nothing in bucket %s", b)
				}
			}
			if err := errors.Join(x.stop(), x.db.Close(), os.Remove(x.indexPath())); err != nil {
				t.Fatal(err)
			}
			x.openIndex()
			x.router = x.newRouter(x.db)
			if err := x.router.Recover(t.Context()); err != nil {
				t.Fatal(err)
			}
			if d := difference(before, dump(t, x.db)); d != "" {
				t.Error(d)
			}
			x.run()
		})
}

func TestIndexOfAnotherFoldIsFoldedAnew(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		aDay(x)
		before := dump(t, x.db)
		if err := x.stop(); err != nil {
			t.Fatal(err)
		}
		tx := x.db.Begin()
		put(tx, bMeta, "log", meta{V: foldVersion + 1, Applied: 3})
		put(tx, bDials, "d0", directdial.Dial{ID: "d0"})
		tx.Confirm()
		x.start()
		if d := difference(without(before, bMeta, bCounts), without(dump(t, x.db), bMeta, bCounts)); d != "" {
			t.Error(d)
		}
	})
}

func without(all map[string]map[string]string, buckets ...string) map[string]map[string]string {
	for _, b := range buckets {
		delete(all, b)
	}
	return all
}

// damage is something that must not be started on.
func damage(t *testing.T, words string, harm func(t *testing.T, x *exchange)) {
	t.Helper()
	damagedInBubble(t, office(), func(t *testing.T, x *exchange) {
		aDay(x)
		if err := errors.Join(x.stop(), x.bus.Close()); err != nil {
			t.Fatal(err)
		}
		before := dump(t, x.db)
		harm(t, x)
		err := x.newRouter(x.db).Recover(t.Context())
		if directdial.KindOf(err) != directdial.Invalid || !strings.Contains(err.Error(), words) {
			t.Fatalf("recovered with %v, want a refusal with %q", err, words)
		}
		for _, command := range []string{"directdial run", "directdial restore"} {
			if !strings.Contains(err.Error(), command) {
				t.Errorf("the refusal does not say to type %q: %v", command, err)
			}
		}
		if d := difference(before, dump(t, x.db)); d != "" {
			t.Errorf("the refusal changed the index: %s", d)
		}
	})
}

func TestLogThatIsShorterThanTheIndexIsRefused(t *testing.T) {
	damage(t, "DIALS ends at 0", func(t *testing.T, x *exchange) { loseStream(t, x, bus.Dials) })
}

func TestAnotherLogUnderTheIndexIsRefused(t *testing.T) {
	damage(t, "this is another log", func(t *testing.T, x *exchange) {
		loseStream(t, x, bus.Dials)
		for range 100 {
			x.publish(bus.Dials, bus.Message{Subject: "dials.took_over.-.-", Data: []byte(`{"v":1,"at":"2000-01-01T00:00:00Z"}`)})
		}
	})
}

func TestInputsThatWereCutAreRefused(t *testing.T) {
	for _, s := range []bus.Stream{bus.Mentions, bus.Actions} {
		t.Run(string(s), func(t *testing.T) {
			damage(t, string(s)+" ends at 0", func(t *testing.T, x *exchange) { loseStream(t, x, s) })
		})
	}
}

func TestStepThatDoesNotFollowTheOneBeforeIsRefused(t *testing.T) {
	for name, data := range map[string]string{
		"not linked":         `{"v":1,"at":"2000-01-01T00:00:00Z","prev":"00","input":{"kind":"timer"},"events":[]}`,
		"no JSON":            `{`,
		"of a newer program": `{"v":2}`,
	} {
		t.Run(name, func(t *testing.T) {
			damage(t, "step", func(_ *testing.T, x *exchange) {
				x.openBus()
				x.publish(bus.Dials, bus.Message{Subject: "dials.none.-.-", Data: []byte(data)})
			})
		})
	}
}

// loseStream takes a stream off the disk.
func loseStream(t *testing.T, x *exchange, s bus.Stream) {
	t.Helper()
	var lost string
	err := filepath.WalkDir(filepath.Join(x.dir, "nats"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == string(s) {
			lost = path
		}
		return err
	})
	if err == nil {
		err = os.RemoveAll(lost)
	}
	if err != nil || lost == "" {
		t.Fatalf("no directory of %s: %v", s, err)
	}
	x.openBus()
}

// Erasure takes single messages; it must not look like another log.
func TestLastStepThatWasErasedIsBorne(t *testing.T) {
	damagedInBubble(t, office(), func(t *testing.T, x *exchange) {
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		if err := x.stop(); err != nil {
			t.Fatal(err)
		}
		if err := x.bus.Erase(t.Context(), bus.Dials, x.router.Applied()); err != nil {
			t.Fatal(err)
		}
		x.start()
		x.hear(directdial.Mention{ID: "2", Text: "complaint #billing"})
		if l, err := x.router.Ledger(t.Context()); err != nil || l.Dialled != 2 || !l.Balanced() {
			t.Errorf("the ledger is %+v, %v", l, err)
		}
	})
}

func TestUnknownEventsAreSkippedLoudly(t *testing.T) {
	damagedInBubble(t, office(), func(t *testing.T, x *exchange) {
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		if err := x.stop(); err != nil {
			t.Fatal(err)
		}
		m, _ := get[meta](x.db, bMeta, "log")
		x.publish(bus.Dials, bus.Message{Subject: "dials.sung.-.-", Data: encode(directdial.Step{
			V: 1, At: m.At, Prev: m.Hash, Mentions: m.Mentions, Actions: m.Actions,
			Input:  directdial.Input{Kind: "song"},
			Events: []directdial.Event{{Kind: "sung"}, {Kind: directdial.EvRefused}},
		})})
		x.start()
		if got := counterValue(t, x.router.metrics.unknown); got != 1 {
			t.Errorf("%v unknown events were counted", got)
		}
		if l, _ := x.router.Ledger(t.Context()); l.Refused != 1 {
			t.Error("the known event of the same step was skipped, too")
		}
		x.checkLedger()
		x.checkFold()
	})
}

func TestSecondRouterTakesOverAndTheFirstIsRefusedByTheLog(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		first, firstEnded, firstDB := x.router, x.ended, x.db
		db, err := index.Open(filepath.Join(x.dir, "second.db"), Buckets()...)
		if err != nil {
			t.Fatal(err)
		}
		x.db = db
		x.start()
		x.post(directdial.Mention{ID: "2", Text: "complaint #billing"})
		synctest.Wait()
		time.Sleep(10 * time.Second) // the pause before it reads the end of the log
		err = <-firstEnded
		if directdial.KindOf(err) != directdial.Denied || !errors.Is(err, ErrStale) {
			t.Fatalf("the first ended with %v", err)
		}
		if l, _ := x.router.Ledger(t.Context()); l.TakenOver != 2 || l.Dials != 2 {
			t.Errorf("the ledger is %+v", l)
		}
		// The first stands by, and takes over when the second is gone.
		if err := x.stop(); err != nil {
			t.Fatal(err)
		}
		if err := first.Recover(t.Context()); err != nil {
			t.Fatalf("the first cannot stand by: %v", err)
		}
		second := x.db
		x.router, x.db = first, firstDB
		x.run()
		x.hear(directdial.Mention{ID: "3", Text: "complaint #billing"})
		if l, _ := first.Ledger(t.Context()); l.TakenOver != 3 || l.Dials != 3 {
			t.Errorf("the ledger is %+v", l)
		}
		if err := second.Close(); err != nil {
			t.Error(err)
		}
	})
}
