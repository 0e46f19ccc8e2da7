package mapped

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

const token = "listening-token"

// tight are bounds that a test reaches soon.
var tight = newBounds(500_000, 5*time.Second, 48<<20)

func init() {
	ingest.Register("mapped-tight", func(setup ingest.Setup) (ingest.Source, error) {
		s, err := New(setup)
		if err != nil {
			return nil, err
		}
		s.(*Source).bounds = tight
		return s, nil
	})
}

// bench is a source of this type in front of an exchange in memory.
type bench struct {
	t       testing.TB
	log     *sourcetest.Log
	lines   strings.Builder // of the log
	handler http.Handler
	now     time.Time
}

// newBench makes a source of a mapping, with a token. settings are more lines.
func newBench(t testing.TB, program string, settings ...string) *bench {
	t.Helper()
	quoted, err := json.Marshal(program)
	if err != nil {
		t.Fatal(err)
	}
	return benchOf(t, strings.Join(append(settings, "rate: off", "map: "+string(quoted)), "\n"))
}

func benchOf(t testing.TB, settings string) *bench {
	t.Helper()
	if !strings.Contains(settings, "token:") && !strings.Contains(settings, "secret:") {
		settings += "\ntoken: " + token
	}
	b := &bench{t: t, log: sourcetest.NewLog(), now: time.Unix(1_800_000_000, 0).UTC()}
	runner := ingest.NewRunner(ingest.Options{
		Log: b.log, Keyer: sourcetest.Key, Exchange: b, Metrics: prometheus.NewRegistry(), Logger: zerolog.New(&b.lines),
		Now: func() time.Time { return b.now },
	})
	if err := runner.SetSources([]ingest.Config{{Name: "listening", Type: "mapped-tight", Settings: settings, Decode: func(into any) error {
		return yaml.UnmarshalWithOptions([]byte(settings), into, yaml.Strict())
	}}}); err != nil {
		t.Fatal(err)
	}
	b.handler = runner.Handler()
	return b
}

// Status implements ingest.Exchange.
func (b *bench) Status(string, string) (ingest.Status, bool) { return ingest.Status{}, false }

// Try implements ingest.Exchange.
func (b *bench) Try(directdial.Mention) ingest.Trial {
	return ingest.Trial{State: directdial.Suppressed, Reason: directdial.NoTag}
}

// option changes a request.
type option func(*http.Request)

func header(name, value string) option { return func(r *http.Request) { r.Header.Set(name, value) } }

func kind(value string) option { return header("Content-Type", value) }

// send posts a body with the token, by default as JSON.
func (b *bench) send(body string, options ...option) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.request(http.MethodPost, "/v1/sources/listening/", strings.NewReader(body),
		append([]option{header("Authorization", "Bearer "+token), kind("application/json")}, options...)...)
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
	var a ingest.Acceptance
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || w.Code != http.StatusAccepted {
		b.t.Fatalf("%d %s", w.Code, w.Body)
	}
	return a
}

// refused demands an answer that refuses the request as a whole.
func (b *bench) refused(w *httptest.ResponseRecorder, status int, detail string) {
	b.t.Helper()
	if w.Code != status || !strings.Contains(w.Body.String(), detail) {
		b.t.Errorf("%d %s", w.Code, w.Body)
	}
	if n := len(b.log.Mentions()) + len(b.log.Actions()); n > 0 {
		b.t.Errorf("%d messages", n)
	}
}

// texts are the mentions that arrived, as "id: text".
func (b *bench) texts() (list []string) {
	for _, m := range b.log.Mentions() {
		list = append(list, m.ID+": "+m.Text)
	}
	return list
}

func TestABodyBecomesMentions(t *testing.T) {
	const simple = `{id: .n, text: .t}`
	for name, c := range map[string]struct {
		program, body string
		options       []option
		want          []string
	}{
		"an object":                        {simple, `{"n":"1","t":"a"}`, nil, []string{"1: a"}},
		"each element of an array":         {simple, `[{"n":"1","t":"a"},{"n":"2","t":"b"}]`, nil, []string{"1: a", "2: b"}},
		"each line":                        {simple, `{"n":"1","t":"a"}` + "\n" + `{"n":"2","t":"b"}`, []option{kind("application/x-ndjson")}, []string{"1: a", "2: b"}},
		"JSON of another type":             {simple, `{"n":"1","t":"a"}`, []option{kind("application/vnd.acme+json")}, []string{"1: a"}},
		"a form with a payload":            {simple, `payload=%7B%22n%22%3A%221%22%2C%22t%22%3A%22a%22%7D`, []option{kind("application/x-www-form-urlencoded")}, []string{"1: a"}},
		"several of one element":           {`.l[] | ` + simple, `{"l":[{"n":"1","t":"a"},{"n":"2","t":"b"}]}`, nil, []string{"1: a", "2: b"}},
		"an array of them":                 {`.l | map(` + simple + `)`, `{"l":[{"n":"1","t":"a"},{"n":"2","t":"b"}]}`, nil, []string{"1: a", "2: b"}},
		"nothing of a greeting":            {`select(.event == "post") | ` + simple, `{"event":"ping"}`, nil, nil},
		"null is nothing":                  {`if .t then ` + simple + ` else null end`, `[{"n":"1"},{"n":"2","t":"b"}]`, nil, []string{"2: b"}},
		"an id that is a number":           {`{id: (.n | tostring), text: .t}`, `{"n":1789012345678901234,"t":"a"}`, nil, []string{"1789012345678901234: a"}},
		"HTML":                             {`{id: .n, text: (.t | html_text), lang: (.none | html_text)}`, `{"n":"1","t":"<p>a &amp; <b>b</b></p>"}`, nil, []string{"1: a & b"}},
		"a header":                         {`{id: .n, text: $headers["x-github-event"]}`, `{"n":"1"}`, []option{header("X-GitHub-Event", "issues")}, []string{"1: issues"}},
		"no credential among the headers":  {`{id: "1", text: ($headers | [has("authorization"), has("cookie")] | tostring)}`, `{}`, []option{header("Cookie", "x")}, []string{"1: [false,false]"}},
		"a structured CloudEvent":          {`{id: .n, text: $headers["ce-type"]}`, `{"specversion":"1.0","id":"e","source":"/","type":"post","data":[{"n":"1"},{"n":"2"}]}`, []option{kind("application/cloudevents+json")}, []string{"1: post", "2: post"}},
		"a batch of CloudEvents":           {`{id: .n, text: $headers["ce-id"]}`, `[{"specversion":"1.0","id":"e1","source":"/","type":"post","data":{"n":"1"}},{"specversion":"1.0","id":"e2","source":"/","type":"post","data":{"n":"2"}}]`, []option{kind("application/cloudevents-batch+json")}, []string{"1: e1", "2: e2"}},
		"a binary CloudEvent":              {`{id: .n, text: $headers["ce-subject"]}`, `{"n":"1"}`, []option{header("ce-specversion", "1.0"), header("ce-id", "e"), header("ce-source", "/"), header("ce-type", "post"), header("ce-subject", "a%20b")}, []string{"1: a b"}},
		"text that is cut within an emoji": {simple, `{"n":"1","t":"a\ud83d"}`, nil, []string{"1: a\ufffd"}},
		"a name twice":                     {simple, `{"n":"1","t":"a","t":"b"}`, nil, []string{"1: b"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, c.program)
			if a := b.taken(b.send(c.body, c.options...)); a.Accepted != len(c.want) || len(a.Rejected) != 0 {
				t.Errorf("%+v", a)
			}
			if diff := cmp.Diff(c.want, b.texts()); diff != "" {
				t.Error("-want +got\n" + diff)
			}
		})
	}
}

func TestEditsAndDeletions(t *testing.T) {
	b := newBench(t, `{id: .n, platform: "forum", text: .t, deleted: (.status == "removed"), edited_at: .at}`)
	b.taken(b.send(`{"n":"1","t":"billed twice"}`))
	if a := b.taken(b.send(`{"n":"1","t":"billed twice"}`)); a.Duplicates != 1 {
		t.Errorf("%+v", a)
	}
	b.taken(b.send(`{"n":"1","t":"billed thrice"}`))
	b.taken(b.send(`{"n":"1","status":"removed","at":"2026-11-21T10:00:00Z"}`))
	if diff := cmp.Diff([]string{"1: billed twice", "1: billed thrice"}, b.texts()); diff != "" {
		t.Error(diff)
	}
	if a := b.log.Actions(); len(a) != 1 || a[0].Kind != directdial.ActDeletion || a[0].Mention != sourcetest.Key.Mention("forum", "1") {
		t.Errorf("%+v", a)
	}
}

func TestWhatFailsTakesNoNeighbourWithIt(t *testing.T) {
	b := newBench(t, `if .fail then error("no\nsuch \(.fail)") elif .loop then last(repeat(1)) else .l[] | {id, text, platform} end`, "platforms: [forum]")
	a := b.taken(b.send(strings.Join([]string{
		`{"l":[{"id":"1","text":"a"},{"id":"2"},{"id":"3","text":"a","platform":"forum"},{"id":4,"text":"a"},"five"]}`,
		`{"fail":"post"}`,
		`{broken`,
		`{"loop":true}`,
		`{"l":[{"id":"6","text":"a","platform":"mastodon"},{"id":"7","text":"a"}]}`,
	}, "\n"), kind("application/x-ndjson")))
	var got []string
	for _, r := range a.Rejected {
		got = append(got, strings.TrimSpace(string(rune('0'+r.Index))+" "+r.Field+": "+r.Error))
	}
	want := []string{
		"0 text: is required and empty here",
		"0 id: must be a string",
		"0 : the mapping fails: expected an object but got: string (\"five\")",
		"1 : the mapping fails: error: no\nsuch post",
		"2 : is not valid JSON",
		"3 : the mapping takes more than 500000 steps",
		"4 platform: this source may not write as mastodon",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("-want +got\n" + diff)
	}
	if diff := cmp.Diff([]string{"1: a", "3: a", "7: a"}, b.texts()); diff != "" {
		t.Error("-want +got\n" + diff)
	}
	if strings.Contains(b.lines.String(), "such") || !strings.Contains(b.lines.String(), `"rejected":7`) {
		t.Errorf("the log says %s", b.lines.String())
	}
}

func TestDryRunSaysWhatBecomesOfIt(t *testing.T) {
	b := newBench(t, `.`)
	w := b.request(http.MethodPost, "/v1/sources/listening/?dry_run=true", strings.NewReader(`[{"id":"1","text":"a"},{"id":"2"}]`),
		header("Authorization", "Bearer "+token), kind("application/json"))
	const want = `{"results":[{"index":0,"tags":[],"topics":[],"state":"suppressed","reason":"no tag"}],` +
		`"rejected":[{"index":1,"field":"text","error":"is required and empty here"}]}` + "\n"
	if w.Code != http.StatusOK || w.Body.String() != want || len(b.log.Mentions()) != 0 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestWhatCannotBeStoredIsA503(t *testing.T) {
	b := newBench(t, `.`)
	b.log.SetFaults(sourcetest.Faults{Publish: func(int) (bool, error) { return false, http.ErrServerClosed }})
	b.refused(b.send(`{"id":"1","text":"a"}`), http.StatusServiceUnavailable, "again later")
	b.log.SetFaults(sourcetest.Faults{})
	if a := b.taken(b.send(`{"id":"1","text":"a"}`)); a.Accepted != 1 {
		t.Errorf("%+v", a)
	}
}

func TestFolder(t *testing.T) { sourcetest.Folder(t, "mapped", nil) }
