package classify_test

import (
	"bytes"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

const weightsHead = "topic\tentry\tweight\n"

var twoTopics = []directdial.Topic{{Name: "billing", Keywords: []string{"invoice"}}, {Name: "delivery", Keywords: []string{"parcel"}}}

func weightsFile(text string) []directdial.File {
	return []directdial.File{{Name: "w.tsv", Text: text}}
}

func TestBrokenTopicWeightsAreRefusedWithFileAndLine(t *testing.T) {
	base := weightsHead + "billing\tfeature:bias\t-3000\n"
	for _, test := range []struct {
		name, text, want string
		line             int
	}{
		{"empty", "", "the line that names the columns is missing", 1},
		{"columns", "billing\trefund\t3\n", `the columns are "billing\trefund\t3", want topic, entry and weight`, 1},
		{"fields", base + "billing\trefund\n", "2 fields, want topic, entry and weight", 3},
		{"no base", weightsHead + "# why\nbilling\trefund\t3\n", "the topic billing has no line feature:bias", 3},
		{"unknown topic", base + "biling\trefund\t3\n", `there is no topic "biling" in the configuration`, 3},
		{"built-in topic", base + "harm\trefund\t3\n", "is built in and has no learned weights", 3},
		{"no number", base + "billing\trefund\tmuch\n", `weight "much" of "refund" is not a whole number from -10000 to 10000`, 3},
		{"too much", base + "billing\trefund\t10001\n", `weight "10001"`, 3},
		{"another base", base + "billing\tfeature:bias\t-2000\n", "feature:bias stands in line 2 with another weight", 3},
		{"another feature", base + "billing\tfeature:link\t3\n", "of topics only words, phrases and feature:bias have a weight", 3},
		{"negated", base + "billing\tnot:refund\t3\n", "of topics only words, phrases", 3},
		{"twice", base + "billing\trefund\t3\nbilling\tReFund\t4\n", `entry "ReFund" stands in line 3 with another weight`, 4},
		{"no word", base + "billing\t*\t3\n", "'*' alone must stand between words", 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := classify.WithWeights(twoTopics, weightsFile(test.text))
			var line *classify.LineError
			if !errors.As(err, &line) || line.File != "w.tsv" || line.Line != test.line || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q in line %d", err, test.want, test.line)
			}
			if directdial.KindOf(err) != directdial.Invalid {
				t.Errorf("kind %v, want invalid", directdial.KindOf(err))
			}
		})
	}
}

func TestWeightsTakeThePlaceOfKeywords(t *testing.T) {
	topics, err := classify.WithWeights(twoTopics, weightsFile("\ufeff# source: us\r\n"+weightsHead+
		"billing\tfeature:bias\t-3000\r\nbilling\tcharged twice\t5000\nbilling\tcharged twice\t5000\n\nbilling\tfeature:bias\t-3000\n"))
	if err != nil {
		t.Fatal(err)
	}
	c := classifier(t, classify.Config{Topics: topics})
	for text, want := range map[string]string{
		"charged twice": "billing", "my invoice": "", "my parcel": "delivery",
	} {
		got := ""
		if found := c.Classify(text, "en").Topics; len(found) > 0 {
			got = found[0].Topic
		}
		if got != want {
			t.Errorf("%s is about %q, want %q", text, got, want)
		}
	}
	if twoTopics[0].Weights != nil {
		t.Error("the topics that were given are changed")
	}
}

func TestTheLaterFileOfWeightsCounts(t *testing.T) {
	topics, err := classify.WithWeights(twoTopics, append(
		weightsFile(weightsHead+"billing\tfeature:bias\t-3000\nbilling\tinvoice\t900\n"),
		weightsFile(weightsHead+"billing\tfeature:bias\t-1000\nbilling\trefund\t100\n")...))
	if err != nil || topics[0].Weights.Base != -1000 || !maps.Equal(topics[0].Weights.Keywords, map[string]int{"refund": 100}) {
		t.Errorf("weights %+v, %v", topics[0].Weights, err)
	}
}

func FuzzTopicWeights(f *testing.F) {
	f.Add(weightsHead + "billing\tfeature:bias\t-3000\nbilling\tcharg*\t5\n")
	f.Add(weightsHead + "delivery\t^how * much\t5\ndelivery\tfeature:bias\t0\n")
	f.Fuzz(func(t *testing.T, text string) {
		topics, err := classify.WithWeights(twoTopics, weightsFile(text))
		if err != nil {
			return
		}
		if _, err := classify.New(classify.Config{Topics: topics}); err != nil {
			t.Fatalf("weights that are read do not compile: %v", err)
		}
		var b bytes.Buffer
		if err := classify.WriteTopicWeights(&b, topics, "a source"); err != nil {
			t.Fatal(err)
		}
		again, err := classify.WithWeights(twoTopics, weightsFile(b.String()))
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, b.String())
		}
		for i := range topics {
			a, b := topics[i].Weights, again[i].Weights
			if (a == nil) != (b == nil) || a != nil && (a.Base != b.Base || !maps.Equal(a.Keywords, b.Keywords)) {
				t.Fatalf("%+v became %+v", a, b)
			}
		}
	})
}

func TestWhatWasLearnedOfTopicsIsWrittenAndRead(t *testing.T) {
	var samples []classify.Sample
	for _, text := range []string{"where is my parcel", "parcel lost again", "the courier left my parcel", "no parcel today"} {
		samples = append(samples, classify.Sample{Text: text, Route: "delivery"})
	}
	for _, text := range []string{"my invoice is wrong", "an invoice too many", "invoice again", "send me the invoice"} {
		samples = append(samples, classify.Sample{Text: text, Route: "billing"})
	}
	cfg := classify.DefaultLearnConfig(&classify.Lexicon{Language: "en"})
	learned, err := classify.LearnTopics(cfg, samples)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := classify.WriteTopicWeights(&b, learned); err != nil {
		t.Fatal(err)
	}
	topics, err := classify.WithWeights(twoTopics, weightsFile(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	for i := range topics {
		if w := topics[i].Weights; w == nil || !maps.Equal(w.Keywords, learned[i].Weights.Keywords) {
			t.Errorf("%s: %+v, want %+v", topics[i].Name, w, learned[i].Weights)
		}
	}
	gain, err := classify.CrossValidateTopics(cfg, []directdial.Topic{{Name: "billing", Keywords: []string{"bill"}}}, samples)
	if err != nil || gain.Samples != 8 || gain.Before.First != 0 || gain.After.First < 4 {
		t.Errorf("gain %+v, %v", gain, err)
	}
}

// A lexicon that is made of several tells what the several tell.
func TestLexiconsOfOneLanguageAreMergedAsTheyCount(t *testing.T) {
	parse := func(lines string) *classify.Lexicon {
		l, err := classify.ParseLexicon("x.tsv", []byte(lines))
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	several := []*classify.Lexicon{
		parse("# language: en\n# negators: not\n# threshold: complaint 400\nentry\tcomplaint\tambassador\nfeature:bias\t-1000\t-1000\nwobbly\t900\nlove\t\t2000\n"),
		parse("# language: sv\nentry\tcomplaint\nvinglig\t900\n"),
		parse("# language: en\n# negators: not never\n# threshold: ambassador 300\nentry\tcomplaint\tambassador\nWobbly\t3000\nnot:love\t2500\n"),
	}
	merged := classify.Merged("en", several)
	if len(merged.Entries) != 4 || len(merged.Negators) != 2 || len(merged.Thresholds) != 2 {
		t.Errorf("merged %+v", merged)
	}
	one, all := classifier(t, classify.Config{Lexicons: []*classify.Lexicon{merged}}), classifier(t, classify.Config{Lexicons: several})
	for _, text := range []string{"it is wobbly", "I never love it", "I love it", "nothing"} {
		if a, b := one.Classify(text, "en").Tags, all.Classify(text, "en").Tags; len(a) != len(b) || len(a) > 0 && a[0] != b[0] {
			t.Errorf("%s: %v, want %v", text, a, b)
		}
	}
	if classify.Merged("fr", several) != nil {
		t.Error("there is no French lexicon")
	}
}

// Weights that were learned, or slipped in, must not let a mention of a
// restricted topic go to colleagues who were not granted it by name.
func TestNoWeightsSwitchOffTheKeywordsOfARestrictedTopic(t *testing.T) {
	given := []directdial.Topic{
		{Name: "recall", Restricted: true, Keywords: []string{"caught fire", "smoke"}, Exclude: []string{"smoke detector"}},
		{Name: "billing", Keywords: []string{"refund"}},
	}
	plain := classifier(t, classify.Config{Topics: given})
	for _, lines := range []string{
		"recall\tfeature:bias\t-9000\n",
		"recall\tfeature:bias\t-9000\nrecall\tcaught fire\t-10000\nrecall\tsmoke\t-10000\nrecall\tsmoulder\t10000\n",
	} {
		topics, err := classify.WithWeights(given, weightsFile(weightsHead+lines))
		if err != nil {
			t.Fatal(err)
		}
		c := classifier(t, classify.Config{Topics: topics})
		for _, text := range []string{"it caught fire, refund me", "smoke and smoke", "the smoke detector", "nothing"} {
			if want, got := asJSON(t, plain.Classify(text, "en")), asJSON(t, c.Classify(text, "en")); got != want {
				t.Errorf("%s: with weights %s, without %s", text, got, want)
			}
		}
		smoulders := c.Classify("it began to smoulder, refund", "en")
		if weighed := strings.Contains(lines, "smoulder"); (topicsOf(smoulders) == "recall billing") != weighed {
			t.Errorf("topics %q", topicsOf(smoulders))
		}
	}
}

func TestOfManyMistakesInAFileTwentyAreToldAndTheOthersCounted(t *testing.T) {
	bad := strings.Repeat("refund\n", 100_000)
	for name, read := range map[string]func() error{
		"lexicon": func() error {
			_, err := classify.ParseLexicon("x", []byte("# language: en\nentry\tcomplaint\n"+strings.Repeat("refund\tmuch\n", 100_000)))
			return err
		},
		"weights": func() error { _, err := classify.WithWeights(twoTopics, weightsFile(weightsHead+bad)); return err },
		"data": func() error {
			_, err := classify.ReadSamples("x.csv", strings.NewReader("text,label\n"+strings.Repeat("refund,much\n", 100_000)))
			return err
		},
	} {
		err := read()
		if err == nil || strings.Count(err.Error(), "\n") != 20 || !strings.Contains(err.Error(), ": and 99980 more errors up to here") {
			t.Errorf("%s: %.300v", name, err)
		}
	}
}

func TestANullTextAndColumnsThatStandTwiceAreRefused(t *testing.T) {
	for _, test := range []struct{ file, text, want string }{
		{"x.jsonl", `{"text":null,"label":"none"}`, `x.jsonl:1: the field "text" is null`},
		{"x.csv", "text,label,Text\na,none,b\n", `x.csv:1: the column "text" stands there twice`},
	} {
		if _, err := classify.ReadSamples(test.file, strings.NewReader(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.text, err, test.want)
		}
	}
	if s, err := classify.ReadSamples("x.jsonl", strings.NewReader(`{"text":"a","label":null,"gold":{"complaint":1}}`)); err != nil || !s[0].Gold[directdial.Complaint] {
		t.Errorf("%+v, %v", s, err)
	}
}
