package x

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/sourcetest"
)

// A bad hour on a day whose cap is too low: what was heard and what is recorded
// as missing is what was published, and no more is charged than the cap allows.
func TestABadHourOverTheCapLosesNothingInSilence(t *testing.T) {
	for seed := range uint64(sourcetest.Cases(6, 1)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			listen(t, 100, func(b *bench) {
				chance := rand.New(rand.NewPCG(seed, 0))
				heard, missing, published := map[string]bool{}, 0, 0
				for range 60 {
					for range chance.IntN(8) {
						b.write("acme")
						b.write("something else")
						published++
					}
					b.spoil = misfortune(chance)
					items, next, err := b.fetch(b.Context(), b.state)
					if killed := chance.IntN(10) == 0; killed {
						b.restart() // before anything of it was stored
						continue
					}
					take(t, items, heard, &missing)
					if next != nil {
						b.state = next
					}
					if wait := directdial.After(err); wait > 0 && wait < time.Hour { // the evening is another test
						time.Sleep(wait)
					}
					time.Sleep(time.Minute)
				}
				if n := b.x.Charged(begin); n > 100 {
					t.Errorf("%d posts are charged", n)
				}
				b.spoil = nil
				midnight()
				for range 3 {
					take(t, b.hear(), heard, &missing)
				}
				if len(heard)+missing != published || missing == 0 {
					t.Errorf("heard %d and missing %d of %d", len(heard), missing, published)
				}
			})
		})
	}
}

// misfortune is what goes wrong.
func misfortune(chance *rand.Rand) func(http.ResponseWriter, *http.Request) bool {
	kind, skip := chance.IntN(10), chance.IntN(3)
	return func(w http.ResponseWriter, _ *http.Request) bool {
		if skip--; skip >= 0 {
			return false
		}
		switch kind {
		case 0:
			w.WriteHeader(http.StatusTooManyRequests)
		case 1:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 2:
			_, _ = w.Write([]byte(`{"data":[{"id":"1"`)) // cut
		default:
			return false
		}
		return true
	}
}

func take(t *testing.T, items []directdial.Item, heard map[string]bool, missing *int) {
	for _, it := range items {
		switch it := it.(type) {
		case *directdial.Mention:
			heard[it.ID] = true
		case *directdial.Gap:
			if it.Missing < 0 {
				t.Errorf("a gap without a number: %+v", it)
			}
			*missing += it.Missing
		}
	}
}
