package classify_test

import (
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

func TestAKeywordIsFoundInItsInflections(t *testing.T) {
	tests := []struct {
		lang, keyword, text string
		found               bool
	}{
		{"en", "refund", "no refunds today, it was never refunded", true},
		{"en", "refunds", "I want a refund", true},
		{"en", "delivery", "two deliveries were late", true},
		{"en", "copies", "a copy of it", true},
		{"en", "cancel", "cancelled again", true},
		{"en", "charge twice", "they charged me. Charging twice is wrong", true},
		{"en", "charge twice", "the charges came twice", false},
		{"en", "refund", "#refunds", true},
		{"en", "late refund", "#LateRefunds", true},
		{"en", "=refund", "no refunds, never refunded", false},
		{"en", "=refund", "a refund", true},
		{"en", "=^refund late", "Refund late", true},
		{"en", "^refund", "Refunds anybody?", true},
		{"en", "^refund", "my refunds", false},
		{"en", "on hold", "ons hold", false}, // small words have no forms
		{"de", "rechnung", "zwei Rechnungen von euch, und beide falsch", true},
		{"de", "haus", "die Häuser sind kalt", true},
		{"sv", "faktura", "jag fick två fakturor", true},
		{"sv", "räkning", "räkningarna var fel", true},
		{"fr", "facture", "les factures sont fausses", true},
		{"es", "reclamación", "mis reclamaciones no llegan", true},
		{"it", "fattura", "le fatture sono sbagliate", true},
		{"pt", "fatura", "as faturas estão erradas", true},
		{"nl", "factuur", "de factuur klopt niet", true},
		{"ru", "счёт", "мой счёт", true}, // no stems, the word itself
		{"sv", "fee", "fees", false},     // no inflection of Swedish
	}
	var keywords []string
	for _, test := range tests {
		keywords = append(keywords, test.keyword)
	}
	c := classifier(t, classify.Config{Topics: topicEach(keywords)})
	for _, test := range tests {
		if got := isTopicOf(c.Classify(test.text, test.lang), test.keyword); got != test.found {
			t.Errorf("%q in %q (%s): found %v, want %v", test.keyword, test.text, test.lang, got, test.found)
		}
	}
}

func TestALongKeywordIsFoundMistyped(t *testing.T) {
	c := classifier(t, classify.Config{Topics: []directdial.Topic{
		{Name: "loose", Keywords: []string{"invoice", "überweisung", "reimbursement form", "refund"}},
		{Name: "exact", Keywords: []string{"=invoice"}},
	}})
	for text, want := range map[string]string{
		"the invioce":              "loose", // swapped
		"the invoce":               "loose", // one missing
		"the invoiice":             "loose", // one too many
		"the invoixe":              "loose", // a wrong one
		"the invoice":              "exact loose",
		"the #invioce":             "loose",
		"the unvoice":              "", // the first letter is seldom mistyped
		"the ivnoixe":              "", // two slips
		"die Überwiesung":          "loose",
		"a reimbursment form":      "loose",
		"a reimbursment":           "",
		"my refnud":                "", // too short
		"the inv":                  "",
		strings.Repeat("i", 10000): "",
	} {
		got := topicsOf(c.Classify(text, ""))
		if parts := strings.Fields(got); len(parts) == 2 && parts[0] > parts[1] {
			got = parts[1] + " " + parts[0]
		}
		if got != want {
			t.Errorf("%q: topics %q, want %q", text, got, want)
		}
	}
}

func TestTwoPhrasesNearEachOther(t *testing.T) {
	c := classifier(t, classify.Config{Topics: []directdial.Topic{{Name: "t", Keywords: []string{"refund ~3 late * week"}, Exclude: []string{"solar ~0 charge"}}}})
	for text, want := range map[string]string{
		"the refund is a bit late this week":        "refund is a bit late this week",
		"It is late, a week! No refund":             "late, a week! No refund",
		"late a week, and my REFUNDS":               "late a week, and my REFUNDS",
		"late week refund":                          "late week refund",
		"refund one two three four late week":       "",
		"refund":                                    "",
		"late this week":                            "",
		"refund late week, charge solar":            "",
		"refund late week, charge my solar":         "refund late week",
		"refund 😀 refund one two three late week":   "refund one two three late week",
		"#RefundLateWeek":                           "",
		"late week " + strings.Repeat("x ", 9000):   "",
		strings.Repeat("refund ", 9) + "late week ": "refund late week",
	} {
		got := ""
		for _, k := range c.Classify(text, "en").Keywords {
			if k.For == "topic:t" {
				got = text[k.Start:k.End]
			}
		}
		if got != want {
			t.Errorf("%q: found %q, want %q", text, got, want)
		}
	}
}

func TestAKeywordThatCannotBeReadIsRefused(t *testing.T) {
	for keyword, want := range map[string]string{
		"refund ~5":           "must stand between two phrases",
		"~5 refund":           "must stand between two phrases",
		"refund ~21 late":     "too far",
		"refund ~5 late ~5 x": "two '~'",
		"=":                   "is empty",
		"= ~5 late":           "must stand between two phrases",
	} {
		_, err := classify.New(classify.Config{Topics: []directdial.Topic{{Name: "t", Keywords: []string{keyword}}}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want it to say %q", keyword, err, want)
		}
	}
}

// One word of a text is evidence once, however many forms of it are keywords.
func TestFormsOfOneWordCountOnce(t *testing.T) {
	c := classifier(t, classify.Config{Topics: []directdial.Topic{{Name: "t", Keywords: []string{"refund", "refunds", "refunded"}}}})
	for text, want := range map[string]string{"a refund": "refund", "refunds": "refunds", "refunding": "refund"} {
		var found []string
		for _, k := range c.Classify(text, "en").Keywords {
			if k.For == "topic:t" {
				found = append(found, k.Word)
			}
		}
		if got := strings.Join(found, " "); got != want {
			t.Errorf("%q: found %q, want %q", text, got, want)
		}
	}
}

// However often a text says a word, and in however many of its forms: it says
// one thing.
func TestFormsOfOneKeywordCountOnce(t *testing.T) {
	score := func(text string, keywords ...string) int {
		c := classifier(t, classify.Config{Topics: []directdial.Topic{{Name: "billing", Keywords: keywords}}})
		found := c.Classify(text, "en").Topics
		if len(found) == 0 {
			return 0
		}
		return found[0].Score
	}
	once := score("a refund", "refund")
	for _, c := range []struct {
		text     string
		keywords []string
	}{
		{"refund refund", []string{"refund", "refunded"}},
		{"refund refunds refunded", []string{"refund", "refunded", "refunds"}},
		{"refunded, a refund", []string{"refund"}},
	} {
		if got := score(c.text, c.keywords...); got != once {
			t.Errorf("%q by %q: %d, want %d", c.text, c.keywords, got, once)
		}
	}
	if got := score("refund and invoice", "refund", "invoice"); got <= once {
		t.Errorf("two words: %d, want more than %d", got, once)
	}
	if got := score("late refund, refund", "late refund", "refund"); got <= score("late refund", "late refund") {
		t.Errorf("a phrase and a word: %d, want more than the phrase", got)
	}
}
