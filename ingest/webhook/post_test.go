package webhook

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestTheMentionOfTheDesignArrivesWhole(t *testing.T) {
	b := newBench(t)
	text, err := os.ReadFile("testdata/mention.json")
	if err != nil {
		t.Fatal(err)
	}
	b.counts(b.send(string(text)), 1, 0, 0)
	want := directdial.Mention{
		ID: "https://social.example/users/user1/statuses/109", Platform: "mastodon", URL: "https://social.example/@user1/109",
		Text: "I was billed twice by Acme. Who can help?", Lang: "en", CreatedAt: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC),
		Author: directdial.Author{Handle: "user1@social.example", Name: "User", Followers: 12},
		V:      1, Source: "crm", AcceptedAt: b.now,
	}
	if diff := cmp.Diff(want, b.log.Mentions()[0]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFormsOfABody(t *testing.T) {
	for name, c := range map[string]struct {
		body                           string
		lines                          bool
		accepted, duplicates, rejected int
	}{
		"an object":                   {`{"id":"1","text":"a"}`, false, 1, 0, 0},
		"an array":                    {`[{"id":"1","text":"a"},{"id":"2","text":"a"}]`, false, 2, 0, 0},
		"an empty array":              {` [] `, false, 0, 0, 0},
		"an array of one":             {`[{"id":"1","text":"a"}]`, false, 1, 0, 0},
		"a byte order mark":           {"\xef\xbb\xbf" + `{"id":"1","text":"a"}`, false, 1, 0, 0},
		"white space":                 {"\n\t " + `{"id":"1","text":"a"}` + "\r\n", false, 1, 0, 0},
		"lines":                       {`{"id":"1","text":"a"}` + "\n" + `{"id":"2","text":"a"}`, true, 2, 0, 0},
		"lines of Windows":            {`{"id":"1","text":"a"}` + "\r\n\r\n" + `{"id":"2","text":"a"}` + "\r\n", true, 2, 0, 0},
		"a line that is broken":       {`{"id":"1","text":"a"}` + "\n" + `{"id":"2","te` + "\n" + `{"id":"3","text":"a"}`, true, 2, 0, 1},
		"a line with two":             {`{"id":"1","text":"a"} {"id":"2","text":"a"}`, true, 0, 0, 1},
		"an array in a line":          {`[{"id":"1","text":"a"}]`, true, 0, 0, 1},
		"the same twice":              {`[{"id":"1","text":"a"},{"id":"1","text":"a"}]`, false, 1, 1, 0},
		"an edit of the same":         {`[{"id":"1","text":"a"},{"id":"1","text":"b"}]`, false, 2, 0, 0},
		"two spellings of a URL":      {`[{"url":"https://a.example/x/","text":"a"},{"url":"HTTPS://A.example/x?utm_source=y","text":"a"}]`, false, 1, 1, 0},
		"unknown fields":              {`{"id":"1","text":"a","sentiment":{"x":[1,2]},"v":9,"source":"shop","history":true}`, false, 1, 0, 0},
		"null is left out":            {`{"id":"1","text":"a","lang":null,"author":null,"reach":{"likes":null},"created_at":null}`, false, 1, 0, 0},
		"empty is left out":           {`{"id":"1","text":"a","lang":"","created_at":"","platform":""}`, false, 1, 0, 0},
		"elements that are no object": {`[1,"a",null,true,[],{"id":"1","text":"a"}]`, false, 1, 0, 5},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			var options []option
			if c.lines {
				options = append(options, ndjson)
			}
			b.counts(b.send(c.body, options...), c.accepted, c.duplicates, c.rejected)
			b.stored(c.accepted, 0)
			for _, m := range b.log.Mentions() {
				if m.Source != "crm" || m.Platform != "crm" || m.History || m.V != 1 {
					t.Errorf("%+v", m)
				}
			}
		})
	}
}

func TestOneBrokenMentionOfAThousand(t *testing.T) {
	for name, broken := range map[string]struct{ element, field, reason string }{
		"no text":          {`{"id":"x"}`, "text", "is required"},
		"a wrong type":     {`{"id":"x","text":"a","author":{"followers":"12"}}`, "author.followers", "whole number"},
		"no UTF-8":         {"{\"id\":\"x\",\"text\":\"a\xff\"}", "text", "UTF-8"},
		"the year 10000":   {`{"id":"x","text":"a","created_at":"10000-01-01T00:00:00Z"}`, "created_at", "RFC 3339"},
		"a name twice":     {`{"id":"x","id":"y","text":"a"}`, "id", "twice"},
		"a very long word": {`{"id":"x","text":"` + strings.Repeat("a", 70_000) + `"}`, "text", "65536"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			elements := make([]string, 1000)
			for i := range elements {
				elements[i] = fmt.Sprintf(`{"id":"%d","text":"post"}`, i)
			}
			elements[417] = broken.element
			for _, form := range []struct {
				body    string
				options []option
			}{
				{"[" + strings.Join(elements, ",") + "]", nil},
				{strings.Join(elements, "\n"), []option{ndjson}},
			} {
				a := b.taken(b.send(form.body, form.options...))
				if a.Accepted+a.Duplicates != 999 || len(a.Rejected) != 1 {
					t.Fatalf("%+v", a)
				}
				if r := a.Rejected[0]; r.Index != 417 || r.Field != broken.field || !strings.Contains(r.Error, broken.reason) {
					t.Errorf("%+v", r)
				}
			}
			b.stored(999, 0)
			b.countsRejected(2)
		})
	}
}

// countsRejected checks the metric that ops see, whoever refused the mention.
func (b *bench) countsRejected(n int) {
	b.t.Helper()
	err := testutil.GatherAndCompare(b.metrics, strings.NewReader(fmt.Sprintf(`
# HELP directdial_source_items_total Items by kind (mention, reach, deletion, answer, gap, and backfilled for a gap in which nothing is missing) and outcome (accepted, known, rejected).
# TYPE directdial_source_items_total counter
directdial_source_items_total{kind="mention",outcome="accepted",source="crm"} 999
directdial_source_items_total{kind="mention",outcome="known",source="crm"} 999
directdial_source_items_total{kind="mention",outcome="rejected",source="crm"} %d
`, n)), "directdial_source_items_total")
	if err != nil {
		b.t.Error(err)
	}
}

func TestRequestsThatAreWrongAsAWhole(t *testing.T) {
	thousandAndOne := strings.Repeat(`{"id":"1","text":"a"},`, 1000) + `{"id":"1","text":"a"}`
	for name, c := range map[string]struct {
		body    string
		status  int
		detail  string
		options []option
	}{
		"nothing":                      {"", 400, "empty", nil},
		"white space":                  {" \n", 400, "empty", nil},
		"no lines":                     {"\n\r\n", 400, "empty", []option{ndjson}},
		"an array that breaks off":     {`[{"id":"1","text":"a"},{"id":"2","te`, 400, "mention 1", nil},
		"an array without an end":      {`[{"id":"1","text":"a"}`, 400, "mention 1", nil},
		"an object that breaks off":    {`{"id":"1","text":"a"`, 400, "byte 20 ", nil},
		"something behind the end":     {`[{"id":"1","text":"a"}] x`, 400, "byte", nil},
		"lines sent as JSON":           {`{"id":"1","text":"a"}` + "\n" + `{"id":"2","text":"a"}`, 400, "application/x-ndjson", nil},
		"a comma too many":             {`[{"id":"1","text":"a"},]`, 400, "mention 1", nil},
		"no JSON at all":               {`id=1&text=a`, 400, "byte 0 ", nil},
		"very deep":                    {strings.Repeat("[", 100_000), 400, "mention 0", nil},
		"more than a MiB":              {strings.Repeat(" ", MaxBody+1), 413, "1048576", nil},
		"more than a thousand":         {"[" + thousandAndOne + "]", 413, "1000", nil},
		"more than a thousand lines":   {strings.ReplaceAll(thousandAndOne, "},", "}\n"), 413, "1000", []option{ndjson}},
		"a form":                       {`id=1`, 415, "application/json", []option{header("Content-Type", "application/x-www-form-urlencoded")}},
		"no type":                      {`{}`, 415, "application/json", []option{header("Content-Type", "")}},
		"a type that is none":          {`{}`, 415, "application/json", []option{header("Content-Type", ";;")}},
		"another charset":              {`{}`, 415, "UTF-8", []option{header("Content-Type", "application/json; charset=iso-8859-1")}},
		"compressed":                   {"\x1f\x8b", 415, "compressed", []option{header("Content-Encoding", "gzip")}},
		"a dry run that may be one":    {`{}`, 400, "dry_run", []option{func(r *http.Request) { r.URL.RawQuery = "dry_run=maybe" }}},
		"UTF-8 named is all right":     {`{"id":"1","text":"a"}`, 202, "", []option{header("Content-Type", `Application/JSON; Charset="UTF-8"`)}},
		"identity is no compression":   {`{"id":"1","text":"a"}`, 202, "", []option{header("Content-Encoding", "identity")}},
		"exactly a thousand all right": {"[" + thousandAndOne[:len(thousandAndOne)-22] + "]", 202, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			w := b.send(c.body, c.options...)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.detail) {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			if c.status != 202 {
				b.stored(0, 0)
				if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
					t.Errorf("Content-Type %q", got)
				}
			}
		})
	}
}

func TestRepeatsEditsAndDeletions(t *testing.T) {
	b := newBench(t)
	const id = `"id":"https://social.example/1","platform":"mastodon"`
	b.counts(b.send(`{`+id+`,"text":"billed twice"}`), 1, 0, 0)
	b.counts(b.send(`{`+id+`,"text":"billed twice"}`), 0, 1, 0)
	b.stored(1, 0)
	b.counts(b.send(`{`+id+`,"text":"billed twice","reach":{"likes":5}}`), 0, 1, 0)
	b.stored(1, 1)
	b.counts(b.send(`{`+id+`,"text":"billed thrice"}`), 1, 0, 0)
	b.stored(2, 1)
	b.counts(b.send(`{`+id+`,"deleted":true}`), 1, 0, 0)
	b.counts(b.send(`{`+id+`,"deleted":true,"text":"billed thrice"}`), 1, 0, 0)
	b.stored(2, 3)
	a := b.log.Actions()[1]
	if a.Kind != directdial.ActDeletion || a.Mention != sourcetest.Key.Mention("mastodon", "https://social.example/1") || a.After != 2 {
		t.Errorf("%+v", a)
	}
	b.counts(b.send(`{"url":"https://Social.example/1/","platform":"mastodon","deleted":true}`), 1, 0, 0)
	if got := b.log.Actions()[3].Mention; got != a.Mention {
		t.Errorf("a deletion by URL deletes %s, want %s", got, a.Mention)
	}
	b.counts(b.send(`{"deleted":true}`), 0, 0, 1)
}

func TestWhatCannotBeStoredIsA503(t *testing.T) {
	for name, c := range map[string]struct {
		err        error
		retryAfter string
	}{
		"the stream is full":       {&directdial.Error{Kind: directdial.Temporary, Msg: "full", After: 30 * time.Second}, "30"},
		"the answer is lost":       {&directdial.Error{Kind: directdial.Ambiguous, Msg: "lost"}, "1"},
		"something else is broken": {errors.New("disk /dev/sda1"), "1"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.log.SetFaults(sourcetest.Faults{Publish: func(int) (bool, error) { return false, c.err }})
			w := b.send(`{"id":"1","text":"a"}`)
			if w.Code != 503 || w.Header().Get("Retry-After") != c.retryAfter || strings.Contains(w.Body.String(), "sda1") {
				t.Errorf("%d, Retry-After %q: %s", w.Code, w.Header().Get("Retry-After"), w.Body)
			}
			b.log.SetFaults(sourcetest.Faults{})
			b.counts(b.send(`{"id":"1","text":"a"}`), 1, 0, 0)
		})
	}
}

func TestARequestTooMuchIsA429OfThisSourceAlone(t *testing.T) {
	b := newBench(t)
	var refused int
	for i := range 15 {
		w := b.send(fmt.Sprintf(`{"id":"%d","text":"a"}`, i), bearer("shop-token"))
		if w.Code == http.StatusTooManyRequests {
			refused++
			if w.Header().Get("Retry-After") != "1" {
				t.Errorf("Retry-After %q", w.Header().Get("Retry-After"))
			}
		}
	}
	if refused != 5 {
		t.Errorf("%d of 15 refused, at 60/m", refused)
	}
	b.counts(b.send(`{"id":"crm","text":"a"}`), 1, 0, 0)
	b.now = b.now.Add(time.Second)
	b.counts(b.send(`{"id":"later","text":"a"}`, bearer("shop-token-2")), 1, 0, 0)
	if w := b.send(`{"id":"too soon","text":"a"}`, bearer("shop-token")); w.Code != http.StatusTooManyRequests {
		t.Errorf("%d", w.Code)
	}
}

func TestDryRunStoresNothing(t *testing.T) {
	b := newBench(t)
	w := b.request(http.MethodPost, "/v1/mentions?dry_run=true",
		strings.NewReader(`[{"id":"1","text":"billed twice"},{"id":"2"},{"id":"3","deleted":true},{"id":"4","text":"hello"}]`),
		bearer(token), header("Content-Type", "application/json"))
	const want = `{"results":[` +
		`{"index":0,"tags":[{"tag":"complaint","score":800}],"topics":[{"topic":"billing","score":900}],"state":"dialled"},` +
		`{"index":2,"deleted":true},` +
		`{"index":3,"tags":[],"topics":[],"state":"suppressed","reason":"no tag"}],` +
		`"rejected":[{"index":1,"field":"text","error":"is required and empty here"}]}` + "\n"
	if w.Code != 200 || w.Body.String() != want {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	b.stored(0, 0)
}

func TestRejectionsOfTheExchangeKeepTheOrderOfTheRequest(t *testing.T) {
	b := newBench(t)
	// The first grows beyond 256 KiB only when it is encoded again.
	long := strings.Repeat(`\u0001`, 65_000)
	a := b.taken(b.send(`[{"id":"1"},{"id":"2","text":"` + long + `"},{"id":"3","text":"a"},{"id":"4"}]`))
	var got []int
	for _, r := range a.Rejected {
		got = append(got, r.Index)
	}
	if diff := cmp.Diff([]int{0, 1, 3}, got); diff != "" || a.Accepted != 1 {
		t.Errorf("%+v", a)
	}
}
