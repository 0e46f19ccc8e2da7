package config

import (
	"strconv"
	"strings"
)

// find follows a path like topics[0].keywords[2] as far as it goes and returns
// the node where it ends.
func (n *node) find(path string) *node {
	for step := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		next := n.get(step)
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(n.items) {
			next = n.items[i]
		}
		if next == nil {
			return n
		}
		n = next
	}
	return n
}
