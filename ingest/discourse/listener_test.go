package discourse

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/discourse/discoursetest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

// listener is a source that is asked by hand, and a forum, in fake time.
type listener struct {
	*testing.T
	forum  *discoursetest.Server
	source *source
	spoil  func(w http.ResponseWriter, r *http.Request) bool // answers in place of the forum
	state  []byte

	heard map[string]*directdial.Mention // the last of each, by id
	gone  []string
	gaps  []*directdial.Gap
}

func listen(t *testing.T, settings string, f func(l *listener)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &listener{T: t, forum: discoursetest.New("https://forum.example"), heard: map[string]*directdial.Mention{}}
		setup := sourcetest.Setup(t, "server: https://forum.example\n"+settings)
		setup.Client = &http.Client{Transport: l}
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
	return sourcetest.Answer(r, l.spoil, l.forum), nil
}

// poll fetches until there is no more, and keeps what comes.
func (l *listener) poll() error {
	l.Helper()
	items, err := sourcetest.Drain(l, &l.state, l.source.fetch)
	for _, it := range items {
		switch it := it.(type) {
		case *directdial.Mention:
			l.heard[it.ID] = it
		case *directdial.Deletion:
			l.gone = append(l.gone, it.ID)
		case *directdial.Gap:
			l.gaps = append(l.gaps, it)
		}
	}
	return err
}

// must polls without an error.
func (l *listener) must() {
	l.Helper()
	if err := l.poll(); err != nil {
		l.Fatal(err)
	}
}

// of returns the mention that was heard of a post, nil if none was.
func (l *listener) of(w discoursetest.Written) *directdial.Mention {
	return l.heard[l.source.forum.id(w.ID)]
}

// asked counts the requests whose address holds a text.
func (l *listener) asked(text string) (n int) {
	for _, r := range l.forum.Requests() {
		if strings.Contains(r, text) {
			n++
		}
	}
	return n
}

func (l *listener) look(w discoursetest.Written, since time.Time) ([]directdial.Item, error) {
	return l.source.Look(l.Context(), ingest.Post{ID: l.source.forum.id(w.ID), URL: w.URL, Since: since})
}

// refuseWith answers a status and a body to requests whose address holds a
// text.
func refuseWith(text string, status int, body string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.String(), text) {
			return false
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
		return true
	}
}

var _ interface {
	ingest.Looker
	ingest.Receiver
	ingest.Checker
} = (*source)(nil)
