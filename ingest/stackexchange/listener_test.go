package stackexchange

import (
	"compress/gzip"
	"io"
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
	"github.com/directdial/directdial/ingest/stackexchange/stackexchangetest"
)

// bench is a source in the hands of a test, in fake time, on an API in memory.
type bench struct {
	*source
	*testing.T
	ingest.Unreported
	server   *stackexchangetest.Server
	settings Settings
	spoil    func(w http.ResponseWriter, r *http.Request) bool // answers in place of the server
	state    []byte
	budgets  []int
	allowed  bool // to break the rules of the API
}

// listen runs a test with a source that was asked once, and that keeps the
// rules of the API.
func listen(t *testing.T, settings Settings, test func(b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := &bench{T: t, server: stackexchangetest.New(), settings: settings}
		b.restart()
		b.want()
		test(b)
		if faults := b.server.Faults(); len(faults) > 0 && !b.allowed {
			t.Errorf("against the rules: %q", faults)
		}
	})
}

func words(words ...string) Settings {
	return Settings{Sites: []string{"stackoverflow"}, Words: words}
}

// restart makes a new source with the saved state.
func (b *bench) restart() {
	b.Helper()
	settings := b.settings
	settings.Every, settings.API = 15*time.Minute, address
	s, err := newSource(ingest.Setup{Client: b.client(), Report: b, Now: time.Now, Log: zerolog.Nop()}, &settings)
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

// RoundTrip implements http.RoundTripper. As http.Transport does, it unpacks an
// answer only if nobody but itself has asked for packed ones.
func (b *bench) RoundTrip(r *http.Request) (*http.Response, error) {
	resp := sourcetest.Answer(r, b.spoil, b.server)
	if resp.Header.Get("Content-Encoding") == "gzip" && r.Header.Get("Accept-Encoding") == "" {
		z, err := gzip.NewReader(resp.Body)
		if err != nil {
			return nil, err
		}
		resp.Body = io.NopCloser(z)
	}
	return resp, nil
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

// want polls and demands these texts, in this order.
func (b *bench) want(want ...string) {
	b.Helper()
	if got := texts(b.hear()); !slices.Equal(got, want) {
		b.Fatalf("got %q, want %q", got, want)
	}
}

// ask makes a question of that text.
func (b *bench) ask(text string) stackexchangetest.Written {
	return b.server.Post(stackexchangetest.Post{Author: "user1", Title: "Q", Text: text})
}

// answer answers a question.
func (b *bench) answer(author, text string, to stackexchangetest.Written) stackexchangetest.Written {
	return b.server.Post(stackexchangetest.Post{Site: to.Site, Author: author, Text: text, AnswerTo: to.ID})
}

// comment comments on a post.
func (b *bench) comment(author, text string, on stackexchangetest.Written) stackexchangetest.Written {
	return b.server.Post(stackexchangetest.Post{Site: on.Site, Author: author, Text: text, CommentOn: on.ID})
}

// asked counts the requests whose path begins so.
func (b *bench) asked(path string) (n int) {
	for _, r := range b.server.Requests() {
		if strings.HasPrefix(r, "/2.3"+path) {
			n++
		}
	}
	return n
}

// texts are the texts of mentions, without the title that all questions have.
func texts(items []directdial.Item) []string {
	texts := sourcetest.Texts(items)
	for i := range texts {
		texts[i] = strings.TrimPrefix(texts[i], "Q\n\n")
	}
	return texts
}
