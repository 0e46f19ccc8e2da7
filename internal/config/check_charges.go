package config

import (
	"maps"
	"slices"
	"strings"

	"github.com/directdial/directdial/internal/suggest"
)

// charges puts accounts of the brand and topics into the hands of the experts
// whose entries say so. That may be said twice, there and here, as long as it is
// the same; where it is not, the expert's entry counts, because it is what a
// transfer wrote.
func (c *checker) charges() {
	holders, owners := map[string]*string{}, map[string]*string{}
	for i := range c.file.Brands {
		for j := range c.file.Brands[i].Accounts {
			a := &c.file.Brands[i].Accounts[j]
			holders[oneSpelling(a.ID)] = &a.Holder
		}
	}
	for i := range c.file.Topics {
		owners[c.file.Topics[i].Name] = &c.file.Topics[i].Owner
	}
	claimed := map[*string]string{}
	for _, e := range c.file.Experts {
		if e == nil || c.experts[e.ID] != e {
			continue // said already
		}
		for i := range e.Holds {
			c.claim(e, &e.Holds[i], "holds", oneSpelling(e.Holds[i]), holders, claimed)
		}
		for i := range e.Owns {
			c.claim(e, &e.Owns[i], "owns", e.Owns[i], owners, claimed)
		}
	}
}

// claim gives one thing to an expert; whose are the places that say who has it.
func (c *checker) claim(e *expert, said *string, key, name string, whose map[string]*string, claimed map[*string]string) {
	at := whose[name]
	switch {
	case at == nil && key == "holds":
		c.fail(c.where(said), suggest.DidYouMean(name, slices.Collect(maps.Keys(whose))), "holds: no brand has the account %s", quote(*said))
	case at == nil:
		c.fail(c.where(said), suggest.DidYouMean(name, slices.Collect(maps.Keys(whose))), "owns: there is no topic %s", quote(*said))
	case claimed[at] != "" && claimed[at] != e.ID:
		c.fail(c.where(said), "remove one of them", "%s: %s is said to have %s, too", key, claimed[at], clip(*said))
	default:
		if *at != "" && *at != e.ID && claimed[at] == "" {
			c.warn(c.where(at), "remove one of them", "%s is with %s here, and with %s in their own entry, which counts", clip(*said), *at, e.ID)
		}
		claimed[at], *at = e.ID, e.ID
	}
}

// oneSpelling is an account as it is compared: "mastodon:@Acme@a.example" and
// "mastodon:acme@a.example" are one.
func oneSpelling(account string) string {
	platform, identity, _ := strings.Cut(account, ":")
	return platform + ":" + strings.ToLower(strings.TrimPrefix(identity, "@"))
}
