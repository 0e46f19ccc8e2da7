package classify_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/cloudflare/ahocorasick"
	"github.com/jonreiter/govader"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

// contender reads texts, to be measured beside others. All but the first two do
// less than Classify: they find phrases, or a sentiment, and say neither language
// nor negation, topic, brand or score.
type contender struct {
	name string
	read func(text string)
}

func contenders(t testing.TB) []contender {
	analyzer := govader.NewSentimentIntensityAnalyzer()
	phrases := plainPhrases()
	automaton := ahocorasick.NewStringMatcher(phrases)
	for i, p := range phrases {
		phrases[i] = regexp.QuoteMeta(p)
	}
	alternation := regexp.MustCompile(`(?i)\b(?:` + strings.Join(phrases, "|") + `)\b`)
	return []contender{
		{"classify, 1,000 topic phrases", classified(t, 1_000)},
		{"classify, 100,000 topic phrases", classified(t, 100_000)},
		{"cloudflare/ahocorasick, phrases found only", func(text string) { automaton.MatchThreadSafe([]byte(strings.ToLower(text))) }},
		{"govader, sentiment only", func(text string) { analyzer.PolarityScores(text) }},
		{"regexp alternation, phrases found only", func(text string) { alternation.FindAllStringIndex(text, -1) }},
	}
}

// classified classifies and finds topics among that many phrases.
func classified(t testing.TB, phrases int) func(text string) {
	c := classifier(t, classify.Config{
		Brands: []directdial.Brand{{Name: "Acme", Keywords: []string{"acme", "acme air", "acmeair"}}},
		Topics: manyTopics(phrases),
	})
	var out directdial.Classification
	return func(text string) { c.ClassifyInto(&out, text, "") }
}

// plainPhrases are the entries that a matcher without our patterns can take:
// those of the shipped lexicon and of a thousand topic phrases.
func plainPhrases() []string {
	var phrases []string
	for _, e := range classify.Shipped()[0].Entries {
		if !strings.ContainsAny(e.Word, ":*^#@") {
			phrases = append(phrases, e.Word)
		}
	}
	for _, t := range manyTopics(1_000) {
		for _, k := range t.Keywords {
			if !strings.Contains(k, "*") {
				phrases = append(phrases, k)
			}
		}
	}
	return phrases
}

// realTweets are tweets to and about companies, in the order of the sets: no processor foresees their words, as it soon does those of eight
// texts. None where the development data is not.
func realTweets(t testing.TB) (texts []string) {
	if !hasDevData() {
		return nil
	}
	for _, set := range []string{"airline", "sxsw", "complaints", "tac"} {
		for _, s := range readSet(t, set) {
			texts = append(texts, s.Text)
		}
	}
	return texts
}

func BenchmarkContenders(b *testing.B) {
	all := contenders(b)
	for name, texts := range map[string][]string{"made up": hundredBytes, "real tweets": realTweets(b)} {
		for _, c := range all {
			b.Run(name+"/"+c.name, func(b *testing.B) {
				if len(texts) == 0 {
					b.Skip("the development data is not here")
				}
				b.ReportAllocs()
				bytes := 0
				for i := 0; b.Loop(); i++ {
					text := texts[i%len(texts)]
					bytes += len(text)
					c.read(text)
				}
				b.ReportMetric(float64(bytes)/100/b.Elapsed().Seconds(), "x100B/s")
			})
		}
	}
}
