package classify_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

func TestTopicsAreProposedFromWhatManyTextsSpeakOf(t *testing.T) {
	var texts []string
	for i := range 8 {
		texts = append(texts,
			fmt.Sprintf("Acme, the parcel locker on street %d does not open", i),
			fmt.Sprintf("is there a vegan menu in town %d? a vegan menu would be great", i),
			"RT the same terrible post again and again") // copies count once
	}
	brands := []directdial.Brand{{Name: "Acme", Keywords: []string{"acme"}}}
	got := classify.ProposeTopics(texts, brands, 5, 10)
	var names []string
	for _, p := range got {
		names = append(names, p.Name)
		if p.Mentions != 8 {
			t.Errorf("%+v: want 8 mentions", p)
		}
	}
	if len(got) != 2 || !slices.ContainsFunc(names, func(n string) bool { return n == "vegan-menu" }) {
		t.Errorf("proposed %+v", got)
	}
	if again := classify.ProposeTopics(texts, brands, 5, 10); fmt.Sprint(again) != fmt.Sprint(got) {
		t.Errorf("another time %+v", again)
	}
	if none := classify.ProposeTopics(texts, brands, 9, 10); len(none) != 0 {
		t.Errorf("of too few: %+v", none)
	}
}

// A word that nearly every text has names no topic; a phrase does, in whatever
// inflection.
func TestPhrasesNameTopicsAndWordsOfTheWholeTradeDoNot(t *testing.T) {
	var texts []string
	for i := range 120 {
		text := fmt.Sprintf("the flight to town %d was quiet", i)
		switch i % 6 {
		case 0:
			text = fmt.Sprintf("flight %d and the boarding passes again", i)
		case 1:
			text = fmt.Sprintf("my flight %d, and no boarding pass yet", i)
		}
		texts = append(texts, text)
	}
	got := classify.ProposeTopics(texts, nil, 10, 3)
	if len(got) == 0 || got[0].Name != "boarding-pass" && got[0].Name != "boarding-passes" || got[0].Mentions != 40 {
		t.Errorf("proposed %+v", got)
	}
	for _, p := range got {
		if p.Name == "flight" {
			t.Errorf("the word of the whole trade is a topic: %+v", p)
		}
	}
}

// What stands together in most texts is one topic. What is rare joins no frequent
// word that it stands beside by chance.
func TestOnlyPhrasesThatMostlyStandTogetherMakeATopic(t *testing.T) {
	var texts []string
	for i := range 40 {
		text := fmt.Sprintf("my passport %d", i)
		switch {
		case i < 5:
			text += " and a saxophone" // a fifth would be eight
		case i < 16:
			text += " with a visa"
		case i < 20:
			text = fmt.Sprintf("visa %d", i)
		}
		texts = append(texts, text)
	}
	got := classify.ProposeTopics(texts, nil, 4, 10)
	if len(got) != 1 || fmt.Sprint(got[0].Keywords) != "[passport visa]" || got[0].Mentions != 40 {
		t.Errorf("proposed %+v", got)
	}
}

// A proposal is taken by the configuration as it is.
func TestAProposedTopicHasANameAndWordsThatMayStandInTheConfiguration(t *testing.T) {
	for phrase, name := range map[string]string{
		"återbetalning försenad":             "aterbetalning-forsenad",
		"возврат денег":                      "topic",
		strings.Repeat("ab12", 15) + " lift": strings.Repeat("ab12", 15),
		strings.Repeat("x1y", 100) + " lift": "lift", // longer than a keyword may be
		"l'ascenseur 5,000km":                "lascenseur-5000km",
	} {
		var texts []string
		for i := range 6 {
			texts = append(texts, fmt.Sprintf("%d, %s %d", i, phrase, i))
		}
		got := classify.ProposeTopics(texts, nil, 5, 1)
		if len(got) != 1 || got[0].Name != name || !directdial.ValidName(got[0].Name) {
			t.Errorf("%s: proposed %+v", phrase, got)
			continue
		}
		for _, keyword := range got[0].Keywords {
			if _, err := classify.Key(keyword); err != nil {
				t.Errorf("%s: %v", phrase, err)
			}
		}
		if none := classify.ProposeTopics([]string{"5,000 a", "5,000 b", "5,000 c", "5,000 d", "5,000 e"}, nil, 5, 1); len(none) > 0 {
			t.Errorf("a number is a topic: %+v", none)
		}
	}
}
