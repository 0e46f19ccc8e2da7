package classify

import (
	"slices"
	"strings"

	"github.com/directdial/directdial"
)

// gather makes the columns: of the features, of the entries of the base, and
// of the words and phrases of the samples.
func (l *learner) gather() error {
	wide := *l.cfg.Base
	known := map[string]bool{}
	for _, e := range wide.Entries {
		key, err := entryKey(e.Word)
		if err != nil {
			return directdial.Errorf(directdial.Invalid, "%s:%d: entry %q: %w", wide.Name, e.Line, e.Word, err)
		}
		known[key] = true
	}
	candidates, err := l.candidates(known)
	if err != nil {
		return err
	}
	wide.Entries = append(slices.Clone(wide.Entries), candidates...)
	c, err := New(Config{Lexicons: []*Lexicon{&wide}, Brands: l.cfg.Brands})
	if err != nil {
		return err
	}
	l.makeColumns(&c.languages[0])
	l.fillColumns(c)
	return nil
}

func (l *learner) makeColumns(lang *language) {
	origin := map[string]string{}
	for _, e := range l.cfg.Base.Entries {
		origin[e.Word] = e.From
	}
	add := func(word string, base [3]float64) {
		from, inBase := origin[word]
		if strings.HasPrefix(word, featurePrefix) {
			from = featurePrefix
		}
		l.columns = append(l.columns, column{word: word, origin: from, base: base, inBase: inBase})
	}
	for f, w := range lang.features {
		add(featureWords[f], thousandths(w))
	}
	for _, e := range lang.entries {
		plain, not := thousandths(e.weights), [3]float64{}
		if e.opposed {
			// The weight of a "not:" line is of both columns together.
			for t, w := range thousandths(e.negated) {
				not[t] = w + plain[t]/2
			}
		}
		add(e.word, plain)
		add(notPrefix+e.word, not)
	}
}

// fillColumns reads all samples with a classifier whose lexicon holds every
// candidate, so that a sample has here what it will have when it counts.
func (l *learner) fillColumns(c *Classifier) {
	s := newScratch(c)
	l.design = design{rows: len(l.samples), columns: make([][]cell, len(l.columns))}
	for row := range l.samples {
		s.observe(c, l.samples[row].Text, c.languages[0].name)
		l.fillRow(s, int32(row))
	}
	for i := range l.columns {
		k := &l.columns[i]
		k.texts = len(l.design.columns[i])
		switch {
		case i < int(featureCount):
			k.fixed = l.cfg.KeepFeatures || i == int(bias)
		case (i-int(featureCount))%2 == 1: // a negation
			k.fixed = !k.inBase && k.texts < l.cfg.MinCount+2
		}
		k.fixed = k.fixed || k.texts == 0
	}
}

// fillRow notes what one sample has. Without a "not:" line a negated entry is
// half its opposite; the column of the negation is what differs from that.
func (l *learner) fillRow(s *scratch, row int32) {
	for f := bias + 1; f < featureCount; f++ {
		if s.features.has>>f&1 != 0 {
			l.design.add(int(f), row, 1)
		}
	}
	for i := range s.found {
		f := &s.found[i]
		not, ok := s.fresh(f)
		if !ok {
			continue
		}
		plain := int(featureCount) + 2*int(f.item)
		if not {
			l.design.add(plain, row, -0.5)
			l.design.add(plain+1, row, 1)
		} else {
			l.design.add(plain, row, 1)
		}
	}
}

// add adds value to what a row has of a column; rows come in ascending order.
func (d *design) add(column int, row int32, value float32) {
	cells := d.columns[column]
	if n := len(cells); n > 0 && cells[n-1].row == row {
		cells[n-1].value += value
		return
	}
	d.columns[column] = append(cells, cell{row, value})
}
