package reddit

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/reddit/reddittest"
	"github.com/directdial/directdial/internal/secret"
)

// bench is a source in the hands of a test, in fake time, on a Reddit in
// memory.
type bench struct {
	*source
	*testing.T
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
	w := httptest.NewRecorder()
	if b.spoil == nil || !b.spoil(w, r) {
		b.server.ServeHTTP(w, r)
	}
	resp := w.Result()
	resp.Request = r
	return resp, nil
}

// Budget, Newest and Rejected implement ingest.Report.
func (b *bench) Budget(remaining int, _ time.Time) { b.budgets = append(b.budgets, remaining) }
func (b *bench) Newest(time.Time)                  {}
func (b *bench) Rejected(int)                      {}

// poll does what Poll does at its next turn: fetch until there is no more.
func (b *bench) poll() ([]directdial.Item, error) {
	b.Helper()
	time.Sleep(b.every)
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
func texts(items []directdial.Item) (texts []string) {
	for _, it := range items {
		if m, ok := it.(*directdial.Mention); ok {
			texts = append(texts, strings.TrimPrefix(m.Text, "Q\n\n"))
		}
	}
	return texts
}

// gaps and deletions are those among items.
func gaps(items []directdial.Item) (gaps []*directdial.Gap) {
	for _, it := range items {
		if g, ok := it.(*directdial.Gap); ok {
			gaps = append(gaps, g)
		}
	}
	return gaps
}

func deletions(items []directdial.Item) (ids []string) {
	for _, it := range items {
		if d, ok := it.(*directdial.Deletion); ok {
			ids = append(ids, d.ID)
		}
	}
	return ids
}
