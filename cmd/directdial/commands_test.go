package main_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/experts/slack/slacktest"
	"github.com/directdial/directdial/internal/index"
	"github.com/directdial/directdial/route"
)

// acts are what can be typed about the dials, in this order, and what is said.
func acts(dials []desk.DialView) []struct {
	args  string
	code  int
	words string
} {
	first, second, third := dials[0].ID, dials[1].ID, dials[2].ID
	return []struct {
		args  string
		code  int
		words string
	}{
		{"take " + first + " --as bo", 1, "you may not take it: no grant"},
		{"take " + first, 1, "a dial is taken by a colleague: say which"},
		{"take " + first + " --as zoe", 1, `there is no expert "zoe"`},
		{"take dffff --as ana", 1, `there is no dial "dffff"`},
		{"take d --as ana", 1, `several dials begin with "d"`},
		{"take", 2, "dials take needs DIAL, as in\n\n  directdial dials take d3f2 --as ana"},
		{"take " + first[:9] + " --as ana", 0, "is with Ana Lind now"},
		{"take " + first + " --as ana", 1, "you have taken it already"},
		{"take " + first + " --as kim", 1, "Ana Lind took it at"},
		{"answered " + first + " --as bo", 1, "the dial is with Ana Lind"},
		{"answered " + first + " --as ana", 0, "is answered"},
		{"answered " + first + " --as ana", 1, "the dial is answered already"},
		{"outcome " + first + " helped --as bo", 1, "the dial is with Ana Lind"},
		{"outcome " + first + " great --as ana", 2, `there is no outcome "great"`},
		{"outcome " + first + " not-yet --as ana", 0, "is: not yet"},
		{"outcome " + second + " helped --as ana", 1, "nobody has answered it"},
		{"pass " + second + " --as bo", 1, "the dial is with Ana Lind"},
		{"pass " + second + " --as ana --to bo", 1, "Bo Ek may not take it: no grant"},
		{"pass " + second + " --as ana --reason mood", 1, `there is no reason "mood"`},
		{"pass " + second + " --as ana --reason too+busy", 0, "was passed on to Kim Strand"},
		{"pass " + second + " --as kim", 0, "stays with Ana Lind, late"},
		{"decline " + third + " --as bo", 1, "the dial is with Ana Lind"},
		{"decline " + third + " --as ana", 0, "is closed: not about us"},
		{"take " + third + " --as ana", 1, "the dial is declined already"},
	}
}

func TestDialsAreTakenPassedDeclinedAndAnsweredWithAndWithoutADaemon(t *testing.T) {
	t.Parallel()
	for name, beside := range map[string]bool{"beside a daemon": true, "without one": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, slack := newSlack(t, nil)
			d := at.start()
			for n := range 3 {
				d.send(said(n, complaint))
				d.settled()
			}
			dials := d.dials()
			if !beside {
				d.stop()
			}
			for _, act := range acts(dials) {
				args := strings.Fields("dials " + act.args)
				for i := range args {
					args[i] = strings.ReplaceAll(args[i], "+", " ")
				}
				if r := at.command(args...); r.code != act.code || !strings.Contains(r.out+r.err, act.words) {
					t.Errorf("dials %s: exit %d, want %d and %q\n%s%s", act.args, r.code, act.code, act.words, r.out, r.err)
				}
			}
			if !beside {
				d = at.start()
			}
			l := d.settled()
			if l.Answered != 1 || l.Declined != 1 || l.Open != 1 || l.Late != 1 {
				t.Errorf("ledger %+v", l)
			}
			theCardsSay(t, slack, dials)
		})
	}
}

// theCardsSay checks what became of the cards.
func theCardsSay(t *testing.T, slack *slacktest.Server, dials []desk.DialView) {
	t.Helper()
	want := map[string]string{
		dials[0].ID + "-1": "answered", dials[1].ID + "-1": "no longer yours: ", dials[1].ID + "-2": "no longer yours: ", dials[2].ID + "-1": "closed: not for us",
	}
	for _, m := range slack.Messages() {
		card := slacktest.Render(m)
		if words, ok := want[m.Payload("offer")]; ok && !strings.Contains(card, words) {
			t.Errorf("the card of offer %s does not say %q:\n%s", m.Payload("offer"), words, card)
		}
		delete(want, m.Payload("offer"))
	}
	delete(want, dials[1].ID+"-2") // without a daemon it was passed on before it was sent
	if len(want) > 0 {
		t.Errorf("there are no cards of %v", want)
	}
}

func TestTheReceiptOfEveryDecisionGivesTheSameDecisionAgain(t *testing.T) {
	t.Parallel()
	slack := slacktest.Start(t, colleagues()...)
	s, _ := asleep(slack)
	at := newSite(t, s)
	d := at.start()
	first := said(1, parcel)
	sent := []directdial.Mention{
		first, reply(2, first, thanks), said(3, complaint), said(4, smalltalk), said(5, fire),
		said(6, "Wo bleibt mein Paket, acme? Das ist eine Frechheit "+textMark), said(7, "is acme worth it? "+textMark), said(8, complaint),
	}
	sent[2].ID = "109" // beside its URL
	d.send(sent...)
	d.settled()
	d.delete(said(8, ""))
	d.until("the post is gone", func(l *directdial.Ledger) bool { return l.Suppressed[string(directdial.DeletedSoon)] == 1 })
	for _, m := range sent[:7] {
		if e, err := d.desk.Explain(t.Context(), m.ID); err != nil || !e.Equal || e.Step == 0 {
			t.Errorf("%q: %+v %v", m.Text, e, err)
		}
	}
	dial := d.dials()[0].ID
	d.stop()
	at.refused(1, "the mention is suppressed: deleted", "explain", said(8, "").ID)
	if out := at.must("explain", first.URL+"?utm_source=x#top"); !strings.Contains(out, "deciding again on it gives the same decision") {
		t.Errorf("explain says %s", out)
	}
	for _, name := range []string{sent[2].URL, "109", dial} {
		if out := at.must("explain", name); !strings.Contains(out, "deciding again on it gives the same decision") {
			t.Errorf("explain %s says %s", name, out)
		}
	}
	var e desk.Explanation
	if out := at.must("explain", "--json", first.ID); json.Unmarshal([]byte(out), &e) != nil || !e.Equal {
		t.Errorf("explain says %s", out)
	}
}

func TestTheLedgerSaysWithItsExitCodeWhetherItBalances(t *testing.T) {
	t.Parallel()
	at, _ := newSlack(t, nil)
	d := at.start()
	d.send(several(1, 3, complaint)...)
	d.settled()
	if out := at.must("ledger"); !strings.Contains(out, "It balances") {
		t.Error(out)
	}
	d.stop()
	at.must("ledger")
	db, err := index.Open(at.path("data/index.db"), route.Buckets()...)
	if err != nil {
		t.Fatal(err)
	}
	tx := db.Begin()
	key := ""
	tx.Scan("mentions", "", func(k string, _ []byte) bool {
		key = k
		return false
	})
	tx.Delete("mentions", key)
	tx.Confirm()
	if err := db.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if r := at.command("ledger"); r.code != 1 || !strings.Contains(r.out, "DAMAGE") || !strings.Contains(r.out, "3 mentions came in, 2 are in a state") {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	if err := os.Remove(at.path("data/index.db")); err != nil {
		t.Fatal(err)
	}
	at.must("ledger")
}

// filled is a site whose daemon has decided n mentions and ended.
func filled(t *testing.T, n int) *site {
	t.Helper()
	at, _ := newSlack(t, nil)
	d := at.start()
	d.send(several(1, n, complaint)...)
	d.settled()
	d.stop()
	return at
}

func TestAnIndexOfAnotherLogIsRefusedWithTheCommandToType(t *testing.T) {
	t.Parallel()
	for name, other := range map[string]int{"of a longer log": 20, "of a shorter log": 1, "of a log as long": 5} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, from := filled(t, 5), filled(t, other)
			foreign, err := os.ReadFile(from.path("data/index.db"))
			if err != nil {
				t.Fatal(err)
			}
			at.write("data/index.db", string(foreign))
			for _, command := range []string{"run", "ledger"} {
				r := at.command(command)
				if r.code != 1 || !strings.Contains(r.err, "mv "+at.path("data/index.db")) && !strings.Contains(r.err, "mv DATA_DIR/index.db") {
					t.Errorf("%s: exit %d\n%s", command, r.code, r.err)
				}
			}
			if err := os.Rename(at.path("data/index.db"), at.path("data/index.db.old")); err != nil {
				t.Fatal(err)
			}
			if l := at.start().settled(); l.Dials != 5 {
				t.Errorf("ledger %+v", l)
			}
		})
	}
}

// Without a daemon each command opens the data directory, and waits for the one
// that has it.
func TestCommandsAtTheSameTimeWaitForEachOther(t *testing.T) {
	t.Parallel()
	at := filled(t, 10)
	dials := at.must("dials", "--json")
	var list []desk.DialView
	if err := json.Unmarshal([]byte(dials), &list); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for n := range 8 {
		file := at.write(fmt.Sprintf("%d.jsonl", n), lines(several(100+n, 1, complaint)))
		all.Go(func() {
			args := [][]string{{"mentions"}, {"import", file}, {"dials", "take", list[n].ID, "--as", "ana"}}[n%3]
			if r := at.command(args...); r.code != 0 {
				t.Errorf("%v: exit %d\n%s%s", args, r.code, r.out, r.err)
			}
		})
	}
	all.Wait()
	if out := at.must("ledger"); !strings.Contains(out, "It balances") {
		t.Error(out)
	}
}
