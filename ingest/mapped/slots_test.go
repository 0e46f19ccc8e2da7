package mapped

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/itchyny/gojq"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// stuck is a source whose mapping has a function that does not end until the test
// does. Only elements that say so call it.
func stuck(t *testing.T, log *strings.Builder) *Source {
	t.Helper()
	end := make(chan struct{})
	t.Cleanup(func() { close(end) })
	query, err := gojq.Parse(`if .stuck then stuck else . end`)
	if err != nil {
		t.Fatal(err)
	}
	code, err := gojq.Compile(query, gojq.WithVariables([]string{"$headers"}),
		gojq.WithFunction("stuck", 0, 0, func(any, []any) any { <-end; return nil }))
	if err != nil {
		t.Fatal(err)
	}
	s := sourceOf(&program{code: code}, standard)
	s.setup.Log = zerolog.New(log)
	return s
}

func sourceOf(p *program, b *bounds) *Source {
	return &Source{setup: ingest.Setup{Name: "listening"}, program: p, bounds: b, slots: newSlots()}
}

const (
	hostile = `{"stuck":true}`
	good    = `{"id":"1","text":"a"}`
)

// rejects runs the source on elements and returns the errors of those rejected.
func (s *Source) rejects(t *testing.T, elements ...string) (words []string, err error) {
	t.Helper()
	var list []ingest.Element
	for _, e := range elements {
		list = append(list, ingest.Element{Raw: []byte(e)})
	}
	out, err := s.run(t.Context(), http.Header{}, list)
	if err != nil {
		return nil, err
	}
	words = make([]string, len(elements))
	for _, r := range out.Rejected {
		words[r.Index] = r.Error
	}
	return words, nil
}

func TestAStepThatDoesNotEndIsLeftAndItsNeighboursAreMapped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		s := stuck(t, &log)
		got, err := s.rejects(t, good, hostile, good)
		if err != nil || got[0] != "" || got[1] != "the mapping takes longer than 5s" || got[2] != "" {
			t.Errorf("%q, %v", got, err)
		}
		if !strings.Contains(log.String(), `"left":1,"slot":true`) {
			t.Errorf("the log says %s", log.String())
		}
	})
}

func TestOneBodyDoesNotHoldUpTheNextUntilTooManyAreLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := stuck(t, &strings.Builder{})
		for range maxLeft + maxRunning - 1 {
			if got, err := s.rejects(t, hostile); err != nil || got[0] == "" {
				t.Fatalf("%q, %v", got, err)
			}
			if got, err := s.rejects(t, good); err != nil || got[0] != "" {
				t.Fatalf("%q, %v", got, err)
			}
		}
		// The last slot goes with this one, and the element behind it is not at fault.
		if got, err := s.rejects(t, hostile, good); err != nil || !strings.Contains(got[1], "send it again") {
			t.Errorf("%q, %v", got, err)
		}
		if got, err := s.rejects(t, good); directdial.KindOf(err) != directdial.Temporary || directdial.After(err) == 0 {
			t.Errorf("%q, %v", got, err)
		}
	})
}

func TestASlotIsFreeAgainWhenWhatWasLeftEnds(t *testing.T) {
	s := newSlots()
	for i := range maxLeft + maxRunning {
		ended := make(chan struct{})
		if err := s.take(t.Context()); err != nil {
			t.Fatal(err)
		}
		if kept := s.leave(ended); kept != (i < maxLeft) {
			t.Errorf("program %d: %v", i, kept)
		} else if kept {
			s.free()
		}
		if i == maxLeft+maxRunning-1 {
			close(ended)
		}
	}
	if err := s.take(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestElementsForWhichNoTimeIsLeftAreRejectedByThemselves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := stuck(t, &strings.Builder{})
		got, err := s.rejects(t, good, hostile, hostile, hostile, good, `{broken`)
		late := s.bounds.errLate.Error()
		if err != nil || got[0] != "" || got[3] != late || got[4] != late || got[5] != "is not valid JSON" {
			t.Errorf("%q, %v", got, err)
		}
	})
}

// Two values that hold themselves: comparing them takes one step, and 2^n looks.
func TestAComparisonThatTakesLongIsRejected(t *testing.T) {
	p, err := compile(`def deep: reduce range(22) as $i ([1]; [., .]); {id: "1", text: (deep == deep | tostring)}`)
	if err != nil {
		t.Fatal(err)
	}
	b := newBounds(5000, 20*time.Millisecond, 1<<30)
	b.request = time.Minute
	s := sourceOf(p, b)
	if got, err := s.rejects(t, `{}`); err != nil || got[0] != "the mapping takes longer than 20ms" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestAPanicOfJqIsAnErrorOfItsElement(t *testing.T) {
	query, err := gojq.Parse(`if .stuck then panics else . end`)
	if err != nil {
		t.Fatal(err)
	}
	code, err := gojq.Compile(query, gojq.WithVariables([]string{"$headers"}), gojq.WithFunction("panics", 0, 0, func(any, []any) any { panic("no") }))
	if err != nil {
		t.Fatal(err)
	}
	s := sourceOf(&program{code: code}, tight)
	if got, err := s.rejects(t, hostile, good); err != nil || got[0] != "the mapping fails: jq panics: no" || got[1] != "" {
		t.Errorf("%q, %v", got, err)
	}
}
