package main_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/mastodon/mastodontest"
)

// findings are those of doctor by what was looked at, and its exit code.
func (s *site) findings() (map[string]directdial.Finding, int) {
	s.t.Helper()
	r := s.command("doctor", "--json")
	var list []directdial.Finding
	if err := json.Unmarshal([]byte(r.out), &list); err != nil {
		s.t.Fatalf("%v: %s%s", err, r.out, r.err)
	}
	by := map[string]directdial.Finding{}
	for _, f := range list {
		by[f.What] = f
		if f.Health != directdial.Well && f.Remedy == "" {
			s.t.Errorf("%s has no remedy: %s", f.What, f.Says)
		}
	}
	if strings.Contains(r.out+r.err, secretMark) || strings.Contains(r.out+r.err, "xoxb-") {
		s.t.Error("a secret is told")
	}
	return by, r.code
}

func TestDoctorLooksAtEverything(t *testing.T) {
	t.Parallel()
	blog, social := &blog{}, mastodontest.New("mastodon.example", "acme")
	s, slack := newSlack(t, func(c *settings) {
		c.sources = usualSources + fmt.Sprintf(`
  - { name: blog, type: feed, url: %q }
  - { name: social, type: mastodon, server: %q, token: %s, hashtags: [acme] }`, serve(t, blog), serve(t, social), mastodontest.Token)
	})
	s.start()
	found, code := s.findings()
	for _, what := range []string{
		"configuration", "data_dir", "disk", "nats", "daemon", "ledger", "slack", "slack scopes", "slack ana", "slack bo", "slack kim",
		"source crm", "source blog", "source social", "clock",
	} {
		if f, ok := found[what]; !ok || (f.Health != directdial.Well && what != "disk") {
			t.Errorf("%s: %+v", what, f)
		}
	}
	if code != 0 {
		t.Errorf("exit %d", code)
	}
	if n := len(slack.Messages()); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
	slack.Scopes("chat:write")
	blog.fail(true)
	if err := os.Chmod(s.path("data"), 0o755); err != nil {
		t.Fatal(err)
	}
	found, code = s.findings()
	for what, want := range map[string]directdial.Health{
		"slack": directdial.Well, "slack scope im:history": directdial.Failing, "source blog": directdial.Failing,
		"source social": directdial.Well, "data_dir": directdial.Doubt,
	} {
		if found[what].Health != want {
			t.Errorf("%s: %+v, want %s", what, found[what], want)
		}
	}
	if code != 1 {
		t.Errorf("exit %d", code)
	}
}

func TestDoctorSaysWhoCannotBeReachedAndWhatIsNotThereYet(t *testing.T) {
	t.Parallel()
	s := newSite(t, settings{
		slack:   "http://127.0.0.1:1/api/",
		experts: strings.Replace(usualExperts, "id: ana,", `id: ana, calendar: "http://127.0.0.1:1/leave.ics",`, 1),
	})
	found, code := s.findings()
	for what, want := range map[string]directdial.Health{
		"data_dir": directdial.Doubt, "daemon": directdial.Doubt, "slack": directdial.Failing, "nats": directdial.Well,
		"calendar of ana": directdial.Failing,
	} {
		if found[what].Health != want {
			t.Errorf("%s: %+v, want %s", what, found[what], want)
		}
	}
	if code != 1 {
		t.Errorf("exit %d", code)
	}
	if _, err := os.Stat(s.path("data")); err == nil {
		t.Error("doctor made the data directory")
	}
}

func TestDoctorFailsIfADaemonShouldRunAndDoesNot(t *testing.T) {
	t.Parallel()
	s, _ := newSlack(t, nil)
	d := s.start()
	d.stop()
	found, code := s.findings()
	if found["daemon"].Health != directdial.Doubt || code != 0 {
		t.Errorf("after it was stopped: exit %d, %+v", code, found["daemon"])
	}
	d = s.start()
	d.kill()
	found, code = s.findings()
	if found["daemon"].Health != directdial.Failing || code != 1 {
		t.Errorf("after it was killed: exit %d, %+v", code, found["daemon"])
	}
}

func TestDoctorLooksAtAllThatNeedsNoVariableThatIsNotHere(t *testing.T) {
	t.Parallel()
	blog := &blog{}
	s, _ := newSlack(t, func(c *settings) {
		c.sources = strings.Replace(usualSources, token, "${CRM_TOKEN}", 1) + fmt.Sprintf(`
  - { name: blog, type: feed, url: %q }
  - { name: social, type: mastodon, server: "https://mastodon.example", token_file: nowhere, hashtags: [acme] }`, serve(t, blog))
	})
	s.write("nowhere", mastodontest.Token)
	s.env = []string{"CRM_TOKEN=" + token}
	s.start()
	s.env = nil
	if err := os.Remove(s.path("nowhere")); err != nil {
		t.Fatal(err)
	}
	found, code := s.findings()
	if code != 2 {
		t.Errorf("exit %d", code)
	}
	for what, want := range map[string]directdial.Health{
		"configuration": directdial.Failing, "data_dir": directdial.Well, "nats": directdial.Well, "daemon": directdial.Well, "ledger": directdial.Well,
		"slack": directdial.Well, "slack ana": directdial.Well, "source blog": directdial.Well,
		"source crm": directdial.Doubt, "source social": directdial.Doubt,
	} {
		if f := found[what]; f.Health != want {
			t.Errorf("%s: %+v, want %s", what, f, want)
		}
	}
	for what, names := range map[string]string{
		"configuration": "CRM_TOKEN, nowhere are not here", "source crm": "CRM_TOKEN is not here", "source social": "nowhere is not here",
	} {
		if !strings.Contains(found[what].Says, names) {
			t.Errorf("%s says %q", what, found[what].Says)
		}
	}
}

func TestDoctorDoesNotAskAChannelWhoseSecretIsNotHereAndNoStreamsElsewhere(t *testing.T) {
	t.Parallel()
	s := newSite(t, settings{nats: `{ url: "${NATS_URL}" }`, channels: `{ slack: { token: "${SLACK_TOKEN}" } }`})
	found, code := s.findings()
	if code != 2 || found["slack"].Health != directdial.Doubt || found["nats"].Health != directdial.Doubt || found["expert ana"].What != "" {
		t.Errorf("exit %d, %+v", code, found)
	}
	s.refused(2, "the variable SLACK_TOKEN is not set", "doctor", "--card", "ana")
	s.write("directdial.yaml", "data_dir: \"${DATA}\"\nunknown: key\n")
	s.refused(2, "unknown key", "doctor")
}
