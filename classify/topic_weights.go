package classify

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/directdial/directdial"
)

// Weights of topics stand in a file of tab-separated values, written by
// WriteTopicWeights:
//
//	# source: where they come from
//	topic	entry	weight
//	billing	feature:bias	-3210
//	billing	charged twice	2410
//
// An entry is a word or phrase (see parsePattern), or feature:bias, from which
// every text starts. Weights are thousandths of the logarithm of the odds.

// topicColumnsLine is the line that names the columns.
const topicColumnsLine = "topic\tentry\tweight"

// maxTopicBase bounds what every text starts from: a topic of many words may
// start from far below.
const maxTopicBase = 100_000

// WriteTopicWeights writes the weights of topics, by topic, then by entry.
func WriteTopicWeights(w io.Writer, topics []directdial.Topic, sources ...string) error {
	var b bytes.Buffer
	for _, s := range sources {
		fmt.Fprintf(&b, "# source: %s\n", s)
	}
	b.WriteString(topicColumnsLine + "\n")
	for _, t := range slices.SortedFunc(slices.Values(topics), func(a, b directdial.Topic) int { return cmp.Compare(a.Name, b.Name) }) {
		if t.Weights == nil {
			continue
		}
		fmt.Fprintf(&b, "%s\t%s\t%d\n", t.Name, featureWords[bias], t.Weights.Base)
		for _, word := range slices.Sorted(maps.Keys(t.Weights.Keywords)) {
			fmt.Fprintf(&b, "%s\t%s\t%d\n", t.Name, word, t.Weights.Keywords[word])
		}
	}
	_, err := b.WriteTo(w)
	return err
}

// WithWeights returns topics with the weights that files give them; of two
// files the later counts for a topic. Errors are joined, each a *LineError, of
// kind Invalid, beyond twenty of a file only counted; the topics are usable then, too, without what is wrong.
func WithWeights(topics []directdial.Topic, files []directdial.File) ([]directdial.Topic, error) {
	out := slices.Clone(topics)
	var errs []error
	for _, f := range files {
		p := weightsParser{file: f.Name, topics: out, read: map[int]*topicLines{}}
		errs = append(errs, p.parse(f.Text)...)
		for i, t := range p.read {
			out[i].Weights = &t.weights
		}
	}
	if len(errs) > 0 {
		return out, &directdial.Error{Kind: directdial.Invalid, Err: errors.Join(errs...)}
	}
	return out, nil
}

type weightsParser struct {
	file   string
	topics []directdial.Topic
	read   map[int]*topicLines // by the place of the topic
}

// topicLines is what one file says of a topic.
type topicLines struct {
	weights directdial.TopicWeights
	first   int            // its first line
	based   int            // the line of its base, 0 if there is none yet
	seen    map[string]int // the line of each entry, by its normal form
}

func (p *weightsParser) parse(text string) []error {
	errs := lineErrors{file: p.file}
	fail := errs.add
	named, n := false, 0
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		n++
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.TrimSpace(line) == "", line == "#", strings.HasPrefix(line, "# "):
		case !named:
			if named = true; line != topicColumnsLine {
				fail(n, fmt.Errorf("the columns are %q, want topic, entry and weight, with tabs between", line))
				return errs.all()
			}
		default:
			if err := p.line(strings.Split(line, "\t"), n); err != nil {
				fail(n, err)
			}
		}
	}
	if !named {
		fail(max(1, n), errors.New("the line that names the columns is missing: topic, entry, weight"))
	}
	for _, i := range slices.Sorted(maps.Keys(p.read)) {
		if t := p.read[i]; t.based == 0 {
			fail(t.first, fmt.Errorf("the topic %s has no line %s: what every text starts from", p.topics[i].Name, featureWords[bias]))
			delete(p.read, i)
		}
	}
	return errs.all()
}

func (p *weightsParser) line(fields []string, n int) error {
	if len(fields) != 3 {
		return fmt.Errorf("%d fields, want topic, entry and weight, with tabs between", len(fields))
	}
	name, entry := fields[0], strings.TrimSpace(fields[1])
	i := slices.IndexFunc(p.topics, func(t directdial.Topic) bool { return t.Name == name })
	switch {
	case name == directdial.Harm:
		return fmt.Errorf("the topic %s is built in and has no learned weights: what it finds must not depend on data", name)
	case i < 0:
		return fmt.Errorf("there is no topic %q in the configuration", name)
	}
	limit := maxWeight
	if entry == featureWords[bias] {
		limit = maxTopicBase
	}
	weight, err := strconv.Atoi(fields[2])
	if err != nil || weight < -limit || weight > limit {
		return fmt.Errorf("weight %q of %q is not a whole number from %d to %d", fields[2], entry, -limit, limit)
	}
	t := p.read[i]
	if t == nil {
		t = &topicLines{first: n, seen: map[string]int{}, weights: directdial.TopicWeights{Keywords: map[string]int{}}}
		p.read[i] = t
	}
	return t.add(entry, weight, n)
}

// add notes one line of a topic.
func (t *topicLines) add(entry string, weight, line int) error {
	if entry == featureWords[bias] {
		if t.based > 0 && t.weights.Base != weight {
			return fmt.Errorf("%s stands in line %d with another weight", entry, t.based)
		}
		t.weights.Base, t.based = weight, line
		return nil
	}
	if strings.HasPrefix(entry, featurePrefix) || strings.HasPrefix(entry, notPrefix) {
		return fmt.Errorf("entry %q: of topics only words, phrases and %s have a weight", entry, featureWords[bias])
	}
	key, err := entryKey(entry)
	if err != nil {
		return fmt.Errorf("entry %q: %w", entry, err)
	}
	if first, again := t.seen[key]; again {
		if t.weights.Keywords[key] != weight {
			return fmt.Errorf("entry %q stands in line %d with another weight", entry, first)
		}
		return nil
	}
	t.seen[key] = line
	t.weights.Keywords[key] = weight
	return nil
}
