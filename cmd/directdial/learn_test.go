package main_test

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// labelled writes labelled mentions, in words and columns of somebody else's.
func labelled(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("body,verdict\n")
	for i := range 60 {
		fmt.Fprintf(&b, "part %d is wobbly,bad\npart %d of %d is steady,fine\n", i, i*7%13, i%11)
	}
	path := filepath.Join(dir, "labelled.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// told runs the program in an empty folder, so on the built-in example.
func told(t *testing.T, dir string, args ...string) (string, int) {
	t.Helper()
	cmd := exec.Command(binary, args...)
	cmd.Dir = dir
	out, _ := cmd.CombinedOutput()
	return string(out), cmd.ProcessState.ExitCode()
}

func TestALexiconIsLearnedAndMeasured(t *testing.T) {
	dir := t.TempDir()
	data := labelled(t, dir)
	named := []string{"--text", "body", "--label", "verdict", "--means", "bad=complaint", "--means", "fine=none"}
	var files [2][]byte
	for i := range files {
		name := fmt.Sprintf("%d.tsv", i)
		out, code := told(t, dir, append([]string{"learn", "lexicon", "--data", data, "--out", name}, named...)...)
		if code != 0 || !strings.Contains(out, "from 120 mentions") || !strings.Contains(out, "complaint") {
			t.Fatalf("code %d: %s", code, out)
		}
		files[i], _ = os.ReadFile(filepath.Join(dir, name))
	}
	if !bytes.Equal(files[0], files[1]) || !bytes.Contains(files[0], []byte("\nwobbly\t")) {
		t.Error("the same data gave two lexicons, or nothing was learned of the word that tells")
	}
	for _, says := range []string{"# source: written by hand for directdial (Apache-2.0)\n", "# source: weights learned from labelled.csv\n# licence: that of each source above\n"} {
		if !bytes.Contains(files[0], []byte(says)) || bytes.Contains(files[0], []byte("NOTICE")) {
			t.Errorf("it does not say where it comes from, %q:\n%.900s", says, files[0])
		}
	}
	for _, test := range []struct{ lexicon, want string }{{"", "0.333"}, {"--lexicon=0.tsv", "Accuracy 1.000"}} {
		args := append([]string{"eval", data}, named...)
		if test.lexicon != "" {
			args = append(args, test.lexicon)
		}
		if out, code := told(t, dir, args...); code != 0 || !strings.Contains(out, test.want) {
			t.Errorf("%s: code %d, want %q in\n%s", test.lexicon, code, test.want, out)
		}
	}
}

func TestDataThatCannotBeLearnedFromIsRefusedWithFileAndLine(t *testing.T) {
	dir := t.TempDir()
	data, head, bare := labelled(t, dir), filepath.Join(dir, "head.csv"), filepath.Join(dir, "bare.csv")
	for name, text := range map[string]string{head: "text,label\n", bare: "text,label\nfine,\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"--data", data}, `labelled.csv:1: the column "text" is missing; there are: body, verdict`},
		{[]string{"--data", data, "--text", "body", "--label", "verdict"}, `labelled.csv:2: unknown label "bad"`},
		{[]string{"--data", "none.csv"}, "none.csv"},
		{[]string{"--data", data, "--base", data}, "labelled.csv:1:"},
		{nil, "at least one of the flags in the group [data feedback]"},
		{[]string{"--data", data, "--lang", "x y"}, `--lang "x y" is not a two or three letter code`},
		{[]string{"--data", data, "--data", dir + "/./labelled.csv", "--text", "body", "--label", "verdict", "--means", "bad=complaint,fine=none"}, "labelled.csv is there twice"},
		{[]string{"--data", data, "--size", "0"}, "--size must be 1 or more"},
		{[]string{"--data", bare}, "bare.csv: no row has a label; one without a tag is labelled none, or 0"},
		{[]string{"--data", head}, "head.csv: there is no row that counts"},
	} {
		out, code := told(t, dir, append([]string{"learn", "lexicon", "--out", "x.tsv"}, test.args...)...)
		if !strings.Contains(out, test.want) || code == 0 {
			t.Errorf("%q: code %d, want %q in\n%s", test.args, code, test.want, out)
		}
	}
}

func TestTooLittleIsNotLearnedFrom(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	two := write("two.csv", "text,label\nthe lid is wobbly,complaint\nis it wobbly,question\n")
	out, code := told(t, dir, "learn", "lexicon", "--data", two, "--out", "two.tsv")
	if code != 1 || !strings.Contains(out, "at least 5 that have it and 5 that have not; there are complaint 1 and 1, question 1 and 1, ambassador 0 and 2") {
		t.Errorf("lexicon: code %d: %s", code, out)
	}
	topics := write("topics.csv", "text,route\nthe parcel is late,shipping\nnothing,\n")
	if out, code = told(t, dir, "learn", "weights", "--data", topics, "--out", "two.tsv"); code != 1 || !strings.Contains(out, "of a topic it takes at least 5; there are") {
		t.Errorf("weights: code %d: %s", code, out)
	}
	if _, err := os.Stat(filepath.Join(dir, "two.tsv")); err == nil {
		t.Error("something was written")
	}
}

func TestAFolderForWhatWasLearnedIsMade(t *testing.T) {
	dir := t.TempDir()
	out, code := told(t, dir, "learn", "lexicon", "--data", labelled(t, dir), "--text", "body", "--label", "verdict",
		"--means", "bad=complaint", "--means", "fine=none", "--out", "lexicons/learned.tsv")
	data, err := os.ReadFile(filepath.Join(dir, "lexicons", "learned.tsv"))
	if code != 0 || err != nil || strings.Contains(string(data), "\thand\n") {
		t.Errorf("code %d, %v: %s\n%.500s", code, err, out, data)
	}
}

// run reads a lexicon as soon as it changes, so it is never there in part; a link
// stays one.
func TestWhatIsLearnedIsWrittenWholeAndThroughALink(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "link.tsv")
	if err := os.Symlink("real.tsv", link); err != nil {
		t.Skip(err)
	}
	out, code := told(t, dir, "learn", "lexicon", "--data", labelled(t, dir), "--text", "body", "--label", "verdict", "--means", "bad=complaint", "--means", "fine=none", "--out", "link.tsv")
	if at, err := os.Lstat(link); code != 0 || err != nil || at.Mode().IsRegular() {
		t.Errorf("code %d, %v:\n%s", code, err, out)
	}
	if _, err := os.Stat(filepath.Join(dir, "real.tsv")); err != nil {
		t.Error(err)
	}
	if out, code := told(t, dir, "dials", "take", ""); code != 2 || !strings.Contains(out, "DIAL is empty") {
		t.Errorf("code %d: %s", code, out)
	}
}

func TestLearningIsStoppedBySignal(t *testing.T) {
	dir := t.TempDir()
	var b strings.Builder
	b.WriteString("text,label\n")
	for i := range 20_000 {
		fmt.Fprintf(&b, "part %d of %d in %d is wobbly,%s\n", i%997, i%613, i*i%5003, []string{"complaint", "none"}[i*i%7%2])
	}
	if err := os.WriteFile(filepath.Join(dir, "much.csv"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "learn", "lexicon", "--data", "much.csv", "--out", "x.tsv")
	cmd.Dir = dir
	says, err := cmd.StderrPipe()
	if err != nil || cmd.Start() != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(says)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "Learning from 20000 mentions") {
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	last := ""
	for lines.Scan() {
		last = lines.Text()
	}
	if cmd.Wait() == nil || !strings.Contains(last, "stopped; nothing was written") {
		t.Errorf("it says %q", last)
	}
	if _, err := os.Stat(filepath.Join(dir, "x.tsv")); err == nil {
		t.Error("a file was written")
	}
}
