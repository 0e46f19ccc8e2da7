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
	sourcetest.Listener
	forum  *discoursetest.Server
	source *source
	spoil  func(w http.ResponseWriter, r *http.Request) bool // answers in place of the forum
}

func listen(t *testing.T, settings string, f func(l *listener)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &listener{T: t, forum: discoursetest.New("https://forum.example")}
		setup := sourcetest.Setup(t, "server: https://forum.example\n"+settings)
		setup.Client = &http.Client{Transport: l}
		s, err := New(setup)
		if err != nil {
			t.Fatal(err)
		}
		l.source = s.(*source)
		l.Listener = sourcetest.Listener{T: t, Fetch: l.source.fetch}
		f(l)
	})
}

// RoundTrip implements http.RoundTripper.
func (l *listener) RoundTrip(r *http.Request) (*http.Response, error) {
	return sourcetest.Answer(r, l.spoil, l.forum), nil
}

// of returns the mention that was heard of a post, nil if none was.
func (l *listener) of(w discoursetest.Written) *directdial.Mention {
	return l.Heard[l.source.forum.id(w.ID)]
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
