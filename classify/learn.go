package classify

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/directdial/directdial"
)

// LearnConfig says how weights are learned.
type LearnConfig struct {
	// Base is where learning starts from: its entries and features keep their
	// weights as far as the data does not contradict, its words of roles are
	// taken over. It must not be nil.
	Base *Lexicon
	// Brands are the brands that the samples are about. Their names are neutral,
	// so that nothing is learned about them.
	Brands []directdial.Brand
	// MinCount is in how many texts a word must stand to become an entry; a
	// phrase must stand in one more for each further word. At least 2.
	MinCount int
	// MaxEntries bounds the entries of the result; at least 1.
	MaxEntries int
	// Sparse and Shrink weigh the sum of the changes and half the sum of their
	// squares against the loss of one sample: the first removes entries, the
	// second makes weights small.
	Sparse, Shrink float64
	// KeepFeatures keeps the weights of features and bias as they are in Base:
	// where the samples come from another place than the texts to come, how
	// often they end in a question mark says nothing.
	KeepFeatures bool
	// From is what the entries that were learned name as their origin.
	From string
}

// Learn fits the weights of a lexicon to labelled samples by logistic
// regression, one tag against the rest, on the samples whose labels name the
// tag. A tag that no sample names keeps the weights of Base. Equal arguments
// give equal results.
func Learn(cfg LearnConfig, samples []Sample) (*Lexicon, error) {
	if cfg.Base == nil || cfg.MinCount < 2 || cfg.MaxEntries < 1 {
		return nil, directdial.Errorf(directdial.Invalid, "learning needs a base, MinCount of 2 or more and MaxEntries of 1 or more")
	}
	l := learner{cfg: cfg, samples: samples}
	if err := l.gather(); err != nil {
		return nil, err
	}
	for t, tag := range tags {
		l.fit(t, tag)
	}
	if l.prune() {
		for t, tag := range tags {
			l.fit(t, tag)
		}
	}
	return l.lexicon(), nil
}

// learner fits one lexicon. A column is a feature, an entry, or an entry in
// the scope of a negation.
type learner struct {
	cfg     LearnConfig
	samples []Sample
	columns []column
	bias    Weights // of the base
	learned [3]float64
}

// column is one thing that has a weight, with the samples that have it.
type column struct {
	word    string // as in the lexicon
	base    Weights
	from    string
	rows    []int32   // ascending
	values  []float32 // of the rows
	weights [3]float64
	dead    bool
}

// gather collects the columns: those of the base, and the words and phrases of
// the samples.
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
	l.observe(c)
	return nil
}

// observe reads all samples with a classifier whose lexicon holds every
// candidate, and fills the columns: first the features, then two an entry.
func (l *learner) observe(c *Classifier) {
	lang := &c.languages[0]
	l.bias = lang.features[bias]
	l.columns = make([]column, int(featureCount)+2*len(lang.entries))
	for f := range featureCount {
		l.columns[f] = column{word: featureWords[f], base: lang.features[f]}
	}
	for i, e := range lang.entries {
		l.columns[int(featureCount)+2*i] = column{word: e.word, base: e.weights}
		not := column{word: notPrefix + e.word}
		if e.opposed {
			for t := range not.base {
				not.base[t] = e.negated[t] + e.weights[t]/2
			}
		}
		l.columns[int(featureCount)+2*i+1] = not
	}
	origin := map[string]string{}
	for _, e := range l.cfg.Base.Entries {
		origin[e.Word] = e.From
	}
	for i := range l.columns {
		l.columns[i].from = origin[l.columns[i].word]
	}
	s := newScratch(c)
	for row := range l.samples {
		s.observe(c, l.samples[row].Text, lang.name)
		l.row(s, int32(row))
	}
	for i := range l.columns {
		k := &l.columns[i]
		isNot := i >= int(featureCount) && (i-int(featureCount))%2 == 1
		k.dead = i == int(bias) || i < int(featureCount) && l.cfg.KeepFeatures || len(k.rows) == 0 || isNot && len(k.rows) < l.cfg.MinCount+2
	}
}

// row notes what one sample has.
func (l *learner) row(s *scratch, row int32) {
	for f := bias + 1; f < featureCount; f++ {
		if s.features.has>>f&1 != 0 {
			l.columns[f].add(row, 1)
		}
	}
	for i := range s.found {
		f := &s.found[i]
		not, ok := s.fresh(f)
		if !ok {
			continue
		}
		at := int(featureCount) + 2*int(f.item)
		if not {
			// Without a "not:" line a negated entry is half the opposite.
			l.columns[at].add(row, -0.5)
			l.columns[at+1].add(row, 1)
			continue
		}
		l.columns[at].add(row, 1)
	}
}

func (k *column) add(row int32, value float32) {
	if n := len(k.rows); n > 0 && k.rows[n-1] == row {
		k.values[n-1] += value
		return
	}
	k.rows = append(k.rows, row)
	k.values = append(k.values, value)
}

// passes is how often fit goes through all columns. Steps are small by then.
const passes = 120

// fit fits the weights of one tag by coordinate descent: one column after the
// other takes the step that the curvature allows, with the sparse penalty as a
// soft threshold on its change from the base.
func (l *learner) fit(t int, tag directdial.Tag) {
	n := len(l.samples)
	sign := make([]float64, n) // +1, -1, or 0 for what cannot be told
	yes, no := 0.0, 0.0
	for i := range l.samples {
		if gold, known := l.samples[i].Gold[tag]; known {
			sign[i] = -1
			if gold {
				sign[i] = 1
				yes++
			} else {
				no++
			}
		}
	}
	l.learned[t] = float64(l.bias[t]) / 1000
	for i := range l.columns {
		l.columns[i].weights[t] = float64(l.columns[i].base[t]) / 1000
	}
	if yes == 0 || no == 0 {
		return
	}
	margin := make([]float64, n)
	for i := range margin {
		margin[i] = l.learned[t]
	}
	strength := l.strengths(sign, yes, no)
	for i := range l.columns {
		if k := &l.columns[i]; !k.dead || i < int(featureCount) {
			k.shift(margin, k.weights[t])
		}
	}
	for range passes {
		if !l.cfg.KeepFeatures {
			l.fitBias(t, sign, margin)
		}
		for i := range l.columns {
			if k := &l.columns[i]; !k.dead {
				l.step(k, t, sign, margin, strength[i])
			}
		}
	}
}

func (k *column) shift(margin []float64, by float64) {
	for j, row := range k.rows {
		margin[row] += by * float64(k.values[j])
	}
}

// strengths is how freely each column may move: the size of the logarithm of
// the ratio of its frequencies among yes and no (naive Bayes). What stands in
// both alike is held back.
func (l *learner) strengths(sign []float64, yes, no float64) []float64 {
	out := make([]float64, len(l.columns))
	for i := range l.columns {
		p, q := 1.0, 1.0
		for j, row := range l.columns[i].rows {
			switch v := math.Abs(float64(l.columns[i].values[j])); {
			case sign[row] > 0:
				p += v
			case sign[row] < 0:
				q += v
			}
		}
		ratio := math.Abs(math.Log(p / (yes + 2) / (q / (no + 2))))
		out[i] = math.Max(0.25, math.Min(2.5, ratio))
	}
	return out
}

func (l *learner) fitBias(t int, sign, margin []float64) {
	gradient, curvature := 0.0, 1e-6
	for i, y := range sign {
		if y != 0 {
			p := 1 / (1 + math.Exp(y*margin[i]))
			gradient -= y * p
			curvature += p * (1 - p)
		}
	}
	d := math.Max(-1, math.Min(1, -gradient/curvature))
	l.learned[t] += d
	for i := range margin {
		margin[i] += d
	}
}

// step moves the weight of one column. The penalties are on the change from
// the base; a strong column pays less.
func (l *learner) step(k *column, t int, sign, margin []float64, strength float64) {
	shrink := l.cfg.Shrink / (strength * strength)
	sparse := l.cfg.Sparse / strength
	base := float64(k.base[t]) / 1000
	change := k.weights[t] - base
	gradient, curvature := shrink*change, shrink+1e-6
	for j, row := range k.rows {
		if y := sign[row]; y != 0 {
			v := float64(k.values[j])
			p := 1 / (1 + math.Exp(y*margin[row]))
			gradient -= y * p * v
			curvature += v * v * math.Max(p*(1-p), 0.05)
		}
	}
	want := soft(change-gradient/curvature, sparse/curvature)
	d := math.Max(-1, math.Min(1, want-change))
	if d == 0 {
		return
	}
	k.weights[t] += d
	k.shift(margin, d)
}

func soft(x, by float64) float64 {
	switch {
	case x > by:
		return x - by
	case x < -by:
		return x + by
	}
	return 0
}

// minWeight is the least weight that is worth a line.
const minWeight = 40

// prune keeps the entries that decide most and reports whether any was
// dropped.
func (l *learner) prune() bool {
	var alive []int
	dropped := false
	for i := int(featureCount); i < len(l.columns); i++ {
		k := &l.columns[i]
		if k.dead || k.from != "" {
			continue
		}
		if k.gain() < minWeight {
			k.dead, dropped = true, true
			continue
		}
		alive = append(alive, i)
	}
	room := max(0, l.cfg.MaxEntries-len(l.cfg.Base.Entries))
	if len(alive) > room {
		slices.SortStableFunc(alive, func(a, b int) int {
			x, y := &l.columns[a], &l.columns[b]
			return cmp.Compare(y.gain()*math.Sqrt(float64(len(y.rows))), x.gain()*math.Sqrt(float64(len(x.rows))))
		})
		for _, i := range alive[room:] {
			l.columns[i].dead = true
		}
		dropped = true
	}
	return dropped
}

// gain is the largest weight of a column, in thousandths.
func (k *column) gain() float64 {
	most := 0.0
	for _, w := range k.weights {
		most = math.Max(most, math.Abs(w)*1000)
	}
	return most
}

// lexicon writes down what was learned: the lines of the base in their order,
// then the new ones by name.
func (l *learner) lexicon() *Lexicon {
	out := *l.cfg.Base
	byWord := map[string]*column{}
	var fresh []*column
	for i := range l.columns {
		k := &l.columns[i]
		byWord[k.word] = k
		if k.from == "" && !k.dead && !strings.HasPrefix(k.word, featurePrefix) && k.gain() >= minWeight {
			fresh = append(fresh, k)
		}
	}
	out.Entries = nil
	have := map[string]bool{}
	for _, e := range l.cfg.Base.Entries {
		have[e.Word] = true
		if k := byWord[e.Word]; k != nil && (!k.dead || e.Word == featureWords[bias]) {
			e.Weights = l.weights(k, byWord)
		}
		e.Line = 0
		out.Entries = append(out.Entries, e)
	}
	slices.SortFunc(fresh, func(a, b *column) int { return cmp.Compare(a.word, b.word) })
	for _, k := range fresh {
		if !have[k.word] {
			out.Entries = append(out.Entries, Entry{Word: k.word, Weights: l.weights(k, byWord), From: l.cfg.From})
		}
	}
	return &out
}

// weights rounds the weights of a column. What stands in a "not:" line replaces
// the half opposite of its entry, so that is added.
func (l *learner) weights(k *column, byWord map[string]*column) (w Weights) {
	of := k.weights
	if k.word == featureWords[bias] {
		of = l.learned
	}
	if plain, ok := strings.CutPrefix(k.word, notPrefix); ok {
		if p := byWord[plain]; p != nil {
			for t := range of {
				of[t] -= p.weights[t] / 2
			}
		}
	}
	for t := range w {
		w[t] = int(math.Round(1000 * math.Max(-maxWeight/1000, math.Min(maxWeight/1000, of[t]))))
	}
	return w
}

// candidates returns the words and phrases of the samples that may become
// entries, in the order of their names.
func (l *learner) candidates(known map[string]bool) ([]Entry, error) {
	reader, err := New(Config{Lexicons: []*Lexicon{{Name: l.cfg.Base.Name, Language: l.cfg.Base.Language, Openers: l.cfg.Base.Openers}}, Brands: l.cfg.Brands})
	if err != nil {
		return nil, err
	}
	counts := counter{counts: map[string]*count{}}
	s := newScratch(reader)
	for i := range l.samples {
		s.observe(reader, l.samples[i].Text, l.cfg.Base.Language)
		counts.text(s, i+1)
	}
	var out []Entry
	for key, c := range counts.counts {
		words := strings.Count(key, " ")
		if c.texts < l.cfg.MinCount+words || known[key] || c.prefix && (c.forms < 2 || c.texts < l.cfg.MinCount+1) {
			continue
		}
		if p, err := parsePattern(key); err != nil || p.String() != key {
			continue
		}
		out = append(out, Entry{Word: key})
	}
	slices.SortFunc(out, func(a, b Entry) int { return cmp.Compare(a.Word, b.Word) })
	return out, nil
}

// counter counts in how many texts words and phrases stand.
type counter struct {
	counts map[string]*count
}

type count struct {
	texts  int
	last   int    // the text that was counted last
	prefix bool   // of a prefix:
	form   string // a word that begins so
	forms  int    // 2 if there is another
}

const (
	maxPhrase = 3 // words of a phrase that is learned
	minPrefix = 4 // letters of a prefix that is learned
	maxPrefix = 6
)

func (c *counter) text(s *scratch, text int) {
	for i := range s.tokens {
		key := ""
		for j := i; j < i+maxPhrase && (j == i || s.goesOn(j)); j++ {
			t := &s.tokens[j]
			if t.kind == handle || t.kind == link || t.flags&branded != 0 {
				break
			}
			w := string(s.buf[t.from:t.to])
			if t.kind == hashtag {
				w = w[1:]
			}
			if j > i {
				key += " "
			}
			key += w
			c.add(key, text)
			if t := &s.tokens[i]; t.flags&opening != 0 && j <= i+1 {
				c.add("^"+key, text)
			}
			if j == i && t.kind == word && t.flags&high == 0 {
				c.prefixes(w, text)
			}
		}
	}
}

func (c *counter) add(key string, text int) *count {
	k := c.counts[key]
	if k == nil {
		k = &count{}
		c.counts[key] = k
	}
	if k.last != text {
		k.texts++
		k.last = text
	}
	return k
}

func (c *counter) prefixes(w string, text int) {
	for n := minPrefix; n <= maxPrefix && n < len(w); n++ {
		k := c.add(fmt.Sprintf("%s%c", w[:n], wild), text)
		k.prefix = true
		switch {
		case k.forms == 0:
			k.form, k.forms = w, 1
		case k.form != w:
			k.forms = 2
		}
	}
}
