package bluesky

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/bluesky/blueskytest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestConformance(t *testing.T) {
	sourcetest.Run(t, sourcetest.Platform{
		Type: "bluesky",
		New:  func() sourcetest.Fake { return &fake{blueskytest.New("acme.example")} },
		Settings: func(base string) string {
			return "server: " + base + "\naccount: acme.example\npassword: " + blueskytest.Password + "\nsearch: [widget]\nevery: 1m\n"
		},
		Every: time.Minute,
		Limit: func(h http.Header, reset time.Time) {
			h.Set("RateLimit-Limit", "3000")
			h.Set("RateLimit-Remaining", "0")
			h.Set("RateLimit-Reset", strconv.FormatInt(reset.Unix()+1, 10)) // whole seconds
			h.Set("RateLimit-Policy", "3000;w=300")
		},
		Env: map[string]string{"BLUESKY_APP_PASSWORD": blueskytest.Password},
	})
}

// fake is a server on which somebody writes to @acme.example about a widget.
type fake struct{ *blueskytest.Server }

// Publish implements sourcetest.Fake.
func (f *fake) Publish(at time.Time, text string) directdial.Mention {
	w := f.Post(blueskytest.Post{Author: "user1.example", Name: "User One", Text: typed(text), Lang: "en", At: at})
	return mentionOf(w, text)
}

// Edit implements sourcetest.Editor.
func (f *fake) Edit(uri, text string) directdial.Mention {
	return mentionOf(f.Server.Edit(uri, typed(text)), text)
}

func typed(text string) string {
	return "@acme.example " + text + " https://acme.example/help/billing/2026/widget"
}

func mentionOf(w blueskytest.Written, text string) directdial.Mention {
	return directdial.Mention{
		ID: w.URI, Platform: "bluesky", URL: w.URL, Text: typed(text), Lang: "en", CreatedAt: w.At,
		Author: directdial.Author{
			ID: blueskytest.DID("user1.example"), Handle: "user1.example", Name: "User One",
			URL: "https://bsky.app/profile/" + blueskytest.DID("user1.example"),
		},
	}
}
