package classify_test

import (
	"slices"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

func TestABrandOnlyInExcludedPhrasesIsExcluded(t *testing.T) {
	c := classifier(t, config())
	for _, test := range []struct {
		text     string
		brands   []string
		excluded string
	}{
		{"the acme corporation cartoon", nil, "Acme"},
		{"acme and the acme corporation cartoon", []string{"Acme"}, ""},
		{"the acme corporation cartoon, not @acme", []string{"Acme"}, ""},
		{"at its zenith", nil, ""}, // a competitor's phrase says nothing about ours
		{"zenith or Acme", []string{"Zenith", "Acme"}, ""},
		{"at its zenith acme fell", []string{"Acme"}, ""},
		{"nothing", nil, ""},
	} {
		got := c.Classify(test.text, "")
		if !slices.Equal(got.Brands, test.brands) || got.Excluded != test.excluded {
			t.Errorf("%q: brands %q, excluded %q; want %q, %q", test.text, got.Brands, got.Excluded, test.brands, test.excluded)
		}
	}
}

func TestAKeywordOverlappingAnExcludedPhraseDoesNotCount(t *testing.T) {
	c := classifier(t, classify.Config{Brands: []directdial.Brand{
		{Name: "Delta", Keywords: []string{"delta", "delta air"}, Exclude: []string{"nile delta", "air force"}},
	}})
	for text, want := range map[string]bool{"delta": true, "nile delta": false, "the delta air force": true, "delta air": true} {
		if got := len(c.Classify(text, "").Brands) > 0; got != want {
			t.Errorf("%q: named %v, want %v", text, got, want)
		}
	}
}

func TestTheNameOfABrandHasNoWeight(t *testing.T) {
	lexicon, err := classify.ParseLexicon("t.tsv", []byte("# language: en\nentry\tcomplaint\tambassador\nfeature:bias\t-1000\t-1000\nbest\t\t3000\nawful\t3000\nlove * best\t\t3000\n"))
	if err != nil {
		t.Fatal(err)
	}
	c := classifier(t, classify.Config{
		Lexicons: []*classify.Lexicon{lexicon},
		Brands:   []directdial.Brand{{Name: "Best Buy", Keywords: []string{"best buy", "@awful"}}},
	})
	for text, want := range map[string]directdial.Tag{
		"best buy": "", "the best": directdial.Ambassador, "best buy is best": directdial.Ambassador,
		"@awful": "", "@awful is awful": directdial.Complaint, "#BestBuy": "", "I love this Best Buy": "",
	} {
		got := c.Classify(text, "en")
		if got.Tag() != want {
			t.Errorf("%q: tag %q by %+v, want %q", text, got.Tag(), got.Keywords, want)
		}
	}
}
