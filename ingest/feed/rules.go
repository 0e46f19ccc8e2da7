package feed

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
)

// agent is the product token by which a robots.txt names this program.
const agent = "directdial"

// rules are what a robots.txt says to one robot (RFC 9309).
type rules struct {
	paths []rule
	delay time.Duration // between two requests (Crawl-delay); 0: not said
}

type rule struct {
	allow   bool
	pattern string
}

// parseRules reads what a robots.txt says to this program: the groups that name
// it, else those for all. A line that cannot be read says nothing.
func parseRules(body []byte) *rules {
	var ours, all rules
	var toUs, toAll, named, listing bool // listing: names of agents follow each other
	for line := range bytes.FieldsFuncSeq(bytes.TrimPrefix(body, []byte("\uFEFF")), func(r rune) bool { return r == '\n' || r == '\r' }) {
		text, _, _ := strings.Cut(string(line), "#")
		key, value, _ := strings.Cut(text, ":")
		key, value = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
		if key == "user-agent" {
			if !listing {
				toUs, toAll, listing = false, false, true
			}
			toUs = toUs || strings.EqualFold(product(value), agent)
			toAll = toAll || value == "*"
			named = named || toUs
			continue
		}
		if toUs {
			ours.read(key, value)
		}
		if toAll {
			all.read(key, value)
		}
		if key == "allow" || key == "disallow" || key == "crawl-delay" {
			listing = false
		}
	}
	if named {
		return &ours
	}
	return &all
}

// product is the name of an agent without a version and the like.
func product(value string) string {
	end := strings.IndexFunc(value, func(r rune) bool { return r != '-' && r != '_' && (r|0x20 < 'a' || r|0x20 > 'z') })
	if end < 0 {
		return value
	}
	return value[:end]
}

// read takes over a line of a group.
func (r *rules) read(key, value string) {
	switch {
	case (key == "allow" || key == "disallow") && value != "":
		r.paths = append(r.paths, rule{allow: key == "allow", pattern: normal(value)})
	case key == "crawl-delay":
		if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds > 0 && !math.IsInf(seconds, 0) {
			r.delay = time.Duration(min(seconds, maxPace.Seconds()) * float64(time.Second))
		}
	}
}

// forbids returns the pattern that forbids a path with its query, "" if it may be
// asked for: the longest that matches decides, and of two alike the one that
// allows.
func (r *rules) forbids(path string) string {
	path = normal(path)
	best := rule{allow: true}
	for _, one := range r.paths {
		longer := len(one.pattern) - len(best.pattern)
		if (longer > 0 || longer == 0 && one.allow) && matches(one.pattern, path) {
			best = one
		}
	}
	if best.allow {
		return ""
	}
	return best.pattern
}

// matches reports whether a path begins as a pattern says: * is anything, and $
// at the end is the end. The parts between two * are looked for from the left,
// so that no pattern takes long.
func matches(pattern, path string) bool {
	pattern, whole := strings.CutSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(path, parts[0])
	if !ok {
		return false
	}
	for i, part := range parts[1:] {
		if whole && i == len(parts)-2 {
			return strings.HasSuffix(rest, part)
		}
		if _, rest, ok = strings.Cut(rest, part); !ok {
			return false
		}
	}
	return !whole || rest == ""
}

// normal writes a path so that two that mean the same are the same: what need
// not be escaped is not, and all else is.
func normal(path string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		c, escaped := path[i], false
		if c == '%' && i+2 < len(path) {
			if n, err := strconv.ParseUint(path[i+1:i+3], 16, 8); err == nil {
				c, escaped = byte(n), true
				i += 2
			}
		}
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		plain := letter || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
		if plain || !escaped && c > ' ' && c < 0x7f {
			b.WriteByte(c)
		} else {
			b.WriteString("%" + string(hex[c>>4]) + string(hex[c&15]))
		}
	}
	return b.String()
}
