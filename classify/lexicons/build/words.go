package main

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/directdial/directdial/classify"
)

// opinion is what the word lists say about one word, each from -1 to 1.
type opinion struct {
	word  string
	sum   float64
	lists int
	names []string
}

// opinions reads the three word lists in dir and returns the words on which at
// least two agree, by name.
func opinions(dir string) ([]opinion, error) {
	all := map[string]*opinion{}
	add := func(list, word string, value float64) {
		o := all[word]
		if o == nil {
			o = &opinion{word: word}
			all[word] = o
		}
		if !slices.Contains(o.names, list) {
			o.sum += value
			o.lists++
			o.names = append(o.names, list)
		}
	}
	for _, list := range []struct {
		name, file string
		column     int     // of the value; 0: the file has words only
		scale      float64 // what makes it -1 to 1; the value itself if column is 0
	}{
		{"vader", "vader_lexicon.txt", 1, 0.25},
		{"afinn", "AFINN-en-165.txt", 1, 0.2},
		{"huliu", "huliu_negative-words.txt", 0, -0.5},
		{"huliu", "huliu_positive-words.txt", 0, 0.5},
	} {
		data, err := os.ReadFile(filepath.Join(dir, list.file))
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(data)) {
			fields := strings.Split(strings.TrimSpace(line), "\t")
			if fields[0] == "" || strings.HasPrefix(fields[0], ";") {
				continue
			}
			value := 1.0
			if list.column > 0 {
				if value, err = strconv.ParseFloat(fields[list.column], 64); err != nil {
					return nil, fmt.Errorf("%s: %q: %w", list.file, line, err)
				}
			}
			add(list.name, fields[0], value*list.scale)
		}
	}
	var agreed []opinion
	for _, o := range all {
		if o.lists >= 2 && math.Abs(o.sum)/float64(o.lists) >= 0.3 {
			agreed = append(agreed, *o)
		}
	}
	slices.SortFunc(agreed, func(a, b opinion) int { return cmp.Compare(a.word, b.word) })
	return agreed, nil
}

// strength is what a word of full strength adds to the tags. A bad word is
// seldom a complaint alone, a good one more often praise.
type strength struct {
	badToComplaint, badToPraise   float64
	goodToComplaint, goodToPraise float64
}

// The numbers were chosen by how well tags are told on what is not held out of
// the development sets: the English by five of tweets, the Swedish by reviews.
var (
	english = strength{badToComplaint: 1400, badToPraise: -1000, goodToComplaint: -400, goodToPraise: 800}
	swedish = strength{badToComplaint: 900, badToPraise: -600, goodToComplaint: -700, goodToPraise: 1500}
)

// entry turns an opinion into a line of the lexicon.
func (o opinion) entry(full strength) classify.Entry {
	share := math.Min(1, math.Abs(o.sum)/float64(o.lists)/0.6)
	e := classify.Entry{Word: o.word, From: strings.Join(o.names, "+")}
	if o.sum < 0 {
		e.Weights[0], e.Weights[2] = tens(full.badToComplaint*share), tens(full.badToPraise*share)
	} else {
		e.Weights[0], e.Weights[2] = tens(full.goodToComplaint*share), tens(full.goodToPraise*share)
	}
	return e
}

// tens rounds to tens: the lists know no more.
func tens(w float64) int { return 10 * int(math.Round(w/10)) }
