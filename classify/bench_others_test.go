package classify_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/cloudflare/ahocorasick"
	"github.com/jonreiter/govader"

	"github.com/directdial/directdial/classify"
)

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

// The benchmarks below do less than Classify: they find phrases, or a
// sentiment, and say neither language nor negation, topic, brand or score.

func BenchmarkFindRegexp(b *testing.B) {
	var quoted []string
	for _, p := range plainPhrases() {
		quoted = append(quoted, regexp.QuoteMeta(p))
	}
	re := regexp.MustCompile(`(?i)\b(?:` + strings.Join(quoted, "|") + `)\b`)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		re.FindAllStringIndex(hundredBytes[i%len(hundredBytes)], -1)
	}
}

func BenchmarkFindCloudflareAhoCorasick(b *testing.B) {
	m := ahocorasick.NewStringMatcher(plainPhrases())
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.MatchThreadSafe([]byte(strings.ToLower(hundredBytes[i%len(hundredBytes)])))
	}
}

func BenchmarkSentimentGovader(b *testing.B) {
	analyzer := govader.NewSentimentIntensityAnalyzer()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		analyzer.PolarityScores(hundredBytes[i%len(hundredBytes)])
	}
}
