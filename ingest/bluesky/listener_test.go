package bluesky

import (
	"encoding/json"
	"fmt"
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
	"github.com/directdial/directdial/ingest/bluesky/blueskytest"
	"github.com/directdial/directdial/ingest/sourcetest"
	"github.com/directdial/directdial/internal/secret"
)

// listener is a source in the hands of a test, in fake time, on a server in
// memory.
type listener struct {
	*source
	*testing.T
	ingest.Unreported
	server   *blueskytest.Server
	settings Settings
	spoil    func(w http.ResponseWriter, r *http.Request) bool // answers in place of the server
	state    []byte
	budgets  []int
	requests []string // method, host, path and query
}

// listen runs a test with a source on an empty server that was asked once.
func listen(t *testing.T, settings Settings, test func(l *listener)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &listener{T: t, server: blueskytest.New("acme.example"), settings: settings}
		l.restart()
		if got := l.hear(); len(got) > 0 {
			t.Fatalf("an empty server gives %q", got)
		}
		test(l)
	})
}

// restart makes a new source with the saved state.
func (l *listener) restart() {
	l.Helper()
	s := l.settings
	s.Server, s.Every = "https://server.example", time.Minute
	source, err := newSource(ingest.Setup{Client: &http.Client{Transport: l}, Report: l, Now: time.Now, Log: zerolog.Nop()}, &s)
	if err != nil {
		l.Fatal(err)
	}
	l.source = source
}

// RoundTrip implements http.RoundTripper.
func (l *listener) RoundTrip(r *http.Request) (*http.Response, error) {
	l.requests = append(l.requests, r.Method+" "+r.URL.Host+r.URL.RequestURI())
	return sourcetest.Answer(r, l.spoil, l.server), nil
}

// Budget implements ingest.Report.
func (l *listener) Budget(remaining int, _ time.Time) { l.budgets = append(l.budgets, remaining) }

// once does one fetch and saves its state.
func (l *listener) once() ([]directdial.Item, error) {
	items, next, err := l.fetch(l.Context(), l.state)
	if next != nil {
		l.state = next
	}
	return items, err
}

// poll does what Poll does at its next turn: fetch until there is no more.
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

// write makes n posts appear, a second apart, and returns their texts.
func (l *listener) write(n int) (all []string) {
	for i := range n {
		text := fmt.Sprintf("@acme.example widget %d at %d", i, time.Now().UnixMilli())
		l.server.Post(by("user1.example", text))
		all = append(all, text)
		time.Sleep(time.Second)
	}
	return all
}

// lost returns how many of the texts were not heard.
func lost(want, got []string) (n int) {
	for _, text := range want {
		if !slices.Contains(got, text) {
			n++
		}
	}
	return n
}

// saved reads the state.
func (l *listener) saved() (st state) {
	l.Helper()
	if err := json.Unmarshal(l.state, &st); err != nil {
		l.Fatal(err)
	}
	return st
}

// asked counts the requests that contain s.
func (l *listener) asked(s string) (n int) {
	for _, r := range l.requests {
		if strings.Contains(r, s) {
			n++
		}
	}
	return n
}

func withAccount() Settings {
	return Settings{Account: "acme.example", Password: secret.New(blueskytest.Password)}
}

func searching(words ...string) Settings { return Settings{Search: words} }

func by(author, text string) blueskytest.Post { return blueskytest.Post{Author: author, Text: text} }

// answering answers every query with the same.
func answering(answer string) func(w http.ResponseWriter, r *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, answer)
		}
		return r.Method == http.MethodGet
	}
}
