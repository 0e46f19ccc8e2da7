package classify_test

import (
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

func TestPatternsMatchWholeWordsOnly(t *testing.T) {
	for _, test := range []struct {
		pattern, text string
		found         bool
	}{
		{"refund", "REFUND!", true},
		{"refund", "refunds", false},
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
	} {
		c := classifier(t, classify.Config{Topics: []directdial.Topic{{Name: "t", Keywords: []string{test.pattern}}}})
		if got := topicsOf(c.Classify(test.text, "")) != ""; got != test.found {
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
