package main_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheClassifierIsMeasuredBesideBaselines(t *testing.T) {
	dir := t.TempDir()
	write := func(name, data string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	data := write("tweets.csv", "body,bad,asks\n\"charged twice, unacceptable\",1,0\nwhere can I buy it?,0,1\nI love it,0,0\nstill waiting for a reply,1,0\n")
	other := write("other.tsv", "# language: en\nentry\tcomplaint\tquestion\tambassador\nlove it\t9000\n")
	columns := []string{"eval", data, "--text", "body", "--complaint", "bad", "--question", "asks", "--baseline", "vader", "--against", other}
	out, code := told(t, dir, append(columns, "--json")...)
	var report struct {
		Samples     int
		Tags        []struct{ Tag string }
		Comparisons []struct {
			With string
			Tags []struct{ Corrected int }
		}
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 0 {
		t.Fatalf("exit %d, %v\n%s", code, err, out)
	}
	if report.Samples != 4 || len(report.Tags) != 2 || len(report.Comparisons) != 2 || report.Comparisons[0].With != "other.tsv" || report.Comparisons[0].Tags[0].Corrected != 1 {
		t.Errorf("report %+v", report)
	}
	pictures := filepath.Join(dir, "pictures")
	out, code = told(t, dir, append(columns, "--markdown", "--plots", pictures)...)
	if code != 0 || !strings.Contains(out, "## Against vader") {
		t.Errorf("exit %d\n%s", code, out)
	}
	if svg, err := os.ReadFile(filepath.Join(pictures, "macro-f1.svg")); err != nil || !strings.Contains(string(svg), "vader") {
		t.Errorf("the picture: %v", err)
	}
	if out, code = told(t, dir, "eval", data, "--text", "body", "--complaint", "rude"); code != 2 || !strings.Contains(out, `tweets.csv:1: the column "rude" is missing`) {
		t.Errorf("a missing column: exit %d, %s", code, out)
	}
	if out, code = told(t, dir, "eval", data, "--baseline", "oracle", "--text", "body", "--complaint", "bad"); code != 2 || !strings.Contains(out, "vader, afinn, hand") {
		t.Errorf("an unknown baseline: exit %d, %s", code, out)
	}
}

func TestRowsWithoutATextOrALabelAreCountedAndLeftOut(t *testing.T) {
	dir := t.TempDir()
	data := "text,label,bad\n ,none,1\nfine,none,0\nwhere is it?,,\ncharged twice,complaint,1\nso,,\n"
	if err := os.WriteFile(filepath.Join(dir, "in.csv"), []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, columns := range []string{"--label=label", "--complaint=bad"} {
		out, code := told(t, dir, "eval", "in.csv", columns)
		if code != 0 || !strings.HasPrefix(out, "in.csv: 1 row has no text and is left out.\nin.csv: 2 rows have no label and are left out.\n2 samples,") {
			t.Errorf("%s: exit %d\n%s", columns, code, out)
		}
	}
}

// The warning stands beside the result, which may be read by a program.
func TestLabelsThatContradictEachOtherAreNamedWithTheirLines(t *testing.T) {
	dir := t.TempDir()
	data := "text,label,route\n\"Charged\ntwice\",complaint,billing\nfine,none,\n" + strings.Repeat("charged twice,none,recall\n", 5) + "charged twice,question,recall\n"
	if err := os.WriteFile(filepath.Join(dir, "in.csv"), []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	want := "Careful: 1 text has labels that contradict each other:\n" +
		"  \"Charged twice\": complaint in in.csv:2; none in in.csv:5, in.csv:6, in.csv:7 and 2 more; question in in.csv:10\n"
	out, code := told(t, dir, "eval", "in.csv", "--json")
	if said, report, _ := strings.Cut(out, "\n\n"); code != 0 || said+"\n" != want || !json.Valid([]byte(report)) {
		t.Errorf("eval: exit %d, want %q in\n%s", code, want, out)
	}
	if out, _ := told(t, dir, "learn", "lexicon", "--data", "in.csv", "--out", "x.tsv"); !strings.Contains(out, want) {
		t.Errorf("learn lexicon: want %q in\n%s", want, out)
	}
	want = "\"Charged twice\": billing in in.csv:2; recall in in.csv:5, in.csv:6, in.csv:7 and 3 more\n"
	if out, _ := told(t, dir, "learn", "weights", "--data", "in.csv", "--out", "x.tsv"); !strings.Contains(out, want) {
		t.Errorf("learn weights: want %q in\n%s", want, out)
	}
}

// A report shows of a text what a line bears; tags that the data does not label
// are named.
func TestAReportShowsTheBeginningOfALongText(t *testing.T) {
	dir := t.TempDir()
	text := "charged twice, unacceptable \u202e" + strings.Repeat("word ", 12_000)
	if err := os.WriteFile(filepath.Join(dir, "long.csv"), []byte("text,label\n\""+text+"\",none\nmy card was charged twice,complaint\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, code := told(t, dir, "eval", "long.csv")
	if code != 0 || len(out) > 10_000 || strings.Contains(out, "\u202e") || !strings.Contains(out, "word w…") {
		t.Errorf("exit %d, %d bytes: %.3000s", code, len(out), out)
	}
	if want := "No mention is labelled question or ambassador. If the data does not judge questions or ambassadors, say --judged complaint."; strings.Count(out, want) != 1 {
		t.Errorf("want %q once in %.3000s", want, out)
	}
}
