package classify_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

const head = "# language: en\nentry\tcomplaint\tquestion\tambassador\tfrom\n"

func TestABrokenLexiconIsRefusedWithFileAndLine(t *testing.T) {
	for _, test := range []struct{ name, data, want string }{
		{"unknown tag", "# language: en\nentry\tanger\n", `x.tsv:2: unknown tag "anger"`},
		{"tag twice", "# language: en\nentry\tcomplaint\tcomplaint\n", `x.tsv:2: the column "complaint" stands there twice`},
		{"first column", "# language: en\nword\tcomplaint\n", `x.tsv:2: the first column is "word"`},
		{"no columns", "# language: en\n", "the line that names the columns is missing"},
		{"no language", "entry\tcomplaint\n", `x.tsv:1: the line "# language: en" is missing`},
		{"bad language", "# language: english\nentry\tcomplaint\n", `x.tsv:1: language "english" is not`},
		{"bad weight", head + "refund\tmuch\n", `x.tsv:3: weight "much" of "refund" for complaint`},
		{"weight too large", head + "refund\t10001\n", `x.tsv:3: weight "10001"`},
		{"too many fields", head + "refund\t1\t2\t3\thand\t5\n", "x.tsv:3: 6 fields, the columns are only 5"},
		{"duplicate", head + "refund\t1\n\nReFund\t2\n", `x.tsv:5: entry "ReFund" stands in line 3 with another weight`},
		{"unknown feature", head + "feature:sarcasm\t1\n", `x.tsv:3: entry "feature:sarcasm": there is no feature "sarcasm"`},
		{"handle", head + "@acme\t1\n", `x.tsv:3: entry "@acme": a handle says who is spoken to`},
		{"lone star", head + "*\t1\n", `x.tsv:3: entry "*": '*' alone must stand between words`},
		{"star at the end", head + "charged *\t1\n", "'*' alone must stand between words"},
		{"stars in a row", head + "a * * b\t1\n", "two '*' in a row"},
		{"too many stars", head + "a * b * c * d\t1\n", "has 3 '*' alone, at most 2"},
		{"star inside", head + "ch*ge\t1\n", `'*' may only end a word or stand alone, not as in "ch*ge"`},
		{"short prefix", head + "c*\t1\n", `"c*" is too short`},
		{"no word", head + "!!\t1\n", `"!!" holds no word`},
		{"address", head + "https://x.example/\t1\n", "is an address"},
		{"too many words", head + "a b c d e f g h i j k l m\t1\n", "has 13 words, at most 12"},
		{"long word", head + strings.Repeat("x", 70) + "\t1\n", "is longer than 62 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := classify.ParseLexicon("x.tsv", []byte(test.data))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
			if directdial.KindOf(err) != directdial.Invalid {
				t.Errorf("kind %v, want invalid", directdial.KindOf(err))
			}
		})
	}
}

func TestAllErrorsOfALexiconComeAtOnce(t *testing.T) {
	_, err := classify.ParseLexicon("x.tsv", []byte(head+"a\tx\nb\ty\n"))
	for _, want := range []string{"x.tsv:3:", "x.tsv:4:"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v lacks %s", err, want)
		}
	}
}

func TestTheSameLineTwiceIsOne(t *testing.T) {
	l, err := classify.ParseLexicon("x.tsv", []byte(head+"refund\t5\nREFUND\t5\n"))
	if err != nil || len(l.Entries) != 1 {
		t.Errorf("entries %v, error %v", l, err)
	}
}

func TestShippedLexiconsSayWhereTheyComeFrom(t *testing.T) {
	for _, l := range classify.Shipped() {
		if len(l.Sources) == 0 || l.Licence == "" || len(l.Entries) < 1000 {
			t.Errorf("%s: sources %q, licence %q, %d entries", l.Name, l.Sources, l.Licence, len(l.Entries))
		}
	}
}

func TestALexiconThatWasWrittenReadsTheSame(t *testing.T) {
	for _, l := range classify.Shipped() {
		var b bytes.Buffer
		if _, err := l.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		again, err := classify.ParseLexicon(l.Name, b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if x, y := asJSON(t, withoutLines(l)), asJSON(t, withoutLines(again)); x != y {
			t.Errorf("%s changed", l.Name)
		}
	}
}

func withoutLines(l *classify.Lexicon) classify.Lexicon {
	out := *l
	out.Entries = nil
	for _, e := range l.Entries {
		e.Line = 0
		out.Entries = append(out.Entries, e)
	}
	return out
}

func TestACompanyLexiconAddsAndOverrides(t *testing.T) {
	parse := func(name, lines string) *classify.Lexicon {
		l, err := classify.ParseLexicon(name, []byte(head+lines))
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	base := parse("base.tsv", "feature:bias\t-1000\t-1000\t-1000\nsick\t3000\n")
	own := parse("own.tsv", "sick\t\t\t3000\nbrick*\t3000\n")
	c := classifier(t, classify.Config{Lexicons: []*classify.Lexicon{base, own}})
	for text, want := range map[string]directdial.Tag{"that is sick": directdial.Ambassador, "it bricked": directdial.Complaint, "it is": ""} {
		if got := c.Classify(text, "en"); got.Tag() != want {
			t.Errorf("%q: tag %q, want %q", text, got.Tag(), want)
		}
	}
}

func TestAllThatIsWrongWithTheConfigurationComesAtOnce(t *testing.T) {
	_, err := classify.New(classify.Config{
		Brands:     []directdial.Brand{{Name: "Acme", Keywords: []string{"*"}, Exclude: []string{"!!"}}, {Keywords: []string{"x"}}, {Name: "Empty"}},
		Topics:     []directdial.Topic{{Name: "billing", Keywords: []string{"re*fund"}, Exclude: []string{"a *"}}, {Name: "void"}},
		Thresholds: map[directdial.Tag]int{directdial.Complaint: 0, "anger": 5},
	})
	if directdial.KindOf(err) != directdial.Invalid {
		t.Fatalf("error %v of kind %v, want invalid", err, directdial.KindOf(err))
	}
	for _, want := range []string{
		`brand Acme: keyword "*":`, `brand Acme: exclude "!!":`, "brand 2: has no name", "brand Empty: has no keywords",
		`topic billing: keyword "re*fund":`, `topic billing: exclude "a *":`, "topic void: has no keywords",
		"threshold of complaint is 0", `threshold of "anger"`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in:\n%v", want, err)
		}
	}
}

// Somebody who writes two lines in a language without a lexicon does not make
// every text of it a complaint.
func TestALexiconWithoutABiasDoesNotTellEveryText(t *testing.T) {
	l, err := classify.ParseLexicon("fr.tsv", []byte("# language: fr\nentry\tcomplaint\tambassador\nnul\t4000\t-100\nsuper\t\t2500\n"))
	if err != nil {
		t.Fatal(err)
	}
	c := classifier(t, classify.Config{Lexicons: []*classify.Lexicon{l}})
	for text, want := range map[string]directdial.Tag{
		"le train est arrivé à la gare ce matin": "",
		"le service est nul ce matin":            directdial.Complaint,
		"le service est super ce matin":          directdial.Ambassador,
	} {
		var got directdial.Tag
		if told := c.Classify(text, "fr").Tags; len(told) > 0 {
			got = told[0].Tag
		}
		if got != want {
			t.Errorf("%q is told as %q, want %q", text, got, want)
		}
	}
}
