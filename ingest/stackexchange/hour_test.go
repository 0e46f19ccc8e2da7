package stackexchange

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/sourcetest"
)

// An hour in which everything fails at times: what was heard is what was
// published.
func TestABadHourLosesNothing(t *testing.T) {
	for seed := range uint64(sourcetest.Cases(6, 2)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			listen(t, words("acme", "widget"), func(b *bench) {
				b.allowed = true // who is refused asks again
				chance := rand.New(rand.NewPCG(seed, 0))
				heard, published := map[string]bool{}, 0
				for range 30 {
					for range chance.IntN(4) {
						q := b.ask("acme")
						b.answer("user2", "a widget of acme", q)
						published += 2
					}
					misfortune(b, chance)
					items, next, err := b.fetch(b.Context(), b.state)
					if killed := chance.IntN(10) == 0; killed {
						b.restart() // before anything of it was stored
						continue
					}
					take(items, heard)
					if next != nil {
						b.state = next
					}
					time.Sleep(directdial.After(err) + 2*time.Minute)
				}
				b.spoil = nil
				b.server.Lag = 0
				b.server.Backoff(0)
				time.Sleep(50 * time.Minute) // the longest lag
				time.Sleep(24 * time.Hour)
				take(b.hear(), heard)
				if len(heard) != published {
					b.Errorf("heard %d of %d", len(heard), published)
				}
			})
		})
	}
}

// misfortune changes what goes wrong.
func misfortune(b *bench, chance *rand.Rand) {
	switch chance.IntN(6) {
	case 0:
		b.server.Backoff(chance.IntN(300))
	case 1:
		b.server.Lag = time.Duration(chance.IntN(50)) * time.Minute
	case 2:
		b.server.Use(chance.IntN(20))
	}
	kind, skip := chance.IntN(8), chance.IntN(4)
	b.spoil = func(w http.ResponseWriter, _ *http.Request) bool {
		if skip--; skip >= 0 {
			return false
		}
		switch kind {
		case 0:
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"error_id":502,"error_message":"more requests available in 83 seconds"}`))
		case 1:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 2:
			_, _ = w.Write([]byte(`{"items":[{"question_id":1`)) // cut
		case 3:
			_, _ = w.Write([]byte(`{}`))
		default:
			return false
		}
		return true
	}
}

func take(items []directdial.Item, heard map[string]bool) {
	for _, it := range items {
		heard[it.(*directdial.Mention).ID] = true
	}
}
