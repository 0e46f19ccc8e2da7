package slack_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/channeltest"
	"github.com/directdial/directdial/experts/slack"
)

func TestSettings(t *testing.T) {
	for _, c := range []struct{ name, yaml, says string }{
		{"all of them", "token: xoxb-1\napp_token: xapp-1\nsigning_secret: s\napi_url: https://slack-gov.com/api\npace: 2/s\nrate: off\nambiguous: repeat", ""},
		{"the least", "token: xoxb-1", ""},
		{"no token", "pace: 1/s", "token: is required"},
		{"an app-level token", "token: xapp-1", "bot token"},
		{"a user's token", "token: xoxp-1", "bot token"},
		{"a bot token for the app-level one", "token: xoxb-1\napp_token: xoxb-1", "app_token: is no app-level token"},
		{"an unknown key", "token: xoxb-1\nchannel: general", "channel"},
		{"a bad pace", "token: xoxb-1\npace: fast", "rate"},
		{"no URL", "token: xoxb-1\napi_url: slack.com", "api_url: must be an absolute"},
		{"the token in the clear", "token: xoxb-1\napi_url: http://slack.com/api/", "api_url: must be https"},
		{"a name without TLS", "token: xoxb-1\napi_url: http://10.evil.example/api/", "api_url: must be https"},
		{"a user in the URL", "token: xoxb-1\napi_url: https://a:b@slack.com/api/", "api_url: must have neither"},
		{"this host", "token: xoxb-1\napi_url: http://127.0.0.1:9/api", ""},
		{"this host by name", "token: xoxb-1\napi_url: http://localhost:9/api", ""},
		{"the private network", "token: xoxb-1\napi_url: http://[fd00::1]:9/api", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			setup, _ := channeltest.Setup(c.yaml)
			made, err := slack.New(setup)
			switch {
			case c.says == "" && err != nil:
				t.Error(err)
			case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
				t.Errorf("want an error that says %q, got %v", c.says, err)
			case err != nil && made != nil:
				t.Error("an error and a channel")
			case err != nil && (strings.Contains(err.Error(), "xapp-1") || strings.Contains(err.Error(), "a:b")):
				t.Errorf("a secret stands in the error: %v", err)
			}
		})
	}
}

func TestItIsRegistered(t *testing.T) {
	setup, _ := channeltest.Setup("token: xoxb-1")
	if _, err := experts.Make("slack", setup); err != nil {
		t.Error(err)
	}
	setup, _ = channeltest.Setup("")
	if _, err := experts.Make("slack", setup); directdial.KindOf(err) == directdial.NotFound {
		t.Error(err)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestREADMEIsUpToDate keeps the sample and the three steps in the README what
// they are in the files; -update writes them.
func TestREADMEIsUpToDate(t *testing.T) {
	readme := read(t, "README.md")
	want := readme
	for mark, content := range map[string]string{
		"steps":  slack.Steps,
		"sample": "```yaml\n" + read(t, "sample.yaml") + "```\n",
	} {
		begin, end := "<!-- "+mark+" -->\n", "<!-- /"+mark+" -->"
		before, rest, ok := strings.Cut(want, begin)
		_, after, closed := strings.Cut(rest, end)
		if !ok || !closed {
			t.Fatalf("README.md lacks %s…%s", begin, end)
		}
		want = before + begin + content + end + after
	}
	if *update {
		if err := os.WriteFile("README.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if readme != want {
		t.Error("README.md is stale; go test -update ./experts/slack")
	}
}

func TestTheSampleIsAccepted(t *testing.T) {
	var sample struct {
		Channels struct{ Slack map[string]any }
		Experts  []map[string]any
	}
	// With every line that is commented out.
	all := strings.NewReplacer("\n    # ", "\n    ", "${SLACK_TOKEN}", "xoxb-1", "${SLACK_APP_TOKEN}", "xapp-1", "${SLACK_SIGNING_SECRET}", "b").Replace(read(t, "sample.yaml"))
	if err := yaml.Unmarshal([]byte(all), &sample); err != nil {
		t.Fatal(err)
	}
	text, err := yaml.Marshal(sample.Channels.Slack)
	if err != nil {
		t.Fatal(err)
	}
	setup, _ := channeltest.Setup(string(text))
	if _, err := slack.New(setup); err != nil {
		t.Errorf("%v in\n%s", err, text)
	}
}

func TestTheManifestAsksForTheFewestScopes(t *testing.T) {
	var m struct {
		Features struct {
			AppHome struct {
				MessagesTab bool `yaml:"messages_tab_enabled"`
				HomeTab     bool `yaml:"home_tab_enabled"`
			} `yaml:"app_home"`
		}
		Settings struct {
			SocketMode    bool `yaml:"socket_mode_enabled"`
			Interactivity struct {
				Enabled bool `yaml:"is_enabled"`
			}
			Events struct {
				Bot []string `yaml:"bot_events"`
			} `yaml:"event_subscriptions"`
		}
		OAuth struct {
			Scopes struct{ Bot []string }
		} `yaml:"oauth_config"`
	}
	if err := yaml.Unmarshal([]byte(read(t, "../../deploy/slack/manifest.yaml")), &m); err != nil {
		t.Fatal(err)
	}
	slices.Sort(m.OAuth.Scopes.Bot)
	if got := strings.Join(m.OAuth.Scopes.Bot, " "); got != "chat:write commands im:history im:write users:read users:read.email" {
		t.Errorf("the scopes are %s", got)
	}
	if !m.Features.AppHome.MessagesTab {
		t.Error("without its messages tab the app cannot write to anybody")
	}
	if !m.Features.AppHome.HomeTab || !m.Settings.SocketMode || !m.Settings.Interactivity.Enabled || !slices.Equal(m.Settings.Events.Bot, []string{"app_home_opened"}) {
		t.Errorf("the app hears too little or too much: %+v", m)
	}
}
