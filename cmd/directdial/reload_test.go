package main_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/directdial/directdial/experts/slack/slacktest"
)

const reloadSuccess = "directdial_config_reload_success"

func TestABadConfigurationLeavesTheOldOneInForceAndSaysSo(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, nil)
	d := at.start()
	if got := d.metric(reloadSuccess); got != "1" {
		t.Errorf("%s is %q at the start", reloadSuccess, got)
	}
	at.configure(settings{slack: slack.URL(), routing: "{ fallback: nobody-of-that-name, maxhops: 3 }"})
	await(t, "the bad file is refused", func() bool { return d.metric(reloadSuccess) == "0" })
	for _, words := range []string{"nobody-of-that-name", "maxhops", "the old one stays in force"} {
		if !d.log.has(words) {
			t.Errorf("the log does not say %q", words)
		}
	}
	d.send(said(1, complaint))
	d.settled()
	if n := len(slack.Messages()); n != 1 {
		t.Errorf("%d cards under the old configuration", n)
	}
	at.configure(settings{slack: slack.URL()})
	await(t, "the good file is read", func() bool { return d.metric(reloadSuccess) == "1" })
}

// Commands and dashboards find a daemon by these settings.
func TestAReloadDoesNotMoveADaemon(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, nil)
	d := at.start()
	moved := strings.NewReplacer("./data", "./elsewhere", "admin: 127.0.0.1:0", "admin: 127.0.0.2:0").Replace(settings{slack: slack.URL()}.yaml())
	at.write("directdial.yaml", moved)
	await(t, "the change is refused", func() bool { return d.metric(reloadSuccess) == "0" })
	for _, words := range []string{"data_dir: takes effect only at a start", "http.admin: takes effect only at a start"} {
		if !d.log.has(words) {
			t.Errorf("the log does not say %q", words)
		}
	}
	if d.log.has("http.listen: takes effect") {
		t.Error("the log names what was not changed")
	}
}

func TestASecondSignalEndsADaemonThatWaitsForSomebody(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, nil)
	slack.Script(slacktest.Fault{Method: "chat.postMessage", Delay: time.Minute})
	d := at.start()
	d.send(said(1, complaint))
	await(t, "a card is on its way", func() bool { return len(slack.Messages()) == 1 })
	d.signal(syscall.SIGTERM)
	await(t, "the daemon stops", func() bool { return d.log.has("stopping") })
	d.signal(syscall.SIGTERM)
	d.exits(-1) // ended by the signal
	d = at.start()
	d.settled()
	if n := len(slack.Messages()); n != 1 {
		t.Errorf("%d cards", n)
	}
}
