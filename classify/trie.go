package classify

// trie holds all patterns, those of every lexicon, topic and brand, as paths
// over numbers of words. A text is matched by starting a walk at each of its
// words: few words begin a phrase, and a walk that began goes on for a word or
// two, so a text costs about one step a word however many patterns there are.
//
// Aho-Corasick would save the restart, but a word here may stand for several
// symbols (itself, "charg*", the word in "#refund") and a phrase may have
// gaps; a walk from each word handles both and keeps the bound: at most
// maxPatternWords plus gaps steps a path.
type trie struct {
	nodes []node
	roots []root // by symbol
	edges table  // (node, symbol) to the next node
}

// root is where the patterns that begin with one symbol go on; 0 is nowhere.
type root struct {
	any     uint32 // those that may stand anywhere
	opening uint32 // those that open a sentence
}

// node is a place in the trie. Node 0 is none.
type node struct {
	pattern uint32 // which pattern ends here, plus one
	gap     uint32 // where the words behind a '*' go on
	seen    uint64 // a bit for each symbol that leads on, modulo 64
}

func newTrie() *trie {
	return &trie{nodes: make([]node, 1), edges: newTable()}
}

func edge(from, sym uint32) uint64 { return uint64(from)<<32 | uint64(sym) }

// step returns the node behind n by sym, or 0.
func (t *trie) step(n, sym uint32) uint32 {
	if sym == 0 || t.nodes[n].seen>>(sym&63)&1 == 0 {
		return 0
	}
	return t.edges.get(edge(n, sym))
}

// insert adds the path of a pattern, whose words have these symbols, and
// returns the pattern's number: id, or the one that it had already.
func (t *trie) insert(p pattern, syms []uint32, id uint32) uint32 {
	for uint32(len(t.roots)) <= syms[0] {
		t.roots = append(t.roots, root{})
	}
	first := &t.roots[syms[0]].any
	if p.opening {
		first = &t.roots[syms[0]].opening
	}
	if *first == 0 {
		*first = t.grow()
	}
	at := *first
	for i, sym := range syms[1:] {
		if p.words[i+1].gap {
			if t.nodes[at].gap == 0 {
				g := t.grow()
				t.nodes[at].gap = g
			}
			at = t.nodes[at].gap
		}
		next := t.edges.get(edge(at, sym))
		if next == 0 {
			next = t.grow()
			t.edges.put(edge(at, sym), next)
			t.nodes[at].seen |= 1 << (sym & 63)
		}
		at = next
	}
	if t.nodes[at].pattern == 0 {
		t.nodes[at].pattern = id + 1
	}
	return t.nodes[at].pattern - 1
}

func (t *trie) grow() uint32 {
	t.nodes = append(t.nodes, node{})
	return uint32(len(t.nodes) - 1)
}

// hit is one occurrence of a pattern: the tokens from first to last.
type hit struct {
	pattern     uint32
	first, last int32
}

// match appends all occurrences of patterns in the tokens of r.
func (t *trie) match(r *reading, hits []hit) []hit {
	r.lead()
	for i := range r.tokens {
		tok := &r.tokens[i]
		if tok.sym != 0 {
			hits = t.start(r, hits, i, tok.sym)
		}
		for _, sym := range r.others(tok) {
			hits = t.start(r, hits, i, sym)
		}
	}
	return hits
}

// lead notes for each token which of a node's steps it can take.
func (r *reading) lead() {
	for i := range r.tokens {
		t := &r.tokens[i]
		t.leads = 1 << (t.sym & 63)
		for _, sym := range r.others(t) {
			t.leads |= 1 << (sym & 63)
		}
	}
}

// start begins a walk at token i by one of its symbols.
func (t *trie) start(r *reading, hits []hit, i int, sym uint32) []hit {
	if uint(sym) >= uint(len(t.roots)) {
		return hits
	}
	at := t.roots[sym]
	if at.any != 0 {
		hits = t.walk(r, hits, at.any, i, i+1)
	}
	if at.opening != 0 && r.tokens[i].flags&opening != 0 {
		hits = t.walk(r, hits, at.opening, i, i+1)
	}
	return hits
}

// walk follows the tokens from next on from node n and appends the patterns
// that end on the way; first is the token where the walk began.
func (t *trie) walk(r *reading, hits []hit, n uint32, first, next int) []hit {
	at := &t.nodes[n]
	if at.pattern != 0 {
		h := extend(&hits)
		h.pattern, h.first, h.last = at.pattern-1, int32(first), int32(next-1)
	}
	if r.goesOn(next) && at.seen&r.tokens[next].leads != 0 {
		hits = t.onward(r, hits, n, first, next)
	}
	if at.gap != 0 {
		for i := next; i <= next+gapWords && r.goesOn(i); i++ {
			hits = t.onward(r, hits, at.gap, first, i)
		}
	}
	return hits
}

// onward takes one step from node n by each symbol of token next.
func (t *trie) onward(r *reading, hits []hit, n uint32, first, next int) []hit {
	tok := &r.tokens[next]
	if m := t.step(n, tok.sym); m != 0 {
		hits = t.walk(r, hits, m, first, next+1)
	}
	for _, sym := range r.others(tok) {
		if m := t.step(n, sym); m != 0 {
			hits = t.walk(r, hits, m, first, next+1)
		}
	}
	return hits
}
