package classify

import "fmt"

// families are the keywords of a topic by their stems: "refund" and "refunds"
// count once however often a text says either.
type families map[string]uint32

// of returns the number of the first keyword that p is a form of in some
// language, number if p is it.
func (f families) of(p topicPattern, number uint32) uint32 {
	first := number
	keys := familyKeys(p)
	for _, key := range keys {
		if have, ok := f[key]; ok {
			first = min(first, have)
		}
	}
	for _, key := range keys {
		if _, ok := f[key]; !ok {
			f[key] = first
		}
	}
	return first
}

// familyKeys returns what the forms of p have in common, in each language.
func familyKeys(p topicPattern) (keys [len(stemmers)]string) {
	for i := range keys {
		keys[i] = fmt.Sprint(stemmers[i].language, p.opening, p.within)
	}
	var forms []stem
	for _, words := range [][]patternWord{p.words, p.near.words} {
		for _, w := range words {
			forms = append(forms[:0], stem{"=" + w.key, everyStemming})
			if w.loose {
				forms = stems(forms, w.key, everyStemming)
			}
			for i := range keys {
				for _, s := range forms {
					if s.in>>i&1 != 0 {
						keys[i] += " " + s.stem
					}
				}
			}
		}
		for i := range keys {
			keys[i] += " ~"
		}
	}
	return keys
}
