package evaluation_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
	"github.com/directdial/directdial/classify/evaluation"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (-update writes it anew); got:\n%s", file, got)
	}
}

// A toy lexicon, so that the figures can be checked by hand: it tells "bad" as
// a complaint, "?" as a question and "good" as praise.
const toyLexicon = "# language: en\nentry\tcomplaint\tquestion\tambassador\n" +
	"feature:bias\t-1000\t-1000\t-1000\nbad\t3000\nfeature:question-mark\t\t3000\ngood\t\t\t3000\n"

func toy(t *testing.T) evaluation.Teller {
	t.Helper()
	l, err := classify.ParseLexicon("toy.tsv", []byte(toyLexicon))
	if err != nil {
		t.Fatal(err)
	}
	c, err := classify.New(classify.Config{Lexicons: []*classify.Lexicon{l}})
	if err != nil {
		t.Fatal(err)
	}
	return evaluation.OfClassifier("toy", c)
}

func samples(t *testing.T) []classify.Sample {
	t.Helper()
	name := filepath.Join("..", "testdata", "labelled.csv")
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out, err := classify.ReadSamples(name, f)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// everything calls all a complaint.
var everything = evaluation.OfTags("everything bad", func(string) []directdial.Tag { return []directdial.Tag{directdial.Complaint} })

func TestAReportInAllItsForms(t *testing.T) {
	r := evaluation.Run(evaluation.Config{Worst: 2}, samples(t), toy(t), everything)
	for name, write := range map[string]func(io.Writer) error{
		"report.txt":  r.WriteTable,
		"report.json": r.WriteJSON,
		"report.md":   func(w io.Writer) error { return r.WriteMarkdown(w, 1) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		golden(t, name, b.Bytes())
	}
}

func TestPicturesAreWellFormed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pictures")
	odd := everything
	odd.Name = "<&>"
	r := evaluation.Run(evaluation.Config{}, samples(t), toy(t), odd)
	if err := r.WritePlots(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"macro-f1.svg", "calibration.svg", "precision-recall.svg"} {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		in := xml.NewDecoder(f)
		for err == nil {
			_, err = in.Token()
		}
		if !errors.Is(err, io.EOF) {
			t.Errorf("%s: %v", name, err)
		}
		f, err = os.Open(filepath.Join(dir, strings.TrimSuffix(name, "svg")+"png"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		picture, err := png.Decode(f)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[color.Color]bool{}
		for x := range picture.Bounds().Dx() {
			for y := range picture.Bounds().Dy() {
				seen[picture.At(x, y)] = true
			}
		}
		if size := picture.Bounds().Size(); size.X < 800 || size.Y < 200 || len(seen) < 20 {
			t.Errorf("%s: %v with %d colours", name, size, len(seen))
		}
	}
}

// half are n samples of which everything bad tells one in two right.
func half(n int) []classify.Sample {
	out := make([]classify.Sample, n)
	for i := range out {
		out[i] = classify.Sample{Text: fmt.Sprint("mention ", i), Gold: map[directdial.Tag]bool{directdial.Complaint: i%2 == 0}}
	}
	return out
}

func TestAnIntervalIsAsWideAsStatisticsSays(t *testing.T) {
	for _, n := range []int{100, 400, 1600} {
		r := evaluation.Run(evaluation.Config{}, half(n), everything)
		in, want := r.Intervals.Accuracy, 1.96*math.Sqrt(0.25/float64(n))
		if math.Abs(r.Classes.Accuracy-in.Low-want) > want/5 || math.Abs(in.High-r.Classes.Accuracy-want) > want/5 {
			t.Errorf("%d samples: %.3f in %v, want it %.3f away", n, r.Classes.Accuracy, in, want)
		}
	}
}

func TestNobodyIsBetterThanThemselves(t *testing.T) {
	c := evaluation.Run(evaluation.Config{}, samples(t), everything, everything).Comparisons[0]
	if c.Classes.Value != 0 || c.Classes.P != 1 || c.Tags[0].McNemar != 1 || c.Tags[0].Corrected != 0 {
		t.Errorf("comparison %+v", c)
	}
}

func TestABetterTellerIsFoundSignificantAndChanceIsNot(t *testing.T) {
	by := func(name string, bad func(i int) bool) evaluation.Teller {
		return evaluation.OfTags(name, func(text string) []directdial.Tag {
			var i int
			if _, err := fmt.Sscanf(text, "mention %d", &i); err != nil {
				t.Fatal(err)
			}
			if bad(i) {
				return []directdial.Tag{directdial.Complaint}
			}
			return nil
		})
	}
	right := by("right", func(i int) bool { return i%2 == 0 })
	oneWrong := by("one wrong", func(i int) bool { return i%2 == 0 || i == 7 })
	r := evaluation.Run(evaluation.Config{}, half(200), right, everything, oneWrong)
	if c := r.Comparisons[0]; c.Classes.P > 0.01 || c.Tags[0].McNemar > 0.01 || c.Tags[0].Corrected != 100 || c.Classes.Low <= 0 {
		t.Errorf("against everything bad: %+v", c)
	}
	if c := r.Comparisons[1]; c.Classes.P < 0.5 || c.Tags[0].McNemar != 1 || c.Tags[0].Corrected != 1 {
		t.Errorf("against one wrong: %+v", c)
	}
}

func TestCalibrationTellsProbabilitiesFromOthers(t *testing.T) {
	scoring := func(score int) evaluation.Teller {
		return evaluation.Teller{Name: "constant", Scores: true, Tell: func(string, string) classify.Judgement {
			out := classify.Judgement{Known: true}
			out.Tags[0] = classify.TagJudgement{Spoken: true, Told: score >= 500, Score: score}
			return out
		}}
	}
	for _, test := range []struct {
		score      int
		brier, ece float64
	}{{500, 0.25, 0}, {1000, 0.5, 0.5}, {0, 0.5, 0.5}, {750, 0.3125, 0.25}} {
		c := evaluation.Run(evaluation.Config{}, half(100), scoring(test.score)).Calibrations[0]
		if math.Abs(c.Brier-test.brier) > 1e-9 || math.Abs(c.ECE-test.ece) > 1e-9 || c.Samples != 100 {
			t.Errorf("score %d: Brier %.4f, ECE %.4f, want %.4f and %.4f", test.score, c.Brier, c.ECE, test.brier, test.ece)
		}
	}
}

func TestNoSamplesAreNoDamage(t *testing.T) {
	var b bytes.Buffer
	r := evaluation.Run(evaluation.Config{Worst: 3}, nil, toy(t), everything)
	if err := r.WriteTable(&b); err != nil || !strings.Contains(b.String(), "0 samples") {
		t.Errorf("%v\n%s", err, b.String())
	}
}

// A text is from outside: it must not end a cell, forge a row, move a cursor, turn
// what stands beside it, call somebody or be a link.
func TestATextInAReportIsData(t *testing.T) {
	for text, want := range map[string]string{
		"bad|x\nrow\x1b[2J\u2028<img>*y*":                     "`bad\\|x row [2J <img>*y*` |",
		"bad \u202eevil\u2066":                                "`bad  evil` |",
		"bad `code` [a](https://acme.example) @ana \\| ``x``": "``` bad `code` [a](https://acme.example) @ana \\ \\| ``x`` ``` |",
	} {
		all := []classify.Sample{{Text: text, Line: 2, Gold: map[directdial.Tag]bool{directdial.Complaint: false}}}
		r := evaluation.Run(evaluation.Config{Worst: 1}, all, toy(t))
		var table, markdown bytes.Buffer
		if err := errors.Join(r.WriteTable(&table), r.WriteMarkdown(&markdown, 1)); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(table.String(), "\x1b\u2028\u202e\u2066") || strings.Contains(table.String(), "\nrow") {
			t.Errorf("the table:\n%q", table.String())
		}
		if !strings.Contains(markdown.String(), want) {
			t.Errorf("the Markdown lacks %q:\n%s", want, markdown.String())
		}
		if !strings.HasPrefix(table.String(), "1 sample, ") {
			t.Errorf("the table begins %.20q", table.String())
		}
	}
}

func TestATextIsShownAsTheCallerWants(t *testing.T) {
	all := []classify.Sample{{Text: "bad", Gold: map[directdial.Tag]bool{directdial.Complaint: false}}}
	r := evaluation.Run(evaluation.Config{Worst: 1, Shown: func(s string) string { return s[:2] + "…" }}, all, toy(t))
	var b strings.Builder
	if err := r.WriteTable(&b); err != nil || !strings.Contains(b.String(), " ba…\n") {
		t.Errorf("%v: %s", err, b.String())
	}
}

// What has nothing to be measured on has no figure, and does not lower the mean.
func TestATagThatNoSampleHasIsNamedAndNotInTheMean(t *testing.T) {
	yes, no := true, false
	all := []classify.Sample{
		{Text: "bad", Gold: map[directdial.Tag]bool{directdial.Complaint: yes, directdial.Question: no}},
		{Text: "fine", Gold: map[directdial.Tag]bool{directdial.Complaint: no, directdial.Question: no}},
	}
	r := evaluation.Run(evaluation.Config{}, all, toy(t), everything)
	if r.MacroF1 != 1 || r.Intervals.MacroF1.High != 1 {
		t.Errorf("the mean is %v in %v", r.MacroF1, r.Intervals.MacroF1)
	}
	var b strings.Builder
	if err := r.WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	words := strings.Join(strings.Fields(b.String()), " ")
	for _, want := range []string{
		"No mention is labelled question. If the data does not judge questions, say --judged complaint. ",
		"question - - - - 0 2 0 0",
	} {
		if strings.Count(words, want) != 1 {
			t.Errorf("want %q once in\n%s", want, b.String())
		}
	}
	if strings.Contains(words, "NaN") {
		t.Error(b.String())
	}
}

func TestLanguagesWithoutALexiconAreNamed(t *testing.T) {
	who := evaluation.Teller{Name: "nobody", Tell: func(_, lang string) classify.Judgement { return classify.Judgement{Language: lang} }}
	var b strings.Builder
	samples := []classify.Sample{{Text: "a", Lang: "no"}, {Text: "b", Lang: "fi"}, {Text: "c", Lang: "no"}, {Text: "d"}}
	if err := evaluation.Run(evaluation.Config{}, samples, who).WriteTable(&b); err != nil || !strings.Contains(b.String(), "4 in a language without a lexicon (no 2, not told 1, fi 1)") {
		t.Errorf("%v: %s", err, b.String())
	}
}
