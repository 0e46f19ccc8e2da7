package hackernews

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/sourcetest"
)

// An hour in which everything fails at times: what was heard and what is
// recorded as missing is what was published.
func TestABadHourLosesNothing(t *testing.T) {
	for seed := range uint64(sourcetest.Cases(6, 1)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			listen(t, []string{"acme"}, func(b *bench) {
				chance := rand.New(rand.NewPCG(seed, 0))
				heard, missing, published := map[string]bool{}, 0, 0
				for range 60 {
					for range chance.IntN(4) {
						b.write("acme")
						b.write("something else")
						published++
					}
					misfortune(b, chance)
					items, next, err := b.fetch(b.Context(), b.state)
					if killed := chance.IntN(10) == 0; killed {
						b.restart() // before anything of it was stored
						continue
					}
					take(items, heard, &missing)
					if next != nil {
						b.state = next
					}
					if wait := directdial.After(err); wait > 0 {
						time.Sleep(wait)
					}
					time.Sleep(time.Minute)
				}
				b.spoil = nil
				b.server.Resume()
				time.Sleep(10 * time.Minute) // the longest lag
				b.server.Lag = 0
				b.write("something else") // moves the head of the index
				take(b.hear(), heard, &missing)
				if len(heard)+missing != published {
					b.Errorf("heard %d and missing %d of %d", len(heard), missing, published)
				}
			})
		})
	}
}

// misfortune changes what goes wrong.
func misfortune(b *bench, chance *rand.Rand) {
	switch chance.IntN(8) {
	case 0:
		b.server.Stall()
	case 1:
		b.server.Resume()
	case 2:
		b.server.Lag = time.Duration(chance.IntN(10)) * time.Minute
	}
	kind, skip := chance.IntN(12), chance.IntN(4)
	b.spoil = func(w http.ResponseWriter, r *http.Request) bool {
		if skip--; skip >= 0 {
			return false
		}
		switch kind {
		case 0:
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(http.StatusTooManyRequests)
		case 1:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 2:
			_, _ = w.Write([]byte(`{"hits":[{"objectID":"1"`)) // cut
		case 3:
			if strings.HasPrefix(r.URL.Path, "/api/") {
				_, _ = w.Write([]byte(`null`))
				return true
			}
			return false
		default:
			return false
		}
		return true
	}
}

func take(items []directdial.Item, heard map[string]bool, missing *int) {
	for _, it := range items {
		switch it := it.(type) {
		case *directdial.Mention:
			heard[it.ID] = true
		case *directdial.Gap:
			*missing += it.Missing
		}
	}
}
