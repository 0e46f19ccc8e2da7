package x

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
	"github.com/directdial/directdial/ingest/x/xtest"
	"github.com/directdial/directdial/internal/secret"
)

// bench is a source in the hands of a test, in fake time, on an X in memory.
type bench struct {
	*source
	*testing.T
	ingest.Unreported
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
	return sourcetest.Answer(r, b.spoil, b.x), nil
}

// Budget implements ingest.Report.
func (b *bench) Budget(n int, _ time.Time) { b.budget = n }

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
