package classify

import "strings"

// punctuation reads what begins at i with an ASCII character that is neither
// letter, digit nor space: a sign before a name, an emoticon, or a mark.
func (r *reading) punctuation(i int) int {
	c := r.buf[i]
	switch c {
	case '#':
		if end, extra := r.wordEnd(i + 1); end > i+1 {
			r.add(hashtag, i, end, extra)
			r.split(i+1, end)
			return end
		}
	case '@':
		if end := r.handleEnd(i + 1); end > i+1 {
			return r.add(handle, i, end, 0)
		}
	case '&':
		if end := r.entity(i); end > i {
			return end
		}
	}
	if n := emoticonAt(r.buf[i:r.n], i > 0 && wordByte(r.buf[i-1])); n > 0 {
		return r.add(symbol, i, i+n, 0)
	}
	r.mark(i, c)
	return i + 1
}

// mark notes what the mark c at i says about sentences.
func (r *reading) mark(i int, c byte) {
	switch c {
	case '?':
		r.question(i)
	case '!':
		if r.marks.exclamations == 0 {
			r.marks.exclamation = int32(i)
		}
		r.marks.exclamations++
		r.pending |= newSentence | newClause
	case '.':
		switch next := r.buf[i+1]; {
		case next == '.':
			if r.marks.ellipses == 0 {
				r.marks.ellipsis = int32(i)
			}
			r.marks.ellipses++
			r.pending |= newClause
		case (class[next] == isSpace || next == 0 || next == '\n') && (i == 0 || r.buf[i-1] != '.'):
			r.pending |= newSentence | newClause
		}
	case '\n':
		if r.pending&newClause != 0 && i > 0 && r.buf[i-1] == '\n' {
			r.pending |= newSentence
		}
		r.pending |= newClause
	case ',':
		if r.marks.commas == 0 {
			r.marks.comma = int32(i)
		}
		r.marks.commas++
		r.pending |= newClause
	case ';', ':', '(', ')', '[', ']', '|':
		r.pending |= newClause
	case '-':
		if i > 0 && (class[r.buf[i-1]] == isSpace || r.buf[i-1] == '-') {
			r.pending |= newClause
		}
	}
}

func (r *reading) question(i int) {
	if r.marks.questions == 0 {
		r.marks.question = int32(i)
	}
	r.marks.questions++
	r.pending |= newSentence | newClause
}

// handleEnd returns the end of the handle whose name begins at i: letters,
// digits, and points, dashes or one server's name between them.
func (r *reading) handleEnd(i int) int {
	end, _ := r.wordEnd(i)
	for end > i {
		c := r.buf[end]
		if (c != '.' && c != '-' && c != '@') || !wordByte(r.buf[end+1]) {
			break
		}
		next, _ := r.wordEnd(end + 1)
		if next == end+1 {
			break
		}
		end = next
	}
	return end
}

// entity returns the end of an HTML entity that somebody forgot to decode.
// It says nothing; as letters it would look like a word.
func (r *reading) entity(i int) int {
	for _, e := range [...]string{"&amp;", "&lt;", "&gt;", "&quot;", "&nbsp;"} {
		if strings.HasPrefix(string(r.buf[i:min(i+len(e), r.n)]), e) {
			return i + len(e)
		}
	}
	return i
}

// emoticons are read as one token each. Those that end in a letter need a
// boundary behind them.
var emoticons = func() map[string]bool {
	m := map[string]bool{}
	for _, eyes := range []string{":", ";", "=", ":-", ";-", ":'", "=-", ":'-"} {
		for _, mouth := range []string{")", "(", "d", "p", "/", "\\", "|", "]", "[", "*", "o", "@", "3", "s"} {
			if len(eyes) == 1 && eyes[0] == '=' && (mouth == "d" || mouth == "o" || mouth == "s" || mouth == "3" || mouth == "p") {
				continue // "=d" is seldom a face
			}
			m[eyes+mouth] = true
		}
	}
	for _, e := range []string{"<3", "</3", "^_^", "^^", "-_-", ">:(", ">.<"} {
		m[e] = true
	}
	return m
}()

// emoticonStart holds the bytes that an emoticon can begin with.
var emoticonStart = func() (t [256]bool) {
	for e := range emoticons {
		t[e[0]] = true
	}
	return t
}()

// emoticonAt returns the length of the emoticon that b begins with, or 0.
// inWord says that a letter or digit stands before it.
func emoticonAt(b []byte, inWord bool) int {
	if !emoticonStart[b[0]] || inWord && b[0] != '<' {
		return 0
	}
	for n := min(4, len(b)); n >= 2; n-- {
		if !emoticons[string(b[:n])] {
			continue
		}
		last := class[b[n-1]]
		if n < len(b) && (last == isLetter || last == isDigit || b[n-1] == '/') && (wordByte(b[n]) || b[n] == '/') {
			continue
		}
		return n
	}
	return 0
}
