package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLearningNeverWritesOverWhatItReadsOrWhatItDidNotWrite(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data := "text,label,route\nthe lid is wobbly,complaint,lids\n"
	put("in.csv", data)
	put("other.csv", data)
	put("base.tsv", "# language: en\nentry\tcomplaint\nwobbly\t1\n")
	put("weights.tsv", "topic\tentry\tweight\nlong-gone\tfeature:bias\t-3000\n")
	put("draft.tsv.new", data)
	if err := os.Link(filepath.Join(dir, "in.csv"), filepath.Join(dir, "same.csv")); err != nil {
		t.Skip(err)
	}
	for _, test := range []struct{ what, data, out, want string }{
		{"lexicon", "in.csv", "in.csv", "in.csv is what is read"},
		{"weights", "in.csv", "in.csv", "in.csv is what is read"},
		{"lexicon", "in.csv", dir + "/./in.csv", "in.csv is what is read"},
		{"lexicon", "in.csv", "same.csv", "in.csv is what is read"},
		{"lexicon", "draft.tsv.new", "draft.tsv", "draft.tsv.new is what is read"},
		{"lexicon", "in.csv", "base.tsv", "base.tsv is what is read"},
		{"lexicon", "in.csv", "other.csv", "other.csv is there and is no lexicon: it would be lost; name another file"},
		{"weights", "in.csv", "other.csv", "other.csv is there and is no file of topic weights"},
		{"weights", "in.csv", "base.tsv", "base.tsv is there and is no file of topic weights"},
		{"lexicon", "in.csv", "weights.tsv", "weights.tsv is there and is no lexicon"},
		{"feedback", "", "other.csv", "other.csv is there and is no labelled data that this command wrote"},
		{"lexicon", "in.csv", "", "--out is empty"},
		{"weights", "in.csv", ".", ". cannot be written: it is a folder"},
		{"lexicon", "in.csv", "in.csv/x.tsv", "in.csv/x.tsv cannot be written: "},
	} {
		args := []string{"learn", test.what, "--out", test.out}
		if test.data != "" {
			args = append(args, "--data", test.data)
		}
		if test.what == "lexicon" {
			args = append(args, "--base", "base.tsv")
		}
		if out, code := told(t, dir, args...); code != 2 || !strings.Contains(out, test.want) {
			t.Errorf("learn %s --data %s --out %s: code %d, want %q in\n%s", test.what, test.data, test.out, code, test.want, out)
		}
	}
	for _, name := range []string{"in.csv", "other.csv", "draft.tsv.new"} {
		if now, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(now) != data {
			t.Errorf("%s now holds %q, %v", name, now, err)
		}
	}
	// Weights of a topic that the configuration has no more may be learned anew.
	if out, code := told(t, dir, "learn", "weights", "--data", "in.csv", "--out", "weights.tsv"); code != 1 || !strings.Contains(out, "nothing was learned") {
		t.Errorf("code %d: %s", code, out)
	}
	if all, err := filepath.Glob(filepath.Join(dir, ".directdial-*")); err != nil || len(all) > 0 {
		t.Errorf("left behind: %v, %v", all, err)
	}
}

func TestTheConfigurationIsNotWrittenOver(t *testing.T) {
	s := newSite(t, terminalOnly("crm"))
	s.write("in.csv", "text,label\nthe lid is wobbly,complaint\n")
	for _, what := range []string{"lexicon", "weights", "feedback"} {
		args := []string{"learn", what, "--out", s.path("directdial.yaml")}
		if what != "feedback" {
			args = append(args, "--data", s.path("in.csv"))
		}
		if r := s.command(args...); r.code != 2 || !strings.Contains(r.err, "directdial.yaml is what is read") {
			t.Errorf("%s: exit %d: %s", what, r.code, r.err)
		}
	}
}

// What goes wrong while the file is written leaves no draft, and is told by the
// name that was given.
func TestAFailedWriteNamesTheFileAndNotItsDraft(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "x.tsv.new"), 0o700); err != nil {
		t.Fatal(err)
	}
	out, code := told(t, dir, "learn", "lexicon", "--data", labelled(t, dir), "--text", "body", "--label", "verdict",
		"--means", "bad=complaint", "--means", "fine=none", "--out", "x.tsv")
	if code != 2 || !strings.Contains(out, "x.tsv cannot be written: ") || strings.Contains(out, "x.tsv.new") {
		t.Errorf("code %d: %s", code, out)
	}
}
