package classify_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

// isHarm reports whether a text is about the topic harm.
func isHarm(c *classify.Classifier, text string) bool {
	for _, t := range c.Classify(text, "").Topics {
		if t.Topic == directdial.Harm {
			return true
		}
	}
	return false
}

func TestHarmIsNotMissed(t *testing.T) {
	c, err := classify.New(classify.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"I will kill you all", "I'll kill the next one who calls me", "I know where you live.", "someone should burn down your office",
		"hope you all die", "you should die in a fire", "Watch your back, @acme", "We are going to BLOW UP your warehouse",
		"I want to kill myself because of this debt", "thinking about suicide since the letter came", "I don't want to live anymore",
		"I don’t want to live like this", "just kys already", "I'd be better off dead", "I was suicidal for weeks", "my son overdosed, overdose on your pills",
		"go back to your country", "these people are vermin", "white supremacists run this shop", "heil hitler",
		"Ich bring dich um", "ich will nicht mehr leben", "jag orkar inte leva längre", "vi vet var du bor", "te voy a matar", "je veux mourir",
	} {
		if !isHarm(c, text) {
			t.Errorf("%q is not found", text)
		}
	}
	for _, text := range []string{
		"charged twice, where is my refund?", "the battery is dead", "the app kills my battery", "this update is a killer feature",
		"I'm dying to get the new one", "the heater caught fire", "my phone died", "shoot me an email", "you are killing it, great work",
	} {
		if isHarm(c, text) {
			t.Errorf("%q is taken for harm: %+v", text, c.Classify(text, "").Keywords)
		}
	}
}

// What is restricted decides, so it is not lost behind others that are surer.
func TestRestrictedTopicsHaveRoomBeforeOthers(t *testing.T) {
	var topics []directdial.Topic
	for i := range 2 * directdial.MaxTopics {
		topics = append(topics, directdial.Topic{Name: fmt.Sprint("t", i), Keywords: []string{"refund of the annual subscription"}})
	}
	topics = append(topics, directdial.Topic{Name: "legal", Restricted: true, Keywords: []string{"sue"}})
	c, err := classify.New(classify.Config{Topics: topics})
	if err != nil {
		t.Fatal(err)
	}
	found := c.Classify("refund of the annual subscription, or I sue you and then I will kill you", "").Topics
	if len(found) != directdial.MaxTopics {
		t.Fatalf("%d topics, want %d", len(found), directdial.MaxTopics)
	}
	for _, name := range []string{"t0", "legal", directdial.Harm} {
		if !slices.ContainsFunc(found, func(s directdial.TopicScore) bool { return s.Topic == name }) {
			t.Errorf("%s is not among %v", name, found)
		}
	}
}

// However much else a text is about, harm is among its topics; a topic of that
// name in the configuration adds to it.
func TestHarmHasAlwaysRoomAmongTheTopics(t *testing.T) {
	var topics []directdial.Topic
	for i := range 2 * directdial.MaxTopics {
		topics = append(topics, directdial.Topic{Name: fmt.Sprint("t", i), Keywords: []string{"refund of the annual subscription"}})
	}
	topics = append(topics, directdial.Topic{Name: directdial.Harm, Owner: "kim", Keywords: []string{"kaboom"}})
	c, err := classify.New(classify.Config{Topics: topics})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"refund of the annual subscription, or kaboom", "refund of the annual subscription, or I will kill you"} {
		found := c.Classify(text, "").Topics
		if !isHarm(c, text) || len(found) > directdial.MaxTopics {
			t.Errorf("%q is about %v", text, found)
		}
	}
}
