package webhook

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestReceiving(t *testing.T) {
	sourcetest.Receive(t, "webhook", func() sourcetest.Posted {
		n := 0
		return sourcetest.Posted{
			Settings: "token: " + token,
			Path:     "/v1/mentions",
			Serve:    func(r *ingest.Runner) http.Handler { return Handler(r.Posted) },
			Deliver: func(address string) (*http.Request, string) {
				n++
				id := fmt.Sprint("https://social.example/", n)
				return posted(address, fmt.Sprintf(`{"id":%q,"text":"billed twice by Acme"}`, id)), id
			},
			Sign: func(address string, body any) *http.Request { return posted(address, fmt.Sprintf("%s", body)) },
		}
	})
}

// posted is a request with the token.
func posted(address, body string) *http.Request {
	r, err := http.NewRequest(http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	r.Header = http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + token}}
	return r
}
