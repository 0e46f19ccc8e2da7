package slack_test

import (
	"strings"
	"testing"

	"github.com/directdial/directdial/experts/slack/slacktest"
)

// A button that nobody hears is worse than none: the card names commands.
func TestACardWithoutAWayBackNamesCommands(t *testing.T) {
	for name, want := range map[string][]string{
		"offered":    {"directdial dials take d0123456789abcdef --as ana", "directdial dials decline d0123456789abcdef --as ana"},
		"invitation": {`directdial experts agree ana --grant "billing tags=complaint,question"`, `--fewer`, "directdial experts not-now ana"},
		"practice":   {"directdial experts practise ana"},
		"policy":     {"directdial experts read ana"},
		"handed-on":  nil,
	} {
		fake := slacktest.Start(t, ana)
		c := openWith(t, "token: "+slacktest.Token+"\napi_url: "+fake.URL())
		if _, err := c.Send(t.Context(), person(ana.Email), cards()[name]); err != nil {
			t.Fatal(err)
		}
		seen := slacktest.Render(fake.Messages()[0])
		for _, w := range want {
			if !strings.Contains(seen, w) {
				t.Errorf("%s: no %q in\n%s", name, w, seen)
			}
		}
		if strings.Contains(seen, "[Take it]") || strings.Contains(seen, "[Yes]") || strings.Contains(seen, "directdial") != (want != nil) {
			t.Errorf("%s shows\n%s", name, seen)
		}
	}
}
