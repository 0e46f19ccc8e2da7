// Record measures what ships on the fifth of each development set that nothing
// was learned from, beside the baselines, and writes it down as a document. The
// sets do not come with the project; where they are not, it does nothing. No
// text of theirs gets into the document.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/directdial/directdial/classify"
	"github.com/directdial/directdial/classify/baseline"
	"github.com/directdial/directdial/classify/evaluation"
)

func main() {
	data := flag.String("data", "../../../shared/data/dev", "folder with the development sets")
	out := flag.String("out", "../../docs/classifier.md", "document to write")
	picture := flag.String("picture", "../../docs/pictures/classifier.svg", "picture to write")
	flag.Parse()
	if _, err := os.Stat(*data); errors.Is(err, os.ErrNotExist) {
		fmt.Fprintf(os.Stderr, "record: %s is not here, %s stays as it is\n", *data, *out)
		return
	}
	if err := record(*data, *out, *picture); err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

// measured is what came out for one set.
type measured struct {
	set
	fifth figures // on the fifth that nobody looked at
	whole figures // on all of it
}

// figures are those of what ships and of what was learned, each beside the
// baselines; nil where it was learned from what is measured.
type figures struct{ shipped, learned *evaluation.Report }

func record(data, out, picture string) error {
	all, err := measureAll(data)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := write(&b, all); err != nil {
		return err
	}
	if err := os.WriteFile(out, b.Bytes(), 0o644); err != nil {
		return err
	}
	return os.WriteFile(picture, evaluation.PlotMacroF1("Macro-F1 of the deciding tag, with 95 % intervals", rows(all)), 0o644)
}

func measureAll(data string) ([]measured, error) {
	shipped, err := classify.New(classify.Config{Brands: brands})
	if err != nil {
		return nil, err
	}
	var baselines []evaluation.Teller
	for _, name := range baseline.Names() {
		tell, err := baseline.Named(name)
		if err != nil {
			return nil, err
		}
		baselines = append(baselines, evaluation.OfTags(name, tell))
	}
	var all []measured
	for _, s := range sets() {
		samples, err := s.read(data)
		if err != nil {
			return nil, err
		}
		_, unseen := parts(samples, heldOut)
		m := measured{set: s}
		who := evaluation.OfClassifier("shipped", shipped)
		var beside []evaluation.Teller
		if s.language == "en" { // they know no other
			beside = baselines
		}
		m.fifth.shipped = evaluation.Run(evaluation.Config{}, unseen, who, beside...)
		if !s.fitted {
			m.whole.shipped = evaluation.Run(evaluation.Config{}, samples, who, beside...)
		}
		if s.turns > 0 {
			learned, err := learn(s, samples)
			if err != nil {
				return nil, err
			}
			m.fifth.learned = evaluation.Run(evaluation.Config{}, unseen, learned, beside...)
			if s.turns == folds {
				m.whole.learned = evaluation.Run(evaluation.Config{}, samples, learned, beside...)
			}
		}
		fmt.Fprintf(os.Stderr, "%s: %d samples\n", s.title, len(unseen))
		all = append(all, m)
	}
	return all, nil
}

// learn does what "directdial learn lexicon" does, for each fifth with the other
// four: who tells of a text has not seen it.
func learn(s set, samples []classify.Sample) (evaluation.Teller, error) {
	base, err := start(s.language)
	if err != nil {
		return evaluation.Teller{}, err
	}
	cfg := classify.DefaultLearnConfig(base)
	cfg.Brands = brands
	var by [folds]*classify.Classifier
	for turn := range s.turns {
		fifth := (heldOut + turn) % folds
		seen, _ := parts(samples, fifth)
		l, err := classify.Learn(cfg, seen)
		if err != nil {
			return evaluation.Teller{}, err
		}
		if by[fifth], err = classify.New(classify.Config{Lexicons: []*classify.Lexicon{l}, Brands: brands}); err != nil {
			return evaluation.Teller{}, err
		}
	}
	return evaluation.Teller{Name: "learned", Scores: true, Tell: func(text, lang string) classify.Judgement {
		return by[classify.Fold(text, folds)].Judge(text, lang)
	}}, nil
}

// handWritten are the English entries as they are before weights are fitted.
const handWritten = "../lexicons/build/hand.tsv"

// start is what ships of a language, in English less what was fitted to two of
// the sets: who starts from weights that have seen the samples takes them for
// surer than they are.
func start(language string) (*classify.Lexicon, error) {
	shipped := classify.Shipped()
	ships := shipped[slices.IndexFunc(shipped, func(l *classify.Lexicon) bool { return l.Language == language })]
	if language != "en" {
		return ships, nil
	}
	data, err := os.ReadFile(handWritten)
	if err != nil {
		return nil, err
	}
	l, err := classify.ParseLexicon(filepath.Base(handWritten), data)
	if err != nil {
		return nil, err
	}
	for _, e := range ships.Entries {
		if e.From != "hand" && e.From != "tac+nlupp" {
			l.Entries = append(l.Entries, e)
		}
	}
	return l, nil
}

// rows are what the picture shows.
func rows(all []measured) (out []evaluation.Row) {
	add := func(name string, r *evaluation.Report, ours bool) {
		out = append(out, evaluation.Row{Name: name, Value: r.Classes.MacroF1, Interval: r.Intervals.Classes, Ours: ours})
	}
	for _, m := range all {
		out = append(out, evaluation.Row{Head: m.title})
		if m.fifth.learned != nil {
			add("learned", m.fifth.learned, true)
		}
		add("shipped", m.fifth.shipped, true)
		for _, c := range m.fifth.shipped.Comparisons {
			out = append(out, evaluation.Row{Name: c.With, Value: c.Evaluation.Classes.MacroF1, Interval: c.Intervals.Classes})
		}
	}
	return out
}
