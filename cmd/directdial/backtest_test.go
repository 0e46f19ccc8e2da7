package main_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

func TestBacktestHoldsAnotherConfigurationAgainstTheHistory(t *testing.T) {
	t.Parallel()
	slack := slacktest.Start(t, colleagues()...)
	s := settings{slack: slack.URL()}
	at := newSite(t, s)
	d := at.start()
	d.send(said(1, complaint), said(2, complaint), said(3, smalltalk))
	d.settled()
	if out := at.must("backtest"); !strings.Contains(out, "3 decisions") || !strings.Contains(out, "0 of them would be others") {
		t.Errorf("the same configuration:\n%s", out)
	}
	other := strings.ReplaceAll(s.yaml(), "billed twice", "spaceship")
	if other == s.yaml() {
		t.Fatal("the settings have no topic to change")
	}
	at.write("new.yaml", other)
	for _, beside := range []bool{true, false} {
		if !beside {
			d.stop()
		}
		r := at.bare("backtest", "--config", at.path("new.yaml"), "--since", "1d", "--json")
		var b directdial.Backtest
		if err := json.Unmarshal([]byte(r.out), &b); err != nil || r.code != 0 {
			t.Fatalf("exit %d, %v\n%s%s", r.code, err, r.out, r.err)
		}
		if b.Decided != 3 || b.Differ != 2 || len(b.Changes) != 2 || b.Changes[0].Before.Expert != "ana" {
			t.Errorf("beside a daemon: %v: %+v", beside, b)
		}
		r = at.bare("backtest", "--config", at.path("new.yaml"))
		if r.code != 0 || !strings.Contains(r.out, "Ana Lind") || !strings.Contains(r.out, "-2") {
			t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
		}
	}
	alone := s
	alone.routing = "{ accept_within: off, answer_within: off, burst: off }"
	alone.experts = `[{ id: ana, name: Ana Lind, slack: U0ANA }, { id: bo, name: Bo Ek, slack: U0BO }, { id: kim, name: Kim Strand, slack: U0KIM }]`
	at.write("nobody.yaml", alone.yaml())
	r := at.bare("backtest", "--config", at.path("nobody.yaml"), "--max-parked", "50%")
	if r.code != 1 || !strings.Contains(r.err, "66.7% would be parked, more than 50.0%") {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
}
