package webhook

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/web"
)

func TestHostileMentions(t *testing.T) {
	for name, c := range map[string]struct{ element, field, reason string }{
		"a broadcast":             {`{"id":"1","text":"<!channel> <@U1> <https://evil.example|click>"}`, "", ""},
		"control characters":      {`{"id":"1","text":"a\r\nBcc: x@evil.example\u001b[2J\u0000"}`, "", ""},
		"bidi controls":           {`{"id":"1","text":"\u202egnp.exe\u2066"}`, "", ""},
		"a subject":               {`{"id":"mentions.>.*","text":"a","thread":"* >"}`, "", ""},
		"an id in another script": {`{"id":"日本語 💥","text":"a"}`, "", ""},
		"a future":                {`{"id":"1","text":"a","created_at":"9999-12-31T23:59:59Z"}`, "", ""},
		"a date in another zone":  {`{"id":"1","text":"a","created_at":"2026-11-21T10:00:00.123456789+14:00"}`, "", ""},

		"the year 10000":           {`{"id":"1","text":"a","created_at":"10000-01-01T00:00:00Z"}`, "created_at", "RFC 3339"},
		"the year 10000 by a zone": {`{"id":"1","text":"a","created_at":"9999-12-31T23:59:59-01:00"}`, "created_at", "1970 to 9999"},
		"the year 0":               {`{"id":"1","text":"a","edited_at":"0000-01-01T00:00:00Z"}`, "edited_at", "1970 to 9999"},
		"a date that is none":      {`{"id":"1","text":"a","created_at":"yesterday"}`, "created_at", "RFC 3339"},
		"a date as a number":       {`{"id":"1","text":"a","created_at":1800000000}`, "created_at", "must be a string"},
		"bytes that are no UTF-8":  {"{\"id\":\"1\",\"text\":\"a\xc3\x28\"}", "text", "UTF-8"},
		"no UTF-8 in a name":       {"{\"id\":\"1\",\"text\":\"a\",\"\xff\":1}", "", "UTF-8"},
		"no UTF-8 in the id":       {"{\"id\":\"\xff\",\"text\":\"a\"}", "id", "UTF-8"},
		"half an emoji":            {`{"id":"1","text":"\ud83d"}`, "text", "surrogate"},
		"a name twice":             {`{"id":"1","text":"a","author":{"name":"x","name":"y"}}`, "author.name", "twice"},
		"another case is no name":  {`{"ID":"1","text":"a"}`, "id", "required"},
		"an id as a number":        {`{"id":9007199254740993,"text":"a"}`, "id", "must be a string"},
		"an author as a string":    {`{"id":"1","text":"a","author":"x"}`, "author", "must be an object"},
		"a fraction":               {`{"id":"1","text":"a","reach":{"likes":1.5}}`, "reach.likes", "whole number"},
		"a huge number":            {`{"id":"1","text":"a","reach":{"likes":1e99}}`, "reach.likes", "whole number"},
		"a number below nought":    {`{"id":"1","text":"a","reach":{"likes":-1}}`, "reach.likes", "negative"},
		"followers below nought":   {`{"id":"1","text":"a","author":{"followers":-1}}`, "author.followers", "negative"},
		"a word for a flag":        {`{"id":"1","text":"a","deleted":"yes"}`, "deleted", "true or false"},
		"neither id nor url":       {`{"text":"a"}`, "id", "required"},
		"white space as a text":    {`{"id":"1","text":" \u00a0\n"}`, "text", "required"},
		"a script as a url":        {`{"url":"javascript:alert(1)","text":"a"}`, "url", "http"},
		"a platform as a subject":  {`{"id":"1","platform":"a.>","text":"a"}`, "platform", "[a-z0-9-]"},
		"a long id":                {`{"id":"` + strings.Repeat("i", 2049) + `","text":"a"}`, "id", "2048"},
		"a long word":              {`{"id":"1","text":"` + strings.Repeat("a", 1_000_000) + `"}`, "text", "65536"},
		"a long name of a field":   {`{"id":"1","text":"a","` + strings.Repeat("n", 300) + `":{"a":1,"a":2}}`, strings.Repeat("n", 80) + "…", "twice"},
		"deep":                     {`{"id":"1","text":"a","x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`, "x" + strings.Repeat(".0", 39) + ".…", "JSON"},
		"broken":                   {`{"id":"1","text":"a"`, "", "JSON"},
		"no object":                {`"a"`, "", "object"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			a := b.taken(b.send(c.element+"\n"+`{"id":"neighbour","text":"a"}`, ndjson))
			if c.reason == "" {
				if a.Accepted != 2 {
					t.Errorf("%+v", a)
				}
				return
			}
			if a.Accepted != 1 || len(a.Rejected) != 1 {
				t.Fatalf("%+v", a)
			}
			if r := a.Rejected[0]; r.Index != 0 || r.Field != c.field || !strings.Contains(r.Error, c.reason) {
				t.Errorf("%+v", r)
			}
		})
	}
}

// server is the endpoint on a real port.
func server(t *testing.T, b *bench) string {
	t.Helper()
	ln, err := web.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := web.NewServer(b.handler, zerolog.Nop())
	go func() { _ = s.Serve(ln) }()
	t.Cleanup(func() { _ = s.Close() })
	return ln.Addr().String()
}

// talk sends bytes over a connection and returns the status line of the answer.
func talk(t *testing.T, address string, hangUp bool, parts ...string) string {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	for _, p := range parts {
		if _, err := io.WriteString(conn, p); err != nil {
			break // the server has heard enough
		}
	}
	if hangUp {
		_ = conn.(*net.TCPConn).CloseWrite()
	}
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	line := make([]byte, 12)
	if _, err := io.ReadFull(conn, line); err != nil {
		return err.Error()
	}
	return string(line)
}

func TestOverARealConnection(t *testing.T) {
	b := newBench(t)
	address := server(t, b)
	head := func(extra string) string {
		return "POST /v1/mentions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer " + token + "\r\n" + extra + "\r\n"
	}
	chunk := fmt.Sprintf("%x\r\n%s\r\n", 1<<16, strings.Repeat(" ", 1<<16))
	for name, c := range map[string]struct {
		want   string
		hangUp bool
		parts  []string
	}{
		"all right":                      {"HTTP/1.1 202", false, []string{head(fmt.Sprintf("Content-Length: %d\r\n", len(mention))), mention}},
		"too long, announced":            {"HTTP/1.1 413", false, []string{head("Content-Length: 104857600\r\n")}},
		"too long, in chunks":            {"HTTP/1.1 413", false, append([]string{head("Transfer-Encoding: chunked\r\n")}, strings.Split(strings.Repeat(chunk+"|", 17), "|")...)},
		"a body that breaks off":         {"HTTP/1.1 400", true, []string{head("Content-Length: 100\r\n"), mention}},
		"a stranger sends no body first": {"HTTP/1.1 401", false, []string{strings.Replace(head("Content-Length: 100\r\nExpect: 100-continue\r\n"), token, "x", 1)}},
		"headers without end":            {"HTTP/1.1 431", false, []string{head("X: " + strings.Repeat("x", 64<<10) + "\r\n")}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := talk(t, address, c.hangUp, c.parts...); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	b.stored(1, 0)
}

// FuzzBody holds that no body makes the parser panic, that each element is
// either refused or an item, and that items are what the exchange accepts.
func FuzzBody(f *testing.F) {
	const js, lines = "application/json", "application/x-ndjson"
	f.Add([]byte(mention), js)
	f.Add([]byte("["+mention+","+mention+"]"), js)
	f.Add([]byte(mention+"\n{\n"+mention), lines)
	f.Add([]byte("{\"text\":\"\xff\",\"id\":\"\\ud800\",\"x\":[[[]]]}"), lines)
	f.Add([]byte(`[{"id":"1","deleted":true,"created_at":"9999-12-31T23:59:59-14:00"},1e999]`), js)
	f.Add([]byte(event(`"data":[`+mention+`]`)), "application/cloudevents+json")
	f.Add([]byte("["+event(`"data_base64":"e30="`)+",{}]"), "application/cloudevents-batch+json")
	s := &Source{}
	s.setup.Name = "crm"
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		elements, problem := ingest.Elements(http.Header{"Content-Type": {contentType}}, body)
		if problem != nil {
			return
		}
		b := s.decode(elements)
		if len(b.Items)+len(b.Rejected) != len(elements) {
			t.Fatalf("%d elements, %d items, %d rejected", len(elements), len(b.Items), len(b.Rejected))
		}
		for _, rejected := range b.Rejected {
			if rejected.Error == "" || !utf8.ValidString(rejected.Field) || len(rejected.Field) > 100 {
				t.Errorf("%+v", rejected)
			}
		}
		for _, item := range b.Items {
			m, ok := item.(*directdial.Mention)
			if !ok {
				continue
			}
			if err := m.Check(); err != nil {
				t.Errorf("%+v: %v", m, err)
			}
			if _, err := json.Marshal(m); err != nil {
				t.Errorf("%+v: %v", m, err)
			}
		}
	})
}
