package route

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/index"
)

// snapshot puts a snapshot of the index on the log.
func (x *exchange) snapshot() {
	x.t.Helper()
	if err := x.router.Snapshot(context.Background()); err != nil {
		x.t.Fatalf("snapshot: %v", err)
	}
	x.settle()
}

// folded is the fold of the whole log, as if there were no snapshot.
func (x *exchange) folded() map[string]map[string]string {
	x.t.Helper()
	db := x.scratch()
	defer func() { _ = db.Close() }()
	if err := x.newRouter(db).foldInto(context.Background(), db, x.router.Applied()); err != nil {
		x.t.Fatalf("%v", err)
	}
	return dump(x.t, db)
}

// scratch is an empty index.
func (x *exchange) scratch() *index.DB {
	x.t.Helper()
	x.opened++
	db, err := index.Open(x.indexPath()+strings.Repeat("x", x.opened), Buckets()...)
	if err != nil {
		x.t.Fatalf("%v", err)
	}
	return db
}

// startedAnew is the index of a start that finds none.
func (x *exchange) startedAnew() map[string]map[string]string {
	x.t.Helper()
	db := x.scratch()
	defer func() { _ = db.Close() }()
	if err := x.newRouter(db).Recover(context.Background()); err != nil {
		x.t.Fatalf("%v", err)
	}
	return dump(x.t, db)
}

func TestStartFromASnapshotAndAFullFoldGiveTheSameIndex(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.router.partSize = 100
		aDay(x)
		x.snapshot()
		x.hear(directdial.Mention{ID: "6", Text: "complaint #billing"})
		live := dump(t, x.db)
		s, _ := get[snapshotted](x.db, bMeta, snapshotKey)
		if !s.Whole || s.Next < 5 || s.Step >= x.router.Applied() {
			t.Fatalf("the snapshot is %+v", s)
		}
		if d := difference(live, x.folded()); d != "" {
			t.Errorf("a full fold: %s", d)
		}
		if d := difference(live, x.startedAnew()); d != "" {
			t.Errorf("a start from the snapshot: %s", d)
		}
	})
}

// What is old is cut; what somebody may still ask for stays.
func TestLogIsCutBehindTheRetentionOfPeople(t *testing.T) {
	keeping(t, Retention{People: 48 * time.Hour}, func(t *testing.T, x *exchange) {
		for range 3 {
			x.hear(directdial.Mention{ID: "0", Text: "hello"})
		}
		closed := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: x.dialOf(closed).ID, By: "ana"})
		x.later(10 * time.Hour)
		open := x.hear(directdial.Mention{ID: "2", Text: "complaint #recall"})
		step := x.record(open).Step
		x.later(60 * time.Hour)
		state, err := x.bus.State(t.Context(), bus.Dials)
		if err != nil || state.First != step {
			t.Fatalf("DIALS begins at %d, the oldest open dial at %d, %v", state.First, step, err)
		}
		if _, err := x.router.Receipt(t.Context(), open); err != nil {
			t.Errorf("the receipt of the open dial: %v", err)
		}
		if _, err := x.router.Receipt(t.Context(), closed); directdial.KindOf(err) != directdial.NotFound || !strings.Contains(err.Error(), "retention.people") {
			t.Errorf("the receipt of the old one: %v", err)
		}
		x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: x.dialOf(open).ID, By: "kim"})
		x.later(60 * time.Hour)
		if s, _ := x.bus.State(t.Context(), bus.Dials); s.First <= step {
			t.Errorf("DIALS still begins at %d", s.First)
		}
		// Parts of snapshots that nobody needs are gone, too.
		newest, _ := get[snapshotted](x.db, bMeta, snapshotKey)
		parts := 0
		err = x.bus.Read(t.Context(), bus.Dials, snapshotSubject, 1, 1<<62, func(m *bus.Message) error {
			parts++
			if m.Seq < newest.First {
				t.Errorf("the part at %d of an earlier snapshot is still there", m.Seq)
			}
			return nil
		})
		if err != nil || parts == 0 {
			t.Errorf("%d parts, %v", parts, err)
		}
		if d := difference(dump(t, x.db), x.startedAnew()); d != "" {
			t.Error(d)
		}
		// And with the index gone, or an old one in its place, it starts.
		if err := errors.Join(x.stop(), x.db.Close(), os.Remove(x.indexPath())); err != nil {
			t.Fatal(err)
		}
		x.openIndex()
		x.start()
		if l, _ := x.router.Ledger(t.Context()); l.Dials != 2 || l.Mentions != 3 || !l.Balanced() {
			t.Errorf("the ledger is %+v", l)
		}
	})
}

// A snapshot that does not lead to the index as it is cuts nothing.
func TestNothingIsCutBehindASnapshotThatDoesNotVerify(t *testing.T) {
	damagedInBubble(t, office(), func(t *testing.T, x *exchange) {
		x.hear(directdial.Mention{ID: "1", Text: "hello"})
		x.later(50 * time.Hour)
		x.snapshot()
		tx := x.db.Begin()
		put(tx, bDials, "d0", directdial.Dial{ID: "d0"})
		tx.Confirm()
		x.router.retention.Store(&Retention{People: time.Hour})
		if err := x.router.cutLog(t.Context()); err == nil || !strings.Contains(err.Error(), "nothing is cut") {
			t.Errorf("cut with %v", err)
		}
		if s, _ := x.bus.State(t.Context(), bus.Dials); s.First != 1 {
			t.Errorf("DIALS begins at %d", s.First)
		}
	})
}

// A kill while its parts are written leaves the one before in force.
func TestSnapshotThatWasBrokenOffCountsForNothing(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.router.partSize = 100
		aDay(x)
		x.snapshot()
		whole, _ := get[snapshotted](x.db, bMeta, snapshotKey)
		var data bytes.Buffer
		if err := x.db.View(func(v index.Reader) { _ = writeIndex(&data, v) }); err != nil {
			t.Fatal(err)
		}
		m, _ := get[meta](x.db, bMeta, "log")
		for _, p := range partsOf(data.Bytes(), 100, m)[:3] {
			x.router.parts <- directdial.Event{Kind: directdial.EvSnapshot, Snapshot: p}
		}
		x.settle()
		of, _, err := newestSnapshot(t.Context(), x.bus)
		if err != nil || of == nil || of.Step != whole.Step {
			t.Fatalf("the newest is %+v, %v", of, err)
		}
		if d := difference(dump(t, x.db), x.startedAnew()); d != "" {
			t.Error(d)
		}
		x.snapshot()
		if s, _ := get[snapshotted](x.db, bMeta, snapshotKey); !s.Whole || s.Step <= whole.Step {
			t.Errorf("the next one is %+v", s)
		}
	})
}

func TestSnapshotOfAnotherVersionIsRefused(t *testing.T) {
	damagedInBubble(t, office(), func(t *testing.T, x *exchange) {
		x.hear(directdial.Mention{ID: "1", Text: "hello"})
		m, _ := get[meta](x.db, bMeta, "log")
		p := partsOf([]byte("of later"), 100, m)[0]
		p.Fold = foldVersion + 1
		x.router.parts <- directdial.Event{Kind: directdial.EvSnapshot, Snapshot: p}
		x.settle()
		db := x.scratch()
		defer db.Close()
		err := x.newRouter(db).Recover(t.Context())
		if directdial.KindOf(err) != directdial.Invalid || !strings.Contains(err.Error(), "start the program that wrote it") {
			t.Errorf("recovered with %v", err)
		}
	})
}

func TestCutLogWithoutASnapshotIsRefused(t *testing.T) {
	damagedInBubble(t, office(), func(t *testing.T, x *exchange) {
		aDay(x)
		if err := x.bus.Purge(t.Context(), bus.Dials, 3); err != nil {
			t.Fatal(err)
		}
		db := x.scratch()
		defer db.Close()
		err := x.newRouter(db).Recover(t.Context())
		if directdial.KindOf(err) != directdial.Invalid || !strings.Contains(err.Error(), "no whole snapshot") {
			t.Errorf("recovered with %v", err)
		}
	})
}

func FuzzReadIndex(f *testing.F) {
	f.Add([]byte{})
	var b bytes.Buffer
	m := memory{}
	m.put(bDials, "d0", directdial.Dial{ID: "d0"})
	m.put(bMeta, "log", meta{Applied: 7})
	if err := writeIndex(&b, m); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add(b.Bytes()[:b.Len()/2])
	f.Fuzz(func(t *testing.T, data []byte) {
		got := memory{}
		err := readIndex(bytes.NewReader(data), func(bucket, key string, value []byte) error {
			if got[bucket] == nil {
				got[bucket] = map[string][]byte{}
			}
			got[bucket][key] = value
			return nil
		})
		if err != nil {
			return
		}
		var again bytes.Buffer
		if err := writeIndex(&again, got); err != nil {
			t.Fatal(err)
		}
	})
}
