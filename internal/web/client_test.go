package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

var loopback = Client{Guard: Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, UserAgent: "directdial/test"}

func get(t *testing.T, c *http.Client, url string) (*http.Response, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer s3cret")
	resp, err := c.Do(req)
	if err == nil {
		t.Cleanup(func() { _ = resp.Body.Close() })
	}
	return resp, err
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func TestClientDialsNoPrivateAddress(t *testing.T) {
	base := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the request arrived") })
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(base, "http://"))
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "127.1"} {
		_, err := get(t, Client{}.HTTP(), "http://"+host+":"+port)
		if err == nil {
			t.Errorf("%s was reached", host)
		}
	}
	_, err := get(t, Client{}.HTTP(), base)
	if directdial.KindOf(err) != directdial.Denied || !strings.Contains(err.Error(), "name it in the configuration") {
		t.Errorf("error %v says not what to do", err)
	}
}

func TestClientDialsWhatTheConfigurationNames(t *testing.T) {
	base := serve(t, func(http.ResponseWriter, *http.Request) {})
	address := strings.TrimPrefix(base, "http://")
	lure := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, base, http.StatusFound) })
	c := Client{Named: func(a string) bool { return a == address || a == strings.TrimPrefix(lure, "http://") }}.HTTP()
	if _, err := get(t, c, base); err != nil {
		t.Errorf("named: %v", err)
	}
	if _, err := get(t, c, lure); directdial.KindOf(err) != directdial.Denied {
		t.Errorf("sent there by a redirect: %v", err)
	}
	if _, err := get(t, c, strings.Replace(base, "127.0.0.1", "127.0.0.2", 1)); directdial.KindOf(err) != directdial.Denied {
		t.Errorf("not named: %v", err)
	}
}

func TestClientFollowsRedirectsWithinBounds(t *testing.T) {
	var other, base string
	var seen http.Header
	other = serve(t, func(_ http.ResponseWriter, r *http.Request) { seen = r.Header })
	base = serve(t, func(w http.ResponseWriter, r *http.Request) {
		to := map[string]string{
			"/loop": "/loop", "/other": other + "/", "/same": "/end", "/private": "http://10.0.0.1/", "/file": "file:///etc/passwd",
		}[r.URL.Path]
		seen = r.Header
		if to != "" {
			http.Redirect(w, r, to, http.StatusMovedPermanently)
		}
	})
	c := loopback.HTTP()
	for path, want := range map[string]string{
		"/loop": "more than 5 redirects", "/private": "not a public address", "/file": `the scheme "file"`,
	} {
		if _, err := get(t, c, base+path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := get(t, c, base+"/same"); err != nil || seen.Get("Authorization") == "" || seen.Get("User-Agent") != "directdial/test" {
		t.Errorf("on the same host: %v, %v", err, seen)
	}
	if _, err := get(t, c, base+"/other"); err != nil || seen.Get("Authorization") != "" {
		t.Errorf("on another host: %v, %v", err, seen)
	}
}

func TestClientDoesNotFollowFromHTTPSToHTTP(t *testing.T) {
	from, to := &http.Request{URL: &url.URL{Scheme: "https", Host: "a"}}, &http.Request{URL: &url.URL{Scheme: "http", Host: "a"}}
	if err := checkRedirect(to, []*http.Request{from}); directdial.KindOf(err) != directdial.Denied {
		t.Errorf("error %v", err)
	}
}

func TestClientBoundsTheSizeOfAnAnswer(t *testing.T) {
	small := loopback
	small.MaxBody = 10_000
	for limit, client := range map[int]*http.Client{MaxResponse: loopback.HTTP(), 10_000: small.HTTP()} {
		var bomb bytes.Buffer
		z := gzip.NewWriter(&bomb)
		_, _ = z.Write(make([]byte, limit+1024))
		_ = z.Close()
		base := serve(t, func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/announced":
				w.Header().Set("Content-Length", fmt.Sprint(limit+1))
			case "/bomb":
				w.Header().Set("Content-Encoding", "gzip")
				_, _ = w.Write(bomb.Bytes())
			case "/exact":
				_, _ = w.Write(make([]byte, limit))
			case "/over":
				_, _ = w.Write(make([]byte, limit+1))
			}
		})
		for path, ok := range map[string]bool{"/announced": false, "/bomb": false, "/exact": true, "/over": false} {
			resp, err := get(t, client, base+path)
			var n int64
			if err == nil {
				n, err = io.Copy(io.Discard, resp.Body)
			}
			if ok != (err == nil) || n > int64(limit) {
				t.Errorf("%s of %d: %d bytes, %v", path, limit, n, err)
			}
			if want := fmt.Sprintf("larger than %d bytes", limit); !ok && (directdial.KindOf(err) != directdial.Invalid || !strings.Contains(err.Error(), want)) {
				t.Errorf("%s of %d: %v", path, limit, err)
			}
		}
	}
}

func TestClientLetsAWebsocketThrough(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "websocket")
		w.WriteHeader(http.StatusSwitchingProtocols)
	})
	c := loopback.HTTP()
	c.Timeout = 0 // it would end the connection, so that libraries take it off
	resp, err := get(t, c, base)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := resp.Body.(io.ReadWriter); !ok {
		t.Errorf("nothing can be written to %T", resp.Body)
	}
}

func TestClientAsksNoProxyOfTheEnvironment(t *testing.T) {
	proxy := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the proxy was asked") })
	t.Setenv("HTTP_PROXY", proxy)
	c := Client{Dial: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no network") }}
	if _, err := get(t, c.HTTP(), "http://platform.example/"); err == nil {
		t.Error("reached")
	}
}

func TestErrorTextHoldsNoQuery(t *testing.T) {
	c := Client{Dial: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no network") }}
	_, err := get(t, c.HTTP(), "http://platform.example/feed?key=s3cret")
	if text := ErrorText(fmt.Errorf("fetch: %w", err)); strings.Contains(text, "s3cret") || !strings.Contains(text, "platform.example/feed?…") {
		t.Errorf("text %q", text)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"120": 2 * time.Minute, " 5 ": 5 * time.Second, "0": 0, "-5": 0, "": 0, "soon": 0, "1.5": 0,
		"999999999": 24 * time.Hour, "99999999999999999999": 0,
		"Sat, 21 Nov 2026 12:01:00 GMT": time.Minute,
		"Sat, 21 Nov 2026 11:00:00 GMT": 0,
		"Sat, 21 Nov 2099 12:00:00 GMT": 24 * time.Hour,
	} {
		if got := RetryAfter(http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}

func TestErrorOfAnAnswer(t *testing.T) {
	for code, want := range map[int]directdial.Kind{
		429: directdial.Temporary, 500: directdial.Temporary, 503: directdial.Temporary, 599: directdial.Temporary, 408: directdial.Temporary,
		401: directdial.Denied, 403: directdial.Denied, 404: directdial.NotFound, 410: directdial.Gone, 400: directdial.Invalid, 302: directdial.Invalid,
	} {
		e := ErrorOf(&http.Response{StatusCode: code, Header: http.Header{"Retry-After": {"7"}}}, time.Now())
		if e.Kind != want || (e.After == 7*time.Second) != (want == directdial.Temporary) {
			t.Errorf("%d: %+v", code, e)
		}
	}
}
