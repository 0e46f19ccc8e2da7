package route

import (
	"cmp"

	"github.com/directdial/directdial"
)

// harm is the built-in topic: what the configuration says of it, and what always
// holds of it. Its owner is the first coach where none is named.
func harm(d *directdial.Directory) *directdial.Topic {
	t := directdial.Topic{Name: directdial.Harm}
	for i := range d.Topics {
		if d.Topics[i].Name == directdial.Harm {
			t = d.Topics[i]
		}
	}
	t.Mode, t.Restricted = directdial.Central, true
	if len(d.Coaches) > 0 {
		t.Owner = cmp.Or(t.Owner, d.Coaches[0])
	}
	return &t
}

// harmful reports whether a case is about what may harm somebody. Version 1 did
// not know that.
func harmful(c *directdial.Case) bool { return c.V > 1 && c.Topic.Name == directdial.Harm }
