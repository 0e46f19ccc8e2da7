package github

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/github/githubtest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

// listener is a source that is asked by hand, and GitHub, in fake time.
type listener struct {
	*testing.T
	github *githubtest.Server
	source *source
	spoil  func(w http.ResponseWriter, r *http.Request) bool // answers in place of GitHub
	state  []byte
	budget int

	heard map[string]*directdial.Mention // the last of each, by id
	gaps  []*directdial.Gap
}

const withToken = "token: " + githubtest.Token + "\n"

func listen(t *testing.T, settings string, f func(l *listener)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &listener{T: t, github: githubtest.New(), heard: map[string]*directdial.Mention{}}
		setup := sourcetest.Setup(t, "server: http://github.example\n"+settings)
		setup.Client, setup.Report = &http.Client{Transport: l}, l
		s, err := New(setup)
		if err != nil {
			t.Fatal(err)
		}
		l.source = s.(*source)
		f(l)
	})
}

// RoundTrip implements http.RoundTripper.
func (l *listener) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", "directdial-test")
	w := httptest.NewRecorder()
	if l.spoil == nil || !l.spoil(w, r) {
		l.github.ServeHTTP(w, r)
	}
	resp := w.Result()
	resp.Request = r
	return resp, nil
}

// Budget implements ingest.Report.
func (l *listener) Budget(remaining int, _ time.Time) { l.budget = remaining }

// Newest implements ingest.Report.
func (l *listener) Newest(time.Time) {}

// Rejected implements ingest.Report.
func (l *listener) Rejected(int) {}

// poll fetches until there is no more, and keeps what comes.
func (l *listener) poll() error {
	for {
		items, next, err := l.source.fetch(l.Context(), l.state)
		if next != nil {
			l.state = next
		}
		for _, it := range items {
			switch it := it.(type) {
			case *directdial.Mention:
				l.heard[it.ID] = it
			case *directdial.Gap:
				l.gaps = append(l.gaps, it)
			}
		}
		if !errors.Is(err, ingest.ErrMore) {
			return err
		}
	}
}

// must polls without an error.
func (l *listener) must() {
	l.Helper()
	if err := l.poll(); err != nil {
		l.Fatal(err)
	}
}

// missing is what the gaps count.
func (l *listener) missing() (n int) {
	for _, g := range l.gaps {
		n += g.Missing
	}
	return n
}

// look asks for a post again.
func (l *listener) look(w githubtest.Written, thread string, since time.Time) ([]directdial.Item, error) {
	return l.source.Look(l.Context(), ingest.Post{ID: w.ID, URL: w.URL, Thread: thread, Since: since})
}

var _ interface {
	ingest.Looker
	ingest.Receiver
	ingest.Checker
} = (*source)(nil)
