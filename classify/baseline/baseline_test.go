package baseline_test

import (
	"slices"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify/baseline"
)

func TestBaselinesTellGoodFromBad(t *testing.T) {
	const (
		bad      = directdial.Complaint
		question = directdial.Question
		good     = directdial.Ambassador
	)
	for _, test := range []struct {
		name, text string
		want       []directdial.Tag
	}{
		{"vader", "This is terrible!", []directdial.Tag{bad}},
		{"vader", "I love it", []directdial.Tag{good}},
		{"vader", "The bus leaves at nine", nil},
		{"vader", "@united the bus leaves at nine?", []directdial.Tag{question}},
		{"afinn", "A BAD day", []directdial.Tag{bad}},
		{"afinn", "I can't stand it, really cool stuff", nil}, // -3 and 3
		{"afinn", "I can’t stand it", []directdial.Tag{bad}},
		{"afinn", "superb. Was it?", []directdial.Tag{question, good}},
		{"hand", "still waiting", []directdial.Tag{bad}},
		{"hand", "well done", []directdial.Tag{good}},
		{"hand", "How does it work", []directdial.Tag{question}},
		{"hand", "@how it works", nil},
		{"hand", "great, broken again", nil},
	} {
		tell, err := baseline.Named(test.name)
		if err != nil {
			t.Fatal(err)
		}
		if got := tell(test.text); !slices.Equal(got, test.want) {
			t.Errorf("%s tells %v of %q, want %v", test.name, got, test.text, test.want)
		}
	}
}

func TestAnUnknownBaselineIsRefused(t *testing.T) {
	if _, err := baseline.Named("oracle"); directdial.KindOf(err) != directdial.Invalid {
		t.Errorf("error %v", err)
	}
	for _, name := range baseline.Names() {
		if _, err := baseline.Named(name); err != nil {
			t.Error(err)
		}
	}
}
