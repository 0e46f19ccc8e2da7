package github

import (
	"net/http"
	"testing"

	"github.com/directdial/directdial/ingest/github/githubtest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestReceiving(t *testing.T) {
	sourcetest.Receive(t, "github", func() sourcetest.Posted {
		hub := githubtest.New()
		return sourcetest.Posted{
			Settings: "secret: \"" + hookSecret + "\"",
			Deliver: func(address string) (*http.Request, string) {
				w := hub.Open(githubtest.Post{Body: "billed twice"})
				return hub.Delivery(address, hookSecret, "opened", w.ID, false), w.ID
			},
			Sign: func(address string, body any) *http.Request {
				return githubtest.Sign(address, hookSecret, "issues", "72d3162e-cc78-11e3-81ab-4c9367dc0958", body, false)
			},
		}
	})
}
