package x

import (
	"net/http"
	"testing"

	"github.com/directdial/directdial/ingest/sourcetest"
	"github.com/directdial/directdial/ingest/x/xtest"
)

func TestReceiving(t *testing.T) {
	sourcetest.Receive(t, "x", func() sourcetest.Posted {
		x := newX()
		return sourcetest.Posted{
			Settings: "secret: " + xtest.Secret,
			Deliver: func(address string) (*http.Request, string) {
				w := x.Post(xtest.Post{Author: "user1", Text: "@acme billed me twice"})
				return x.Delivery(address, "post.mention.create", w.ID, x.Account("acme")), w.ID
			},
			Sign: func(address string, body any) *http.Request { return xtest.Sign(address, xtest.Secret, body) },
		}
	})
}
