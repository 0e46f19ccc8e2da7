package web

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
)

func TestServeLetsRequestsUnderWayFinish(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ln, err := Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		cancel() // the program is told to stop while this request is under way
		_, _ = io.WriteString(w, "finished")
	}), zerolog.Nop())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, s, ln, time.Minute) }()
	resp, err := get(t, loopback.HTTP(), "http://"+ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(resp.Body); string(body) != "finished" || err != nil {
		t.Errorf("%q, %v", body, err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, err := net.DialTimeout("tcp", ln.Addr().String(), time.Second); err == nil {
		t.Error("it still listens")
	}
}

func TestListenSaysWhichAddressIsTaken(t *testing.T) {
	ln, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	if _, err := Listen(t.Context(), ln.Addr().String()); err == nil || !strings.Contains(err.Error(), ln.Addr().String()) {
		t.Errorf("error %v", err)
	}
}

func TestServerHasBounds(t *testing.T) {
	s := NewServer(nil, zerolog.Nop())
	if s.ReadHeaderTimeout == 0 || s.ReadTimeout == 0 || s.WriteTimeout == 0 || s.IdleTimeout == 0 || s.MaxHeaderBytes == 0 {
		t.Errorf("%+v", s)
	}
	if HandlerTimeout >= writeTimeout {
		t.Error("a handler may take longer than its answer has time")
	}
}

func TestLoopback(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:9090": true, "[::1]:9090": true, "localhost:9090": true, "127.9.9.9:1": true,
		"0.0.0.0:9090": false, ":9090": false, "[::]:9090": false, "10.0.0.1:9090": false, "host.example:9090": false, "9090": false,
	} {
		if got := Loopback(address); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

func TestProblems(t *testing.T) {
	for _, c := range []struct {
		err        error
		status     int
		retryAfter string
		body       string
	}{
		{
			&directdial.Error{Kind: directdial.Invalid, Field: "id", Msg: "is required"}, 400, "",
			`{"type":"about:blank","title":"Bad Request","status":400,"detail":"id: is required","field":"id"}`,
		},
		{directdial.Errorf(directdial.NotFound, "no such mention"), 404, "", `{"type":"about:blank","title":"Not Found","status":404,"detail":"no such mention"}`},
		{
			fmt.Errorf("store: %w", &directdial.Error{Kind: directdial.Temporary, Msg: "disk /dev/x", After: 1500 * time.Millisecond}), 503, "2",
			`{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"Nothing is known to be stored. Send the same request again later."}`,
		},
		{
			directdial.Errorf(directdial.Ambiguous, "lost"), 503, "1",
			`{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"Nothing is known to be stored. Send the same request again later."}`,
		},
		{io.EOF, 500, "", `{"type":"about:blank","title":"Internal Server Error","status":500}`},
		{directdial.Errorf(directdial.Gone, "ended"), 410, "", `{"type":"about:blank","title":"Gone","status":410,"detail":"ended"}`},
		{directdial.Errorf(directdial.Denied, "no"), 403, "", `{"type":"about:blank","title":"Forbidden","status":403,"detail":"no"}`},
	} {
		w := httptest.NewRecorder()
		ProblemOf(c.err).Write(w)
		if w.Code != c.status || w.Header().Get("Retry-After") != c.retryAfter || w.Body.String() != c.body+"\n" {
			t.Errorf("%v: %d, Retry-After %q, %s", c.err, w.Code, w.Header().Get("Retry-After"), w.Body)
		}
		if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
			t.Errorf("Content-Type %q", got)
		}
	}
}

func TestBearer(t *testing.T) {
	want := NewToken("s3cret")
	for value, ok := range map[string]bool{
		"Bearer s3cret": true, "bearer  s3cret ": true,
		"Bearer s3cre": false, "Bearer s3crett": false, "Bearer": false, "Bearer ": false, "Basic s3cret": false, "s3cret": false, "": false,
	} {
		got, found := Bearer(http.Header{"Authorization": {value}})
		if (found && got.Equal(want)) != ok {
			t.Errorf("%q: %v", value, found)
		}
	}
}

func TestRequestsAreCounted(t *testing.T) {
	reg := prometheus.NewRegistry()
	h := Counted(Requests(reg), "listen", http.NotFoundHandler())
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	if err := testutil.GatherAndCompare(reg, strings.NewReader(`
# HELP directdial_http_requests_total Requests answered, by listener and status.
# TYPE directdial_http_requests_total counter
directdial_http_requests_total{code="404",listener="listen"} 1
directdial_http_requests_total{code="503",listener="listen"} 0
`)); err != nil {
		t.Error(err)
	}
}
