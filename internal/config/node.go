package config

import (
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// position is where something stands in a file; the zero position is nowhere.
type position struct {
	file         string
	line, column int
}

// node is a value of a file. The tree is what is left of YAML once aliases and
// merge keys are gone; an alias shares the node that it names.
type node struct {
	position
	kind  nodeKind
	text  string  // of a scalar, as it is written, without quotes
	items []*node // of a list
	pairs []pair  // of a mapping, each key once
}

type pair struct {
	key   string
	at    position // of the key
	value *node
}

type nodeKind uint8

const (
	nullNode nodeKind = iota
	scalarNode
	listNode
	mappingNode
	lostNode // there was something that could not be read, and it was told
)

func (k nodeKind) String() string {
	return [...]string{"nothing", "a single value", "a list", "a mapping", "lost"}[k]
}

// get returns the value of a key, nil if there is none.
func (n *node) get(key string) *node {
	for _, p := range n.pairs {
		if p.key == key {
			return p.value
		}
	}
	return nil
}

// converter makes a tree of what the parser returns.
type converter struct {
	file    string
	report  func(Problem)
	anchors map[string]*node // by name; those that are complete
	merged  int              // pairs that merge keys have copied
}

func (c *converter) at(t *token.Token) position {
	if t == nil || t.Position == nil {
		return position{file: c.file}
	}
	return position{c.file, t.Position.Line, t.Position.Column}
}

func (c *converter) fail(at position, msg, hint string) {
	c.report(Problem{File: at.file, Line: at.line, Column: at.column, Msg: msg, Hint: hint})
}

func (c *converter) node(n ast.Node) *node {
	switch n := n.(type) {
	case nil:
		return &node{position: position{file: c.file}}
	case *ast.MappingNode:
		return c.mapping(n.Start, n.Values)
	case *ast.MappingValueNode:
		return c.mapping(nil, []*ast.MappingValueNode{n})
	case *ast.SequenceNode:
		out := &node{position: c.at(n.Start), kind: listNode}
		for _, v := range n.Values {
			out.items = append(out.items, c.node(v))
		}
		return out
	case *ast.AnchorNode:
		out := c.node(n.Value)
		c.anchors[n.Name.GetToken().Value] = out
		return out
	case *ast.AliasNode:
		return c.alias(n)
	case *ast.TagNode:
		c.fail(c.at(n.Start), "tags ("+n.Start.Value+") have no meaning here", "remove it")
		return c.node(n.Value)
	default:
		return c.scalar(n)
	}
}

func (c *converter) scalar(n ast.Node) *node {
	out := &node{position: c.at(n.GetToken()), kind: scalarNode}
	switch n := n.(type) {
	case *ast.NullNode:
		out.kind = nullNode
	case *ast.StringNode:
		out.text = showBraces(n.Value)
	case *ast.LiteralNode:
		out.text = showBraces(n.Value.Value)
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode, *ast.MergeKeyNode:
		out.text = n.GetToken().Value // as written: 1.10 is not 1.1 in a version
	default:
		out.kind = lostNode
		c.fail(out.position, "is not expected here", "")
	}
	return out
}

func (c *converter) alias(n *ast.AliasNode) *node {
	name := n.Value.GetToken().Value
	at := c.at(n.Start)
	if target := c.anchors[name]; target != nil {
		return target
	}
	c.fail(at, "the alias *"+name+" names no anchor above", `a * that is meant as a text needs quotes: "*"`)
	return &node{position: at, kind: lostNode}
}

// mapping collects the pairs of a mapping. What merge keys bring comes last and
// never replaces a key that is written.
func (c *converter) mapping(start *token.Token, values []*ast.MappingValueNode) *node {
	out := &node{kind: mappingNode}
	if start != nil && start.Type == token.MappingStartType {
		out.position = c.at(start)
	}
	first := map[string]position{}
	var merge []*node
	for _, v := range values {
		key := c.at(v.Key.GetToken())
		if out.line == 0 {
			out.position = key
		}
		value := c.node(v.Value)
		if v.Key.IsMergeKey() {
			merge = append(merge, value)
			continue
		}
		name, ok := c.keyName(v.Key)
		if !ok {
			continue
		}
		if _, twice := first[name]; twice {
			c.fail(key, name+" is given a second time in the same mapping", "remove one of the two")
			continue
		}
		first[name] = key
		out.pairs = append(out.pairs, pair{name, key, value})
	}
	for _, m := range merge {
		c.merge(out, m, first)
	}
	return out
}

func (c *converter) keyName(k ast.MapKeyNode) (string, bool) {
	if key, ok := k.(*ast.MappingKeyNode); ok {
		k, ok = key.Value.(ast.MapKeyNode)
		if !ok {
			c.fail(c.at(key.Start), "a key must be a single word", "")
			return "", false
		}
	}
	switch k := k.(type) {
	case *ast.StringNode:
		return showBraces(k.Value), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode:
		return k.GetToken().Value, true
	}
	c.fail(c.at(k.GetToken()), "a key must be a single word", "")
	return "", false
}

func (c *converter) merge(into, from *node, seen map[string]position) {
	switch from.kind {
	case mappingNode:
		for _, p := range from.pairs {
			if c.merged++; c.merged > maxVisit {
				if c.merged == maxVisit+1 {
					c.fail(from.position, "merge keys copy more than can be read", "")
				}
				return
			}
			if _, ok := seen[p.key]; !ok {
				seen[p.key] = p.at
				into.pairs = append(into.pairs, p)
			}
		}
	case listNode:
		for _, item := range from.items {
			c.merge(into, item, seen)
		}
	default:
		c.fail(from.position, "<< takes a mapping", "")
	}
}
