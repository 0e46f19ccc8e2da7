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
