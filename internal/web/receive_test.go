package web

import (
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func TestASignedRequestIsReceived(t *testing.T) {
	v := verifier(t, "github", githubSecret)
	x := verifier(t, "x", githubSecret)
	signed := func(body string) http.Header {
		return http.Header{"X-Hub-Signature-256": {"sha256=" + hex.EncodeToString(signature(githubSecret, body))}}
	}
	compressed := signed("body")
	compressed.Set("Content-Encoding", "gzip")
	for name, c := range map[string]struct {
		verifier *Verifier
		method   string
		header   http.Header
		body     io.Reader
		status   int // 0: received
	}{
		"signed":          {v, "POST", signed("body"), strings.NewReader("body"), 0},
		"as large as may": {v, "POST", signed("0123456789"), strings.NewReader("0123456789"), 0},
		"too large":       {v, "POST", signed("0123456789a"), strings.NewReader("0123456789a"), 413},
		"unsigned":        {v, "POST", http.Header{}, strings.NewReader("body"), 401},
		"forged":          {v, "POST", signed("other"), strings.NewReader("body"), 401},
		"broken off":      {v, "POST", signed("body"), iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("body"))), 400},
		"compressed":      {v, "POST", compressed, strings.NewReader("body"), 415},
		"a GET":           {v, "GET", signed(""), nil, 405},
		"a challenge":     {x, "GET", http.Header{}, nil, 400},
		"another method":  {x, "PUT", http.Header{}, nil, 405},
	} {
		t.Run(name, func(t *testing.T) {
			w, r := httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), c.method, "/", c.body)
			r.Header = c.header
			body, s, ok := c.verifier.Receive(w, r, 10, time.Now())
			if ok != (c.status == 0) || !ok && (w.Code != c.status || body != nil) {
				t.Fatalf("%v, %d %s", ok, w.Code, w.Body)
			}
			if ok && (w.Body.Len() > 0 || len(body) == 0 || s.Digest == Signed{}.Digest) {
				t.Errorf("received %q, answered %q", body, w.Body)
			}
		})
	}
}

func TestThePayloadIsTheBodyOrAFieldOfAForm(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	for _, c := range []struct {
		kind, body, want string
		ok               bool
	}{
		{"application/json; charset=utf-8", `{"a":1}`, `{"a":1}`, true},
		{"application/cloudevents+json", `{}`, `{}`, true},
		{form, "payload=%7B%22a%22%3A%22b+c%22%7D", `{"a":"b c"}`, true},
		{form, `{"a":"=&"}`, `{"a":"=&"}`, true},
		{form, "other=1", "", false},
		{form, "payload=%zz", "", false},
		{"text/plain", "{}", "", false},
		{"", "{}", "", false},
	} {
		got, ok := Payload(http.Header{"Content-Type": {c.kind}}, []byte(c.body))
		if ok != c.ok || ok && string(got) != c.want {
			t.Errorf("%s %s: %q, %v", c.kind, c.body, got, ok)
		}
	}
}

func TestReplaysAreRememberedAsLongAsTheyWouldHold(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	var r Replays
	timed, bare := Signed{At: now, Digest: [32]byte{1}}, Signed{Digest: [32]byte{2}}
	for _, s := range []Signed{timed, bare, {}} {
		if r.Seen(s, now) {
			t.Error("seen before it was taken")
		}
		r.Add(s, now)
		r.Add(s, now)
	}
	for _, c := range []struct {
		after       time.Duration
		timed, bare bool
	}{{0, true, true}, {Tolerance, true, true}, {Tolerance + 2*time.Second, false, true}, {untimed, false, true}, {untimed + 2*time.Minute, false, false}} {
		if got := r.Seen(timed, now.Add(c.after)); got != c.timed {
			t.Errorf("after %v: timed %v", c.after, got)
		}
		if got := r.Seen(bare, now.Add(c.after)); got != c.bare {
			t.Errorf("after %v: bare %v", c.after, got)
		}
	}
	if r.Seen(Signed{}, now) {
		t.Error("what is not signed is no replay")
	}
	if len(r.until) > 0 || len(r.order) > 0 {
		t.Errorf("%d and %d are remembered", len(r.until), len(r.order))
	}
}

func TestReplaysAreBounded(t *testing.T) {
	now := time.Now()
	var r Replays
	digest := func(i int) Signed { return Signed{Digest: [32]byte{1, byte(i), byte(i >> 8), byte(i >> 16)}} }
	for i := range maxReplays + 10 {
		r.Add(digest(i), now)
	}
	if len(r.until) != maxReplays || len(r.order) != maxReplays {
		t.Errorf("%d and %d are remembered", len(r.until), len(r.order))
	}
	if r.Seen(digest(9), now) || !r.Seen(digest(10), now) {
		t.Error("not the oldest were forgotten")
	}
}
