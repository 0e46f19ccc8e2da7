package evaluation

import (
	"cmp"
	"slices"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

// Calibration says whether the scores of a tag are probabilities: of the samples
// with a score of about 0.7, do about 70 % have the tag?
type Calibration struct {
	Tag     directdial.Tag `json:"tag"`
	Samples int            `json:"samples"`
	// Brier is the mean square of score less label: 0 is perfect, 0.25 is a coin.
	Brier float64 `json:"brier"`
	// ECE is the mean distance of score and share over the bins, by size.
	ECE  float64 `json:"ece"`
	Bins []Bin   `json:"bins"`
}

// Bin are the samples whose score is in one tenth.
type Bin struct {
	From    float64 `json:"from"`
	Samples int     `json:"samples"`
	Score   float64 `json:"score"` // mean
	Share   float64 `json:"share"` // of samples that have the tag
}

const bins = 10

// scored is the score of a sample that was judged.
type scored struct {
	score float64 // 0 to 1
	gold  bool
}

// scoresOf returns the scores of the samples whose labels and lexicon speak of
// a tag.
func scoresOf(tag directdial.Tag, samples []classify.Sample, judged []classify.Judgement) (out []scored) {
	for i := range samples {
		gold, known := samples[i].Gold[tag]
		if t := &judged[i].Tags[tagOf(tag)]; known && t.Spoken {
			out = append(out, scored{float64(t.Score) / 1000, gold})
		}
	}
	return out
}

func calibrations(e *classify.Evaluation, samples []classify.Sample, judged []classify.Judgement) (out []Calibration) {
	for _, g := range e.Tags {
		out = append(out, calibrate(g.Tag, scoresOf(g.Tag, samples, judged)))
	}
	return out
}

func calibrate(tag directdial.Tag, all []scored) Calibration {
	c := Calibration{Tag: tag, Samples: len(all), Bins: make([]Bin, bins)}
	n := float64(max(1, len(all)))
	for _, s := range all {
		b := &c.Bins[min(bins-1, int(s.score*bins))]
		b.Samples++
		b.Score += s.score
		miss := s.score
		if s.gold {
			b.Share++
			miss = 1 - s.score
		}
		c.Brier += miss * miss / n
	}
	for i := range c.Bins {
		b := &c.Bins[i]
		b.From = float64(i) / bins
		if b.Samples > 0 {
			b.Score /= float64(b.Samples)
			b.Share /= float64(b.Samples)
			c.ECE += float64(b.Samples) / n * max(b.Score-b.Share, b.Share-b.Score)
		}
	}
	return c
}

// curve is how precision and recall go together as the threshold moves.
type curve struct {
	tag    directdial.Tag
	points []point // by recall, from the highest threshold on
}

type point struct{ x, y float64 }

func curves(e *classify.Evaluation, samples []classify.Sample, judged []classify.Judgement) (out []curve) {
	for _, g := range e.Tags {
		out = append(out, curve{g.Tag, precisionByRecall(scoresOf(g.Tag, samples, judged))})
	}
	return out
}

func precisionByRecall(all []scored) (out []point) {
	slices.SortStableFunc(all, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	yes := 0
	for _, s := range all {
		if s.gold {
			yes++
		}
	}
	found := 0
	for i, s := range all {
		if s.gold {
			found++
		}
		if i+1 == len(all) || all[i+1].score != s.score { // samples of one score are told together
			out = append(out, point{float64(found) / float64(max(1, yes)), float64(found) / float64(i+1)})
		}
	}
	return out
}
