package main_test

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

// The clients are in the middle of their requests when the daemon is asked to
// end.
func TestSIGTERMFinishesWhatIsUnderWayAndTheNextStartGoesOn(t *testing.T) {
	t.Parallel()
	load := newLoad(t, 500)
	d := load.site.start()
	load.daemon.Store(d)
	load.release(len(load.bodies))
	await(t, "cards go out", func() bool { return load.cards.Load() >= 5 })
	d.stop()
	if !d.log.has("stopping: finishing what is under way") {
		t.Error("the daemon does not say that it stops")
	}
	d = load.site.start()
	load.daemon.Store(d)
	load.finish()
	l := d.settled()
	if l.TakenOver != 2 {
		t.Errorf("ledger %+v", l)
	}
	load.everyMentionIsInOneState(d, l)
	d.stop()
	load.everyDialReachedSlackOnce(readLog(t, load.site), l)
}

// example starts the built-in example in an empty folder. Its ports are fixed,
// so another one that is running is waited for.
func example(t *testing.T) (*site, *daemon) {
	t.Helper()
	at := newSite(t, settings{})
	if err := os.Remove(at.path("directdial.yaml")); err != nil {
		t.Fatal(err)
	}
	var d *daemon
	await(t, "the example runs", func() bool {
		d = at.launch("run")
		await(t, "the example runs or ends", func() bool {
			select {
			case <-d.ended:
				return true
			default:
				return d.log.has(`"message":"running"`)
			}
		})
		return d.log.has(`"message":"running"`)
	})
	d.ready()
	return at, d
}

// curl is what the curl of a greeting sends.
func curl(t *testing.T, greeting string) *http.Request {
	t.Helper()
	line := regexp.MustCompile(`curl -sS (\S+) -H '([^:]+): ([^']+)' \\\s+--json '([^']+)'`).FindStringSubmatch(greeting)
	if line == nil {
		t.Fatalf("there is no curl line in\n%s", greeting)
	}
	req, err := http.NewRequest(http.MethodPost, line[1], strings.NewReader(line[4]))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set(line[2], line[3])
	req.Header.Set("Content-Type", "application/json")
	return req
}

func TestRunWithoutAConfigurationSaysWhatToTypeAndThatWorks(t *testing.T) {
	at, d := example(t)
	greeting := d.out.String()
	if first, _, _ := strings.Cut(greeting, "\n"); !strings.Contains(first, "EXAMPLE") {
		t.Errorf("the first line is %q", first)
	}
	resp, err := http.DefaultClient.Do(curl(t, greeting))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer response
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || resp.StatusCode != http.StatusAccepted || answer.Accepted != 1 {
		t.Errorf("%s %+v %v", resp.Status, answer, err)
	}
	await(t, "the card appears", func() bool {
		return strings.Contains(d.out.String()[len(greeting):], "you charged me twice, where is my refund?")
	})
	typed(t, at, greeting)
	for _, line := range []struct{ command, says string }{
		{"dials", "Ana Lind"}, {"explain 1", "dial Ana Lind by terminal"}, {"ledger", "It balances"},
	} {
		if r := at.bare(strings.Fields(line.command)...); r.code != 0 || !strings.Contains(r.out, line.says) {
			t.Errorf("%s: exit %d\n%s%s", line.command, r.code, r.out, r.err)
		}
	}
	if d.metric("directdial_example") != "1" || !strings.Contains(d.admin("/readyz"), `"example":true`) {
		t.Error("/metrics and /readyz do not say that it is the example")
	}
	d.stop()
	if files, _ := filepath.Glob(at.path("*")); len(files) != 1 || filepath.Base(files[0]) != "data" {
		t.Errorf("it leaves %v", files)
	}
}

// typed types the curl line of the greeting into a shell, where there are both.
func typed(t *testing.T, at *site, greeting string) {
	t.Helper()
	if _, err := exec.LookPath("curl"); err != nil {
		return
	}
	_, line, _ := strings.Cut(greeting, "  curl ")
	line, _, _ = strings.Cut(line, "\n\n")
	out, err := exec.Command("sh", "-c", "curl "+line).CombinedOutput()
	if err != nil || !strings.Contains(string(out), `"duplicates":1`) {
		t.Errorf("curl says %s (%v)", out, err)
	}
}

func TestAConfigurationThatIsNamedAndNotThereIsExit2(t *testing.T) {
	t.Parallel()
	at := newSite(t, settings{})
	for _, command := range []string{"run", "check", "ledger", "dials", "doctor"} {
		if r := at.bare(command, "--config", "nowhere.yaml"); r.code != 2 || !strings.Contains(r.err, "nowhere.yaml") {
			t.Errorf("%s: exit %d\n%s%s", command, r.code, r.out, r.err)
		}
	}
}

func TestAPortThatIsTakenIsToldAtOnce(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, nil)
	d := at.start()
	second := newSite(t, settings{slack: slack.URL(), http: "{ listen: " + d.status.Listen + ", desk: 127.0.0.1:0, admin: 127.0.0.1:0 }"})
	second.refused(1, "http.listen: listen on "+d.status.Listen, "run")
	second.configure(settings{slack: slack.URL(), http: "{ listen: 127.0.0.1:0, desk: " + d.status.Desk + ", admin: 127.0.0.1:0 }"})
	second.refused(1, "set http.desk to another address in the configuration (directdial init writes one), or to off", "run")
}

func TestWhatInitPrintsPassesCheckAndRuns(t *testing.T) {
	t.Parallel()
	at := newSite(t, settings{})
	r := at.bare("init")
	if r.code != 0 || !strings.Contains(r.err, "directdial check") || !strings.Contains(r.err, "slack/manifest.yaml") {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
	at.write("directdial.yaml", r.out)
	if out := at.must("check"); !strings.Contains(out, "is good") {
		t.Error(out)
	}
	at.write("directdial.yaml", regexp.MustCompile(`127\.0\.0\.1:\d+`).ReplaceAllString(r.out, "127.0.0.1:0"))
	at.refused(2, "WEBHOOK_TOKEN", "run")
	at.env = []string{"WEBHOOK_TOKEN=" + token}
	d := at.start()
	d.send(said(1, complaint))
	d.settled()
	if !d.out.has("billed twice, this is a bad joke") || !d.out.has("Bo Ek") {
		t.Errorf("there is no card in the terminal:\n%s", d.out.String())
	}
}

func TestDoctorSendsAMarkedTestCard(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, nil)
	if out := at.must("doctor", "--card", "ana"); !strings.Contains(out, "slack: a test card is on its way to Ana Lind.") {
		t.Error(out)
	}
	if m := slack.Messages(); len(m) != 1 || m[0].User != "U0ANA" || !strings.Contains(slacktest.Render(m[0]), "Test card") {
		t.Errorf("messages %+v", m)
	}
	at.refused(2, `no expert "zoe"`, "doctor", "--card", "zoe")
	if out := at.must("doctor"); !strings.Contains(out, "none runs") {
		t.Error(out)
	}
	at.start()
	if out := at.must("doctor"); !strings.Contains(out, "balances") {
		t.Error(out)
	}
}

func TestCheckPrintsAllErrorsAtOnceEachWithItsPlace(t *testing.T) {
	t.Parallel()
	at := newSite(t, settings{
		slack:   "http://127.0.0.1:1/api/",
		topics:  "\n  - { name: Billing!, owner: nobody, keywords: [] }",
		routing: "{ fallback: nobody, acept_within: 1h, max_age: soon }",
		sources: "\n  - { name: crm, type: webhook }\n  - { name: x, type: carrier-pigeon }",
	})
	r := at.command("check")
	if r.code != 2 {
		t.Errorf("exit %d", r.code)
	}
	for _, words := range []string{"Billing!", "nobody", "acept_within", "accept_within", "soon", "token", "carrier-pigeon", "is refused"} {
		if !strings.Contains(r.out, words) {
			t.Errorf("check does not say %q:\n%s", words, r.out)
		}
	}
	place := regexp.MustCompile(`^` + regexp.QuoteMeta(at.path("directdial.yaml")) + `:\d+:\d+: `)
	for line := range strings.Lines(strings.TrimSpace(r.out)) {
		if !place.MatchString(line) && !strings.Contains(line, "is refused") && !strings.HasPrefix(line, " ") {
			t.Errorf("no place: %s", line)
		}
	}
	if run := at.command("run"); run.code != 2 || !strings.Contains(run.err, "carrier-pigeon") {
		t.Errorf("run: exit %d\n%s", run.code, run.err)
	}
}

// sample puts the sample of deploy/example into a site.
func sample(t *testing.T, change func(string) string) *site {
	t.Helper()
	at := newSite(t, settings{})
	for _, name := range []string{"directdial.yaml", "policy.yaml"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "deploy", "example", name))
		if err != nil {
			t.Fatal(err)
		}
		at.write(name, change(string(text)))
	}
	return at
}

func TestTheSamplePassesCheck(t *testing.T) {
	t.Parallel()
	at := sample(t, func(text string) string { return text })
	if out := at.must("check"); !strings.Contains(out, "is good") {
		t.Error(out)
	}
}

func TestTheSampleRunsOnTheDayAfterItsGrantsEnded(t *testing.T) {
	t.Parallel()
	slack := slacktest.Start(t, colleagues()...)
	yesterday := time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly)
	at := sample(t, func(text string) string {
		text = regexp.MustCompile(`127\.0\.0\.1:(8080|8081|9090) `).ReplaceAllString(text, "127.0.0.1:0 ")
		text = regexp.MustCompile(`agreed: [0-9-]+`).ReplaceAllString(text, "agreed: 2025-01-01")
		text = regexp.MustCompile(`until: [0-9-]+`).ReplaceAllString(text, "until: "+yesterday)
		text = strings.Replace(text, "https://slack.com/api/", slack.URL(), 1)
		return strings.Replace(text, "https://mastodon.example", "http://127.0.0.1:1", 1)
	})
	at.env = []string{
		"CRM_TOKEN=" + token, "MASTODON_TOKEN=" + secretMark, "SLACK_TOKEN=" + slacktest.Token,
		"SLACK_APP_TOKEN=" + slacktest.AppToken, "SLACK_SIGNING_SECRET=" + secretMark,
	}
	d := at.start()
	d.send(said(1, complaint))
	if l := d.settled(); l.Parked[string(directdial.NobodyEnabled)] != 1 || notices(slack) != 1 {
		t.Errorf("%d notices, ledger %+v", notices(slack), l)
	}
	if out := at.must("explain", said(1, "").ID); !strings.Contains(out, "grant ended") {
		t.Errorf("explain says %s", out)
	}
	d.signal(syscall.SIGTERM)
	d.exits(0)
}

func TestCheckWarnsOfTextsThatOutliveTheLookForTheirDeletion(t *testing.T) {
	t.Parallel()
	for recheck, warns := range map[string]bool{"": true, ", recheck: 89d": true, ", recheck: 90d": false} {
		at := newSite(t, settings{slack: "http://127.0.0.1:1/api/", sources: usualSources + "\n  - { name: birds, type: x, token: aaaa, queries: [acme]" + recheck + " }\n"})
		if out := at.must("check"); strings.Contains(out, "source birds looks for deletions for ") != warns || !strings.Contains(out, "is good") {
			t.Errorf("%q: %s", recheck, out)
		}
	}
}
