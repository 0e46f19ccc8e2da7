package feed

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

// A document that holds nothing of what it held before may have held more in
// between.
func TestAFeedThatHasTurnedOverIsAGap(t *testing.T) {
	for name, c := range map[string]struct {
		before, after int
		want          int // gaps
	}{
		"more than it shows": {shown, shown + 50, 1},
		"as many":            {shown, shown - 1, 0},
		"a short feed":       {3, 4, 0},
	} {
		t.Run(name, func(t *testing.T) {
			p := site(t)
			publish := func(n int) {
				for i := range n {
					p.Publish(noon.Add(time.Duration(i)*time.Second), fmt.Sprint(name, i))
				}
			}
			publish(c.before)
			r := newReader(t, p.feed())
			r.want()
			publish(c.after)
			r.now = r.now.Add(24 * time.Hour)
			items, _, err := r.source.fetch(context.Background(), r.state)
			if err != nil {
				t.Fatal(err)
			}
			gaps := 0
			for _, it := range items {
				if g, ok := it.(*directdial.Gap); ok {
					gaps++
					if g.Missing != -1 || g.From.IsZero() || !g.From.Before(g.To) {
						t.Errorf("%+v", g)
					}
				}
			}
			if gaps != c.want {
				t.Errorf("%d gaps among %d items", gaps, len(items))
			}
		})
	}
}
