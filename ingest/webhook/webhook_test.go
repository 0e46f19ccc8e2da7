package webhook

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

const (
	token         = "crm-token"
	signingSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	otherSecret   = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)

// bench is the endpoint with three sources in front of an exchange in memory.
type bench struct {
	t       testing.TB
	log     *sourcetest.Log
	runner  *ingest.Runner
	handler http.Handler
	now     time.Time
	metrics *prometheus.Registry
	status  map[string]ingest.Status // what the exchange says, by platform and id
}

func newBench(t testing.TB) *bench {
	b := &bench{t: t, log: sourcetest.NewLog(), now: time.Unix(1_800_000_000, 5_000_000).UTC(), status: map[string]ingest.Status{}, metrics: prometheus.NewRegistry()}
	b.runner = ingest.NewRunner(ingest.Options{
		Log: b.log, Keyer: sourcetest.Key, Exchange: b, Metrics: b.metrics, Logger: zerolog.Nop(),
		Now: func() time.Time { return b.now },
	})
	if err := b.runner.SetSources([]ingest.Config{
		source("crm", "token: "+token+"\nrate: off"),
		source("listening", "secret: "+signingSecret+"\nplatforms: [mastodon]\nrate: off"),
		source("shop", "token: shop-token shop-token-2\nsecret: "+otherSecret+"\nrate: 60/m"),
	}); err != nil {
		t.Fatal(err)
	}
	b.handler = Handler(b.runner.Posted)
	return b
}

func source(name, settings string) ingest.Config {
	return ingest.Config{Name: name, Type: "webhook", Settings: settings, Decode: func(into any) error {
		return yaml.UnmarshalWithOptions([]byte(settings), into, yaml.Strict())
	}}
}

// Status implements ingest.Exchange.
func (b *bench) Status(platform, id string) (ingest.Status, bool) {
	s, ok := b.status[platform+" "+id]
	return s, ok
}

// Try implements ingest.Exchange.
func (b *bench) Try(m directdial.Mention) ingest.Trial {
	if !strings.Contains(m.Text, "billed") {
		return ingest.Trial{State: directdial.Suppressed, Reason: directdial.NoTag}
	}
	return ingest.Trial{
		Tags:   []directdial.TagScore{{Tag: directdial.Complaint, Score: 800}},
		Topics: []directdial.TopicScore{{Topic: "billing", Score: 900}}, State: directdial.Dialled,
	}
}

// option changes a request.
type option func(*http.Request)

func header(name, value string) option { return func(r *http.Request) { r.Header.Set(name, value) } }

func bearer(token string) option { return header("Authorization", "Bearer "+token) }

func ndjson(r *http.Request) { r.Header.Set("Content-Type", "application/x-ndjson") }

// send sends a request, by default a POST of JSON to /v1/mentions with the
// token of crm.
func (b *bench) send(body string, options ...option) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.request(http.MethodPost, "/v1/mentions", strings.NewReader(body),
		append([]option{bearer(token), header("Content-Type", "application/json")}, options...)...)
}

func (b *bench) request(method, target string, body io.Reader, options ...option) *httptest.ResponseRecorder {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), method, target, body)
	for _, o := range options {
		o(r)
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	return w
}

// taken demands a 202 and returns what it says.
func (b *bench) taken(w *httptest.ResponseRecorder) ingest.Acceptance {
	b.t.Helper()
	if w.Code != http.StatusAccepted || w.Header().Get("Content-Type") != "application/json" {
		b.t.Fatalf("%d %s: %s", w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	var a ingest.Acceptance
	d := json.NewDecoder(w.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil {
		b.t.Fatal(err)
	}
	if a.Rejected == nil {
		b.t.Error("rejected is null")
	}
	return a
}

// counts demands a 202 with these numbers.
func (b *bench) counts(w *httptest.ResponseRecorder, accepted, duplicates, rejected int) {
	b.t.Helper()
	if a := b.taken(w); a.Accepted != accepted || a.Duplicates != duplicates || len(a.Rejected) != rejected {
		b.t.Errorf("%+v, want %d accepted, %d duplicates, %d rejected", a, accepted, duplicates, rejected)
	}
}

// stored demands that n mentions and m actions are on the streams.
func (b *bench) stored(n, m int) {
	b.t.Helper()
	if mentions, actions := len(b.log.Mentions()), len(b.log.Actions()); mentions != n || actions != m {
		b.t.Errorf("%d mentions and %d actions are stored, want %d and %d", mentions, actions, n, m)
	}
}

func TestSettings(t *testing.T) {
	for name, c := range map[string]struct{ settings, field string }{
		"a token":                   {settings: "token: x"},
		"a secret":                  {settings: "secret: " + signingSecret},
		"all of it":                 {settings: "token: x y\nsecret: " + signingSecret + " " + otherSecret + "\nplatforms: [forum, '*']\nrate: 5/m"},
		"no credential":             {"platforms: ['*']", "token"},
		"an empty token":            {"token: ' '", "token"},
		"a secret that is none":     {"secret: hello", "secret"},
		"a secret that is short":    {"secret: whsec_AAAA", "secret"},
		"a platform that is none":   {"token: x\nplatforms: [Forum]", "platforms"},
		"a rate that is none":       {"token: x\nrate: fast", "rate"},
		"a rate of nothing":         {"token: x\nrate: 0/s", "rate"},
		"a rate in a strange unit":  {"token: x\nrate: 1/week", "rate"},
		"a rate that is too high":   {"token: x\nrate: 99999999999/s", "rate"},
		"a key that does not exist": {"token: x\ntokens: y", "tokens"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ingest.Make("webhook", sourcetest.Setup(t, c.settings))
			if (err == nil) != (c.field == "") || (err != nil && !strings.Contains(err.Error(), c.field)) {
				t.Errorf("error %v", err)
			}
			if err != nil && strings.Contains(err.Error(), "hello") {
				t.Errorf("the error holds the secret: %v", err)
			}
		})
	}
}

func TestFolder(t *testing.T) {
	sourcetest.Folder(t, "webhook", map[string]string{"LISTENING_SECRET": signingSecret})
}

func TestTwoSourcesWithOneCredentialAreRefused(t *testing.T) {
	err := ingest.Check([]ingest.Config{source("a", "token: x y"), source("b", "token: y"), source("c", "token: z\nsecret: "+signingSecret)})
	if err == nil || !strings.Contains(err.Error(), "sources a and b") || strings.Contains(err.Error(), "c have") {
		t.Errorf("error %v", err)
	}
}
