package hackernews

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/hackernews/hackernewstest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

// bench is a source in the hands of a test, in fake time, on a Hacker News in
// memory.
type bench struct {
	*source
	*testing.T
	ingest.Unreported
	server *hackernewstest.Server
	words  []string
	spoil  func(w http.ResponseWriter, r *http.Request) bool // answers in place of the server
	state  []byte
}

// listen runs a test with a source that was asked once. There is a story that
// nobody wants to hear.
func listen(t *testing.T, words []string, test func(b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := &bench{T: t, server: hackernewstest.New(), words: words}
		b.server.Post(hackernewstest.Post{Author: "user1", Title: "Something else"})
		b.restart()
		b.want()
		test(b)
	})
}

// restart makes a new source with the saved state.
func (b *bench) restart() {
	b.Helper()
	s, err := newSource(ingest.Setup{Client: b.client(), Report: b, Now: time.Now, Log: zerolog.Nop()},
		&Settings{Words: b.words, Every: time.Minute, Search: searchAddress, Items: itemsAddress})
	if err != nil {
		b.Fatal(err)
	}
	b.source = s
}

func (b *bench) client() *http.Client { return &http.Client{Transport: b} }

// look looks at a post.
func (b *bench) look(p ingest.Post) ([]directdial.Item, error) {
	return b.source.client.look(b.Context(), p)
}

// RoundTrip implements http.RoundTripper.
func (b *bench) RoundTrip(r *http.Request) (*http.Response, error) {
	return sourcetest.Answer(r, b.spoil, b.server), nil
}

// poll does what Poll does at its next turn: fetch until there is no more.
func (b *bench) poll() ([]directdial.Item, error) {
	b.Helper()
	time.Sleep(time.Minute)
	return sourcetest.Drain(b, &b.state, b.fetch)
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
	if got := sourcetest.Texts(b.hear()); !slices.Equal(got, want) {
		b.Fatalf("got %q, want %q", got, want)
	}
}

// write makes a story that holds nothing but its title.
func (b *bench) write(title string) int64 {
	return b.server.Post(hackernewstest.Post{Author: "user1", Title: title})
}

// asked are the requests whose path begins so.
func (b *bench) asked(path string) (queries []url.Values) {
	for _, r := range b.server.Requests() {
		if u, err := url.Parse(r); err == nil && strings.HasPrefix(u.Path, path) {
			queries = append(queries, u.Query())
		}
	}
	return queries
}

func newSetup() ingest.Setup { return ingest.Setup{Now: time.Now, Log: zerolog.Nop()} }
