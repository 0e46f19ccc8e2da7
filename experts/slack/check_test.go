package slack_test

import (
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/channeltest"
	"github.com/directdial/directdial/experts/slack"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

// health is how it stands with each thing that was looked at. What does not
// work has a remedy, and nothing tells the token.
func health(t *testing.T, found []directdial.Finding) map[string]directdial.Health {
	t.Helper()
	by := map[string]directdial.Health{}
	for _, f := range found {
		by[f.What] = f.Health
		if f.Health != directdial.Well && f.Remedy == "" {
			t.Errorf("%s has no remedy: %s", f.What, f.Says)
		}
		if strings.Contains(f.Says+f.Remedy, slacktest.Token) {
			t.Errorf("%s tells the token", f.What)
		}
	}
	return by
}

func check(t *testing.T, c experts.Channel, people ...directdial.Expert) []directdial.Finding {
	t.Helper()
	return c.(experts.Checker).Check(t.Context(), people)
}

func TestCheckSaysWhomTheAppReaches(t *testing.T) {
	fake := slacktest.Start(t, ana, slacktest.User{ID: "U0BO", Email: "bo@acme.example", Deleted: true})
	bo := person("bo@acme.example")
	bo.ID = "bo"
	found := check(t, open(t, fake.URL()), person(ana.Email), bo)
	got := health(t, found)
	for what, want := range map[string]directdial.Health{
		"slack": directdial.Well, "slack scopes": directdial.Well, "slack buttons": directdial.Well, "slack ana": directdial.Well, "slack bo": directdial.Failing,
	} {
		if got[what] != want {
			t.Errorf("%s: %q, want %q (%+v)", what, got[what], want, found)
		}
	}
	if found[0].Clock.IsZero() {
		t.Error("Slack's clock is not told")
	}
	if n := len(fake.Messages()); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
}

func TestCheckNamesTheScopesThatAreMissing(t *testing.T) {
	fake := slacktest.Start(t, ana)
	fake.Scopes("chat:write,im:write,users:read,users:read.email")
	if got := health(t, check(t, open(t, fake.URL()))); got["slack scope im:history"] != directdial.Failing || got["slack scope commands"] != directdial.Failing || len(got) != 4 {
		t.Errorf("found %v", got)
	}
	fake.Scopes("")
	if got := health(t, check(t, open(t, fake.URL()))); got["slack scopes"] != directdial.Doubt {
		t.Errorf("found %v", got)
	}
}

func TestCheckOfAWrongTokenAndOfNoServer(t *testing.T) {
	fake := slacktest.Start(t, ana)
	fake.Script(slacktest.Fault{Method: "auth.test", Error: "invalid_auth"})
	found := check(t, open(t, fake.URL()), person(ana.Email))
	if got := health(t, found); got["slack"] != directdial.Failing || !strings.Contains(found[0].Says, "invalid_auth") || !strings.Contains(found[0].Remedy, "manifest") {
		t.Errorf("found %+v", found)
	}
	found = check(t, open(t, "http://127.0.0.1:1/api/"))
	if got := health(t, found); got["slack"] != directdial.Failing || !strings.Contains(found[0].Remedy, "reaches") {
		t.Errorf("found %+v", found)
	}
}

func TestCheckSaysWhetherPeopleCanAnswer(t *testing.T) {
	fake := slacktest.Start(t, ana)
	make := func(more, public string) experts.Channel {
		setup, _ := channeltest.Setup("token: " + slacktest.Token + "\napi_url: " + fake.URL() + "\n" + more)
		setup.PublicURL = public
		c, err := slack.New(setup)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, c := range []struct {
		name, more, public string
		want               directdial.Health
		says               string
	}{
		{"neither token nor secret", "", "", directdial.Doubt, "cards have no buttons"},
		{"requests to nowhere", "signing_secret: s", "http://127.0.0.1:8080", directdial.Doubt, "https addresses only"},
		{"requests", "signing_secret: s", "https://dial.acme.example", directdial.Well, "https://dial.acme.example/v1/channels/slack/requests"},
		{"Socket Mode", "app_token: " + slacktest.AppToken, "", directdial.Well, "Socket Mode"},
		{"the token is refused", "app_token: " + slacktest.AppToken, "", directdial.Failing, "invalid_auth"},
	} {
		if c.want == directdial.Failing {
			fake.Script(slacktest.Fault{Method: "apps.connections.open", Error: "invalid_auth"})
		}
		found := check(t, make(c.more, c.public))
		health(t, found)
		for _, f := range found {
			if f.What == "slack buttons" && (f.Health != c.want || !strings.Contains(f.Says, c.says)) {
				t.Errorf("%s: %+v", c.name, f)
			}
		}
		says, remedy := make(c.more, c.public).(experts.Doubtful).Doubt()
		if deaf := c.more == ""; deaf != (says != "") || deaf != strings.Contains(remedy, "app_token") {
			t.Errorf("%s: before it runs it says %q, %q", c.name, says, remedy)
		}
		if c.more == "" && health(t, found)["slack scopes"] != directdial.Well {
			t.Errorf("%s: %+v", c.name, found)
		}
	}
	if n := fake.Sockets(); n != 0 {
		t.Errorf("%d websockets were opened", n)
	}
}
