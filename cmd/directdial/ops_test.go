package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// terminalOnly are settings whose cards need nobody outside.
func terminalOnly(source string) settings {
	return settings{
		sources:  "[{ name: " + source + ", type: webhook, token: " + token + " }]",
		channels: "{ terminal: { pace: off, rate: off } }",
		experts:  `[{ id: kim, name: Kim Strand, terminal: kim, budget: off, grants: [{ topics: ["*", recall], agreed: 2026-01-01, until: 2099-12-31 }] }]`,
		topics:   `[{ name: recall, owner: kim, keywords: [caught fire], restricted: true }]`,
	}
}

func TestReadySaysWhetherADaemonTakesMentions(t *testing.T) {
	s := newSite(t, terminalOnly("crm"))
	s.refused(1, "no daemon answers", "ready")
	d := s.start()
	if got := s.must("ready"); got != "ready\n" {
		t.Errorf("ready printed %q", got)
	}
	if err := d.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-d.ended
	s.refused(1, "no daemon answers", "ready")
}

func TestBundledPostsReachOnlyAnExchangeThatAgrees(t *testing.T) {
	s := newSite(t, terminalOnly("crm"))
	s.start()
	s.refused(2, "no webhook named demo", "demo", "--live")
	s.refused(2, "at least 100ms", "demo", "--live", "--every", "1ms")
}

func TestBundledPostsFlowAndAreAnswered(t *testing.T) {
	s := newSite(t, terminalOnly("demo"))
	d := s.start()
	live := s.launch("demo", "--live", "--every", "100ms", "--config", s.path("directdial.yaml"))
	await(t, "a bundled post was dialled and its card taken", func() bool {
		l, err := d.desk.Ledger(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return l.Balanced() && l.Mentions > 12 && strings.Contains(s.must("dials", "--all"), "accepted")
	})
	if err := live.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	<-live.ended
	if code := live.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("an interrupt ends it with %d", code)
	}
}

func TestManualHasAPageForEachCommandAndEachShell(t *testing.T) {
	s := newSite(t, terminalOnly("crm"))
	dir := t.TempDir()
	if r := s.bare("manual", dir); r.code != 0 {
		t.Fatal(r.err)
	}
	for _, name := range []string{"man/directdial.1", "man/directdial-run.1", "man/directdial-dials-take.1", "completions/directdial.bash", "completions/_directdial", "completions/directdial.fish"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
		}
		if !strings.Contains(string(text), "directdial") {
			t.Errorf("%s does not speak of directdial", name)
		}
	}
	again := t.TempDir()
	s.bare("manual", again)
	first, _ := os.ReadFile(filepath.Join(dir, "man/directdial.1"))
	second, _ := os.ReadFile(filepath.Join(again, "man/directdial.1"))
	if string(first) != string(second) {
		t.Error("the same program writes another page")
	}
}

// Whom to train can be asked before anything was heard, and before there is a
// configuration.
func TestCoverageOfAFreshFolder(t *testing.T) {
	s := newSite(t, terminalOnly("crm"))
	if out := s.must("coverage"); !strings.Contains(out, "recall") || !strings.Contains(out, "Somebody can be dialled at every hour") {
		t.Errorf("with a configuration:\n%s", out)
	}
	if err := os.Remove(s.path("directdial.yaml")); err != nil {
		t.Fatal(err)
	}
	r := s.bare("coverage")
	if r.code != 0 || !strings.Contains(r.err, "directdial init > directdial.yaml") || !strings.Contains(r.out, "billing") {
		t.Errorf("without one: exit %d\n%s%s", r.code, r.out, r.err)
	}
	if left, err := os.ReadDir(s.dir); err != nil || len(left) != 0 {
		t.Errorf("it left %v, %v", left, err)
	}
}
