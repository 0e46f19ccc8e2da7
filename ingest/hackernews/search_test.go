package hackernews

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestASearchBringsEachPostOnce(t *testing.T) {
	listen(t, []string{"x"}, func(b *bench) {
		b.write("acme before")
		time.Sleep(time.Hour)
		since := time.Now()
		b.write("acme widget")
		time.Sleep(time.Minute)
		b.write("gadget")
		time.Sleep(time.Minute)
		b.write("acme gadget")
		items, err := Search(b.Context(), b.client(), []string{"gadget", "acme"}, since)
		if err != nil || !slices.Equal(sourcetest.Texts(items), []string{"acme widget", "gadget", "acme gadget"}) {
			b.Errorf("got %q, %v", sourcetest.Texts(items), err)
		}
	})
}

func TestASearchSaysWhatItDoesNotShow(t *testing.T) {
	listen(t, []string{"x"}, func(b *bench) {
		since := time.Now()
		for i := range maxHits + 20 {
			b.write(fmt.Sprint("acme ", i))
			time.Sleep(time.Second)
		}
		items, err := Search(b.Context(), b.client(), []string{"acme"}, since)
		if err != nil || len(sourcetest.Texts(items)) != maxHits {
			b.Fatal(len(items), err)
		}
		g, ok := items[len(items)-1].(*directdial.Gap)
		if !ok || g.Missing != 20 || !g.From.Equal(since) || !g.To.Equal(since.Add(20*time.Second)) {
			b.Errorf("got %+v", g)
		}
	})
}

func TestASearchThatFailsBringsWhatItHas(t *testing.T) {
	listen(t, []string{"x"}, func(b *bench) {
		b.write("acme")
		b.spoil = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Query().Get("query") != `"gadget"` {
				return false
			}
			w.WriteHeader(http.StatusTooManyRequests)
			return true
		}
		items, err := Search(b.Context(), b.client(), []string{"acme", "gadget"}, time.Unix(0, 0))
		if directdial.KindOf(err) != directdial.Temporary || !slices.Equal(sourcetest.Texts(items), []string{"acme"}) {
			b.Errorf("got %q, %v", sourcetest.Texts(items), err)
		}
		if _, err := Search(b.Context(), b.client(), nil, time.Time{}); directdial.KindOf(err) != directdial.Invalid {
			b.Errorf("without words: %v", err)
		}
	})
}
