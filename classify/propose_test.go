package classify_test

import (
	"fmt"
	"slices"
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
