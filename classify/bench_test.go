package classify_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

// syllables make words that are no words of any language, so that phrases are
// as distinct as those of a real company.
var syllables = strings.Fields("ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo yu za bre cla dri flo gru")

func madeUp(r *rand.Rand, parts int) string {
	var b strings.Builder
	for range parts {
		b.WriteString(syllables[r.IntN(len(syllables))])
	}
	return b.String()
}

// manyTopics returns topics with that many phrases in all.
func manyTopics(phrases int) []directdial.Topic {
	r := rand.New(rand.NewPCG(1, 2))
	topics := make([]directdial.Topic, 50)
	for i := range topics {
		topics[i].Name = fmt.Sprintf("topic-%d", i)
	}
	topics[0].Keywords = []string{"refund", "charged twice", "charged * times"}
	topics[1].Keywords = []string{"boarding pass", "on hold", "bag"}
	for i := 6; i < phrases; i++ {
		t := &topics[i%len(topics)]
		words := []string{madeUp(r, 3)}
		for range r.IntN(3) {
			words = append(words, madeUp(r, 2+r.IntN(2)))
		}
		t.Keywords = append(t.Keywords, strings.Join(words, " "))
	}
	return topics
}

var hundredBytes = []string{
	"@AcmeAir my flight was cancelled and I have been on hold for two hours, when will somebody answer me",
	"Just flew with Acme Air for the first time and I must say the crew was wonderful, would recommend it",
	"does anyone know whether the boarding pass of Acme works on the phone or do I still have to print it",
	"RT @someone: Acme Air opens a new route to the north this spring, tickets from tomorrow http://t.co/x",
	"I was charged twice for one seat and the refund still hasn't arrived after three weeks #AcmeFail smh",
	"so this is my seat for the next nine hours, with a window on the left and the wing in the middle lol",
	"thanks @AcmeAir for the quick help today, you found my bag and made our holiday, great service again",
	"the lounge in the second terminal is closed today, we wait at the gate and watch the rain come down.",
}

// What a reload costs.
func BenchmarkNew(b *testing.B) {
	for _, phrases := range []int{1_000, 100_000} {
		b.Run(fmt.Sprintf("phrases=%d", phrases), func(b *testing.B) {
			topics := manyTopics(phrases)
			b.ReportAllocs()
			for b.Loop() {
				classifier(b, classify.Config{Topics: topics})
			}
		})
	}
}
