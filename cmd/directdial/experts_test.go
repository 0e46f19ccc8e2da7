package main_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
)

// A coach enables a colleague by command, who says yes and practises by card;
// what holds then is written as files, and read again it is the same.
func TestColleagueIsEnabledByCommandAndWrittenAsAFile(t *testing.T) {
	t.Parallel()
	at, _ := newSlack(t, nil)
	d := at.start()
	at.refused(1, "only a coach", "experts", "enable", "bo", "--topics", "recall", "--until", "2099-06-30", "--why", "x", "--as", "ana")
	at.refused(2, "say why: --why", "experts", "enable", "bo", "--topics", "recall", "--until", "2099-06-30", "--as", "kim")
	at.refused(1, `there is no topic "garden"`, "experts", "enable", "bo", "--topics", "garden", "--until", "2099-06-30", "--why", "x", "--as", "kim")
	at.refused(2, "say for which --topics", "experts", "enable", "bo", "--why", "x", "--as", "kim")
	out := at.must("experts", "enable", "bo", "--topics", "recall", "--tags", "question", "--risk", "10000", "--review", "--until", "2099-06-30", "--why", "has had the training", "--as", "kim")
	if !strings.Contains(out, "is asked for their yes") {
		t.Errorf("it says %q", out)
	}
	if list := at.must("experts"); !strings.Contains(list, "recall (question): NOT AGREED, asked on") {
		t.Errorf("the list says\n%s", list)
	}
	about := at.must("experts", "bo")
	for _, want := range []string{"questions about recall, to at most 10000 people", "the coach reads answers first", "nobody can tell"} {
		if !strings.Contains(about, want) {
			t.Errorf("%q is not said of bo:\n%s", want, about)
		}
	}
	at.must("experts", "pause", "ana", "--as", "ana")
	at.refused(1, "they paused it themselves", "experts", "resume", "ana", "--why", "back", "--as", "kim")
	at.must("experts", "halve", "ana")
	at.must("experts", "import", at.write("grants.csv", "expert,topics,until,why\nana,recall,2099-06-30,new\n"), "--as", "kim")
	d.stop()

	before := held(t, at)
	at.must("experts", "export", at.path("people"))
	files, err := filepath.Glob(at.path("people/*.yaml"))
	if err != nil || len(files) != len(before) {
		t.Fatalf("%v %v", files, err)
	}
	conf, err := os.ReadFile(at.path("directdial.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	from := strings.Index(string(conf), "\nexperts:")
	end := strings.Index(string(conf[from+1:]), "\n")
	rest := string(conf[from+1+end+1:])
	for rest != "" && (rest[0] == ' ' || rest[0] == '-') { // the entries below
		_, rest, _ = strings.Cut(rest, "\n")
	}
	at.write("directdial.yaml", string(conf[:from+1])+"people: [people/*.yaml]\n"+rest)
	if diff := cmp.Diff(before, held(t, at)); diff != "" {
		t.Errorf("-before +after they were written and read\n%s", diff)
	}
	if about := at.must("experts", "ana"); !strings.Contains(about, "budget      2 an hour, 4 a day") || !strings.Contains(about, "  fewer") {
		t.Errorf("fewer, after they were written and read:\n%s", about)
	}
	at.must("experts", "whole", "ana", "--grant", "billing")
	if about := at.must("experts", "ana"); !strings.Contains(about, "budget      off") || strings.Contains(about, "  fewer") {
		t.Errorf("as many as before, after they were written and read:\n%s", about)
	}
}

// Whose cards are printed, or come from a Slack that hears nobody, is enabled by
// commands.
func TestColleagueWithoutButtonsIsEnabledByCommand(t *testing.T) {
	t.Parallel()
	s := terminalOnly("crm")
	s.experts = `[{ id: kim, name: Kim Strand, terminal: kim, budget: off, grants: [{ topics: [recall], until: 2099-12-31 }] }]`
	at := newSite(t, s)
	d := at.start()
	await(t, "an invitation that says what to type", func() bool { return strings.Contains(d.out.String(), "directdial experts agree kim\n") })
	at.refused(1, "the colleague themselves", "experts", "agree", "ops")
	at.refused(1, "say yes to the grant first", "experts", "practise", "kim")
	at.must("experts", "not-now", "kim")
	if out := at.must("experts", "agree", "kim", "--fewer"); !strings.Contains(out, "fewer: at most 2 an hour and 4 a day, of all grants together") {
		t.Errorf("it says %q", out)
	}
	at.must("experts", "agree", "kim") // and to as many as proposed
	if out := at.must("experts", "agree", "kim"); !strings.Contains(out, "said yes already") {
		t.Errorf("a second yes: %q", out)
	}
	if out := at.must("experts", "halve", "kim"); !strings.Contains(out, "Kim Strand gets fewer cards: at most 2 an hour and 4 a day, of all grants together") {
		t.Errorf("it says %q", out)
	}
	if out := at.must("experts", "halve", "kim"); !strings.Contains(out, "asked for fewer already: at most 2 an hour and 4 a day") {
		t.Errorf("fewer once more: %q", out)
	}
	if out := at.must("experts"); !strings.Contains(out, "fewer: at most 2 an hour and 4 a day") {
		t.Errorf("the list says\n%s", out)
	}
	at.must("experts", "whole", "kim")
	if out := at.must("experts", "kim"); strings.Contains(out, "fewer") || !strings.Contains(out, "budget      off") {
		t.Errorf("as many as before:\n%s", out)
	}
	await(t, "the practice card", func() bool { return strings.Contains(d.out.String(), "directdial experts practise kim\n") })
	await(t, "the practice card is known to have come", func() bool {
		return strings.Contains(at.command("experts", "practise", "kim").out, "is enabled")
	})
	if out := at.must("experts", "practise", "kim"); !strings.Contains(out, "practised already") {
		t.Errorf("practised once more: %q", out)
	}
	at.refused(1, "there is no policy to read", "experts", "read", "kim")
	for _, twice := range []struct{ command, again string }{
		{"pause", "is paused already"}, {"resume", "is not paused"}, {"away", "is away already"}, {"back", "is not away"},
	} {
		at.must("experts", twice.command, "kim", "--as", "kim")
		if out := at.must("experts", twice.command, "kim", "--as", "kim"); !strings.Contains(out, twice.again) {
			t.Errorf("%s once more: %q", twice.command, out)
		}
	}
	d.send(said(1, "acme, my charger caught fire"))
	d.settled()
	if dial := d.dials()[0]; dial.Holder != "kim" {
		t.Errorf("the dial is %+v", dial)
	}
	for _, says := range []string{"never ends now", "never ends"} {
		if out := at.must("experts", "extend", "kim", "--until", "never", "--why", "has it by heart"); !strings.Contains(out, says) {
			t.Errorf("extended for ever: %q", out)
		}
	}
	at.must("experts", "end", "kim", "--as", "kim")
	if out := at.must("experts", "end", "kim", "--why", "leaves", "--as", "ops"); !strings.Contains(out, "has ended already") {
		t.Errorf("ended once more: %q", out)
	}
	at.refused(1, `there is no expert "zoe"`, "experts", "end", "zoe", "--why", "leaves")
	at.refused(1, `no grant "garden"`, "experts", "end", "kim", "--grant", "garden", "--as", "kim")
}

// Who leaves gives everything to a colleague: also what stands in the
// configuration, which export writes as files that are read instead.
func TestWhatIsInTheHandsOfWhoLeavesGoesToAColleague(t *testing.T) {
	t.Parallel()
	s := terminalOnly("crm")
	s.brands = `[{ name: Acme, keywords: [acme], accounts: [{ id: "mastodon:@acme@social.example", holder: ana }] }]`
	s.topics = `[{ name: recall, owner: ana, restricted: true, keywords: [caught fire] }]`
	s.experts = `
  - { id: ana, name: Ana Lind, terminal: ana, deputy: kim }
  - { id: kim, name: Kim Strand, terminal: kim, deputy: ana, budget: off, grants: [{ topics: ["*"], agreed: 2026-01-01, until: 2099-12-31 }] }`
	at := newSite(t, s)
	at.start().stop()
	out := at.must("experts", "transfer", "ana", "kim", "--reason", "leaves on Friday", "--as", "kim")
	for _, want := range []string{"mastodon:@acme@social.example; the topics recall", "Kim Strand is not enabled for recall", "Ana Lind is deputy of kim"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in what it says:\n%s", want, out)
		}
	}
	shows := func(when, expert, words string) {
		t.Helper()
		if out := at.must("experts", expert); strings.Contains(out, "writes with") != (words != "") || !strings.Contains(out, words) {
			t.Errorf("%s, %s has\n%s", when, expert, out)
		}
	}
	shows("transferred", "ana", "")
	shows("transferred", "kim", "mastodon:@acme@social.example (transferred")
	at.must("experts", "export", at.path("people"))
	s.experts = "[]\npeople: [people/*.yaml]"
	at.configure(s)
	if out := at.must("check"); !strings.Contains(out, "is with ana here, and with kim in their own entry") {
		t.Errorf("check says\n%s", out)
	}
	shows("from files", "kim", "mastodon:@acme@social.example\n")
}

// held is what everybody is enabled for, and why not.
func held(t *testing.T, at *site) map[string][]string {
	t.Helper()
	var list []desk.ExpertView
	if err := json.Unmarshal([]byte(at.must("experts", "--json")), &list); err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, e := range list {
		all[e.ID] = []string{}
		for _, h := range e.Held {
			h.Said, h.Invited = false, directdial.Holding{}.Invited
			data, err := json.Marshal(h)
			if err != nil {
				t.Fatal(err)
			}
			all[e.ID] = append(all[e.ID], string(data))
		}
	}
	return all
}

// What the README says about enabling a colleague can be typed, in that order.
func TestTheReadmeEnablesAColleague(t *testing.T) {
	t.Parallel()
	at, _ := newSlack(t, nil)
	d := at.start()
	defer d.stop()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "## Enable a colleague\n")
	section, _, _ = strings.Cut(section, "\n## ")
	typed := 0
	for line := range strings.Lines(section) {
		command, ok := strings.CutPrefix(line, "    directdial ")
		if !ok {
			continue
		}
		command, _, _ = strings.Cut(command, " # ")
		var args []string
		for i, quoted := range strings.Split(strings.TrimSpace(command), `"`) {
			if i%2 == 1 {
				args = append(args, quoted)
				continue
			}
			args = append(args, strings.Fields(quoted)...)
		}
		at.must(args...)
		typed++
	}
	if typed != 10 {
		t.Errorf("%d commands were typed", typed)
	}
}
