package classify_test

import (
	"strings"
	"testing"

	"github.com/directdial/directdial/classify"
)

func TestEqualTextsWhoseLabelsContradictEachOtherAreFound(t *testing.T) {
	for name, test := range map[string]struct {
		lines, want string
	}{
		"case and spaces":     {`{"text":"Charged  twice","label":"complaint"}` + "\n" + `{"text":"x","label":"none"}` + "\n" + `{"text":" charged twice\n","label":"none"}`, "[[0,2]]"},
		"the same again":      {`{"text":"a","label":"complaint"}` + "\n" + `{"text":"a","label":"complaint"}`, "null"},
		"another mark":        {`{"text":"yes","label":"none"}` + "\n" + `{"text":"yes?","label":"question"}`, "null"},
		"what nobody said":    {`{"text":"a","gold":{"complaint":1}}` + "\n" + `{"text":"a","gold":{"question":0}}`, "null"},
		"one tag of several":  {`{"text":"a","label":"complaint|question"}` + "\n" + `{"text":"a","label":"question"}`, "[[0,1]]"},
		"the third of copies": {`{"text":"a","gold":{"complaint":1}}` + "\n" + `{"text":"a","gold":{"question":0}}` + "\n" + `{"text":"a","gold":{"complaint":0}}`, "[[0,1,2]]"},
	} {
		samples, err := classify.ReadSamples("x.jsonl", strings.NewReader(test.lines))
		if err != nil {
			t.Fatal(err)
		}
		if got := asJSON(t, classify.TagConflicts(samples)); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
	routed := []classify.Sample{{Text: "b", Route: "x"}, {Text: "a", Route: "x"}, {Text: "A", Route: "y"}, {Text: "b", Route: "x"}, {Text: "c"}, {Text: "c", Route: "x"}}
	if got := asJSON(t, classify.RouteConflicts(routed)); got != "[[1,2],[4,5]]" {
		t.Errorf("topics: %s", got)
	}
}
