package classify_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jonreiter/govader"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

// unfitted is what ships without the weights that were fitted to sets that are
// measured here: the entries written by hand and the word lists.
func unfitted(t testing.TB) *classify.Lexicon {
	t.Helper()
	data, err := os.ReadFile("lexicons/build/hand.tsv")
	if err != nil {
		t.Fatal(err)
	}
	l, err := classify.ParseLexicon("hand.tsv", data)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range classify.Shipped()[0].Entries {
		if strings.Contains("vader+afinn+huliu", e.From) {
			l.Entries = append(l.Entries, e)
		}
	}
	return l
}

// settings are those of "directdial learn lexicon".
func settings(base *classify.Lexicon, from string) classify.LearnConfig {
	cfg := classify.DefaultLearnConfig(base)
	cfg.Brands, cfg.From = devBrands, from
	return cfg
}

// fifths are the samples of a set that may be learned from, and the others.
func fifths(t testing.TB, set string) (seen, unseen []classify.Sample) {
	t.Helper()
	for _, s := range readSet(t, set) {
		if classify.Fold(s.Text, folds) == heldOut {
			unseen = append(unseen, s)
		} else {
			seen = append(seen, s)
		}
	}
	return seen, unseen
}

func learned(t testing.TB, cfg classify.LearnConfig, samples []classify.Sample) *classify.Classifier {
	t.Helper()
	l, err := classify.Learn(cfg, samples)
	if err != nil {
		t.Fatal(err)
	}
	return classifier(t, classify.Config{Lexicons: []*classify.Lexicon{l}, Brands: devBrands})
}

// long asks for the tests that learn from all development data: minutes each.
var long = flag.Bool("long", false, "learn from all development data")

// sentiment is what learning starts from where much is known of how people
// praise and scold: tweets about anything, which may be used here and not be
// shipped.
func sentiment(t testing.TB) *classify.Lexicon {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(devData, "semeval.jsonl"))
	if err != nil {
		t.Skip("the development data is not here")
	}
	var samples []classify.Sample
	for line := range strings.Lines(string(data)) {
		var row struct{ Text, Orig string }
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		samples = append(samples, classify.Sample{Text: row.Text, Gold: map[directdial.Tag]bool{
			directdial.Complaint: row.Orig == "negative", directdial.Ambassador: row.Orig == "positive",
		}})
	}
	cfg := settings(unfitted(t), "semeval")
	cfg.MinCount, cfg.MaxEntries = 5, cfg.MaxEntries/2 // leaves room for what is learned from it
	l, err := classify.Learn(cfg, samples)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLearningOnTheDevelopmentData(t *testing.T) {
	if testing.Short() {
		t.Skip("learns four lexicons, with -long six")
	}
	hand := unfitted(t)
	var feelings *classify.Lexicon
	if *long {
		feelings = sentiment(t)
	}
	for _, m := range measures {
		if !*long && len(m.tags) > 1 {
			continue // the large sets
		}
		seen, unseen := fifths(t, m.set)
		base := classifier(t, classify.Config{Lexicons: []*classify.Lexicon{hand}, Brands: devBrands})
		before := macroF1(unseen, m.tags, toldBy(base, m.tags))
		after := macroF1(unseen, m.tags, toldBy(learned(t, settings(hand, m.set), seen), m.tags))
		line := "%-10s n=%5d  macro-F1 %.3f, learned %.3f"
		args := []any{m.set, len(unseen), before, after}
		if feelings != nil && !slices.Contains(m.tags, directdial.Question) {
			line += ", from feelings %.3f"
			args = append(args, macroF1(unseen, m.tags, toldBy(learned(t, settings(feelings, m.set), seen), m.tags)))
		}
		t.Logf(line, args...)
		if after <= before-0.01 {
			t.Errorf("%s: learning makes %.3f of %.3f", m.set, after, before)
		}
	}
}

// A brand that nobody labelled anything about: one brand of airline and sxsw is
// left out after the other, and learned is from the others of the set; for
// complaints, which names none, all is learned from the other sets.
func TestWhatWasLearnedHoldsForABrandThatItNeverSaw(t *testing.T) {
	if !*long {
		t.Skip("takes minutes; -long asks for it")
	}
	feelings := sentiment(t)
	sets := map[string][]classify.Sample{}
	for _, set := range []string{"complaints", "airline", "sxsw"} {
		sets[set] = readSet(t, set)
	}
	for i := range sets["sxsw"] {
		s := &sets["sxsw"][i]
		s.Brand = nameOf(s.Text)
	}
	vader := govader.NewSentimentIntensityAnalyzer()
	for _, m := range measures[:3] {
		var told []directdial.Tag
		var tested []classify.Sample
		for _, brand := range brandsOf(sets[m.set]) {
			var seen, unseen []classify.Sample
			for set, samples := range sets {
				if set != m.set && brand != "" {
					continue
				}
				for _, s := range samples {
					switch {
					case set != m.set || s.Brand != brand && s.Brand != "both":
						seen = append(seen, s)
					case s.Brand == brand:
						unseen = append(unseen, s)
					}
				}
			}
			slices.SortStableFunc(seen, func(a, b classify.Sample) int { return strings.Compare(a.Text, b.Text) })
			tell := toldBy(learned(t, settings(feelings, "others"), seen), m.tags)
			for _, s := range unseen {
				told, tested = append(told, tell(s.Text)), append(tested, s)
			}
		}
		i := -1
		got := macroF1(tested, m.tags, func(string) directdial.Tag { i++; return told[i] })
		base := macroF1(tested, m.tags, vaderTells(vader, m))
		t.Logf("%-10s n=%5d  macro-F1 %.3f  VADER %.3f", m.set, len(tested), got, base)
		if got < base+0.04 {
			t.Errorf("%s: macro-F1 %.3f, want 0.04 more than VADER's %.3f", m.set, got, base)
		}
	}
}

// nameOf says which brand a text of sxsw names: "both" is neither learned from
// nor tested, "" learned from.
func nameOf(text string) string {
	text = strings.ToLower(text)
	names := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
	}
	switch apple, google := names("apple", "ipad", "iphone", "itunes"), names("google", "android"); {
	case apple && google:
		return "both"
	case apple:
		return "Apple"
	case google:
		return "Google"
	}
	return ""
}

// brandsOf returns the brands of samples to leave out; "" alone if they name
// none.
func brandsOf(samples []classify.Sample) []string {
	var out []string
	for _, s := range samples {
		if s.Brand != "" && s.Brand != "both" && !slices.Contains(out, s.Brand) {
			out = append(out, s.Brand)
		}
	}
	if out == nil {
		return []string{""}
	}
	return out
}
