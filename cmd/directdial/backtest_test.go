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
	// What is listed in JSON is an array, also if it is empty: jq fails of null.
	for list, command := range map[string]string{
		"changes": "backtest --config " + at.path("directdial.yaml"), "holes": "coverage", "": "check",
	} {
		var lists map[string]json.RawMessage
		out := at.bare(append(strings.Fields(command), "--json")...).out
		if list == "" {
			out = `{"": ` + out + "}"
		}
		if err := json.Unmarshal([]byte(out), &lists); err != nil || !strings.HasPrefix(string(lists[list]), "[") {
			t.Errorf("%s --json: %v\n%s", command, err, out)
		}
	}
	other := strings.ReplaceAll(s.yaml(), "billed twice", "spaceship")
	if other == s.yaml() {
		t.Fatal("the settings have no topic to change")
	}
	at.write("new.yaml", other)
	r := at.bare("explain", "--config", at.path("new.yaml"), "--text", complaint)
	if strings.Contains(r.out, "billing") || !strings.Contains(r.err, at.path("directdial.yaml")) {
		t.Errorf("a text by another file beside a daemon:\n%s%s", r.out, r.err)
	}
	for _, beside := range []bool{true, false} {
		if !beside {
			d.stop()
		}
		r = at.bare("backtest", "--config", at.path("new.yaml"), "--since", "1d", "--json")
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
	r = at.bare("backtest", "--config", at.path("nobody.yaml"), "--max-parked", "50%")
	if r.code != 1 || !strings.Contains(r.err, "66.7% would be parked, more than 50.0%") {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
}

func TestEveryReceiptIsDecidedAgain(t *testing.T) {
	t.Parallel()
	slack := slacktest.Start(t, colleagues()...)
	at := newSite(t, settings{slack: slack.URL()})
	d := at.start()
	if out := at.must("explain", "--all"); !strings.Contains(out, "There is no receipt yet") {
		t.Errorf("before: %s", out)
	}
	d.send(said(1, complaint), said(2, complaint), said(3, smalltalk))
	d.settled()
	at.must("dials", "pass", d.dials()[0].ID, "--as", d.dials()[0].Holder, "--to", "kim")
	if out := at.must("explain", "--all"); !strings.Contains(out, "4 receipts") || !strings.Contains(out, "4 give the same decision again, 0 another") {
		t.Errorf("beside a daemon:\n%s", out)
	}
	// Of the colleagues that a receipt has only some; now everybody.
	if out := at.must("explain", said(1, "").ID); strings.Contains(out, "Bo Ek") || !strings.Contains(out, "and 1 more: no grant") {
		t.Errorf("the receipt:\n%s", out)
	}
	for _, of := range []string{said(1, "").ID, complaint} {
		if out := at.must("explain", "--all", of); !strings.Contains(out, "Bo Ek       no grant") || !strings.Contains(out, "anew, with everybody") {
			t.Errorf("everybody for %q:\n%s", of, out)
		}
	}
	d.stop()
	var all directdial.Receipts
	if err := json.Unmarshal([]byte(at.must("explain", "--all", "--json")), &all); err != nil || all.Decided != 4 || all.Equal != 4 || all.Damaged != 0 || all.Changes == nil {
		t.Errorf("%+v, %v", all, err)
	}
}
