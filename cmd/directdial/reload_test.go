package main_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/directdial/directdial"
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

func TestAChangeOfAnyFileOfTheConfigurationIsAReload(t *testing.T) {
	t.Parallel()
	slack := slacktest.Start(t, colleagues()...)
	s, _ := asleep(slack)
	s.experts = "\n  - { id: kim, name: Kim Strand, slack: U0KIM }\npeople: [./people/*.yaml]"
	s.topics = "[{ name: billing, owner: kim, keywords: [billed twice] }]"
	s.sources = "[{ name: crm, type: webhook, token_file: ./crm.token, rate: off }]"
	at := newSite(t, s)
	person := "{ id: %s, slack: %s, budget: off, grants: [{ topics: [billing], agreed: 2026-01-01, until: %s }] }"
	at.write("people/ana.yaml", fmt.Sprintf(person, "ana", "U0ANA", "2026-01-02"))
	at.write("crm.token", token)
	d := at.start()
	d.send(said(1, complaint))
	if l := d.settled(); l.Parked[string(directdial.NobodyEnabled)] != 1 {
		t.Errorf("ledger %+v", l)
	}
	at.write("people/bo.yaml", fmt.Sprintf(person, "bo", "U0BO", "2099-12-31")) // a new file
	d.until("the mention is dialled", func(l *directdial.Ledger) bool { return l.Dialled == 1 && l.Cards.Waiting == 0 })
	at.write("people/bo.yaml", fmt.Sprintf(person, "bo", "U0BO", "2026-01-02"))
	at.write("people/ana.yaml", fmt.Sprintf(person, "ana", "U0ANA", "2099-12-31"))
	at.write("crm.token", "another-"+secretMark)
	await(t, "the old token is refused", func() bool {
		r, err := d.request([]byte("{}"), nil)
		return err == nil && r.status == http.StatusUnauthorized
	})
	d.post(encode(several(2, 1, complaint)), func(r *http.Request) { r.Header.Set("Authorization", "Bearer another-"+secretMark) })
	d.settled()
	var to []string
	for _, m := range slack.Messages() {
		if m.User != "U0KIM" { // who has a notice of what was parked
			to = append(to, m.User)
		}
	}
	// Bo, whose grant is over, hands on to Ana.
	if !slices.Equal(to, []string{"U0BO", "U0ANA", "U0ANA"}) {
		t.Errorf("cards went to %v", to)
	}
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
