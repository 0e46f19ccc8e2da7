package stackexchange

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/stackexchange/stackexchangetest"
)

func TestASearchBringsEachPostOnce(t *testing.T) {
	listen(t, words("x"), func(b *bench) {
		b.ask("acme before")
		time.Sleep(time.Hour)
		since := time.Now()
		q := b.ask("acme widget")
		time.Sleep(time.Minute)
		b.answer("user2", "widget", q)
		b.server.Post(stackexchangetest.Post{Site: "unix", Title: "Q", Text: "acme"})
		items, err := Search(b.Context(), b.client(), []string{"stackoverflow", "unix"}, []string{"acme", "widget"}, since)
		if err != nil || !slices.Equal(texts(items), []string{"acme widget", "widget", "acme"}) {
			b.Errorf("got %q, %v", texts(items), err)
		}
	})
}

func TestASearchSaysWhatItDoesNotShow(t *testing.T) {
	listen(t, words("x"), func(b *bench) {
		since := time.Now()
		for i := range pageSize + 20 {
			b.ask(fmt.Sprint("acme ", i))
			time.Sleep(time.Second)
		}
		items, err := Search(b.Context(), b.client(), []string{"stackoverflow"}, []string{"acme"}, since)
		if err != nil || len(texts(items)) != pageSize {
			b.Fatal(len(items), err)
		}
		g, ok := items[len(items)-1].(*directdial.Gap)
		if !ok || g.Missing != -1 || !g.From.Equal(since) || !g.To.Equal(since.Add(20*time.Second)) {
			b.Errorf("got %+v", g)
		}
	})
}

func TestASearchThatFailsBringsWhatItHas(t *testing.T) {
	listen(t, words("x"), func(b *bench) {
		b.ask("acme")
		items, err := Search(b.Context(), b.client(), []string{"stackoverflow", "nowhere"}, []string{"acme"}, time.Unix(0, 0))
		if directdial.KindOf(err) != directdial.Invalid || !slices.Equal(texts(items), []string{"acme"}) {
			b.Errorf("got %q, %v", texts(items), err)
		}
		if _, err := Search(b.Context(), b.client(), nil, nil, time.Time{}); directdial.KindOf(err) != directdial.Invalid {
			b.Errorf("without words: %v", err)
		}
	})
}
