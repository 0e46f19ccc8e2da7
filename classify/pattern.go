package classify

import (
	"errors"
	"fmt"
	"strings"
	"sync"
)

// Bounds of one entry. They bound what a text can cost.
const (
	maxPatternWords = 12
	maxGaps         = 2
	gapWords        = 3 // what a '*' alone stands for: up to that many words
)

// pattern is an entry of a lexicon, topic or brand in the form it is matched in.
type pattern struct {
	opening bool // "^how": only where a sentence begins
	words   []patternWord
}

// patternWord is one word of a pattern, as a key of the vocabulary.
type patternWord struct {
	key  string // with its sign; a prefix ends in wild
	kind kind
	gap  bool // up to gapWords arbitrary words stand before it
	// loose says that the word is found in other forms, too.
	loose bool
}

// parsePattern reads an entry as people write it:
//
//	refund              a word, in any case
//	charged twice       words in this order, in one sentence
//	charg*              any word that begins so
//	charged * times     up to three words between
//	@acme #acme         exactly this handle or hashtag
//	^is there           only where a sentence begins
func parsePattern(entry string) (pattern, error) {
	var p pattern
	s := strings.TrimSpace(entry)
	if rest, ok := strings.CutPrefix(s, "^"); ok && rest != "" && emoticonAt([]byte(s), false) == 0 {
		p.opening, s = true, rest
	}
	gap, gaps := false, 0
	for _, piece := range strings.Fields(s) {
		if piece == string(wild) {
			switch {
			case len(p.words) == 0:
				return p, errors.New("'*' alone must stand between words")
			case gap:
				return p, errors.New("two '*' in a row; one stands for up to three words")
			}
			gap = true
			gaps++
			continue
		}
		words, err := parsePiece(piece)
		if err != nil {
			return p, err
		}
		words[0].gap, gap = gap, false
		p.words = append(p.words, words...)
	}
	switch {
	case len(p.words) == 0:
		return p, errors.New("is empty")
	case gap:
		return p, errors.New("'*' alone must stand between words")
	case gaps > maxGaps:
		return p, fmt.Errorf("has %d '*' alone, at most %d are allowed", gaps, maxGaps)
	case len(p.words) > maxPatternWords:
		return p, fmt.Errorf("has %d words, at most %d are allowed", len(p.words), maxPatternWords)
	}
	return p, nil
}

// readings are what entries are read with: there may be very many entries.
var readings = sync.Pool{New: func() any { return new(reading) }}

// parsePiece reads what stands between two spaces of an entry: usually one
// word, sometimes several ("wi-fi").
func parsePiece(piece string) ([]patternWord, error) {
	stem, prefix := strings.CutSuffix(piece, string(wild))
	if emoticonAt([]byte(strings.ToLower(piece)), false) == len(piece) {
		stem, prefix = piece, false // ":*" is a kiss
	}
	if strings.ContainsRune(stem, wild) {
		return nil, fmt.Errorf("'*' may only end a word or stand alone, not as in %q", piece)
	}
	r := readings.Get().(*reading)
	defer readings.Put(r)
	r.read(stem)
	if len(r.tokens) == 0 {
		return nil, fmt.Errorf("%q holds no word", piece)
	}
	words := make([]patternWord, 0, len(r.tokens))
	for _, t := range r.tokens[:r.main] {
		if t.kind == link {
			return nil, fmt.Errorf("%q is an address; the words of addresses are not matched", piece)
		}
		key := string(r.buf[t.from:t.to])
		if len(key) >= maxWordLen {
			return nil, fmt.Errorf("the word %q is longer than %d bytes", piece, maxWordLen-1)
		}
		words = append(words, patternWord{key: key, kind: t.kind})
	}
	if prefix {
		last := &words[len(words)-1]
		if last.kind != word || len(last.key) < 2 {
			return nil, fmt.Errorf("%q is too short: two letters must stand before '*'", piece)
		}
		last.key += string(wild)
	}
	return words, nil
}

// joined returns the words written as one, as in a handle or a hashtag; false
// for a pattern that is more than words.
func (p pattern) joined() (string, bool) {
	var b strings.Builder
	for _, w := range p.words {
		if w.kind != word || w.gap || strings.HasSuffix(w.key, string(wild)) {
			return "", false
		}
		b.WriteString(w.key)
	}
	return b.String(), !p.opening && b.Len() < maxWordLen-1
}

// String is the normal form: two entries with the same are one.
func (p pattern) String() string {
	var b strings.Builder
	if p.opening {
		b.WriteByte('^')
	}
	for i, w := range p.words {
		if i > 0 {
			b.WriteByte(' ')
		}
		if w.gap {
			b.WriteString("* ")
		}
		b.WriteString(w.key)
	}
	return b.String()
}
