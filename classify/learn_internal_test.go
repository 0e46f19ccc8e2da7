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
	l := learner{cfg: LearnConfig{Base: base, MinCount: 2, MaxEntries: 500, Sparse: 0.01, Shrink: 1, free: &[3]bool{true, true, true}}, samples: samples}
	if err := l.gather(); err != nil {
		t.Fatal(err)
	}
	l.fit(0)
	l.prune()
	l.fit(0)
	margin := make([]float64, len(samples))
	for i := range margin {
		margin[i] = l.bias[0]
	}
	for i, cells := range l.design.columns {
		for _, c := range cells {
			margin[c.row] += l.columns[i].weights[0] * float64(c.value)
		}
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
		if diff := math.Abs(float64(sum)/1000 - margin[i]); diff > 0.1 {
			t.Errorf("%q: the lexicon gives %.3f, the fit %.3f", samples[i].Text, float64(sum)/1000, margin[i])
		}
	}
	if compared < len(samples)/3 {
		t.Errorf("only %d of %d samples were compared", compared, len(samples))
	}
}

func TestTheBestThresholdSeparates(t *testing.T) {
	var a trials
	for score := range 1001 {
		one := trial{gold: noClass, sum: [3]int{steps[max(0, score-1)]}}
		if score >= 700 {
			one.gold, one.has = 0, 1
		}
		a[1] = append(a[1], one)
	}
	if got := a.best(&[3]bool{true})[directdial.Complaint]; got != 700 {
		t.Errorf("threshold %d, want 700", got)
	}
	if got := a.best(&[3]bool{}); len(got) != 0 {
		t.Errorf("thresholds %v of tags that keep theirs", got)
	}
}

// Two tags that exclude each other are weighed against each other: who asks for
// the complaint first leaves the praise what is left.
func TestThresholdsAreChosenForTheDecidingTag(t *testing.T) {
	var a trials
	for i := range 300 {
		one := trial{gold: noClass, sum: [3]int{steps[99], 0, steps[199]}}
		switch i % 3 {
		case 0:
			one.gold, one.has, one.sum = 0, 1, [3]int{steps[599], 0, steps[99]}
		case 1:
			one.gold, one.has, one.sum = 2, 4, [3]int{steps[399], 0, steps[899]}
		}
		a[5] = append(a[5], one)
	}
	best := a.best(&[3]bool{true, false, true})
	at := [3]int{best[directdial.Complaint], DefaultThreshold, best[directdial.Ambassador]}
	if f1 := a.macroF1(at); f1 != 1 {
		t.Errorf("thresholds %v do not separate: macro-F1 %.3f", best, f1)
	}
}
