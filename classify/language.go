package classify

import (
	"embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed lexicons/languages.tsv
var languageFile embed.FS

// How much a word says for a language, by the number of languages that share
// it, and what else speaks for one.
const (
	aloneEvidence  = 4
	pairEvidence   = 2
	sharedEvidence = 1
	endingEvidence = 1
	letterEvidence = 3
	hintEvidence   = 4
	minEvidence    = 2
	// evidenceWords bounds the words that are looked at, so that eight bits a
	// language hold the sum: a word and its letters say 7 at most.
	evidenceWords = 36
)

// lanes is a sum for each of up to 24 languages, eight bits each: adding the
// evidence of a word is three additions.
type lanes [3]uint64

func (l *lanes) add(m *lanes) { l[0] += m[0]; l[1] += m[1]; l[2] += m[2] }

func (l *lanes) at(i int) int { return int(l[i/8] >> (8 * (i % 8)) & 0xFF) }

func lane(i, evidence int) (l lanes) {
	l[i/8] = uint64(evidence) << (8 * (i % 8))
	return l
}

// languages knows the words and letters by which languages are told apart.
type languages struct {
	names []string
	words map[string]lanes
	// endings is the evidence of the ends of words that no language has among
	// its words, by their bytes: endingLanes[endings.get(…)].
	endings     table
	endingLanes []lanes
	// letters is the evidence of the letters from U+00C0 to U+024F.
	letters [0x250 - 0xC0]lanes
}

// tellingLetters are letters that few languages use.
var tellingLetters = map[string]string{
	"de": "äöüß", "fr": "éèêàçùûôîœë", "es": "ñáíóú", "it": "èàòùì", "pt": "ãõçáêâóú", "sv": "åäö",
	"da": "æøå", "no": "æøå", "fi": "äö", "pl": "łążęśćńźó", "tr": "ışğüöç", "ro": "ăâîșț", "cs": "řěščžýáíéů",
	"hu": "őűáéöüó", "ca": "çàèéíòóú", "hr": "čćšžđ", "vi": "ăâđêôơư",
}

var knownLanguages = sync.OnceValue(func() *languages {
	l := &languages{words: map[string]lanes{}, endings: newTable(), endingLanes: make([]lanes, 1)}
	data, err := languageFile.ReadFile("lexicons/languages.tsv")
	if err != nil {
		panic("classify: " + err.Error())
	}
	sharers := map[string][]int{}
	for line := range strings.Lines(string(data)) {
		name, words, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			continue
		}
		for _, w := range strings.Fields(words) {
			if n := len(sharers[w]); n == 0 || sharers[w][n-1] != len(l.names) {
				sharers[w] = append(sharers[w], len(l.names))
			}
		}
		l.names = append(l.names, name)
	}
	for w, in := range sharers {
		if ending, ok := strings.CutPrefix(w, "-"); ok {
			l.endings.put(pack([]byte(ending+zeros), len(ending)), uint32(len(l.endingLanes)))
			l.endingLanes = append(l.endingLanes, spread(in, endingEvidence))
			continue
		}
		evidence := sharedEvidence
		switch len(in) {
		case 1:
			evidence = aloneEvidence
		case 2:
			evidence = pairEvidence
		}
		l.words[w] = spread(in, evidence)
	}
	l.readLetters()
	return l
})

func (l *languages) readLetters() {
	for r := range l.letters {
		var in []int
		for i, name := range l.names {
			if strings.ContainsRune(tellingLetters[name], rune(r+0xC0)) {
				in = append(in, i)
			}
		}
		if len(in) > 0 {
			l.letters[r] = spread(in, max(1, letterEvidence-len(in)/2))
		}
	}
}

func spread(in []int, evidence int) (sum lanes) {
	for _, i := range in {
		one := lane(i, evidence)
		sum.add(&one)
	}
	return sum
}

// evidence is what the tokens of one text say about its language.
type evidence struct {
	lanes lanes
	// latin and other count the words in Latin letters and in others;
	// script is the language that the last of the others is mostly used for.
	latin, other int
	script       string
}

// look collects the evidence. of is that of tokens, by what they tell.
func (e *evidence) look(r *reading, of []lanes, known *languages) {
	*e = evidence{}
	budget := evidenceWords
	for i := range r.tokens[:r.main] {
		t := &r.tokens[i]
		if t.kind != word || class[r.buf[t.from]] == isDigit {
			continue
		}
		telling := false
		if t.flags&high == 0 {
			e.latin++
		} else if budget > 0 {
			telling = e.letters(r.buf[t.from:t.to], &known.letters)
		}
		if budget == 0 {
			continue
		}
		e.lanes.add(&of[t.tells])
		if t.tells != 0 || telling {
			budget--
		}
	}
}

// tells returns where the evidence of a word stands: that of itself, or of its
// end. sym is its number.
func (c *Classifier) tells(sym uint32, w []byte) uint16 {
	if sym != 0 && sym <= c.telling {
		return uint16(sym)
	}
	if i := c.known.ending(w); i != 0 {
		return uint16(c.telling) + i
	}
	return 0
}

// ending returns where the evidence of the end of w stands in endingLanes, 0 for
// none.
func (l *languages) ending(w []byte) uint16 {
	for _, n := range [...]int{5, 4, 3} { // three letters, of which two may be above ASCII; or five
		if len(w) < n+1 {
			continue
		}
		end := w[len(w)-n:]
		if i := l.endings.get(pack(end[:8], n)); i != 0 {
			return uint16(i)
		}
	}
	return 0
}

// letters looks at the first telling letter of w and reports whether it found
// one.
func (e *evidence) letters(w []byte, letters *[0x250 - 0xC0]lanes) bool {
	for i := 0; i < len(w); {
		c, size := utf8.DecodeRune(w[i:])
		i += size
		if c < 0xC0 {
			continue
		}
		if c >= 0x250 {
			if s := scriptLanguage(c); s != "" {
				e.other++
				if e.script != "ja" || s != "zh" { // Japanese writes Han, too
					e.script = s
				}
				return false
			}
			continue
		}
		if l := letters[c-0xC0]; l != (lanes{}) {
			e.latin++
			e.lanes.add(&l)
			return true
		}
	}
	e.latin++
	return false
}

// decide returns the language, "" if it cannot be told. hint is what the
// platform says.
func (l *languages) decide(e *evidence, hint string) string {
	if e.other > e.latin {
		if hint != "" && strings.Contains(" "+sameScript[e.script]+" ", " "+hint+" ") {
			return hint
		}
		return e.script
	}
	best, second, top := 0, 0, -1
	hinted := slices.Index(l.names, hint)
	for i := range l.names {
		score := e.lanes.at(i)
		if i == hinted {
			score += hintEvidence
		}
		if score > best {
			best, second, top = score, best, i
		} else if score > second {
			second = score
		}
	}
	switch {
	case hint != "" && hinted < 0 && best < 2*hintEvidence && sameScriptAsLatin(hint):
		return hint // a language that we know no words of
	case best >= minEvidence && best > second:
		return l.names[top]
	case hint != "" && (e.latin == 0 || sameScriptAsLatin(hint)):
		return hint
	}
	return ""
}
