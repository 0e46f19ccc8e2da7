package reddit

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/reddit/reddittest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestConformance(t *testing.T) {
	for name, what := range map[string]string{"words": "words: [acme]\n", "communities": "communities: [gadgets]\n"} {
		t.Run(name, func(t *testing.T) {
			sourcetest.Run(t, sourcetest.Platform{
				Type: "reddit",
				New:  func() sourcetest.Fake { return &fake{reddittest.New()} },
				Settings: func(base string) string {
					return what + fmt.Sprintf("client_id: %s\nclient_secret: %s\noperator: %s\nevery: 2m\napi: %s\nlogin: %s\n",
						reddittest.ClientID, reddittest.Secret, reddittest.Operator, base, base)
				},
				Every: 2 * time.Minute,
				Limit: func(h http.Header, reset time.Time) {
					h.Set("X-Ratelimit-Used", "1000")
					h.Set("X-Ratelimit-Remaining", "0.0")
					h.Set("X-Ratelimit-Reset", strconv.Itoa(int(time.Until(reset).Round(time.Second).Seconds())))
				},
			})
		})
	}
}

// fake is a community in which somebody asks.
type fake struct{ *reddittest.Server }

// Publish implements sourcetest.Fake. Nobody dates a post but Reddit.
func (f *fake) Publish(_ time.Time, text string) directdial.Mention {
	return published(f.Post(reddittest.Post{Author: "user1", Title: `Is "it" broken?`, Text: text}))
}

// Edit implements sourcetest.Editor.
func (f *fake) Edit(id, text string) directdial.Mention {
	edited := f.Server.Edit(id, text)
	m := published(f.Written(id))
	m.EditedAt = edited
	return m
}

func published(w reddittest.Written) directdial.Mention {
	return directdial.Mention{
		ID: w.Name, Platform: "reddit", URL: "https://www.reddit.com/r/gadgets/comments/" + w.Name[3:] + "/title/",
		Text: "Is \"it\" broken?\n\n" + w.Text, CreatedAt: w.At,
		Author: directdial.Author{ID: "t2_lfls", Handle: "user1", URL: "https://www.reddit.com/user/user1"},
	}
}
