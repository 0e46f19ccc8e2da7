package classify_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

func topicsOf(c directdial.Classification) string {
	var names []string
	for _, t := range c.Topics {
		names = append(names, t.Topic)
	}
	return strings.Join(names, " ")
}

// topicEach makes a topic of every keyword, which is its name.
func topicEach(keywords []string) (topics []directdial.Topic) {
	for _, k := range slices.Compact(slices.Sorted(slices.Values(keywords))) {
		topics = append(topics, directdial.Topic{Name: k, Keywords: []string{k}})
	}
	return topics
}

func isTopicOf(c directdial.Classification, name string) bool {
	return slices.ContainsFunc(c.Topics, func(t directdial.TopicScore) bool { return t.Topic == name })
}

func TestPatternsMatchWholeWordsOnly(t *testing.T) {
	tests := []struct {
		pattern, text string
		found         bool
	}{
		{"refund", "REFUND!", true},
		{"refund", "refunds", true},
		{"=refund", "refunds", false},
		{"refund", "prefund", false},
		{"refund", "#refund", true},
		{"refund", "@refund", false},
		{"refund", "soooo, refuuund", true},
		{"refund", "the refund's late", true},
		{"charg*", "charging", true},
		{"charg*", "charg", true},
		{"charg*", "#charger", true},
		{"charg*", "recharge", false},
		{"charged twice", "charged, twice", true},
		{"charged twice", "charged. Twice", false},
		{"charged twice", "charged me twice", false},
		{"charged * times", "charged times", true},
		{"charged * times", "charged me three times", true},
		{"charged * times", "charged me one two three four times", false},
		{"charged * times", "charged me. Three times", false},
		{"charg* * time*", "charging us several times", true},
		{"wi-fi", "the wi fi here", true},
		{"wi-fi", "Wi-Fi", true},
		{"don't", "DON’T", true},
		{"@acme", "@acme hi", true},
		{"@acme", "@Acme@social.example", true},
		{"@acme", "@acme.bsky.example", true},
		{"@acme", "acme", false},
		{"@acme", "#acme", false},
		{"@acme@social.example", "@acme@other.example", false},
		{"#acme", "#ACME", true},
		{"#acme", "acme", false},
		{"acme air", "#AcmeAir", true},
		{"acme air", "#acme_air", true},
		{"fail", "#ACMEFail", true},
		{"^how much", "Ok. How much?", true},
		{"^how much", "look how much", false},
		{"😡", "no 😡🏽", true},
		{":)", "fine:) and :)", true},
		{"退款", "我要退款!", true},
		{"退款", "退一款", false},
		{"कार्ड", "मेरा कार्ड", true},
		{"कार", "मेरा कार्ड", false},
		{"straße", "STRASSE", true},
		{"café", "cafe\u0301", true},
	}
	var patterns []string
	for _, test := range tests {
		patterns = append(patterns, test.pattern)
	}
	c := classifier(t, classify.Config{Topics: topicEach(patterns)})
	for _, test := range tests {
		if got := isTopicOf(c.Classify(test.text, ""), test.pattern); got != test.found {
			t.Errorf("%q in %q: found %v, want %v", test.pattern, test.text, got, test.found)
		}
	}
}

func TestAnExcludedPhraseCancelsTheTopic(t *testing.T) {
	c := classifier(t, config())
	for text, want := range map[string]string{
		"my refund":                             "billing",
		"my refund, said the solar charge desk": "",
		"solar. Charge my refund":               "billing",
		"it caught fire, refund me":             "recall billing",
	} {
		if got := topicsOf(c.Classify(text, "")); got != want {
			t.Errorf("%q: topics %q, want %q", text, got, want)
		}
	}
}

func TestLongerAndRarerPhrasesSayMoreForATopic(t *testing.T) {
	c := classifier(t, classify.Config{Topics: []directdial.Topic{
		{Name: "a", Keywords: []string{"card", "card blocked", "reimbursement", "account"}},
		{Name: "b", Keywords: []string{"account"}},
	}})
	score := func(text string) int {
		if topics := c.Classify(text, "").Topics; len(topics) > 0 {
			return topics[0].Score
		}
		return 0
	}
	ascending := []string{"hello", "account", "card", "reimbursement", "card blocked", "card blocked reimbursement"}
	var scores []int
	for _, text := range ascending {
		scores = append(scores, score(text))
	}
	if !slices.IsSorted(scores) || len(slices.Compact(slices.Clone(scores))) != len(scores) {
		t.Errorf("scores of %q are %v, want them to rise", ascending, scores)
	}
	if got := score("card card card card"); got != score("card") {
		t.Errorf("a word said four times has %d, once %d", got, score("card"))
	}
	if got := score(strings.Repeat("card blocked account reimbursement ", 50)); got > 1000 {
		t.Errorf("score %d", got)
	}
}

func TestLearnedWeightsAddUpToTheScoreOfTheTopic(t *testing.T) {
	weights := func(words map[string]int) *directdial.TopicWeights {
		return &directdial.TopicWeights{Base: -1500, Keywords: words}
	}
	c := classifier(t, classify.Config{Topics: []directdial.Topic{
		{Name: "billing", Weights: weights(map[string]int{"refund": 2500, "charged * times": 1800, "flat tyre": -8000, "where": 300})},
		{Name: "recall", Restricted: true, Weights: weights(map[string]int{"refund": 1000, "caught fire": 4000})},
	}})
	for text, want := range map[string]string{
		"charged three times, where is my refund": "billing",
		"refund for a flat tyre":                  "", // what speaks against it counts
		"refund, it caught fire":                  "recall billing",
		"it caught nothing":                       "",
	} {
		out := c.Classify(text, "en")
		var got []string
		for _, topic := range out.Topics {
			got = append(got, topic.Topic)
			sum := topic.Base
			for _, k := range out.Keywords {
				if k.For == "topic:"+topic.Topic {
					sum += k.Weight
				}
			}
			if score := classify.Probability(sum); score != topic.Score {
				t.Errorf("%q: %s has %d, its keywords make %d", text, topic.Topic, topic.Score, score)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: topics %q, want %q", text, got, want)
		}
	}
}

func TestTopicsAreLearnedFromRoutes(t *testing.T) {
	var samples []classify.Sample
	for i := range 90 {
		s := classify.Sample{Text: fmt.Sprintf("the refund of number%d", i%7), Route: "billing"}
		switch i % 3 {
		case 1:
			s = classify.Sample{Text: fmt.Sprintf("the tyre of number%d", i%7), Route: "tyres"}
		case 2:
			s = classify.Sample{Text: fmt.Sprintf("the weather of number%d", i%7)}
		}
		samples = append(samples, s)
	}
	cfg := classify.DefaultLearnConfig(base(t))
	topics, err := classify.LearnTopics(cfg, samples)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := classify.LearnTopics(cfg, samples)
	if asJSON(t, topics) != asJSON(t, again) || len(topics) != 2 {
		t.Errorf("%d topics, or two runs differ", len(topics))
	}
	c := classifier(t, classify.Config{Topics: topics})
	for text, want := range map[string]string{"a refund": "billing", "a flat tyre": "tyres"} {
		if out := c.Classify(text, "en").Topics; len(out) == 0 || out[0].Topic != want {
			t.Errorf("%q: topics %v, want %s first", text, out, want)
		}
	}
	cfg.MaxEntries = 3
	topics, _ = classify.LearnTopics(cfg, samples)
	if n := len(topics[0].Weights.Keywords) + len(topics[1].Weights.Keywords); n > 3 {
		t.Errorf("%d weights, want at most 3", n)
	}
}
