package slacktest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial/experts/slack/slacktest"
)

var ana = slacktest.User{ID: "U0ANA", Email: "ana@acme.example", Name: "Ana Lind"}

// caller calls the fake as a program without any library would.
type caller struct {
	t *testing.T
	*slacktest.Server
	token string
}

func start(t *testing.T) caller {
	return caller{t, slacktest.Start(t, ana), slacktest.Token}
}

func (c caller) call(method string, args ...string) map[string]any {
	c.t.Helper()
	form := url.Values{"token": {c.token}}
	for i := 0; i < len(args); i += 2 {
		form.Add(args[i], args[i+1])
	}
	resp, err := http.PostForm(c.URL()+method, form)
	if err != nil {
		return map[string]any{"connection": err.Error()}
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	answer := map[string]any{}
	if json.Unmarshal(body, &answer) != nil {
		answer["page"] = string(body)
	}
	answer["status"], answer["retry"] = resp.StatusCode, resp.Header.Get("Retry-After")
	return answer
}

// dm opens the channel with Ana.
func (c caller) dm() string {
	c.t.Helper()
	channel, _ := c.call("conversations.open", "users", "U0ANA")["channel"].(map[string]any)
	id, _ := channel["id"].(string)
	return id
}

func TestAWrongClientIsReported(t *testing.T) {
	for _, w := range []struct {
		name    string
		do      func(c caller) map[string]any
		answers string
	}{
		{"no token", func(c caller) map[string]any { c.token = ""; return c.call("auth.test") }, "not_authed"},
		{"a wrong token", func(c caller) map[string]any { c.token = "xoxb-2"; return c.call("auth.test") }, "invalid_auth"},
		{"an unknown method", func(c caller) map[string]any { return c.call("chat.delete") }, "unknown_method"},
		{"an unknown argument", func(c caller) map[string]any { return c.call("auth.test", "colour", "red") }, ""},
		{"an argument twice", func(c caller) map[string]any { return c.call("users.info", "user", "U1", "user", "U2") }, "invalid_form_data"},
		{"a group", func(c caller) map[string]any { return c.call("conversations.open", "users", "U0ANA,U1") }, "not_enough_users"},
		{"nothing to say", func(c caller) map[string]any { return c.call("chat.postMessage", "channel", c.dm()) }, "no_text"},
		{"no JSON", func(c caller) map[string]any { return c.call("chat.postMessage", "channel", c.dm(), "blocks", "[{") }, "invalid_blocks_format"},
		{"an empty block", func(c caller) map[string]any { return c.call("chat.postMessage", "channel", c.dm(), "blocks", "[{}]") }, "invalid_blocks"},
		{"bad metadata", func(c caller) map[string]any {
			return c.call("chat.postMessage", "channel", c.dm(), "text", "x", "metadata", `{"event_type":"a b","event_payload":{}}`)
		}, "invalid_metadata_format"},
	} {
		t.Run(w.name, func(t *testing.T) {
			c := start(t)
			if got, _ := w.do(c)["error"].(string); got != w.answers {
				t.Errorf("the answer is %q, want %q", got, w.answers)
			}
			if p := c.Forgive(); len(p) == 0 && w.answers != "invalid_form_data" || len(p) > 1 {
				t.Errorf("the problems are %q, want one", p)
			}
		})
	}
}

func TestWhatNoClientShouldSend(t *testing.T) {
	c := start(t)
	for _, r := range []struct{ method, path, kind, body string }{
		{http.MethodGet, "auth.test", "", ""},
		{http.MethodPost, "auth.test?token=" + slacktest.Token, "application/x-www-form-urlencoded", ""},
		{http.MethodPost, "auth.test", "text/plain", "token=" + slacktest.Token},
		{http.MethodPost, "../elsewhere", "application/json", "{}"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), r.method, c.URL()+r.path, strings.NewReader(r.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", r.kind)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if p := c.Forgive(); len(p) != 1 {
			t.Errorf("%s %s: the problems are %q, want one", r.method, r.path, p)
		}
	}
}

func TestARequestThatIsCutOffIsNoCall(t *testing.T) {
	c := start(t)
	for _, path := range []string{"/api/chat.postMessage", "/respond/R1"} {
		conn, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(c.URL(), "http://"), "/api/"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: slack\r\nContent-Length: 100\r\n\r\ntoken=", path)
		if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		// The handler has ended when the connection has.
		_, _ = io.Copy(io.Discard, conn)
	}
	if p, calls := c.Problems(), c.Calls("chat.postMessage"); len(p) > 0 || len(calls) > 0 {
		t.Errorf("the problems are %q and the calls %v, want none", p, calls)
	}
}

func TestATokenInTheHeaderAndABodyInJSON(t *testing.T) {
	c := start(t)
	body, _ := json.Marshal(map[string]any{"channel": c.dm(), "text": "hello", "blocks": []any{map[string]any{"type": "divider"}}})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.URL()+"chat.postMessage", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("Authorization", "Bearer "+slacktest.Token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if m := c.Messages(); len(m) != 1 || m[0].Text != "hello" || string(m[0].Blocks) != `[{"type":"divider"}]` {
		t.Errorf("%+v", m)
	}
}

func TestBlocksAreRetainedUnlessTheyAreNamed(t *testing.T) {
	c := start(t)
	at := c.dm()
	ts, _ := c.call("chat.postMessage", "channel", at, "text", "one", "blocks", `[{"type":"divider"}]`,
		"metadata", `{"event_type":"e","event_payload":{"n":1}}`)["ts"].(string)
	c.call("chat.update", "channel", at, "ts", ts, "text", "two")
	c.call("chat.update", "channel", at, "ts", ts, "text", "three", "blocks", "[]")
	m := c.Messages()[0]
	if m.Text != "three" || m.Blocks != nil || len(m.Earlier) != 2 || m.Earlier[1].Text != "two" || m.Earlier[1].Blocks == nil || m.Metadata.EventType != "e" {
		t.Errorf("%+v", m)
	}
	for _, args := range [][]string{{"channel", at, "ts", "1.000000"}, {"channel", "D1", "ts", ts}} {
		if a := c.call("chat.update", append(args, "text", "x")...); a["ok"] != false {
			t.Errorf("%v: %v", args, a)
		}
	}
}

func TestHistoryComesInPagesFromTheNewest(t *testing.T) {
	c := start(t)
	at := c.dm()
	var want []string
	for i := range 5 {
		ts, _ := c.call("chat.postMessage", "channel", at, "text", fmt.Sprint(i), "metadata", `{"event_type":"e","event_payload":{}}`)["ts"].(string)
		want = append(want, ts)
	}
	slices.Reverse(want)
	var got []string
	for cursor := ""; ; {
		a := c.call("conversations.history", "channel", at, "limit", "2", "cursor", cursor)
		messages, _ := a["messages"].([]any)
		for _, m := range messages {
			message, _ := m.(map[string]any)
			ts, _ := message["ts"].(string)
			got = append(got, ts)
			if message["metadata"] != nil {
				t.Error("metadata comes without include_all_metadata")
			}
		}
		next, _ := a["response_metadata"].(map[string]any)
		if a["has_more"] == false {
			break
		}
		cursor, _ = next["next_cursor"].(string)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	a := c.call("conversations.history", "channel", at, "oldest", want[3], "latest", want[0], "include_all_metadata", "1")
	if messages, _ := a["messages"].([]any); len(messages) != 2 {
		t.Errorf("%d messages between two times, want 2", len(messages))
	}
}

func TestFaults(t *testing.T) {
	c := start(t)
	at := c.dm()
	post := func() map[string]any { return c.call("chat.postMessage", "channel", at, "text", "x") }
	for _, f := range []struct {
		name  string
		fault slacktest.Fault
		want  func(answer map[string]any) bool
		posts int
	}{
		{"an error", slacktest.Fault{Error: "no_permission"}, func(a map[string]any) bool { return a["error"] == "no_permission" && a["status"] == 200 }, 0},
		{"a status", slacktest.Fault{Status: 503}, func(a map[string]any) bool { return a["status"] == 503 && a["page"] != nil }, 0},
		{"too many", slacktest.Fault{Status: 429, RetryAfter: 5 * time.Second}, func(a map[string]any) bool { return a["retry"] == "5" }, 0},
		{"a reset", slacktest.Fault{Reset: true}, func(a map[string]any) bool { return a["connection"] != nil }, 0},
		{"a lost answer", slacktest.Fault{Lose: true}, func(a map[string]any) bool { return a["connection"] != nil }, 1},
		{"a late answer", slacktest.Fault{Delay: time.Millisecond}, func(a map[string]any) bool { return a["ok"] == true }, 1},
		{"on another channel", slacktest.Fault{Channel: "D1", Error: "x"}, func(a map[string]any) bool { return a["ok"] == true }, 1},
		{"of another method", slacktest.Fault{Method: "auth.test", Error: "x"}, func(a map[string]any) bool { return a["ok"] == true }, 1},
	} {
		before := len(c.Messages())
		c.Script(f.fault)
		if a := post(); !f.want(a) || len(c.Messages())-before != f.posts {
			t.Errorf("%s: %v, %d posts", f.name, a, len(c.Messages())-before)
		}
	}
	if a := post(); a["ok"] != true {
		t.Errorf("a fault acts twice: %v", a)
	}
}

func TestPace(t *testing.T) {
	c := start(t)
	now := time.Unix(1_700_000_000, 0)
	c.Clock(func() time.Time { return now })
	c.EnforcePace()
	at := c.dm()
	for i, want := range []any{true, false, true} {
		if i == 2 {
			now = now.Add(time.Second)
		}
		a := c.call("chat.postMessage", "channel", at, "text", "x")
		if a["ok"] != want || want == false && (a["status"] != 429 || a["retry"] != "1") {
			t.Errorf("post %d: %v", i+1, a)
		}
	}
}

func TestBlockKitLimits(t *testing.T) {
	long := func(n int) string { return strings.Repeat("a", n) }
	text := func(kind, s string) string { return `{"type":"` + kind + `","text":"` + s + `"}` }
	section := func(s string) string { return `{"type":"section","text":` + text("mrkdwn", s) + `}` }
	rich := func(e string) string {
		return `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[` + e + `]}]}`
	}
	button := func(fields string) string {
		return `{"type":"actions","elements":[{"type":"button","text":` + text("plain_text", "Go") + fields + `}]}`
	}
	repeat := func(s string, n int) string { return strings.TrimSuffix(strings.Repeat(s+",", n), ",") }
	for _, c := range []struct {
		name, blocks, code string
	}{
		{"50 blocks", repeat(`{"type":"divider"}`, 50), ""},
		{"51 blocks", repeat(`{"type":"divider"}`, 51), "invalid_blocks"},
		{"section of 3000", section(long(3000)), ""},
		{"section of 3001", section(long(3001)), "invalid_blocks"},
		{"emoji count double", section(strings.Repeat("😀", 1501)), "invalid_blocks"},
		{"empty section", section(""), "invalid_blocks"},
		{"section without text", `{"type":"section"}`, "invalid_blocks"},
		{"ten fields", `{"type":"section","fields":[` + repeat(text("plain_text", "x"), 10) + `]}`, ""},
		{"eleven fields", `{"type":"section","fields":[` + repeat(text("plain_text", "x"), 11) + `]}`, "invalid_blocks"},
		{"header of 150", `{"type":"header","text":` + text("plain_text", long(150)) + `}`, ""},
		{"header of 151", `{"type":"header","text":` + text("plain_text", long(151)) + `}`, "invalid_blocks"},
		{"header in markup", `{"type":"header","text":` + text("mrkdwn", "x") + `}`, "invalid_blocks"},
		{"eleven context elements", `{"type":"context","elements":[` + repeat(text("mrkdwn", "x"), 11) + `]}`, "invalid_blocks"},
		{"no context elements", `{"type":"context","elements":[]}`, "invalid_blocks"},
		{"a link", rich(`{"type":"link","url":"https://acme.example/"}`), ""},
		{"a link to nowhere", rich(`{"type":"link","url":"javascript:alert(1)"}`), "invalid_blocks"},
		{"a link of 3001", rich(`{"type":"link","url":"https://acme.example/` + long(3001-21) + `"}`), "invalid_blocks"},
		{"empty rich text", rich(`{"type":"text","text":""}`), "invalid_blocks"},
		{"no rich text", `{"type":"rich_text","elements":[]}`, "invalid_blocks"},
		{"a date", rich(`{"type":"date","timestamp":1,"format":"{date}","fallback":"f"}`), ""},
		{"a date in words", rich(`{"type":"date","timestamp":"1","format":"{date}"}`), "invalid_blocks"},
		{"a style that is no bool", rich(`{"type":"text","text":"x","style":{"bold":1}}`), "invalid_blocks"},
		{"a list", `{"type":"rich_text","elements":[{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x"}]}]}]}`, ""},
		{"an unknown block", `{"type":"hologram"}`, "invalid_blocks"},
		{"an unknown field", `{"type":"divider","colour":"red"}`, "invalid_blocks"},
		{"an id twice", `{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}`, "invalid_blocks"},
		{"a button", button(`,"action_id":"a","url":"https://acme.example/"`), ""},
		{"a value of 2001", button(`,"value":"` + long(2001) + `"`), "invalid_blocks"},
		{"all together too long", repeat(section(long(2600)), 4), "msg_blocks_too_long"},
	} {
		if faults, code := slacktest.CheckBlocks([]byte("[" + c.blocks + "]")); code != c.code {
			t.Errorf("%s: %q %v, want %q", c.name, code, faults, c.code)
		}
	}
}

func TestWhatAReceiverSees(t *testing.T) {
	for _, c := range []struct{ name, text, blocks, want, pings string }{
		{"entities are decoded once", "&lt;b&gt; &amp;amp;", "", "<b> &amp;", ""},
		{"everybody is notified", "<!channel> now", "", "PING(@channel) now", "@channel"},
		{"somebody is notified", "<@U1|ana>", "", "PING(@U1)", "@U1"},
		{"escaped they are words", "&lt;!channel&gt;", "", "<!channel>", ""},
		{"a link with a label", "<https://evil.example|https://acme.example>", "", "https://acme.example [https://evil.example]", ""},
		{"a date", "<!date^1^{date}|1 Jan 1970>", "", "1 Jan 1970", ""},
		{"rich text is no markup", "", `[{"type":"rich_text","elements":[{"type":"rich_text_quote","elements":[{"type":"text","text":"<!channel> &lt; *b*"}]}]}]`, "│ <!channel> &lt; *b*", ""},
		{"rich text can notify", "", `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"broadcast","range":"here"}]}]}]`, "PING(@here)", "@here"},
		{"plain text is decoded", "", `[{"type":"context","elements":[{"type":"plain_text","text":"a &amp; b <!here>"}]}]`, "  a & b <!here>", ""},
	} {
		m := slacktest.Message{Content: slacktest.Content{Text: c.text}}
		if c.blocks != "" {
			m.Blocks = json.RawMessage(c.blocks)
		}
		if got := strings.TrimSuffix(slacktest.Render(m), "\n"); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if got := strings.Join(slacktest.Pings(m), " "); got != c.pings {
			t.Errorf("%s: notifies %q, want %q", c.name, got, c.pings)
		}
		if page := slacktest.HTML(false, m); strings.Contains(page, "<!channel>") || strings.Contains(page, "<!here>") {
			t.Errorf("%s: the page is not escaped", c.name)
		}
	}
	if got := slacktest.Styled("*b* a_b_c _i_ ~s~ `c` 2 * 3 * 4"); !slices.Equal(got, []string{"b", "i", "s", "c"}) {
		t.Errorf("styled %q", got)
	}
}
