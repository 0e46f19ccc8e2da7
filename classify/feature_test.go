package classify_test

import (
	"strings"
	"testing"

	"github.com/directdial/directdial/classify"
)

// everyFeature tells a complaint in every text, by all the features it has.
func everyFeature(t *testing.T) *classify.Classifier {
	t.Helper()
	_, err := classify.Key("feature:")
	_, names, ok := strings.Cut(err.Error(), "there are: ")
	if !ok {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("# language: en\n# negators: not\n# contrast: but\nentry\tcomplaint\n")
	for name := range strings.SplitSeq(names, ", ") {
		b.WriteString("feature:" + name + "\t100\n")
	}
	l, err := classify.ParseLexicon("features.tsv", []byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return classifier(t, classify.Config{Lexicons: []*classify.Lexicon{l}})
}

func TestFeaturesOfATextAreItsOutline(t *testing.T) {
	c := everyFeature(t)
	for text, want := range map[string]string{
		"":                                    "short",
		"Fine":                                "short ends-open",
		"fine.":                               "short ends-in-point opens-small small",
		"Fine! https://a.example @acme":       "exclamation link handle short handle-inside ends-in-exclamation",
		"Fine?? #acme #b":                     "question-mark question-marks hashtag short ends-in-question ends-in-hashtag",
		"Half a sentence… https://a.example":  "ellipsis link short cut ends-in-link",
		"Half a sentence...":                  "ellipsis short ends-in-point",
		"@acme @bo fine":                      "handle reply short handles ends-open opens-small small",
		"RT @acme Fine":                       "handle repost short ends-open acronym",
		"FINE FINE, FINE, OK (really)":        "capitals shouting acronym commas",
		"I'm in Paris with Ana. Bo is not":    "negation words-8 ends-open names",
		"We are. Stay in. Go Now. I am. I do": "words-8 ends-open",
		"Élan is what we all need":            "ends-open",
		"élan is what we all need":            "ends-open opens-small small",
		"3 of 4":                              "number short ends-open small",
		strings.Repeat("word ", 16):           "words-8 words-16 ends-open opens-small small",
		strings.Repeat("Word, ", 30):          "long words-8 words-16 names commas",
	} {
		have := map[string]bool{}
		for _, k := range c.Classify(text, "en").Keywords {
			have[strings.TrimPrefix(k.Word, "feature:")] = true
		}
		for _, name := range strings.Fields(want) {
			if !have[name] {
				t.Errorf("%q: %s is missing", text, name)
			}
			delete(have, name)
		}
		for name := range have {
			t.Errorf("%q: has %s", text, name)
		}
	}
}
