package mastodon

import (
	"net/http"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/mastodon/mastodontest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestConformance(t *testing.T) {
	for name, social := range map[string]bool{"Mastodon": false, "GoToSocial": true} {
		t.Run(name, func(t *testing.T) {
			sourcetest.Run(t, sourcetest.Platform{
				Type: "mastodon",
				New: func() sourcetest.Fake {
					m := mastodontest.New("mastodon.example", "acme")
					m.GoToSocial = social
					return &fake{Server: m, posts: map[string]mastodontest.Written{}}
				},
				Settings: func(base string) string {
					return "server: " + base + "\ntoken: " + mastodontest.Token + "\nhashtags: [acme]\nevery: 1m\n"
				},
				Every: time.Minute,
				Limit: func(h http.Header, reset time.Time) {
					h.Set("X-RateLimit-Limit", "300")
					h.Set("X-RateLimit-Remaining", "0")
					h.Set("X-RateLimit-Reset", reset.UTC().Format("2006-01-02T15:04:05.000Z"))
				},
			})
		})
	}
}

// fake is a server on which somebody writes to @acme about #acme.
type fake struct {
	*mastodontest.Server
	posts map[string]mastodontest.Written // by uri
}

// Publish implements sourcetest.Fake.
func (f *fake) Publish(at time.Time, text string) directdial.Mention {
	text += " @acme #acme"
	w := f.Post(mastodontest.Post{Author: "user1", Name: "User One", Text: text, Language: "en", At: at})
	f.posts[w.URI] = w
	return f.mention(w, text)
}

// Edit implements sourcetest.Editor.
func (f *fake) Edit(uri, text string) directdial.Mention {
	text += " @acme #acme"
	w := f.posts[uri]
	m := f.mention(w, text)
	m.EditedAt = f.Server.Edit(w.ID, text)
	return m
}

// Delete implements sourcetest.Deleter.
func (f *fake) Delete(uri string) { f.Server.Delete(f.posts[uri].ID) }

func (f *fake) mention(w mastodontest.Written, text string) directdial.Mention {
	return directdial.Mention{
		ID: w.URI, Platform: "mastodon", URL: w.URL, Text: text, Lang: "en", CreatedAt: w.At,
		Author: directdial.Author{Handle: "user1@mastodon.example", Name: "User One", URL: "https://mastodon.example/@user1"},
	}
}
