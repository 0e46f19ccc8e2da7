package config

import (
	"regexp"
	"strings"
)

// YAML takes the braces of ${NAME} for its own between { and }. So they are
// replaced before parsing by characters that mean nothing to it, one for one so
// that columns stay, and put back after.
var (
	written = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)
	parsed  = regexp.MustCompile("\\$\ue000([A-Za-z_][A-Za-z0-9_]*)\ue001")
)

func hideBraces(data []byte) []byte { return written.ReplaceAll(data, []byte("$$\ue000$1\ue001")) }

func showBraces(s string) string { return parsed.ReplaceAllString(s, "$${$1}") }

// expand replaces each ${NAME} in s by the variable of that name. $${ is a ${
// that stays. It returns the values that it put in and the names of variables
// that are not set; ok is false if a ${ has no name and no } behind it.
func expand(s string, lookup func(string) (string, bool)) (out string, values, unset []string, ok bool) {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, "${")
		if !found {
			b.WriteString(s)
			return b.String(), values, unset, true
		}
		if text, escaped := strings.CutSuffix(before, "$"); escaped {
			b.WriteString(text + "${")
			s = after
			continue
		}
		b.WriteString(before)
		name, rest, closed := strings.Cut(after, "}")
		if !closed || !variableName(name) {
			return "", nil, nil, false
		}
		value, set := lookup(name)
		if set {
			values = append(values, value)
		} else {
			unset = append(unset, name)
		}
		b.WriteString(value)
		s = rest
	}
}

func variableName(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c == '_' || ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z')
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
