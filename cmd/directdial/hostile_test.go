package main_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

// hostile are texts that try to act on whoever shows them. Each is delivered.
var hostile = map[string]string{
	"a broadcast":            "<!channel> <!here|here> <!everyone>",
	"a ping":                 "<@U1> <@U0KIM|kim> <!subteam^S1> <#C1|general>",
	"an entity, escaped":     "&lt;!channel&gt; &amp;lt;!channel&amp;gt;",
	"a link that lies":       "<https://evil.example|acme.example>",
	"markup":                 "*bold* _it_ ~gone~ `code` ```block``` [a](https://evil.example) <b>b</b><script>alert(1)</script>",
	"lines that forge mail":  "a\r\nBcc: all@acme.example\r\n\r\nhello\rworld",
	"escape sequences":       "\x1b[2J\x1b]0;title\x07\x1b[31mred\x9b2J\x00\x08",
	"bidi controls":          "\u202egnp.exe\u2066 \u2067\u200f",
	"what nobody sees":       "b\u200bi\u2060l\ufeffl\u00ad\u180e\U000e0041",
	"marks on marks":         "Z" + strings.Repeat("\u0351", 500),
	"a long word":            strings.Repeat("x", 60_000),
	"many short words":       strings.Repeat("a ", 30_000),
	"one emoji of many":      strings.Repeat("👩🏽\u200d", 2000) + "👩",
	"a log line":             "\"}\n{\"level\":\"error\",\"message\":\"forged\"}",
	"a subject":              "mentions.>.* dials.> $JS.API",
	"a template":             "{{.}} ${CRM_TOKEN} %s%n%x",
	"no character":           "\ufffe\uffff\ufffd",
	"separators of lines":    "a\u2028b\u2029c\u0085d\ve\ff",
	"a date of the calendar": "<!date^1392734382^{date}|never>",
}

// attacker is a mention whose every field is hostile.
func attacker(n int, text string) directdial.Mention {
	m := said(n, complaint+" "+text)
	m.Author.Name, m.Author.Handle = "<!channel> "+text, "<@U0KIM>\r\nBcc: x@evil.example "+authorMark
	m.Author.Name = strings.ToValidUTF8(m.Author.Name[:min(len(m.Author.Name), 400)], "")
	m.ID = fmt.Sprintf("%d <!channel> mentions.>.* \u202e", n)
	m.Lang = "en\r\n<!channel>"
	m.Thread = m.ID + "\x1b[2J"
	return m
}

func TestHostileTextsAreDeliveredInert(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, nil)
	d := at.start()
	ids := map[string]string{}
	n := 0
	for name, text := range hostile {
		n++
		m := attacker(n, text)
		ids[name] = m.ID
		if r := d.send(m); r.Accepted != 1 {
			t.Errorf("%s: %s", name, r.body)
		}
	}
	d.send(said(1000, complaint)) // who comes behind them is served
	d.settled()
	messages := slack.Messages()
	if len(messages) != len(hostile)+1 {
		t.Errorf("%d cards, want %d", len(messages), len(hostile)+1)
	}
	for _, m := range messages {
		if pings := slacktest.Pings(m); len(pings) > 0 {
			t.Errorf("a card pings %q:\n%s", pings, slacktest.Render(m))
		}
		inert(t, m.Text+string(m.Blocks))
	}
	for _, command := range [][]string{{"mentions"}, {"dials"}, {"mentions", "--json"}, {"dials", "--json"}} {
		inert(t, at.must(command...))
	}
	for name, id := range ids {
		e, err := d.desk.Explain(t.Context(), id)
		if err != nil || !e.Equal {
			t.Errorf("%s: %+v %v", name, e, err)
			continue
		}
		var out strings.Builder
		if err := desk.PrintExplanation(&out, e); err != nil {
			t.Error(err)
		}
		inert(t, out.String())
	}
}

// inert checks that a text can do nothing to a terminal or its reader.
func inert(t *testing.T, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("no UTF-8: %q", text)
	}
	for i, r := range text {
		if r == '\n' || r == '\u200d' && i > 0 {
			continue // lines, and emoji that are joined
		}
		if unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Cf) || r == '\u2028' || r == '\u2029' {
			t.Errorf("%U in %q", r, text[max(0, i-40):min(len(text), i+40)])
			return
		}
	}
}

// What cannot be a mention is refused with its field, in one request with
// others that can.
func TestWhatIsNoMentionIsRefusedAndHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, nil)
	d := at.start()
	bad := []struct{ line, field string }{
		{`{"id":"1","text":"` + strings.Repeat("a", 70_000) + `"}`, "text"},
		{`{"id":"0","text":"` + strings.Repeat(`\u0001`, 60_000) + `"}`, "text"}, // six bytes each as JSON
		{"{\"id\":\"2\",\"text\":\"a\xc3\x28\"}", "text"},
		{"{\"id\":\"\xff\",\"text\":\"a\"}", "id"},
		{`{"id":"3","text":"a","created_at":"10000-01-01T00:00:00Z"}`, "created_at"},
		{`{"id":"4","text":"a","created_at":"9999-12-31T23:59:59-01:00"}`, "created_at"},
		{`{"id":"5","text":"a","created_at":"0000-01-01T00:00:00Z"}`, "created_at"},
		{`{"id":"6","text":"\ud83d"}`, "text"},
		{`{"id":"7","text":"a","platform":"a.>"}`, "platform"},
		{`{"id":"8","text":"a","url":"javascript:alert(1)"}`, "url"},
		{`{"id":"9","text":"a","reach":{"likes":1e400}}`, "reach.likes"},
		{`{"id":"10","text":"a","x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`, ""},
		{`{"id":"11","text":"a","author":{"name":"a","name":"b"}}`, "author.name"},
		{"\x00\x01\x02", ""},
	}
	var body bytes.Buffer
	for i, b := range bad {
		body.WriteString(b.line + "\n" + lines(several(100+i, 1, complaint)))
	}
	r := d.post(body.String(), ndjson)
	if r.Accepted != len(bad) || len(r.Rejected) != len(bad) {
		t.Errorf("%d accepted, rejected %+v", r.Accepted, r.Rejected)
	}
	for i, rejected := range r.Rejected {
		if want := bad[i]; rejected.Index != 2*i || rejected.Error == "" || want.field != "" && rejected.Field != want.field {
			t.Errorf("%+v, want index %d and field %q", rejected, 2*i, want.field)
		}
	}
	if r, err := d.request([]byte(`{"id":"1","text":"`+strings.Repeat("a", 1<<20-30)+`"}`), nil); err != nil || len(r.Rejected) != 1 {
		t.Errorf("a word of a mebibyte: %d %s %v", r.status, r.body, err)
	}
	if l := d.settled(); l.Dials != len(bad) || l.DeadLettered != 0 || len(slack.Messages()) != len(bad) {
		t.Errorf("%d cards, ledger %+v", len(slack.Messages()), l)
	}
}
