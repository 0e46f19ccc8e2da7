package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/directdial/directdial"
)

// failing asks a server that cannot be dialled for this reason.
func failing(t *testing.T, cause error) error {
	t.Helper()
	c := &http.Client{Transport: &http.Transport{DialContext: func(_ context.Context, network, _ string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: network, Err: cause}
	}}}
	_, err := c.Get("https://platform.example/search?key=s3cret")
	return fmt.Errorf("\"acme\": %w", err)
}

func TestFailureIsToldInPlainWords(t *testing.T) {
	refused := func(code int, wait string) error {
		return fmt.Errorf("search: %w", ErrorOf(&http.Response{StatusCode: code, Header: http.Header{"Retry-After": {wait}}}, time.Now()))
	}
	guarded := directdial.Errorf(directdial.Denied, "10.0.0.1 is not a public address")
	for _, c := range []struct {
		name       string
		err        error
		says, toDo string
	}{
		{"no such name", failing(t, &net.DNSError{Err: "no such host", Name: "platform.example", IsNotFound: true}), "the name platform.example is not found", "name server"},
		{"no name server", failing(t, &net.DNSError{Err: "i/o timeout", Name: "platform.example", IsTimeout: true}), "no name server says where platform.example is", "network"},
		{"refused", failing(t, os.NewSyscallError("connect", syscall.ECONNREFUSED)), "platform.example refuses the connection", "firewall"},
		{"no way", failing(t, os.NewSyscallError("connect", syscall.ENETUNREACH)), "platform.example cannot be reached", "network"},
		{"too slow", failing(t, os.ErrDeadlineExceeded), "platform.example did not answer in time", "try again later"},
		{"broken off", failing(t, io.EOF), "platform.example broke the connection off", "try again later"},
		{"ours", failing(t, guarded), "platform.example: 10.0.0.1 is not a public address", ""},
		{"too often", refused(429, "301"), "search: the server answers 429 Too Many Requests", "try again in 6 minutes"},
		{"too often for hours", refused(429, "7201"), "search: the server answers 429 Too Many Requests", "try again in 3 hours"},
		{"too often for a moment", refused(429, "1"), "search: the server answers 429 Too Many Requests", "try again in 1 second"},
		{"down", refused(502, ""), "search: the server answers 502 Bad Gateway", "try again later"},
		{"not allowed", refused(403, ""), "search: the server answers 403 Forbidden", ""},
		{"something else", errors.New("there is no such forum"), "there is no such forum", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			says, remedy := Failure(c.err)
			if says != c.says || !strings.Contains(remedy, c.toDo) || (remedy == "") != (c.toDo == "") {
				t.Errorf("%v\nis told as %q, %q", c.err, says, remedy)
			}
		})
	}
}

func TestFailureTellsACertificateAndAnEndOfWaiting(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // the handshake fails
	server.StartTLS()
	defer server.Close()
	_, err := (&http.Client{}).Get(server.URL)
	if says, _ := Failure(err); !strings.HasPrefix(says, "the certificate of 127.0.0.1:") {
		t.Errorf("%v is told as %q", err, says)
	}
	synctest.Test(t, func(t *testing.T) {
		c := &http.Client{Timeout: time.Minute, Transport: silent{}}
		_, err := c.Get("https://platform.example/")
		if says, _ := Failure(err); says != "platform.example did not answer in time" {
			t.Errorf("%v is told as %q", err, says)
		}
	})
}

// silent never answers.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}
