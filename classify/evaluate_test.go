package classify_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
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

func readFile(t *testing.T, name string) []classify.Sample {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	samples, err := classify.ReadSamples(name, f)
	if err != nil {
		t.Fatal(err)
	}
	return samples
}

func TestCSVTSVAndJSONLinesSayTheSame(t *testing.T) {
	want := asJSON(t, labels(readFile(t, "labelled.csv")))
	for _, name := range []string{"labelled.tsv", "labelled.jsonl"} {
		if got := asJSON(t, labels(readFile(t, name))); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func labels(samples []classify.Sample) (out []any) {
	for _, s := range samples {
		out = append(out, s.Text, s.Lang, s.Gold)
	}
	return out
}

func TestBrokenDataIsRefusedWithNameAndLine(t *testing.T) {
	for _, test := range []struct{ name, data, want string }{
		{"x.csv", "text,tag\nhi,none\n", `x.csv:1: the column "label" is missing; there are: text, tag`},
		{"x.csv", "label\nnone\n", `x.csv:1: the column "text" is missing`},
		{"x.csv", "", "x.csv:1: the line that names the columns is missing"},
		{"x.csv", "text,label\nhi,none\nho,angry\n", `x.csv:3: unknown label "angry"`},
		{"x.csv", "text,label\n\"a\nb\",none\nho,complaint;angry\n", `x.csv:4: unknown label "angry"`},
		{"x.csv", "text,label\nhi\n", `x.csv:2: 1 fields, "text" and "label" need 2`},
		{"x.csv", "text,label\n\"hi,none\n", "x.csv:"},
		{"x.tsv", "text\tlabel\nhi\tsad\n", `x.tsv:2: unknown label "sad"`},
		{"x.jsonl", "{\"text\":\"a\",\"label\":\"none\"}\n{", "x.jsonl:2: "},
		{"x.jsonl", `{"label":"none"}`, `x.jsonl:1: the field "text" is missing`},
		{"x.jsonl", `{"text":"a"}`, `x.jsonl:1: the field "label" or "gold" is missing`},
		{"x.jsonl", `{"text":"a","gold":{"anger":1}}`, `x.jsonl:1: unknown tag "anger" in "gold"`},
		{"x.parquet", "", `x.parquet: ".parquet" is no known form of data`},
	} {
		_, err := classify.ReadSamples(test.name, strings.NewReader(test.data))
		if err == nil || !strings.Contains(err.Error(), test.want) || directdial.KindOf(err) != directdial.Invalid {
			t.Errorf("%s %q: error %v of kind %v, want %q", test.name, test.data, err, directdial.KindOf(err), test.want)
		}
	}
}

// A toy lexicon, so that the figures can be checked by hand: it tells "bad" as
// a complaint, "?" as a question and "good" as praise.
func toy(t *testing.T) *classify.Classifier {
	l, err := classify.ParseLexicon("toy.tsv", []byte("# language: en\nentry\tcomplaint\tquestion\tambassador\n"+
		"feature:bias\t-1000\t-1000\t-1000\nbad\t3000\nfeature:question-mark\t\t3000\ngood\t\t\t3000\n"))
	if err != nil {
		t.Fatal(err)
	}
	return classifier(t, classify.Config{Lexicons: []*classify.Lexicon{l}})
}

func TestEvaluationCountsEachTagAndTheDecidingOne(t *testing.T) {
	e := classify.Evaluate(toy(t), readFile(t, "labelled.csv"))
	var table, asText bytes.Buffer
	if err := e.WriteTable(&table); err != nil {
		t.Fatal(err)
	}
	golden(t, "evaluation.txt", table.Bytes())
	if err := e.WriteJSON(&asText); err != nil {
		t.Fatal(err)
	}
	golden(t, "evaluation.json", asText.Bytes())
	complaint := e.Tags[0]
	if complaint.TruePositive != 2 || complaint.FalsePositive != 1 || complaint.FalseNegative != 1 {
		t.Errorf("complaint: %+v, want 2 found, 1 false, 1 missed", complaint.Counts)
	}
}

func TestOnlyLabelledTagsAreJudged(t *testing.T) {
	samples, err := classify.ReadSamples("x.jsonl", strings.NewReader(`{"text":"good?","gold":{"ambassador":1}}`+"\n"+`{"text":"so","gold":{"ambassador":0}}`))
	if err != nil {
		t.Fatal(err)
	}
	e := classify.Evaluate(toy(t), samples)
	if len(e.Tags) != 1 || e.Tags[0].Tag != directdial.Ambassador || e.MacroF1 != 1 || e.Classes.Accuracy != 1 {
		t.Errorf("evaluation %+v", e)
	}
}

// What the shipped lexicon says about sentences that people would not forgive
// to be told wrong.
func TestShippedLexiconOnPlainSentences(t *testing.T) {
	c := classifier(t, config())
	var out bytes.Buffer
	for line := range strings.Lines(string(mustRead(t, "sentences.txt"))) {
		text := strings.TrimSpace(line)
		got := c.Classify(text, "")
		var tags []string
		for _, tag := range got.Tags {
			tags = append(tags, string(tag.Tag))
		}
		if tags == nil {
			tags = []string{"none"}
		}
		out.WriteString(strings.Join(tags, "|") + "\t" + got.Lang + "\t" + topicsOf(got) + "\t" + text + "\n")
	}
	golden(t, "sentences.golden", out.Bytes())
}

func mustRead(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestAClassificationAsJSON(t *testing.T) {
	got := classifier(t, config()).Classify("@acme I was charged twice 😡, where is my refund??", "en")
	data, err := json.MarshalIndent(got, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "classification.json", append(data, '\n'))
}
