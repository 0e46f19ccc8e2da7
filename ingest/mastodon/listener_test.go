package mastodon

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
	"github.com/directdial/directdial/ingest/mastodon/mastodontest"
	"github.com/directdial/directdial/ingest/sourcetest"
	"github.com/directdial/directdial/internal/secret"
)

// listener is a source in the hands of a test, in fake time, on a server in
// memory.
type listener struct {
	*source
	*testing.T
	ingest.Unreported
	server   *mastodontest.Server
	settings Settings
	spoil    func(w http.ResponseWriter, r *http.Request) bool // answers in place of the server
	state    []byte
	budgets  []int
	requests []string
}

// listen runs a test with a source on an empty server that was asked once.
func listen(t *testing.T, settings Settings, test func(l *listener)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &listener{T: t, server: mastodontest.New("mastodon.example", "acme"), settings: settings}
		l.restart()
		test(l)
	})
}

// restart makes a new source with the saved state.
func (l *listener) restart() {
	l.Helper()
	s := l.settings
	s.Server, s.Every = "https://social.mastodon.example", time.Minute
	source, err := newSource(ingest.Setup{Client: &http.Client{Transport: l}, Report: l, Now: time.Now, Log: zerolog.Nop()}, &s)
	if err != nil {
		l.Fatal(err)
	}
	l.source = source
}

// RoundTrip implements http.RoundTripper.
func (l *listener) RoundTrip(r *http.Request) (*http.Response, error) {
	l.requests = append(l.requests, r.URL.RequestURI())
	return sourcetest.Answer(r, l.spoil, l.server), nil
}

// Budget implements ingest.Report.
func (l *listener) Budget(remaining int, _ time.Time) { l.budgets = append(l.budgets, remaining) }

// poll does what Poll does at its next turn: fetch until there is no more. It
// returns what was emitted for the first time or with another text.
func (l *listener) poll() ([]directdial.Item, error) {
	l.Helper()
	time.Sleep(l.every)
	return sourcetest.Drain(l, &l.state, l.fetch)
}

// hear polls and returns the texts of the mentions.
func (l *listener) hear() []string {
	l.Helper()
	items, err := l.poll()
	if err != nil {
		l.Fatal(err)
	}
	return sourcetest.Texts(items)
}

// want polls and demands these texts, in this order.
func (l *listener) want(texts ...string) {
	l.Helper()
	if got := l.hear(); !slices.Equal(got, texts) {
		l.Fatalf("got %q, want %q", got, texts)
	}
}

// answers are what the lists of the server show at the next requests; then they
// are empty. A line before the list is the header Link.
func (l *listener) answers(answers ...string) {
	l.spoil = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasPrefix(r.URL.Path, "/api/v1/statuses/") || strings.HasPrefix(r.URL.Path, "/api/v2/") {
			return false
		}
		answer := "[]"
		if len(answers) > 0 {
			answer, answers = answers[0], answers[1:]
		}
		if link, list, found := strings.Cut(answer, "\n"); found {
			w.Header().Set("Link", link)
			answer = list
		}
		_, _ = w.Write([]byte(answer))
		return true
	}
}

// asked counts the requests whose path and query contain s.
func (l *listener) asked(s string) (n int) {
	for _, r := range l.requests {
		if strings.Contains(r, s) {
			n++
		}
	}
	return n
}

func tags(names ...string) Settings { return Settings{Hashtags: names} }

func withToken() Settings { return Settings{Token: secret.New(mastodontest.Token)} }

func by(author, text string) mastodontest.Post { return mastodontest.Post{Author: author, Text: text} }
