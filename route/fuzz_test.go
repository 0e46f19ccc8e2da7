package route

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

// seed adds the golden messages of a stream.
func seed(f *testing.F, stream string) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join(goldenDir, stream, "*.json"))
	if err != nil || len(files) == 0 {
		f.Fatalf("no golden messages of %s: %v", stream, err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

// What can be read can be written, and reads the same again.
func FuzzDecodeStep(f *testing.F) {
	seed(f, "dials")
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := decodeStep(&bus.Message{Seq: 1, Data: data})
		if err != nil {
			if directdial.KindOf(err) != directdial.Invalid {
				t.Errorf("refused as %s", directdial.KindOf(err))
			}
			return
		}
		again, err := decodeStep(&bus.Message{Seq: 1, Data: encode(s)})
		if err != nil || string(encode(again)) != string(encode(s)) {
			t.Errorf("%s\nbecomes %s, %v", encode(s), encode(again), err)
		}
		_ = s.Subject()
	})
}

func FuzzDecodeAction(f *testing.F) {
	seed(f, "actions")
	f.Fuzz(func(t *testing.T, data []byte) {
		msg := &bus.Message{Seq: 1, Data: data}
		presupposes(msg)
		a, err := decodeAction(msg)
		if err != nil && directdial.KindOf(err) != directdial.Invalid {
			t.Errorf("refused as %s", directdial.KindOf(err))
		}
		// It must fit a step, also when it is refused.
		if e := refused(&a, directdial.Unknown, string(a.Kind)); len(encode(e)) > bus.MaxMessage/2 {
			t.Errorf("the refusal has %d bytes", len(encode(e)))
		}
	})
}

func FuzzDecodeMention(f *testing.F) {
	seed(f, "mentions")
	keys, err := directdial.NewKeyer(make([]byte, directdial.KeySize))
	if err != nil {
		f.Fatal(err)
	}
	r := New(Options{Keys: keys, Duty: testDuty, Plan: Plan{Directory: office(), Classify: testClassify}})
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := decodeMention(&bus.Message{Seq: 1, Data: data})
		if err != nil {
			if directdial.KindOf(err) != directdial.Invalid {
				t.Errorf("refused as %s", directdial.KindOf(err))
			}
			return
		}
		// What passed can be decided and said in the log.
		s := r.newSubject(m)
		c, d := r.directory.Load().consider(memory{}, noon, s)
		for _, e := range r.events(memory{}, r.describe(m, s, 1), &c, &d) {
			if len(encode(e)) > bus.MaxMessage/2 {
				t.Errorf("the event has %d bytes", len(encode(e)))
			}
		}
		if got := decideReceipt(t, receipt(&c)); string(got) != string(encode(d)) {
			t.Errorf("the receipt decides %s, want %s", got, encode(d))
		}
	})
}

// Whatever stands in a receipt, deciding it does not fail, is repeatable, and
// dials nobody against whom the gate has something.
func FuzzDecide(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(goldenDir, "dials", "*.json"))
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		var s directdial.Step
		if err := json.Unmarshal(data, &s); err != nil {
			f.Fatal(err)
		}
		if c := s.Events[0].Case; c != nil {
			f.Add([]byte(c))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var c directdial.Case
		if json.Unmarshal(data, &c) != nil {
			return
		}
		d := Decide(c)
		if again := Decide(c); string(encode(again)) != string(encode(d)) {
			t.Errorf("decided twice: %s and %s", encode(d), encode(again))
		}
		if d.Expert == "" {
			return
		}
		if !slices.ContainsFunc(c.Candidates, func(k directdial.Candidate) bool {
			reason, _ := gate(&c, &k)
			return k.Expert == d.Expert && reason == ""
		}) {
			t.Errorf("dialled %s against the gate", d.Expert)
		}
	})
}
