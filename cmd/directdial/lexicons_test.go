package main_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/directdial/directdial"
)

const (
	ourLexicon = "# language: en\n# source: our own\nentry\tcomplaint\tquestion\tambassador\n"
	ourWeights = "topic\tentry\tweight\nrecall\tfeature:bias\t-3000\n"
)

// withLexicons is a site whose configuration names a lexicon and weights.
func withLexicons(t *testing.T, lexicon, weights string) *site {
	t.Helper()
	s := newSite(t, terminalOnly("crm"))
	s.write("own/lexicon.tsv", ourLexicon+lexicon)
	s.write("own/weights.tsv", ourWeights+weights)
	s.write("directdial.yaml", terminalOnly("crm").yaml()+"classify: { lexicons: [own/lexicon.tsv], topic_weights: [own/weights.tsv] }\n")
	return s
}

func TestMistakesInLexiconsAreToldWithFileAndLine(t *testing.T) {
	s := withLexicons(t, "wobbly\tmuch\nanger\t1\nANGER\t2\n", "recal\tx\t3\n")
	r := s.command("check")
	for _, want := range []string{"own/lexicon.tsv:4:1: weight \"much\"", "own/lexicon.tsv:6:1: entry \"ANGER\" stands in line 5", "own/weights.tsv:3:1: there is no topic \"recal\""} {
		if r.code != 2 || !strings.Contains(r.out, want) {
			t.Errorf("exit %d, want %q in\n%s", r.code, want, r.out)
		}
	}
}

func TestWeightsOfNoWordAreDoubted(t *testing.T) {
	s := withLexicons(t, "", "")
	s.write("directdial.yaml", terminalOnly("crm").yaml()+"classify: { topic_weights: [own/weights.tsv] }\n")
	if r := s.command("check"); r.code != 0 || !strings.Contains(r.out, "those of recall are of no word") {
		t.Errorf("exit %d:\n%s", r.code, r.out)
	}
}

// What a company adds tells from the moment on that its file is written,
// everywhere.
func TestTheLexiconsOfACompanyCountAndAreReadAgain(t *testing.T) {
	s := withLexicons(t, "wobbly\t6000\n", "recall\tsmoulder\t6000\n")
	tells := func(text string) *directdial.Classification {
		t.Helper()
		var e struct {
			Case directdial.Case `json:"case"`
		}
		if err := json.Unmarshal([]byte(s.must("explain", "--json", "--text", text)), &e); err != nil {
			t.Fatal(err)
		}
		return &e.Case.Classification
	}
	const text = "acme, the table is wobbly and began to smoulder"
	if c := tells(text); c.Tag() != directdial.Complaint || len(c.Topics) != 1 || c.Topics[0].Topic != "recall" {
		t.Errorf("without a daemon: %+v", c)
	}
	d := s.start()
	if c := tells(text); c.Tag() != directdial.Complaint || len(c.Topics) != 1 {
		t.Errorf("by the daemon: %+v", c)
	}
	s.write("own/lexicon.tsv", ourLexicon+"wobbly\t\t6000\n")
	await(t, "the lexicon is read again", func() bool { return tells(text).Tag() == directdial.Question })
	s.write("own/lexicon.tsv", ourLexicon+"wobbly\n\t6000\n")
	await(t, "a broken lexicon is refused", func() bool { return d.metric(reloadSuccess) == "0" })
	if c := tells(text); c.Tag() != directdial.Question {
		t.Errorf("the old lexicon is not in force: %+v", c)
	}
	s.write("data.csv", "text,label\n\""+text+"\",question\n")
	s.write("own/lexicon.tsv", ourLexicon+"wobbly\t\t6000\n")
	if out := s.must("eval", s.path("data.csv")); !strings.Contains(out, "Accuracy 1.000") {
		t.Errorf("eval:\n%s", out)
	}
}

func TestWeightsOfTopicsAreLearnedFromWhatIsRouted(t *testing.T) {
	s := newSite(t, terminalOnly("crm"))
	var b strings.Builder
	b.WriteString("queue,said\n")
	for i := range 40 {
		fmt.Fprintf(&b, "Dangerous Goods,my heater number %d began to smoulder\n,nothing about number %d\nfoo,the other %d\n", i, i*7, i)
	}
	data := s.write("routed.csv", b.String())
	out := s.must("learn", "weights", "--data", data, "--text", "said", "--topic", "queue", "--means", "Dangerous Goods=recall", "--out", s.path("w.tsv"))
	for _, want := range []string{"1 topic from 120 mentions", "learned as none: foo", "topic comes first"} {
		if !strings.Contains(out, want) {
			t.Errorf("want %q in\n%s", want, out)
		}
	}
	s.write("directdial.yaml", terminalOnly("crm").yaml()+"classify: { topic_weights: [w.tsv] }\n")
	if out := s.must("explain", "--text", "acme it began to smoulder"); !strings.Contains(out, "recall") {
		t.Errorf("explain:\n%s", out)
	}
	s.refused(2, `routed.csv:1: the column "route" is missing; there are: queue, said`, "learn", "weights", "--data", data, "--text", "said", "--out", s.path("x.tsv"))
	s.refused(2, "at least one of the flags", "learn", "weights", "--out", s.path("x.tsv"))
}

// What nobody can classify is never dropped: it goes to the fallback, and the
// card says that it is unsure.
func TestWhatHasNoLexiconGoesToTheFallbackMarkedUnsure(t *testing.T) {
	c := terminalOnly("crm")
	c.routing = "{ fallback: kim }"
	s := newSite(t, c)
	for _, text := range []string{"acme 荷物がまだ届きません。どうなっていますか", "acme 수하물이 아직 안 왔어요", "acme mein Koffer ist schon wieder weg", "acme 😡😡"} {
		if out := s.must("explain", "--text", text); !strings.Contains(out, "decision  dial Kim Strand") || !strings.Contains(out, "marked unsure") {
			t.Errorf("%s:\n%s", text, out)
		}
	}
}
