package route

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

var update = flag.Bool("update", false, "store the log of a day as this version writes it")

// known lists the versions that have a reader.
func known[T any](r readers[T]) []int { return slices.Sorted(maps.Keys(r)) }

func TestTheNewestVersionAndTheOneBeforeHaveReaders(t *testing.T) {
	for name, v := range map[string]struct {
		newest int
		known  []int
	}{
		"a step":    {directdial.StepVersion, known(stepReaders)},
		"a mention": {directdial.MentionVersion, known(mentionReaders)},
		"an action": {directdial.ActionVersion, known(actionReaders)},
	} {
		var want []int
		for n := oldestOf(v.newest); n <= v.newest; n++ {
			want = append(want, n)
		}
		if !slices.Equal(v.known, want) {
			t.Errorf("%s has readers for %v, want %v", name, v.known, want)
		}
	}
}

func TestSnapshotsOfTheNewestIndexAndTheOneBeforeHaveReaders(t *testing.T) {
	var want []int
	for n := foldVersion - 1; n <= foldVersion; n++ {
		want = append(want, n)
	}
	if got := slices.Sorted(maps.Keys(entryReaders)); !slices.Equal(got, want) {
		t.Errorf("there are readers for %v, want %v", got, want)
	}
}

// stored is the log of a day as version 1 of each format wrote it: in the order
// of the streams, a message a line.
const stored = "testdata/stored/v1.jsonl"

type storedMessage struct {
	Stream  bus.Stream        `json:"stream"`
	Subject string            `json:"subject"`
	Header  map[string]string `json:"header,omitempty"`
	Data    json.RawMessage   `json:"data"`
}

// storeDay writes the fixture anew. It is done once a version.
func storeDay(x *exchange) {
	x.t.Helper()
	x.router.partSize = 2000
	aDay(x)
	x.says(directdial.Action{Kind: directdial.ActFewer, By: "ana", GrantID: "recall"})
	x.snapshot()
	x.hear(directdial.Mention{ID: "6", Text: "complaint #billing", Author: directdial.Author{Handle: "wombat"}})
	x.forget("wombat")
	if err := x.stop(); err != nil {
		x.t.Fatalf("%v", err)
	}
	var out bytes.Buffer
	for _, s := range []bus.Stream{bus.Mentions, bus.Actions, bus.Dials} {
		err := x.bus.Read(x.t.(*testing.T).Context(), s, "", 1, 1<<62, func(m *bus.Message) error {
			data, err := json.Marshal(storedMessage{s, m.Subject, m.Header, m.Data})
			out.Write(append(data, '\n'))
			return err
		})
		if err != nil {
			x.t.Fatalf("%v", err)
		}
	}
	if err := os.MkdirAll(filepath.Dir(stored), 0o755); err != nil {
		x.t.Fatalf("%v", err)
	}
	if err := os.WriteFile(stored, out.Bytes(), 0o644); err != nil {
		x.t.Fatalf("%v", err)
	}
	x.run()
}

// replay puts the stored log on the streams. The one mention that was erased
// leaves its sequence to the next, so only DIALS is as it was; that is what is
// folded.
func (x *exchange) replay() {
	x.t.Helper()
	data, err := os.ReadFile(stored)
	if err != nil {
		x.t.Fatalf("%v", err)
	}
	for line := range strings.Lines(string(data)) {
		var m storedMessage
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			x.t.Fatalf("%v", err)
		}
		x.publish(m.Stream, bus.Message{Subject: m.Subject, Header: m.Header, Data: m.Data})
	}
}

func TestStoredLogOfEachVersionIsStillRead(t *testing.T) {
	if *update {
		inBubble(t, change(func(d *directdial.Directory) { d.Rules.Burst = directdial.Burst{Window: time.Hour, Cards: 5} }),
			func(_ *testing.T, x *exchange) { storeDay(x) })
	}
	damagedInBubble(t, office(), func(t *testing.T, x *exchange) {
		if err := x.stop(); err != nil {
			t.Fatal(err)
		}
		if err := x.db.Close(); err != nil {
			t.Fatal(err)
		}
		if err := x.bus.Close(); err != nil {
			t.Fatal(err)
		}
		x.dir = t.TempDir()
		x.openBus()
		x.openIndex()
		x.replay()
		folded, started := x.scratch(), x.scratch()
		defer folded.Close()
		defer started.Close()
		r := x.newRouter(folded)
		if err := r.foldInto(t.Context(), folded, 1<<62); err != nil {
			t.Fatalf("fold the log of version 1: %v", err)
		}
		from := x.newRouter(started)
		if found, err := from.loadSnapshot(t.Context(), started); err != nil || !found {
			t.Fatalf("start from the snapshot of version 1: %v, %v", found, err)
		}
		if err := from.foldInto(t.Context(), started, 1<<62); err != nil {
			t.Fatal(err)
		}
		for name, r := range map[string]*Router{"folded": r, "from the snapshot": from} {
			var l tally
			l.Ledger, l.erased = &directdial.Ledger{}, map[directdial.Reason]int{}
			l.read(r.db)
			l.Balance()
			if !l.Balanced() || l.Mentions != 6 || l.Dials != 1 || l.Erased != 1 || l.Answered != 1 {
				t.Errorf("%s: the ledger is %+v", name, l.Ledger)
			}
		}
		if d := difference(dump(t, folded), dump(t, started)); d != "" {
			t.Errorf("the index has changed its form, and a snapshot of before is read as if it had not; see the comment of foldVersion: %s", d)
		}
	})
}

// What a newer program wrote stops this one, with the command to type; a kind
// that it does not know does not.
func TestMessagesOfANewerProgram(t *testing.T) {
	for name, data := range map[string]string{
		"a newer step":         `{"v":2,"at":"2000-01-01T00:00:00Z","prev":"","events":[]}`,
		"a step of no version": `{"at":"2000-01-01T00:00:00Z"}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := decodeStep(&bus.Message{Seq: 7, Data: []byte(data)})
			if directdial.KindOf(err) != directdial.Invalid || !strings.Contains(err.Error(), "start the program that wrote it") {
				t.Errorf("read with %v", err)
			}
		})
	}
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		// A mention of a newer form is put aside, an action of one is refused.
		x.publish(bus.Mentions, bus.Message{Subject: "mentions.x.y", Data: []byte(`{"v":2,"text":"x"}`)})
		x.settle()
		if l, _ := x.router.Ledger(t.Context()); l.DeadLettered != 1 {
			t.Errorf("the ledger is %+v", l)
		}
		if reason := x.refusedWith(directdial.Action{V: 2, Kind: directdial.ActTake}); reason != directdial.Unreadable {
			t.Errorf("an action of a newer form is refused with %q", reason)
		}
		if reason := x.refusedWith(directdial.Action{Kind: "sing"}); reason != directdial.Unknown {
			t.Errorf("an unknown action is refused with %q", reason)
		}
	})
}
