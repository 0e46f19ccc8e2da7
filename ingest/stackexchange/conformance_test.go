package stackexchange

import (
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/sourcetest"
	"github.com/directdial/directdial/ingest/stackexchange/stackexchangetest"
)

func TestConformance(t *testing.T) {
	for name, what := range map[string]string{"words": "words: [acme]\n", "tags": "tags: [acme]\n"} {
		t.Run(name, func(t *testing.T) {
			sourcetest.Run(t, sourcetest.Platform{
				Type: "stackexchange",
				New:  func() sourcetest.Fake { return &fake{stackexchangetest.New()} },
				Settings: func(base string) string {
					return what + "key: " + stackexchangetest.Key + "\nevery: 2m\napi: " + base + "/2.3\n"
				},
				Every: 2 * time.Minute,
			})
		})
	}
}

// fake is a site on which somebody asks.
type fake struct{ *stackexchangetest.Server }

// Publish implements sourcetest.Fake. Nobody dates a post but the site.
func (f *fake) Publish(_ time.Time, text string) directdial.Mention {
	w := f.Post(stackexchangetest.Post{Author: "Ana & Bo", Title: `Is "it" broken?`, Text: text, Tags: []string{"acme"}})
	return directdial.Mention{
		ID: postID("stackoverflow", w.ID), Platform: "stackexchange",
		URL:       "https://stackoverflow.example/questions/" + postID("", w.ID)[1:] + "/how",
		Text:      "Is \"it\" broken?\n\n" + text + "\n\n[acme]",
		CreatedAt: w.At,
		Author:    directdial.Author{ID: "stackoverflow/12345", Name: "Ana & Bo", URL: "https://stackoverflow.example/users/12345"},
	}
}
