package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/directdial/directdial/classify"
)

//go:embed hand.sv.tsv
var handSwedish []byte

// buildSwedish makes lexicons/sv.tsv: the entries written by hand, and the words
// of the one list there is.
func buildSwedish(data, out string) error {
	lexicon, err := classify.ParseLexicon("hand.sv.tsv", handSwedish)
	if err != nil {
		return err
	}
	words, err := afinn(filepath.Join(data, "lexicons", "AFINN-sv-165.txt"))
	if err != nil {
		return err
	}
	lexicon = withWords(lexicon, words, swedish)
	lexicon.Sources = append(lexicon.Sources, "word list: AFINN-sv-165 (Finn Årup Nielsen, Apache-2.0)")
	var b bytes.Buffer
	if _, err := lexicon.WriteTo(&b); err != nil {
		return err
	}
	return os.WriteFile(out, b.Bytes(), 0o644)
}

// afinn reads a list whose lines are a word, a tab and its value from -5 to 5.
// Translated from English, it holds some words several times: their mean counts.
func afinn(name string) ([]opinion, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var words []opinion
	at := map[string]int{}
	for line := range strings.Lines(string(data)) {
		word, number, _ := strings.Cut(strings.TrimSpace(line), "\t")
		value, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return nil, fmt.Errorf("%s: %q: %w", filepath.Base(name), line, err)
		}
		i, ok := at[word]
		if !ok {
			i = len(words)
			at[word] = i
			words = append(words, opinion{word: word, names: []string{"afinn"}})
		}
		words[i].sum += value / 5
		words[i].lists++
	}
	telling := words[:0]
	for _, o := range words {
		if math.Abs(o.sum)/float64(o.lists) >= 0.3 {
			telling = append(telling, o)
		}
	}
	return telling, nil
}
