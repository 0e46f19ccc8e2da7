package discourse

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/directdial/directdial/ingest/discourse/discoursetest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestReceiving(t *testing.T) {
	sourcetest.Receive(t, "discourse", func() sourcetest.Posted {
		forum := discoursetest.New("https://forum.example")
		return sourcetest.Posted{
			Settings: "server: https://forum.example\nsecret: " + hookSecret,
			Deliver: func(address string) (*http.Request, string) {
				w := forum.Post(discoursetest.Post{Title: "Acme", Text: "billed twice"})
				return forum.Delivery(address, hookSecret, "post_created", w.ID, false), "forum.example/" + strconv.FormatInt(w.ID, 10)
			},
			Sign: func(address string, body any) *http.Request {
				return discoursetest.Sign(address, hookSecret, "post", "post_created", 1, body, false)
			},
		}
	})
}
