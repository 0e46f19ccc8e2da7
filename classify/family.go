package classify

import "strconv"

// families are the keywords of topics by their stems: "refund" and "refunds"
// of one topic count once however often a text says either.
type families struct {
	first map[string]uint32 // by topic, language and stems
	stems map[string][]stem // of the words so far, which many keywords share
}

func newFamilies() families {
	return families{first: map[string]uint32{}, stems: map[string][]stem{}}
}

// of returns the number of the first keyword of a topic that p is a form of in
// some language, number if p is it.
func (f families) of(topic int, p topicPattern, number uint32) uint32 {
	first := number
	keys := f.keys(topic, p)
	for i := range keys {
		if have, ok := f.first[string(keys[i])]; ok {
			first = min(first, have)
		}
	}
	for i := range keys {
		if _, ok := f.first[string(keys[i])]; !ok {
			f.first[string(keys[i])] = first
		}
	}
	return first
}

// keys returns what the forms of p have in common, in each language.
func (f families) keys(topic int, p topicPattern) (keys [len(stemmers)][]byte) {
	for i := range keys {
		keys[i] = strconv.AppendInt(keys[i], int64(topic), 10)
		keys[i] = strconv.AppendInt(append(keys[i], stemmers[i].language...), int64(p.within), 10)
		keys[i] = strconv.AppendBool(keys[i], p.opening)
	}
	for _, words := range [][]patternWord{p.words, p.near.words} {
		for _, w := range words {
			for _, s := range f.forms(w) {
				for i := range keys {
					if s.in>>i&1 != 0 {
						keys[i] = append(append(keys[i], ' '), s.stem...)
					}
				}
			}
		}
		for i := range keys {
			keys[i] = append(keys[i], " ~"...)
		}
	}
	return keys
}

// forms returns the stems of a word, itself if it is found in no other form.
func (f families) forms(w patternWord) []stem {
	if !w.loose {
		return []stem{{"=" + w.key, everyStemming}}
	}
	if f.stems[w.key] == nil {
		f.stems[w.key] = stems(nil, w.key, everyStemming)
	}
	return f.stems[w.key]
}
