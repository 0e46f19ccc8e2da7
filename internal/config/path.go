package config

import (
	"strconv"
	"strings"
)

// find follows a path like topics[0].keywords[2] or sources[crm].token as far as it
// goes and returns the node where it ends. What is given by a file stands where
// that is named.
func (n *node) find(path string) *node {
	for step := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		next := n.get(step)
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(n.items) {
			next = n.items[i]
		}
		if next == nil {
			next = n.named(step)
		}
		if next == nil {
			next = n.get(step + fileSuffix)
		}
		if next == nil {
			return n
		}
		n = next
	}
	return n
}

// named returns the item of a list whose name it is, nil if there is none.
func (n *node) named(name string) *node {
	for _, item := range n.items {
		if has := item.get("name"); has != nil && has.text == name {
			return item
		}
	}
	return nil
}

// holds reports whether something is true of the node or of one in it.
func (n *node) holds(is func(*node) bool) bool {
	if is(n) {
		return true
	}
	for _, item := range n.items {
		if item.holds(is) {
			return true
		}
	}
	for _, p := range n.pairs {
		if p.value.holds(is) {
			return true
		}
	}
	return false
}
