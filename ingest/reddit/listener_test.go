package reddit

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/reddit/reddittest"
	"github.com/directdial/directdial/ingest/sourcetest"
	"github.com/directdial/directdial/internal/secret"
)

// bench is a source in the hands of a test, in fake time, on a Reddit in
// memory.
type bench struct {
	*source
	*testing.T
	ingest.Unreported
	server   *reddittest.Server
	settings Settings
	spoil    func(w http.ResponseWriter, r *http.Request) bool // answers in place of the server
	state    []byte
	budgets  []int
	agents   []string
}

// listen runs a test with a source that was asked once.
func listen(t *testing.T, settings Settings, test func(b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := &bench{T: t, server: reddittest.New(), settings: settings}
		b.restart()
		b.want()
		test(b)
	})
}

// gadgets is a community that is heard whole.
func gadgets() Settings { return Settings{Communities: []string{"gadgets"}} }

func words(words ...string) Settings { return Settings{Words: words} }

// restart makes a new source with the saved state.
func (b *bench) restart() {
	b.Helper()
	settings := b.settings
	settings.ClientID, settings.ClientSecret, settings.Operator = reddittest.ClientID, secret.New(reddittest.Secret), reddittest.Operator
	settings.Every, settings.API, settings.Login = 2*time.Minute, apiAddress, loginAddress
	s, err := newSource(ingest.Setup{Client: &http.Client{Transport: b}, Report: b, Now: time.Now}, &settings)
	if err != nil {
		b.Fatal(err)
	}
	b.source = s
}

// RoundTrip implements http.RoundTripper.
func (b *bench) RoundTrip(r *http.Request) (*http.Response, error) {
	b.agents = append(b.agents, r.UserAgent())
	return sourcetest.Answer(r, b.spoil, b.server), nil
}

// Budget implements ingest.Report.
func (b *bench) Budget(remaining int, _ time.Time) { b.budgets = append(b.budgets, remaining) }

// poll does what Poll does at its next turn: fetch until there is no more.
func (b *bench) poll() ([]directdial.Item, error) {
	b.Helper()
	time.Sleep(b.every)
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

// want polls and demands these texts, each at least once, and no other.
func (b *bench) want(want ...string) {
	b.Helper()
	got := texts(b.hear())
	slices.Sort(got)
	slices.Sort(want)
	if got = slices.Compact(got); !slices.Equal(got, want) {
		b.Fatalf("got %q, want %q", got, want)
	}
}

// say makes a post of that text.
func (b *bench) say(text string) reddittest.Written {
	return b.server.Post(reddittest.Post{Author: "user1", Title: "Q", Text: text})
}

// reply makes a comment.
func (b *bench) reply(author, text string, to reddittest.Written) reddittest.Written {
	return b.server.Post(reddittest.Post{Author: author, Text: text, ReplyTo: to.Name})
}

// asked counts the requests whose path begins so.
func (b *bench) asked(path string) (n int) {
	for _, r := range b.server.Requests() {
		if strings.HasPrefix(r, path) {
			n++
		}
	}
	return n
}

// texts are the texts of mentions, without the title that most posts have.
func texts(items []directdial.Item) []string {
	texts := sourcetest.Texts(items)
	for i := range texts {
		texts[i] = strings.TrimPrefix(texts[i], "Q\n\n")
	}
	return texts
}
