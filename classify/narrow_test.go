package classify_test

import (
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

func TestTopicIsNarrowedToLanguagesProductsAndRegions(t *testing.T) {
	topics := []directdial.Topic{
		{Name: "any", Keywords: []string{"refund"}},
		{Name: "solar", Keywords: []string{"refund"}, Products: []string{"solar", "x 200"}},
		{Name: "nordic", Keywords: []string{"refund"}, Products: []string{"x 200"}, Regions: []string{"sweden", "oslo"}},
		{Name: "spanish", Keywords: []string{"refund"}, Languages: []string{"es"}},
	}
	c, err := classify.New(classify.Config{Topics: topics})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]string{
		"I want a refund, please, and I want it now":              {"any"},
		"I want a refund for the solar thing":                     {"any", "solar"},
		"The X-200 is broken, where is my refund":                 {"any", "solar"},
		"My X 200 here in Oslo is broken, where is my refund":     {"any", "solar", "nordic"},
		"Where is my refund? I have waited in Oslo for two weeks": {"any"},
		"the solar X 200 in Sweden":                               nil,
		"El refund no llega y nadie me contesta en la tienda":     {"any", "spanish"},
	} {
		var got []string
		found := map[string]bool{}
		for _, s := range c.Classify(text, "").Topics {
			got = append(got, s.Topic)
			found[s.Topic] = true
		}
		ok := len(got) == len(want)
		for _, w := range want {
			ok = ok && found[w]
		}
		if !ok {
			t.Errorf("%q is about %v, want %v", text, got, want)
		}
	}
}
