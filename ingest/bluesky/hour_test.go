package bluesky

import (
	"fmt"
	"io"
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
	for seed := range uint64(sourcetest.Cases(4, 1)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			settings := withAccount()
			settings.Search = []string{"widget"}
			listen(t, settings, func(l *listener) {
				chance := rand.New(rand.NewPCG(seed, 0))
				l.server.Lifetime, l.server.SearchCap = 10*time.Minute, 120
				var published, heard []string
				for range 60 {
					published = append(published, l.write(chance.IntN(40))...)
					misfortune(l, chance)
					for range 1 + chance.IntN(4) { // then it is killed, or waits
						items, next, err := l.fetch(l.Context(), l.state)
						if chance.IntN(10) == 0 {
							l.restart() // before anything of it was stored
							break
						}
						heard = append(heard, sourcetest.Texts(items)...)
						if next != nil {
							l.state = next
						}
						time.Sleep(directdial.After(err))
					}
				}
				l.spoil = nil
				for range 2 {
					time.Sleep(time.Hour)
					heard = append(heard, l.hear()...)
				}
				if n := lost(published, heard); n > 0 || len(published) < 100 {
					t.Errorf("%d of %d posts are lost", n, len(published))
				}
			})
		})
	}
}

// misfortune changes what goes wrong.
func misfortune(l *listener, chance *rand.Rand) {
	if chance.IntN(20) == 0 {
		l.server.Revoke()
	}
	kind, skip := chance.IntN(14), chance.IntN(5)
	l.spoil = func(w http.ResponseWriter, r *http.Request) bool {
		if skip--; skip >= 0 {
			return false
		}
		switch kind {
		case 0:
			w.Header().Set("RateLimit-Reset", fmt.Sprint(time.Now().Add(2*time.Minute).Unix()))
			w.WriteHeader(http.StatusTooManyRequests)
		case 1:
			w.WriteHeader(http.StatusBadGateway)
			_, _ = io.WriteString(w, `{"error":"UpstreamFailure","message":"Upstream Failure"}`)
		case 2:
			_, _ = io.WriteString(w, `{"posts":[{"uri":"at://`) // cut
		case 3:
			_, _ = io.WriteString(w, `{}`)
		case 4:
			w.WriteHeader(http.StatusUnauthorized)
		case 5:
			if r.URL.Query().Get("cursor") == "" {
				return false
			}
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"error":"InvalidRequest","message":"Malformed cursor"}`)
		default:
			return false
		}
		return true
	}
}

// The same of a stream that is cut, forgets, and whose authors cannot be asked
// for at times: what was not heard lies in a gap.
func TestABadStreamLosesNothingWithoutSayingSo(t *testing.T) {
	x := stream(t, Settings{Search: []string{"widget"}})
	chance := rand.New(rand.NewPCG(1, 2))
	x.start()
	published, heard, forgot := map[string]time.Time{}, map[string]bool{}, 0
	var missing []*directdial.Gap
	take := func(it directdial.Item) string {
		switch it := it.(type) {
		case *directdial.Mention:
			heard[it.ID] = true
			return it.ID
		case *directdial.Gap:
			missing = append(missing, it)
		}
		return ""
	}
	for range 60 {
		var last string
		for range 1 + chance.IntN(5) {
			w := x.server.Post(by("user1.example", "a widget"))
			published[w.URI], last = w.At, w.URI
		}
		switch chance.IntN(4) {
		case 0:
			x.server.Cut()
			x.stop()
			x.start()
		case 1:
			x.stop()
			for range 3 {
				w := x.server.Post(by("user1.example", "a widget"))
				published[w.URI], last = w.At, w.URI
			}
			if chance.IntN(2) == 0 {
				x.server.Forget(1)
				forgot++
			}
			x.start()
		}
		for take(x.heard()) != last {
		}
	}
	x.stop()
	for len(x.items) > 0 {
		take(<-x.items)
	}
	for uri, at := range published {
		inGap := false
		for _, g := range missing {
			inGap = inGap || !at.Before(g.From.Add(-time.Millisecond)) && !at.After(g.To.Add(time.Millisecond))
		}
		if !heard[uri] && !inGap {
			t.Errorf("the post of %v is lost; gaps %d", at, len(missing))
		}
	}
	if len(heard) == len(published) || len(missing) == 0 || forgot == 0 {
		t.Errorf("heard %d of %d with %d gaps: nothing was forgotten", len(heard), len(published), len(missing))
	}
}
