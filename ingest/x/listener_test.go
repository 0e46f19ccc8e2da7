package x

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/x/xtest"
	"github.com/directdial/directdial/internal/secret"
)

// bench is a source in the hands of a test, in fake time, on an X in memory.
type bench struct {
	*source
	*testing.T
	x        *xtest.Server
	settings Settings
	spoil    func(w http.ResponseWriter, r *http.Request) bool // answers in place of the server
	state    []byte
	budget   int // as it was reported last
}

var secretToken = secret.New(xtest.Token)

// listen runs a test with a source that was asked once. It hears the word acme,
// and may read perDay posts a day.
func listen(t *testing.T, perDay int, test func(b *bench)) {
	t.Helper()
	hearing(t, Settings{Queries: []string{"acme"}, PostsPerDay: perDay}, test)
}

func hearing(t *testing.T, settings Settings, test func(b *bench)) {
	t.Helper()
	settings.Server, settings.Every, settings.Token = "https://api.x.example", time.Minute, secretToken
	synctest.Test(t, func(t *testing.T) {
		b := &bench{T: t, x: newX(), settings: settings}
		b.write("something else")
		b.restart()
		b.want()
		test(b)
	})
}

// restart makes a new source with the saved state.
func (b *bench) restart() {
	b.Helper()
	s, err := newSource(ingest.Setup{Client: &http.Client{Transport: b}, Report: b, Now: time.Now, Log: zerolog.Nop()}, &b.settings)
	if err != nil {
		b.Fatal(err)
	}
	b.source = s
}

// RoundTrip implements http.RoundTripper.
func (b *bench) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	if b.spoil == nil || !b.spoil(w, r) {
		b.x.ServeHTTP(w, r)
	}
	return w.Result(), nil
}

// Budget, Newest and Rejected implement ingest.Report.
func (b *bench) Budget(n int, _ time.Time) { b.budget = n }
func (b *bench) Newest(time.Time)          {}
func (b *bench) Rejected(int)              {}

// poll does what Poll does at its next turn: fetch until there is no more.
func (b *bench) poll() ([]directdial.Item, error) {
	b.Helper()
	time.Sleep(time.Minute)
	var all []directdial.Item
	for range 1000 {
		items, next, err := b.fetch(b.Context(), b.state)
		all = append(all, items...)
		if errors.Is(err, ingest.ErrMore) && string(next) == string(b.state) {
			b.Fatal("it asks for more and gets nowhere")
		}
		if next != nil {
			b.state = next
		}
		if !errors.Is(err, ingest.ErrMore) {
			return all, err
		}
	}
	b.Fatal("it never comes to an end")
	return nil, nil
}

// hear polls and returns what was emitted.
func (b *bench) hear() []directdial.Item {
	b.Helper()
	items, err := b.poll()
	if err != nil {
		b.Fatal(err)
	}
	return items
}

// want polls and demands these texts, in this order.
func (b *bench) want(want ...string) {
	b.Helper()
	if got := texts(b.hear()); !slices.Equal(got, want) {
		b.Fatalf("got %q, want %q", got, want)
	}
}

// write makes a post.
func (b *bench) write(text string) xtest.Written {
	return b.x.Post(xtest.Post{Author: "user1", Text: text})
}

// asked counts the requests whose path begins so and whose query holds that.
func (b *bench) asked(path, query string) (n int) {
	for _, r := range b.x.Requests() {
		if strings.HasPrefix(r, path) && strings.Contains(r, query) {
			n++
		}
	}
	return n
}

func texts(items []directdial.Item) (texts []string) {
	for _, it := range items {
		if m, ok := it.(*directdial.Mention); ok {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

func gaps(items []directdial.Item) (gaps []directdial.Gap) {
	for _, it := range items {
		if g, ok := it.(*directdial.Gap); ok {
			gaps = append(gaps, *g)
		}
	}
	return gaps
}
