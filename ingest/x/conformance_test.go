package x

import (
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/sourcetest"
	"github.com/directdial/directdial/ingest/x/xtest"
)

// begin is when the tests begin: the bubbles of synctest begin in the year 2000,
// for which X has no ids.
var begin = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

// newX makes an X in a bubble, whose time it sets.
func newX() *xtest.Server {
	time.Sleep(time.Until(begin))
	x := xtest.New()
	x.Account("acme")
	return x
}

func TestConformance(t *testing.T) {
	for name, heard := range map[string]string{"search": "queries: [widget]", "mentions": "mentions: ['1000']"} {
		t.Run(name, func(t *testing.T) {
			sourcetest.Run(t, sourcetest.Platform{
				Type: "x",
				New:  func() sourcetest.Fake { return &fake{x: newX(), posts: map[string]directdial.Mention{}} },
				Settings: func(base string) string {
					return "server: " + base + "\ntoken: " + xtest.Token + "\n" + heard + "\nevery: 1m\n"
				},
				Every: time.Minute,
				Limit: func(h http.Header, reset time.Time) {
					h.Set("x-rate-limit-limit", "450")
					h.Set("x-rate-limit-remaining", "0")
					h.Set("x-rate-limit-reset", strconv.FormatInt(reset.Unix()+1, 10)) // whole seconds
				},
				Env: map[string]string{"X_CONSUMER_SECRET": xtest.Secret},
			})
		})
	}
}

// fake is X, where somebody writes to @acme about a widget.
type fake struct {
	x *xtest.Server

	mu    sync.Mutex
	posts map[string]directdial.Mention // by id
}

// ServeHTTP implements sourcetest.Fake.
func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.x.ServeHTTP(w, r) }

// Publish implements sourcetest.Fake. Nobody but X dates a post.
func (f *fake) Publish(_ time.Time, text string) directdial.Mention {
	text = "@acme " + text + " https://acme.example/help?a=1&b=2"
	w := f.x.Post(xtest.Post{Author: "user1", Text: text})
	m := directdial.Mention{
		ID: w.ID, Platform: "x", URL: w.URL, Text: text, Lang: "en", CreatedAt: w.At, Thread: w.ID,
		Author: directdial.Author{ID: w.Author, Handle: "user1", Name: "User user1", URL: "https://x.com/user1", Followers: 12},
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.posts[w.ID] = m
	return m
}

// Edit implements sourcetest.Editor.
func (f *fake) Edit(id, text string) directdial.Mention {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := f.posts[id]
	m.Text = "@acme widget " + text
	w := f.x.Edit(id, m.Text)
	m.URL, m.EditedAt = w.URL, w.At
	return m
}
