package classify

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/directdial/directdial"
)

// TopicGain says what learning gains on samples that it has not seen.
type TopicGain struct {
	Topics  int        `json:"topics"`  // that were learned, at most
	Samples int        `json:"samples"` // that belong to a topic
	Others  int        `json:"others"`  // that belong to none
	Before  TopicCount `json:"before"`  // by the topics as they were
	After   TopicCount `json:"after"`   // each sample by what was learned from the others
}

// TopicCount counts samples.
type TopicCount struct {
	First int `json:"first"` // whose topic came first
	Three int `json:"three"` // whose topic was among the first three
	None  int `json:"none"`  // that belong to none, and for which none was found that is more likely than not
}

// CrossValidateTopics learns five times from four fifths of the samples (by
// Fold, so that copies stay together) and measures on the other fifth, beside
// topics as they are.
func CrossValidateTopics(cfg LearnConfig, topics []directdial.Topic, samples []Sample) (*TopicGain, error) {
	before, err := New(Config{Brands: cfg.Brands, Topics: topics})
	if err != nil {
		return nil, err
	}
	g, fits := &TopicGain{}, 0
	for fold := range gainFolds {
		seen, _ := split(samples, gainFolds, fold)
		fits += len(routes(seen))
	}
	cfg.counted(fits)
	for fold := range gainFolds {
		seen, unseen := split(samples, gainFolds, fold)
		learned, err := LearnTopics(cfg, seen)
		if err != nil {
			return nil, err
		}
		g.Topics = max(g.Topics, len(learned))
		after, err := New(Config{Brands: cfg.Brands, Topics: learned})
		if err != nil {
			return nil, err
		}
		for i := range unseen {
			s := &unseen[i]
			if s.Route == "" {
				g.Others++
			} else {
				g.Samples++
			}
			g.Before.add(s.Route, before.Classify(s.Text, s.Lang).Topics)
			g.After.add(s.Route, after.Classify(s.Text, s.Lang).Topics)
		}
	}
	return g, nil
}

// Right is how many samples were told right: their topic first, or none.
func (c TopicCount) Right() int { return c.First + c.None }

func (c *TopicCount) add(route string, found []directdial.TopicScore) {
	if route == "" {
		if len(found) == 0 || found[0].Score < leastRestricted {
			c.None++
		}
		return
	}
	for i := range min(3, len(found)) {
		if found[i].Topic != route {
			continue
		}
		c.Three++
		if i == 0 {
			c.First++
		}
	}
}

// WriteTable writes the gain for people.
func (g *TopicGain) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "\tof\tbefore\tafter\t\n")
	amongThree := g.Samples
	if g.Topics <= 3 {
		amongThree = 0 // it always is
	}
	for _, row := range []struct {
		what              string
		of, before, after int
	}{
		{"topic comes first", g.Samples, g.Before.First, g.After.First},
		{"topic among the first three", amongThree, g.Before.Three, g.After.Three},
		{"none, and none found", g.Others, g.Before.None, g.After.None},
	} {
		if row.of > 0 {
			fmt.Fprintf(t, "%s\t%d\t%.1f %%\t%.1f %%\t\n", row.what, row.of, 100*ratio(row.before, row.of), 100*ratio(row.after, row.of))
		}
	}
	return t.Flush()
}
