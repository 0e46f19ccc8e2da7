package slacktest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial/experts/slack/slacktest"
)

const buttons = `[{"type":"actions","elements":[{"type":"button","action_id":"a","value":"v","text":{"type":"plain_text","text":"Go &amp; see"}}]}]`

// press presses the button of a message that is posted for it.
func press(t *testing.T, c caller) map[string]any {
	t.Helper()
	c.call("chat.postMessage", "channel", c.dm(), "text", "x", "blocks", buttons)
	return c.Press("U0ANA", slacktest.On(c.Messages()[0]), "Go & see").Payload
}

func TestAPressIsToldAsSlackTellsIt(t *testing.T) {
	c := start(t)
	p := press(t, c)
	actions, _ := p["actions"].([]any)
	action, _ := actions[0].(map[string]any)
	if p["type"] != "block_actions" || action["action_id"] != "a" || action["value"] != "v" || action["action_ts"] == "" || p["response_url"] == "" {
		t.Errorf("%v", p)
	}
	again := press(t, c)
	if other := again["actions"].([]any)[0].(map[string]any); other["action_ts"] == action["action_ts"] || again["trigger_id"] == p["trigger_id"] {
		t.Error("two presses look the same")
	}
}

func TestATriggerOpensOneModalWithinThreeSeconds(t *testing.T) {
	c := start(t)
	now := time.Unix(1_700_000_000, 0)
	c.Clock(func() time.Time { return now })
	const view = `{"type":"modal","title":{"type":"plain_text","text":"T"},"blocks":[{"type":"divider"}]}`
	open := func(p map[string]any) any {
		return c.call("views.open", "trigger_id", fmt.Sprint(p["trigger_id"]), "view", view)["error"]
	}
	first, late := press(t, c), press(t, c)
	if e := open(first); e != nil {
		t.Errorf("the first: %v", e)
	}
	if e := open(first); e != "exchanged_trigger_id" {
		t.Errorf("twice: %v", e)
	}
	now = now.Add(3*time.Second + 1)
	if e := open(late); e != "expired_trigger_id" {
		t.Errorf("late: %v", e)
	}
	if e := open(map[string]any{"trigger_id": "1.2"}); e != "invalid_trigger_id" {
		t.Errorf("none: %v", e)
	}
	if n := len(c.Views()); n != 1 {
		t.Errorf("%d modals", n)
	}
}

func TestAnAddressForAnswersWorksFiveTimesInHalfAnHour(t *testing.T) {
	c := start(t)
	now := time.Unix(1_700_000_000, 0)
	c.Clock(func() time.Time { return now })
	at, late := fmt.Sprint(press(t, c)["response_url"]), fmt.Sprint(press(t, c)["response_url"])
	answer := func(address string) int {
		resp, err := http.Post(address, "application/json", strings.NewReader(`{"text":"x","response_type":"ephemeral","replace_original":false}`))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		return resp.StatusCode
	}
	for n, want := range []int{200, 200, 200, 200, 200, 404} {
		if got := answer(at); got != want {
			t.Errorf("answer %d: %d", n+1, got)
		}
	}
	now = now.Add(30*time.Minute + 1)
	if got := answer(late); got != 404 {
		t.Errorf("half an hour later: %d", got)
	}
	if told := c.Told(); len(told) != 5 || told[0].User != "U0ANA" || !told[0].Ephemeral || len(c.Messages()) != 2 {
		t.Errorf("told %+v", told)
	}
}

func TestLimitsOfViews(t *testing.T) {
	text := func(n int) string { return `{"type":"plain_text","text":"` + strings.Repeat("a", n) + `"}` }
	repeat := func(s string, n int) string { return strings.TrimSuffix(strings.Repeat(s+",", n), ",") }
	modal := func(more, blocks string) string {
		return `{"type":"modal","title":` + text(24) + more + `,"blocks":[` + blocks + `]}`
	}
	option := func(value, label int) string {
		return `{"value":"` + strings.Repeat("v", value) + `","text":` + text(label) + `}`
	}
	input := func(element string) string {
		return `{"type":"input","block_id":"b","label":` + text(9) + `,"element":` + element + `}`
	}
	radio := func(options string) string {
		return input(`{"type":"radio_buttons","action_id":"a","options":[` + options + `]}`)
	}
	const divider = `{"type":"divider"}`
	for _, c := range []struct {
		name, view string
		fine       bool
	}{
		{"a modal", modal("", divider), true},
		{"a title of 25", `{"type":"modal","title":` + text(25) + `,"blocks":[` + divider + `]}`, false},
		{"a button of 25", modal(`,"submit":`+text(25), divider), false},
		{"100 blocks", modal("", repeat(divider, 100)), true},
		{"101 blocks", modal("", repeat(divider, 101)), false},
		{"metadata of 3001", modal(`,"private_metadata":"`+strings.Repeat("a", 3001)+`"`, divider), false},
		{"a form", modal("", radio(option(75, 75))), true},
		{"ten to choose from", modal("", radio(repeat(option(1, 1), 10))), true},
		{"eleven to choose from", modal("", radio(repeat(option(1, 1), 11))), false},
		{"a long option", modal("", radio(option(75, 76))), false},
		{"a long value", modal("", radio(option(76, 75))), false},
		{"a first choice that is none", modal("", input(`{"type":"radio_buttons","action_id":"a","options":[`+option(1, 1)+`],"initial_option":`+option(2, 2)+`}`)), false},
		{"a search", modal("", input(`{"type":"external_select","action_id":"a","min_query_length":0}`)), true},
		{"an unknown field", modal("", input(`{"type":"crystal_ball","action_id":"a"}`)), false},
		{"a home", `{"type":"home","blocks":[` + divider + `]}`, true},
		{"no view", `[`, false},
	} {
		if faults, code := slacktest.CheckView([]byte(c.view)); code == "" != c.fine {
			t.Errorf("%s: %q %v", c.name, code, faults)
		}
	}
	if _, code := slacktest.CheckBlocks([]byte("[" + radio(option(1, 1)) + "]")); code != "invalid_blocks" {
		t.Errorf("a field in a message: %q", code)
	}
}

func TestAnAddressOfASocketWorksOnce(t *testing.T) {
	c := start(t)
	c.token = slacktest.AppToken
	address := fmt.Sprint(c.call("apps.connections.open")["url"])
	if !strings.HasPrefix(address, "ws://") {
		t.Fatalf("the address is %q", address)
	}
	for n, want := range []int{http.StatusUpgradeRequired, http.StatusForbidden} {
		resp, err := http.Get("http" + strings.TrimPrefix(address, "ws"))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("request %d: %s", n+1, resp.Status)
		}
	}
	if _, err := c.Tell(t.Context(), c.OpenHome("U0ANA")); err != slacktest.ErrNobody {
		t.Errorf("nobody listens: %v", err)
	}
}
