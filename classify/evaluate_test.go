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
	semicolons, err := classify.ReadSamples("x.csv", strings.NewReader("text;label\n\"charged; twice, again\";complaint\n"))
	if err != nil || len(semicolons) != 1 || semicolons[0].Text != "charged; twice, again" || !semicolons[0].Gold[directdial.Complaint] {
		t.Errorf("with semicolons: %+v, %v", semicolons, err)
	}
	if tabs, err := classify.ReadSamples("x.csv", strings.NewReader("text\tlabel\ncharged twice\tcomplaint\n")); err != nil || len(tabs) != 1 {
		t.Errorf("with tabs: %+v, %v", tabs, err)
	}
}

func TestDataIsReadAsSpreadsheetsWriteIt(t *testing.T) {
	utf16 := func(s string) string { return "\xff\xfe" + strings.ReplaceAll(s, "", "\x00")[1:] }
	for _, test := range []struct {
		name, data string
		line       int
	}{
		{"x.csv", "\ufeffsep=;\r\ntext;label\r\ncharged twice;complaint\r\n", 3},
		{"x.txt", utf16("text\tlabel\r\ncharged twice\tcomplaint\r\n"), 2},
		{"x.tsv", utf16("text\tlabel\r\ncharged twice\tcomplaint\r\n"), 2},
		{"x.jsonl", utf16(`{"text":"charged twice","label":"complaint"}`), 1},
	} {
		s, err := classify.ReadSamples(test.name, strings.NewReader(test.data))
		if err != nil || len(s) != 1 || s[0].Text != "charged twice" || !s[0].Gold[directdial.Complaint] || s[0].Line != test.line {
			t.Errorf("%s %q: %+v, %v", test.name, test.data, s, err)
		}
	}
}

// A tag may have a column of its own, and a row may have to say something in a
// column to count.
func TestTagsWithColumnsOfTheirOwn(t *testing.T) {
	as := classify.Columns{
		Text:  "body",
		Tags:  map[directdial.Tag]string{directdial.Complaint: "bad", directdial.Question: "asks"},
		Where: map[string]string{"checked": "true"},
	}
	want := `[{"complaint":true,"question":false},{"question":true}]`
	for name, data := range map[string]string{
		"x.csv":   "checked,asks,bad,body\ntrue,no,1,a\nfalse,1,1,b\ntrue,Yes,,c\n",
		"x.jsonl": `{"body":"a","bad":1,"asks":false,"checked":true}` + "\n" + `{"body":"b","checked":false}` + "\n" + `{"body":"c","bad":null,"asks":"yes","checked":"true"}`,
	} {
		samples, err := classify.ReadColumns(name, strings.NewReader(data), as)
		if err != nil {
			t.Fatal(err)
		}
		var gold []any
		for _, s := range samples {
			gold = append(gold, s.Gold)
		}
		if got := asJSON(t, gold); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	for _, test := range []struct{ name, data, want string }{
		{"x.csv", "body,bad,checked\n", `x.csv:1: the column "asks" is missing; there are: body, bad, checked`},
		{"x.csv", "body,bad,asks\n", `x.csv:1: the column "checked" is missing`},
		{"x.csv", "body,bad,asks,checked\na,1,perhaps,true\n", `x.csv:2: question: "perhaps" is neither yes nor no`},
		{"x.jsonl", `{"body":"a","bad":1,"checked":true}`, `x.jsonl:1: the field "asks" is missing; there are: bad, body, checked`},
		{"x.jsonl", `{"body":"a","bad":1,"asks":0}`, `x.jsonl:1: the field "checked" is missing`},
		{"x.jsonl", `{"body":"a","bad":2,"asks":0,"checked":true}`, `x.jsonl:1: complaint: "2" is neither yes nor no`},
	} {
		_, err := classify.ReadColumns(test.name, strings.NewReader(test.data), as)
		if err == nil || !strings.Contains(err.Error(), test.want) || directdial.KindOf(err) != directdial.Invalid {
			t.Errorf("%s %q: error %v, want %q", test.name, test.data, err, test.want)
		}
	}
}

func TestARowWithoutALabelIsNotLabelledAndNoneIsNone(t *testing.T) {
	byTag := classify.Columns{Tags: map[directdial.Tag]string{directdial.Complaint: "c", directdial.Question: "q"}}
	means := classify.Columns{Labels: map[string]string{"": "none"}}
	for _, test := range []struct {
		name, data string
		as         classify.Columns
		labelled   string
	}{
		{"x.csv", "text,label\na,none\nb,\nc, |\nd,question\n", classify.Columns{}, "ad"},
		{"x.csv", "text,label\na,none\nb,\n", means, "ab"},
		{"x.csv", "text,c,q\na,0,0\nb,,\nc,,no\n", byTag, "ac"},
		{"x.jsonl", `{"text":"a","label":"none"}` + "\n" + `{"text":"b","label":""}` + "\n" + `{"text":"c","label":null}` + "\n" + `{"text":"d","gold":{}}`, classify.Columns{}, "a"},
		{"x.jsonl", `{"text":"a","label":null}`, means, "a"},
		{"x.jsonl", `{"text":"a","c":null,"q":null}` + "\n" + `{"text":"b","c":false,"q":null}`, byTag, "b"},
	} {
		samples, err := classify.ReadColumns(test.name, strings.NewReader(test.data), test.as)
		labelled := ""
		for _, s := range samples {
			if len(s.Gold) > 0 {
				labelled += s.Text
			}
		}
		if err != nil || labelled != test.labelled {
			t.Errorf("%s %q: %q are labelled, want %q; %v", test.name, test.data, labelled, test.labelled, err)
		}
	}
}

func TestLabelsOfSentimentSayNothingAboutQuestions(t *testing.T) {
	as := classify.Columns{
		Labels: map[string]string{"negative": "complaint", "neutral": "none", "asks": "question"},
		Judged: []directdial.Tag{directdial.Complaint, directdial.Ambassador},
	}
	samples, err := classify.ReadColumns("x.csv", strings.NewReader("text,label\na,negative\nb,neutral\n"), as)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := asJSON(t, []any{samples[0].Gold, samples[1].Gold}), `[{"ambassador":false,"complaint":true},{"ambassador":false,"complaint":false}]`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if _, err := classify.ReadColumns("x.csv", strings.NewReader("text,label\na,asks\n"), as); err == nil || !strings.Contains(err.Error(), `x.csv:2: label "question"`) {
		t.Errorf("error %v", err)
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
		{"x.csv", "text,label\nhi\n", `x.csv:2: 1 fields, the columns that are used need 2`},
		{"x.csv", "text,label\n\"hi,none\n", "x.csv:"},
		{"x.tsv", "text\tlabel\nhi\tsad\n", `x.tsv:2: unknown label "sad"`},
		{"x.jsonl", "{\"text\":\"a\",\"label\":\"none\"}\n{", "x.jsonl:2: "},
		{"x.jsonl", `{"label":"none"}`, `x.jsonl:1: the field "text" is missing`},
		{"x.jsonl", `{"text":"a"}`, `x.jsonl:1: the field "label" or "gold" is missing`},
		{"x.jsonl", `{"say":"a","la\u001bbel":"none"}`, `x.jsonl:1: the field "text" is missing; there are: "la\x1bbel", say`},
		{"x.jsonl", `"a"`, `x.jsonl:1: is no object with fields`},
		{"x.json", "\n[\n{\"text\":\"a\"},\n{\"text\":\"b\"}\n]\n", `x.json:2: begins an array, want an object a line; jq -c '.[]' makes them of it`},
		{"x.csv", "text,label,\na,none,,\ncharged, none, none,complaint\n", `x.csv:3: 4 fields, the first line names 3; a text that holds what separates them stands in quotes`},
		{"x.jsonl", `{"text":"a","label":{"complaint":1}}`, `x.jsonl:1: the field "label" is no string`},
		{"x.csv", "text,label\nhi,none|complaint\n", `x.csv:2: label "none|complaint" says "complaint" and "none" at once`},
		{"x.csv", "te\x1bxt,label\nhi,none\n", `x.csv:1: the column "text" is missing; there are: "te\x1bxt", label`},
		{"x.tsv", "text\tlabel\n\"hello\tnone\nlost my bag\tcomplaint\nbye\"\tnone\n", `x.tsv:2: a field that begins with a quotation mark goes on to the next line`},
		{"x.jsonl", `{"text":"a","gold":{"anger":1}}`, `x.jsonl:1: unknown tag "anger" in "gold"`},
		{"x.csv", "text,label\nfine,none\ngr\xf6\xdfer,none\n", `x.csv:3: is not in UTF-8; spreadsheets write that with "Save as", "CSV UTF-8"`},
		{"x.csv", "t\x00e\x00x\x00t\x00,\x00", "x.csv:1: is not in UTF-8"},
		{"x.jsonl", "{\"text\":\"gr\xf6\xdfer\",\"label\":\"none\"}", "x.jsonl:1: is not in UTF-8"},
		{"x.csv", "text,label\n\"so\n" + strings.Repeat("fine,none\n", 10_000) + "\",none\n", `x.csv:2: the text is longer than 65536 bytes`},
		{"x.jsonl", `{"text":"` + strings.Repeat("a", 70_000) + `","label":"none"}`, `x.jsonl:1: the text is longer than 65536 bytes`},
		{"x.jsonl", "\n" + strings.Repeat("a", 9<<20), `x.jsonl:2: the line is longer than 8388608 bytes`},
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
	data, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "evaluation.json", append(data, '\n'))
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

// Whoever measures sees the same as whoever is dialled, and what was not told.
func TestAJudgementAgreesWithTheClassification(t *testing.T) {
	c := classifier(t, config())
	for line := range strings.Lines(string(mustRead(t, "sentences.txt"))) {
		text := strings.TrimSpace(line)
		told, judged := c.Classify(text, ""), c.Judge(text, "")
		if judged.Known != told.Lexicon {
			t.Errorf("%q: known %v", text, judged.Known)
		}
		n := 0
		for i, tag := range directdial.Tags() {
			j := judged.Tags[i]
			if !j.Told {
				continue
			}
			if n == len(told.Tags) || told.Tags[n].Tag != tag || told.Tags[n].Score != j.Score {
				t.Fatalf("%q: judged %s %d, told %v", text, tag, j.Score, told.Tags)
			}
			sum := told.Tags[n].Base
			for _, k := range j.Keywords {
				sum += k.Weight
			}
			if classify.Probability(sum) != j.Score {
				t.Errorf("%q: the keywords of %s make %d, the score is %d", text, tag, classify.Probability(sum), j.Score)
			}
			n++
		}
		if n != len(told.Tags) {
			t.Errorf("%q: %d tags judged, told %v", text, n, told.Tags)
		}
	}
}

func TestAClassificationAsJSON(t *testing.T) {
	got := classifier(t, config()).Classify("@acme I was charged twice 😡, where is my refund??", "en")
	data, err := json.MarshalIndent(got, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "classification.json", append(data, '\n'))
}
