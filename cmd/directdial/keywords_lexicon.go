package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

// line is one line of a lexicon, with where it stands.
type line struct {
	at, key  string
	language string
	own      bool
	idle     string
	classify.Entry
}

// lexiconLines are the words and phrases of all lexicons, in the order in which
// the later override. Features are no lines that somebody would take out.
func lexiconLines(d *directdial.Directory) []line {
	own, err := classify.ParseLexicons(d.Lexicons)
	if err != nil {
		own = nil // check refuses such a configuration
	}
	shipped := classify.Shipped()
	var all []line
	last := map[string]int{} // the line before of the same, by language and key
	for i, l := range append(shipped, own...) {
		for _, e := range l.Entries {
			key, err := classify.Key(e.Word)
			if err != nil || strings.HasPrefix(key, "feature:") {
				continue
			}
			n := line{at: fmt.Sprintf("%s:%d", l.Name, e.Line), key: key, language: l.Language, own: i >= len(shipped), Entry: e}
			if before, again := last[l.Language+" "+key]; again && n.own {
				switch other := &all[before]; {
				case other.Weights == e.Weights:
					n.idle = "says what " + other.at + " says already"
				case other.own:
					other.idle = n.at + " says something else, and counts"
				}
			}
			last[l.Language+" "+key] = len(all)
			all = append(all, n)
		}
	}
	return all
}

// lexiconUses says of the keywords of tags in which line they stand, and adds
// the lines that told nothing.
func (x deskView) lexiconUses(ctx context.Context, d *directdial.Directory, uses *directdial.KeywordUses) error {
	seen, err := x.seen(ctx, d)
	if err != nil {
		return err
	}
	told := map[string][]int{} // places in uses, by key
	for i := range uses.Uses {
		if u := &uses.Uses[i]; strings.HasPrefix(u.For, "tag:") {
			if key, err := classify.Key(u.Word); err == nil {
				told[key] = append(told[key], i)
			}
		}
	}
	lines := lexiconLines(d)
	counts := counting(lines, seen, uses.Heard)
	for i, l := range lines {
		var where []int
		if counts[l.key] == i {
			where = told[l.key]
		}
		for _, i := range where {
			u := &uses.Uses[i]
			u.Lexicon, u.Own, u.Language, u.Seen = l.at, l.own, l.language, seen[l.language+" "+l.key]
		}
		if len(where) > 0 {
			continue
		}
		uses.Uses = append(uses.Uses, directdial.KeywordUse{
			Word: l.Word, For: "lexicon:" + l.language, Lexicon: l.at, Own: l.own, Language: l.language,
			Idle: l.idle, Seen: seen[l.language+" "+l.key],
		})
	}
	return nil
}

// counting says for each key which line what was told by it is put down to. Of one
// language that is the last that has an effect. What was told has no language, and
// many a word stands in lexicons of two: it is put down to the one whose texts have
// it most, else to that of which most was heard.
func counting(lines []line, seen, heard map[string]int) map[string]int {
	at := map[string]int{}
	for i := range lines {
		l := &lines[i]
		before, known := at[l.key]
		switch {
		case l.idle != "":
		case !known, lines[before].language == l.language:
			at[l.key] = i
		default:
			of := lines[before].language
			if cmp.Or(cmp.Compare(seen[l.language+" "+l.key], seen[of+" "+l.key]), cmp.Compare(heard[l.language], heard[of])) > 0 {
				at[l.key] = i
			}
		}
	}
	return at
}

// seen counts in how many of the newest mentions whose words are kept each line
// of a lexicon is found, by language and key.
func (x deskView) seen(ctx context.Context, d *directdial.Directory) (map[string]int, error) {
	c, err := newClassifier(d)
	if err != nil {
		return nil, err
	}
	keys := map[string]string{} // of words as they stand in lexicons
	seen := map[string]int{}
	return seen, x.newest(ctx, newestTexts, func(_ directdial.MentionRecord, m *directdial.Mention) {
		j := c.Judge(m.Text, m.Lang)
		once := map[string]bool{}
		for _, tag := range j.Tags {
			for _, k := range tag.Keywords {
				word := k.Word
				if k.Negated {
					word = "not:" + word
				}
				key, known := keys[word]
				if !known {
					key, _ = classify.Key(word)
					keys[word] = key
				}
				if key = j.Language + " " + key; !once[key] {
					once[key] = true
					seen[key]++
				}
			}
		}
	})
}
