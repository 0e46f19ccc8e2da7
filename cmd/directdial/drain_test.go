package main_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/directdial/directdial/experts/slack/slacktest"
)

// While it finishes what is under way, whoever asks for its health is told, and
// the webhook takes nothing that would have to wait for the next start.
func TestADaemonThatStopsSaysThatItIsNotReady(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, nil)
	slack.Script(slacktest.Fault{Method: "chat.postMessage", Delay: 5 * time.Second})
	d := at.start()
	d.send(said(1, complaint))
	await(t, "a card is on its way", func() bool { return len(slack.Messages()) == 1 })
	d.signal(syscall.SIGTERM)
	await(t, "the daemon stops", func() bool { return d.log.has("stopping") })
	await(t, "it says so", func() bool { return strings.Contains(d.admin("/readyz"), "it is stopping") })
	if _, err := d.request([]byte("[]"), nil); err == nil {
		t.Error("the webhook still answers")
	}
	d.exits(0)
	d = at.start()
	if l := d.settled(); l.Cards.Delivered != 1 || l.Cards.Ambiguous != 0 {
		t.Errorf("the ledger is %+v", l)
	}
}

// A backup that is under way does not hold a daemon up, and leaves nothing.
func TestADaemonThatStopsBreaksOffABackup(t *testing.T) {
	t.Parallel()
	at := newSite(t, terminalOnly("crm"))
	d := at.start()
	d.send(several(1, 900, fire)...)
	d.decided()
	if _, err := d.desk.Backup(t.Context(), at.path("copy")); err != nil {
		t.Fatal(err)
	}
	d.stop()
	if r := at.elsewhere().command("restore", at.path("copy")); r.code != 0 && !strings.Contains(r.err, "no backup") {
		t.Errorf("exit %d: %s", r.code, r.err)
	}
}
