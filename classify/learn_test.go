package classify_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

func base(t *testing.T) *classify.Lexicon {
	l, err := classify.ParseLexicon("base.tsv", []byte("# language: en\n# negators: not\nentry\tcomplaint\tquestion\tambassador\tfrom\n"+
		"feature:bias\t-500\t-900\t-500\thand\nfeature:question-mark\t\t2000\t\thand\nawful\t1000\t\t\thand\nsplendid\t\t\t1500\thand\n"))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// planted makes samples in which "wobbly" makes a complaint unless it is
// negated, and Acme's name says nothing because it stands in all.
func planted() []classify.Sample {
	var samples []classify.Sample
	for i := range 200 {
		filler := fmt.Sprintf("word%d thing%d", i%7, i%11)
		text, complaint := "acme is steady "+filler, false
		switch i % 4 {
		case 0:
			text, complaint = "acme is wobbly "+filler, true
		case 1:
			text = "acme is not wobbly " + filler
		}
		samples = append(samples, classify.Sample{Text: text, Lang: "en", Gold: map[directdial.Tag]bool{directdial.Complaint: complaint}})
	}
	return samples
}

func learnConfig(t *testing.T) classify.LearnConfig {
	return classify.LearnConfig{
		Base: base(t), Brands: []directdial.Brand{{Name: "Acme", Keywords: []string{"acme"}}},
		MinCount: 3, MaxEntries: 40, Sparse: 0.1, Shrink: 1, From: "learned",
	}
}

func learn(t *testing.T, cfg classify.LearnConfig, samples []classify.Sample) *classify.Lexicon {
	t.Helper()
	l, err := classify.Learn(cfg, samples)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func find(l *classify.Lexicon, word string) (classify.Entry, bool) {
	i := slices.IndexFunc(l.Entries, func(e classify.Entry) bool { return e.Word == word })
	if i < 0 {
		return classify.Entry{}, false
	}
	return l.Entries[i], true
}

func TestLearningFindsTheWordThatTells(t *testing.T) {
	cfg := learnConfig(t)
	l := learn(t, cfg, planted())
	if e, ok := find(l, "wobbly"); !ok || e.Weights[0] < 500 || e.From != "learned" {
		t.Errorf("wobbly: %+v", e)
	}
	for _, e := range l.Entries {
		if strings.Contains(e.Word, "acme") {
			t.Errorf("the brand's name was learned: %+v", e)
		}
	}
	c := classifier(t, classify.Config{Lexicons: []*classify.Lexicon{l}, Brands: cfg.Brands})
	for text, want := range map[string]bool{"this is wobbly": true, "it is not wobbly": false, "all steady": false} {
		out := c.Classify(text, "en")
		if got := out.Tag() == directdial.Complaint; got != want {
			t.Errorf("%q: complaint %v by %+v", text, got, out.Keywords)
		}
	}
}

func TestTagsThatNoSampleNamesKeepTheirWeights(t *testing.T) {
	l := learn(t, learnConfig(t), planted())
	for word, want := range map[string]classify.Weights{"splendid": {0, 0, 1500}, "feature:question-mark": {0, 2000, 0}} {
		if e, _ := find(l, word); e.Weights != want || e.From != "hand" {
			t.Errorf("%s: %+v, want %v", word, e, want)
		}
	}
	if _, ok := l.Thresholds[directdial.Question]; ok {
		t.Error("a threshold was learned without a sample")
	}
}

func TestLearningIsDeterministicAndBounded(t *testing.T) {
	cfg := learnConfig(t)
	a, b := learn(t, cfg, planted()), learn(t, cfg, planted())
	if asJSON(t, a) != asJSON(t, b) {
		t.Error("two runs on the same samples differ")
	}
	cfg.MaxEntries = 6
	words := 0
	for _, e := range learn(t, cfg, planted()).Entries {
		if !strings.HasPrefix(e.Word, "feature:") {
			words++
		}
	}
	if words > 6 {
		t.Errorf("%d words and phrases, want at most 6", words)
	}
}

func TestFeaturesAreKeptWhereTheSamplesAreFromElsewhere(t *testing.T) {
	cfg := learnConfig(t)
	cfg.KeepFeatures = true
	l := learn(t, cfg, planted())
	if e, _ := find(l, "feature:bias"); e.Weights != (classify.Weights{-500, -900, -500}) {
		t.Errorf("bias %+v", e)
	}
	if len(l.Thresholds) != 0 {
		t.Errorf("thresholds %v", l.Thresholds)
	}
}

// A few dozen labels tell a word, and not how frequent complaints are.
func TestLittleDataTeachesWordsAndLeavesTheRest(t *testing.T) {
	samples := planted()[:2*classify.EnoughToSettle]
	l := learn(t, learnConfig(t), samples)
	for _, e := range base(t).Entries {
		if got, _ := find(l, e.Word); got.Weights != e.Weights {
			t.Errorf("%s: %v, and was %v", e.Word, got.Weights, e.Weights)
		}
	}
	if e, ok := find(l, "wobbly"); !ok || e.Weights[0] < 500 || len(l.Thresholds) != 0 {
		t.Errorf("wobbly %+v, thresholds %v", e, l.Thresholds)
	}
	gain, err := classify.CrossValidate(learnConfig(t), samples)
	if err != nil || gain.Low <= 0 || gain.High < gain.Low || gain.Classes() < gain.Low || gain.Classes() > gain.High {
		t.Errorf("gains %+.3f [%+.3f, %+.3f], %v", gain.Classes(), gain.Low, gain.High, err)
	}
}

func TestWhatWasLearnedIsALexicon(t *testing.T) {
	l := learn(t, learnConfig(t), planted())
	var b strings.Builder
	if _, err := l.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	again, err := classify.ParseLexicon("learned.tsv", []byte(b.String()))
	if err != nil {
		t.Fatalf("%v in\n%s", err, b.String())
	}
	if asJSON(t, again.Thresholds) != asJSON(t, l.Thresholds) || len(again.Entries) != len(l.Entries) {
		t.Error("written and read it differs")
	}
}

func TestLearningNeedsABase(t *testing.T) {
	for _, cfg := range []classify.LearnConfig{{}, {Base: base(t), MinCount: 1, MaxEntries: 5}, {Base: base(t), MinCount: 2}} {
		if _, err := classify.Learn(cfg, nil); directdial.KindOf(err) != directdial.Invalid || err == nil {
			t.Errorf("%+v: error %v", cfg, err)
		}
	}
}
