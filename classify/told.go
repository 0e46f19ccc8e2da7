package classify

import (
	"math"

	"github.com/directdial/directdial"
)

// besides is the score from which a complaint is told beside praise that is
// surer, and praise beside such a complaint: what is likelier than not is never
// kept back. 700 would be right a little more often on tweets to airlines, but
// then "Best app ever!! But I was charged twice." is praise alone.
const besides = 500

var complaint, praise = tagIndex(directdial.Complaint), tagIndex(directdial.Ambassador)

// told says which tags are told by their sums: those that reach their floor. But
// praise and complaint speak against each other, and a threshold below one half
// tells what is less likely than not: where both reach theirs, the one that does
// so by less is told only if it is likelier than not.
func told(sums, floors [3]int) (out [3]bool) {
	for t := range sums {
		out[t] = sums[t] >= floors[t]
	}
	if out[complaint] && out[praise] {
		weaker := praise
		if sums[complaint]-floors[complaint] < sums[praise]-floors[praise] {
			weaker = complaint
		}
		out[weaker] = Probability(sums[weaker]) >= besides
	}
	return out
}

// never is the floor of a tag that is not told.
const never = math.MaxInt32

// floor returns the least sum whose Probability reaches score, from 1 to 1000.
func floor(score int) int { return steps[max(1, min(1000, score))-1] }
