package slack

import (
	"net/http"
	"strings"
	"testing"
	"testing/quick"
	"time"
)

// TestASignatureIsThatOfSlack has the example of Slack's documentation.
func TestASignatureIsThatOfSlack(t *testing.T) {
	at := time.Unix(1531420618, 0)
	c := &signed{&channel{now: func() time.Time { return at }}, []byte("8f742231b10e8888abcd99yyyzzz85a5")}
	body := "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
	h := http.Header{}
	h.Set("X-Slack-Request-Timestamp", "1531420618")
	h.Set("X-Slack-Signature", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503")
	if !c.holds(h, []byte(body)) {
		t.Error("the example does not hold")
	}
	if err := quick.Check(func(s string) bool { return s == body || !c.holds(h, []byte(s)) }, nil); err != nil {
		t.Error(err)
	}
	i, err := readForm([]byte(body))
	if err != nil || i.kind != typed || i.user != "U2CERLKJA" || i.value != "" || !strings.HasPrefix(i.respond, "https://hooks.slack.com/commands/") {
		t.Errorf("read %+v, %v", i, err)
	}
}

func FuzzWhatSlackTellsIsRead(f *testing.F) {
	for _, s := range []string{
		`{"type":"block_actions","user":{"id":"U1"},"trigger_id":"t","container":{"type":"message","message_ts":"1.2","channel_id":"D1"},"response_url":"https://hooks.slack.com/x","actions":[{"action_id":"take","value":"d1-1","action_ts":"1.3"}]}`,
		`{"type":"view_submission","user":{"id":"U1"},"view":{"id":"V1","callback_id":"pass","private_metadata":"d1-1 D1","state":{"values":{"to":{"to":{"selected_option":null}}}}}}`,
		`{"type":"block_suggestion","user":{"id":"U1"},"action_id":"other","value":"bo","view":{"id":"V1"}}`,
		`{"type":"event_callback","event_id":"Ev1","event":{"type":"app_home_opened","user":"U1","tab":"home"}}`,
		`{"user_id":"U1","trigger_id":"t","text":"away"}`, `payload=%7B%7D`, `user_id=U1&trigger_id=t&text=away`, `{`, ``,
	} {
		for _, kind := range []string{"interactive", "slash_commands", "events_api", "form", ""} {
			f.Add(kind, s)
		}
	}
	f.Fuzz(func(t *testing.T, kind, s string) {
		i, err := readEnvelope(kind, []byte(s))
		if kind == "form" {
			i, err = readForm([]byte(s))
		}
		if err != nil && i.kind != nothing || i.kind != nothing && i.user == "" {
			t.Errorf("%+v with %v", i, err)
		}
		if key := i.key(); len(key) != len("slack-")+24 {
			t.Errorf("the key is %q", key)
		}
	})
}
