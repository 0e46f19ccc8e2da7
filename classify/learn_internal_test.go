package classify

import (
	"fmt"
	"math"
	"testing"

	"github.com/directdial/directdial"
)

// What was fitted is what counts later: the margins of the fit are, up to
// rounding, the sums that the lexicon gives.
func TestTheLexiconScoresAsTheFitDid(t *testing.T) {
	base, err := ParseLexicon("base.tsv", []byte("# language: en\n# negators: not never\nentry\tcomplaint\nfeature:bias\t-500\nbad\t900\nnot:bad\t-700\n"))
	if err != nil {
		t.Fatal(err)
	}
	var samples []Sample
	words := []string{"bad", "not bad", "good", "never late", "late", "ok!", "why?"}
	for i := range 120 {
		text := fmt.Sprintf("%s %s", words[i%7], words[i*3%5])
		samples = append(samples, Sample{Text: text, Gold: map[directdial.Tag]bool{directdial.Complaint: i%7 == 0 || i%5 == 4}})
	}
	l := learner{cfg: LearnConfig{Base: base, MinCount: 2, MaxEntries: 500, Sparse: 0.01, Shrink: 1}, samples: samples}
	if err := l.gather(); err != nil {
		t.Fatal(err)
	}
	l.fit(0)
	l.prune()
	l.fit(0)
	f := l.newFitting(0)
	for i := range f.margin {
		f.margin[i] = l.bias[0]
	}
	for i := range l.columns {
		l.columns[i].shift(f.margin, l.columns[i].weights[0])
	}
	c, err := New(Config{Lexicons: []*Lexicon{l.lexicon()}})
	if err != nil {
		t.Fatal(err)
	}
	s := newScratch(c)
	compared := 0
	for i := range samples {
		s.run(c, samples[i].Text, "en")
		if len(s.tags[0].evidence) == maxEvidence {
			continue // the weakest do not count
		}
		compared++
		sum := c.languages[0].features[bias][0]
		for _, e := range s.tags[0].evidence {
			sum += int(e.weight)
		}
		// Weights below minWeight are no line; each other is rounded once.
		if diff := math.Abs(float64(sum)/1000 - f.margin[i]); diff > 0.1 {
			t.Errorf("%q: the lexicon gives %.3f, the fit %.3f", samples[i].Text, float64(sum)/1000, f.margin[i])
		}
	}
	if compared < len(samples)/3 {
		t.Errorf("only %d of %d samples were compared", compared, len(samples))
	}
}

func TestTheBestThresholdSeparates(t *testing.T) {
	var h histogram
	for score := range 1001 {
		h.add(score, score >= 700)
	}
	if got, ok := h.best(); !ok || got != 700 {
		t.Errorf("threshold %d, want 700", got)
	}
	if _, ok := (&histogram{}).best(); ok {
		t.Error("a threshold without samples")
	}
}
