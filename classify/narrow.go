package classify

import (
	"fmt"
	"slices"

	"github.com/directdial/directdial"
)

// What narrows a topic: as long as one of these is not in a text, the topic is
// not, whatever else is.
const (
	narrowProducts uint8 = 1 << iota // one of its products is named
	narrowRegions                    // one of its regions is named
)

// narrow adds what a topic is narrowed to. Products and regions are patterns
// like keywords, and tell nothing by themselves.
func (k *compiler) narrow(i int, t *directdial.Topic) (needs uint8) {
	for _, n := range []struct {
		bit   uint8
		key   string
		words []string
	}{{narrowProducts, "product", t.Products}, {narrowRegions, "region", t.Regions}} {
		for j, w := range n.words {
			p, err := parsePattern(w)
			if err != nil {
				k.failAt(fmt.Sprintf("topics[%d].%ss[%d]", i, n.key, j), "topic %s: %s %q: %w", t.Name, n.key, w, err)
				continue
			}
			k.pattern(p, use{topicNarrow, uint32(i), uint32(n.bit)})
			needs |= n.bit
		}
	}
	return needs
}

// applies reports whether a text is one that a topic is narrowed to. A language
// that could not be told excludes no topic.
func (s *scratch) applies(t *topic, state *topicState) bool {
	return state.met&t.needs == t.needs &&
		(len(t.languages) == 0 || s.lang == "" || slices.Contains(t.languages, s.lang))
}
