package slack_test

import (
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/channeltest"
	"github.com/directdial/directdial/experts/slack"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

var ana = slacktest.User{ID: "U0ANA", Email: "ana@acme.example", Name: "Ana Lind"}

// person is an expert with that address in Slack.
func person(address string) directdial.Expert {
	return directdial.Expert{ID: "ana", Name: "Ana Lind", Timezone: "Europe/Stockholm", Addresses: map[string]string{"slack": address}}
}

// settings is the configuration for a fake at that address.
func settings(url string) string {
	return "token: " + slacktest.Token + "\napp_token: " + slacktest.AppToken + "\napi_url: " + url + "\n"
}

// open makes a channel that talks to a fake.
func open(t *testing.T, url string) experts.Channel {
	t.Helper()
	return openWith(t, settings(url))
}

// openWith makes a channel with these settings.
func openWith(t *testing.T, text string) experts.Channel {
	t.Helper()
	setup, _ := channeltest.Setup(text)
	c, err := slack.New(setup)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func far(t *testing.T) (channeltest.Far, *slacktest.Server) {
	fake := slacktest.Start(t, ana)
	setup, log := channeltest.Setup(settings(fake.URL()))
	c, err := slack.New(setup)
	if err != nil {
		t.Fatal(err)
	}
	return channeltest.Far{
		Channel: c, To: person(ana.Email), Log: log,
		Cards: func() []channeltest.Shown {
			var shown []channeltest.Shown
			for _, m := range fake.Messages() {
				shown = append(shown, channeltest.Shown{
					Ref: m.Channel + ":" + m.TS, Offer: m.Payload("offer"),
					Text: slacktest.Render(m), Raw: m.Text + "\n" + string(m.Blocks),
				})
				if p := slacktest.Pings(m); len(p) > 0 {
					t.Errorf("the message notifies %v", p)
				}
			}
			return shown
		},
		Hang: func() { fake.Script(slacktest.Fault{Delay: time.Hour}) },
	}, fake
}

func TestChannel(t *testing.T) {
	// The kit hands the channel to a fault, not its fake.
	fakes := map[experts.Channel]*slacktest.Server{}
	script := func(f slacktest.Fault) func(*testing.T, channeltest.Far) {
		return func(_ *testing.T, far channeltest.Far) { fakes[far.Channel].Script(f) }
	}
	post := func(f slacktest.Fault) func(*testing.T, channeltest.Far) {
		f.Method = "chat.postMessage"
		return script(f)
	}
	channeltest.Run(t, channeltest.Kit{
		Open: func(t *testing.T) channeltest.Far {
			f, fake := far(t)
			fakes[f.Channel] = fake
			return f
		},
		Secrets: []string{slacktest.Token, ana.Email},
		Faults: []channeltest.Fault{
			{Name: "429", Arrange: post(slacktest.Fault{Status: 429, RetryAfter: 7 * time.Second}), Kind: directdial.Temporary, After: 7 * time.Second},
			{Name: "429 without Retry-After", Arrange: post(slacktest.Fault{Status: 429}), Kind: directdial.Temporary, After: time.Second},
			{Name: "ratelimited in a 200", Arrange: post(slacktest.Fault{Error: "ratelimited"}), Kind: directdial.Temporary, After: time.Second},
			{Name: "the token is refused", Arrange: script(slacktest.Fault{Error: "invalid_auth"}), Kind: directdial.Temporary, After: time.Minute, Channel: true},
			{Name: "the app was removed", Arrange: script(slacktest.Fault{Error: "account_inactive"}), Kind: directdial.Temporary, After: time.Minute, Channel: true},
			{Name: "a scope is missing", Arrange: post(slacktest.Fault{Error: "missing_scope"}), Kind: directdial.Temporary, After: time.Minute, Channel: true},
			{Name: "no such member", Arrange: script(slacktest.Fault{Error: "users_not_found"}), Kind: directdial.Gone},
			{Name: "no such channel", Arrange: post(slacktest.Fault{Error: "channel_not_found"}), Kind: directdial.Gone},
			{Name: "deactivated", Arrange: script(slacktest.Fault{Error: "user_disabled"}), Kind: directdial.Gone},
			{Name: "the text is refused", Arrange: post(slacktest.Fault{Error: "msg_too_long"}), Kind: directdial.Invalid},
			{Name: "the layout is refused, and the plain text", Arrange: post(slacktest.Fault{Error: "invalid_blocks", Times: 2}), Kind: directdial.Invalid},
			{Name: "failed, perhaps after it took effect", Arrange: post(slacktest.Fault{Error: "internal_error"}), Kind: directdial.Ambiguous},
			{Name: "a code that nobody knows", Arrange: post(slacktest.Fault{Error: "new_in_2027"}), Kind: directdial.Temporary},
			{Name: "502", Arrange: post(slacktest.Fault{Status: 502}), Kind: directdial.Ambiguous},
			{Name: "503", Arrange: post(slacktest.Fault{Status: 503}), Kind: directdial.Temporary, Channel: true},
			{Name: "a redirect", Arrange: post(slacktest.Fault{Status: 302}), Kind: directdial.Temporary, Channel: true},
			{Name: "a reset after the request", Arrange: post(slacktest.Fault{Reset: true}), Kind: directdial.Ambiguous},
			{Name: "the answer is lost", Arrange: post(slacktest.Fault{Lose: true}), Kind: directdial.Ambiguous, Arrives: 1},
			{Name: "a reset of the look-up", Arrange: script(slacktest.Fault{Method: "users.lookupByEmail", Reset: true}), Kind: directdial.Temporary, Channel: true},
			{Name: "the answer to the opening is lost", Arrange: script(slacktest.Fault{Method: "conversations.open", Lose: true}), Kind: directdial.Temporary, Channel: true},
		},
	})
}

func TestNobodyListens(t *testing.T) {
	c := open(t, "http://127.0.0.1:1/api/")
	_, err := c.Send(t.Context(), person("U0ANA"), channeltest.Card(person("U0ANA")))
	if directdial.KindOf(err) != directdial.Temporary {
		t.Errorf("%v: %v", directdial.KindOf(err), err)
	}
	if strings.Contains(err.Error(), slacktest.Token) {
		t.Error("the token stands in the error")
	}
}
