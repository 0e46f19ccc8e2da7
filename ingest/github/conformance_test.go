package github

import (
	"net/http"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/github/githubtest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestConformance(t *testing.T) {
	for name, kind := range map[string]string{"issues": githubtest.Issue, "discussions": githubtest.Discussion} {
		t.Run(name, func(t *testing.T) {
			sourcetest.Run(t, sourcetest.Platform{
				Type: "github",
				New: func() sourcetest.Fake {
					return &fake{github: githubtest.New(), kind: kind, posts: map[string]directdial.Mention{}, titles: map[string]string{}}
				},
				Settings: func(base string) string {
					return "server: " + base + "\ntoken: " + githubtest.Token + "\nqueries: ['repo:acme/widget']\nkinds: [" + kind + "]\nevery: 1m\n"
				},
				Every: time.Minute,
				Limit: func(h http.Header, reset time.Time) {
					h.Set("X-RateLimit-Limit", "30")
					h.Set("X-RateLimit-Remaining", "0")
					h.Set("X-RateLimit-Reset", strconv.FormatInt(reset.Unix(), 10))
				},
				Env: map[string]string{"GITHUB_WEBHOOK_SECRET": "a secret of the webhook"},
			})
		})
	}
}

// fake is GitHub, where somebody opens issues or discussions about acme.
type fake struct {
	github *githubtest.Server
	kind   string

	mu     sync.Mutex
	posts  map[string]directdial.Mention // by id
	titles map[string]string
}

// ServeHTTP implements sourcetest.Fake.
func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.github.ServeHTTP(w, r) }

// Edit implements sourcetest.Editor.
func (f *fake) Edit(id, text string) directdial.Mention {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := f.posts[id]
	f.github.Edit(id, typed(text))
	m.Text = f.titles[id] + "\n\n" + text
	if f.kind == githubtest.Discussion { // of an issue nobody tells
		m.EditedAt = time.Now().Truncate(time.Second)
	}
	return m
}

// Publish implements sourcetest.Fake.
func (f *fake) Publish(at time.Time, text string) directdial.Mention {
	w := f.github.Open(githubtest.Post{Kind: f.kind, Body: typed(text), At: at})
	m := directdial.Mention{
		ID: w.ID, Platform: "github", URL: w.URL, Text: w.Title + "\n\n" + text, CreatedAt: w.At, Thread: w.ID,
		Author: directdial.Author{ID: strconv.FormatInt(w.Author, 10), Handle: "user1", URL: "https://github.com/user1"},
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.posts[w.ID], f.titles[w.ID] = m, w.Title
	return m
}

// special is what means something in Markdown.
var special = regexp.MustCompile("[<>&*_`]")

// typed is a text as somebody types it who knows Markdown.
func typed(text string) string { return special.ReplaceAllString(text, `\$0`) }
