package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func verifier(t testing.TB, scheme, secrets string) *Verifier {
	t.Helper()
	v, err := NewVerifier(scheme, secrets)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func signature(secret, body string) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return mac.Sum(nil)
}

// The vector of GitHub's documentation.
const (
	githubSecret    = "It's a Secret to Everybody"
	githubBody      = "Hello, World!"
	githubSignature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
)

func TestSignaturesOfEachScheme(t *testing.T) {
	at := time.Unix(vectorTime, 0)
	const object = `{"a":1}`
	x := "sha256=" + base64.StdEncoding.EncodeToString(signature(githubSecret, object))
	for name, c := range map[string]struct {
		scheme, secrets string
		header          http.Header
		body            string
		want            Signed
		holds           bool
	}{
		"github":    {"github", githubSecret, http.Header{"X-Hub-Signature-256": {githubSignature}, "X-Github-Delivery": {"d1"}}, githubBody, Signed{ID: "d1"}, true},
		"discourse": {"discourse", githubSecret, http.Header{"X-Discourse-Event-Signature": {githubSignature}, "X-Discourse-Event-Id": {"7"}}, githubBody, Signed{ID: "7"}, true},
		"x":         {"x", githubSecret, http.Header{"X-Twitter-Webhooks-Signature": {x}}, object, Signed{}, true},
		"standard": {
			"standard", vectorSecret, signed("webhook", vectorID, strconv.Itoa(vectorTime), vectorSignature), vectorBody,
			Signed{ID: vectorID, At: at},
			true,
		},
		"a former secret":   {"github", "the current secret\n" + githubSecret + "\n", http.Header{"X-Hub-Signature-256": {githubSignature}}, githubBody, Signed{}, true},
		"another body":      {"github", githubSecret, http.Header{"X-Hub-Signature-256": {githubSignature}}, githubBody + "\n", Signed{}, false},
		"another secret":    {"github", "the current secret", http.Header{"X-Hub-Signature-256": {githubSignature}}, githubBody, Signed{}, false},
		"another header":    {"github", githubSecret, http.Header{"X-Hub-Signature": {githubSignature}}, githubBody, Signed{}, false},
		"another algorithm": {"github", githubSecret, http.Header{"X-Hub-Signature-256": {strings.Replace(githubSignature, "256", "1", 1)}}, githubBody, Signed{}, false},
		"no algorithm":      {"github", githubSecret, http.Header{"X-Hub-Signature-256": {githubSignature[7:]}}, githubBody, Signed{}, false},
		"upper case":        {"github", githubSecret, http.Header{"X-Hub-Signature-256": {"sha256=" + strings.ToUpper(githubSignature[7:])}}, githubBody, Signed{}, false},
		"base64 for hex":    {"github", githubSecret, http.Header{"X-Hub-Signature-256": {x}}, object, Signed{}, false},
		"cut":               {"github", githubSecret, http.Header{"X-Hub-Signature-256": {githubSignature[:20]}}, githubBody, Signed{}, false},
		"empty":             {"github", githubSecret, http.Header{"X-Hub-Signature-256": {"sha256="}}, "", Signed{}, false},
		"nothing":           {"github", githubSecret, http.Header{}, githubBody, Signed{}, false},
		"what x signs for a challenge": {"x", githubSecret, http.Header{"X-Twitter-Webhooks-Signature": {
			"sha256=" + base64.StdEncoding.EncodeToString(signature(githubSecret, "true")),
		}}, "true", Signed{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := verifier(t, c.scheme, c.secrets).Verify(c.header, []byte(c.body), at)
			if (err == nil) != c.holds || err != nil && !errors.Is(err, ErrSignature) {
				t.Fatalf("error %v", err)
			}
			if c.holds == (got.Digest == Signed{}.Digest) {
				t.Error("no digest, or one of what does not hold")
			}
			got.Digest = Signed{}.Digest
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSecretsOfSchemesAreChecked(t *testing.T) {
	for name, c := range map[string][2]string{
		"no scheme": {"", githubSecret}, "another scheme": {"gitea", githubSecret}, "no secret": {"github", " \n\n"},
		"short": {"discourse", "hunter2hunt"}, "one of two is short": {"x", githubSecret + "\nhunter2"}, "no standard one": {"standard", githubSecret},
	} {
		if _, err := NewVerifier(c[0], c[1]); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range Schemes() {
		verifier(t, name, vectorSecret)
	}
}

func TestXIsShownThatTheReceiverHasTheSecret(t *testing.T) {
	v := verifier(t, "x", githubSecret+"\nthe former secret")
	ask := func(token string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?nonce=1&crc_token="+url.QueryEscape(token), nil)
		if !v.Handshake(w, r) {
			t.Error("was not answered")
		}
		return w
	}
	const token = "MDk3NjU0-Mzc_0NTY+/=="
	want := `{"response_token":"sha256=` + base64.StdEncoding.EncodeToString(signature(githubSecret, token)) + "\"}\n"
	if w := ask(token); w.Code != http.StatusOK || w.Body.String() != want || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("%d %s, want %s", w.Code, w.Body, want)
	}
	for _, forged := range []string{"", `{"data":{}}`, " ", strings.Repeat("a", 257), "é", "[1]"} {
		if w := ask(forged); w.Code != http.StatusBadRequest || strings.Contains(w.Body.String(), "sha256") {
			t.Errorf("%q: %d %s", forged, w.Code, w.Body)
		}
	}
	for _, other := range []string{"github", "discourse"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?crc_token=a", nil)
		if verifier(t, other, githubSecret).Handshake(httptest.NewRecorder(), r) {
			t.Errorf("%s shakes hands", other)
		}
	}
}

// FuzzCRC holds that no answer to a challenge is the signature of a body.
func FuzzCRC(f *testing.F) {
	f.Add("MDk3NjU0")
	f.Add(`{"data":{}}`)
	v, err := NewVerifier("x", githubSecret)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, token string) {
		h := http.Header{"X-Twitter-Webhooks-Signature": {"sha256=" + base64.StdEncoding.EncodeToString(signature(githubSecret, token))}}
		if _, err := v.Verify(h, []byte(token), time.Time{}); err == nil && isCRC(token) {
			t.Errorf("%q is a challenge and a body", token)
		}
	})
}
