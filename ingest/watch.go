package ingest

import (
	"context"
	"time"

	"github.com/directdial/directdial"
)

// Watch is what the exchange says of posts that are worth another look, and of
// accounts that are ours.
type Watch interface {
	// Watched lists the posts of open dials and of those whose author is still
	// listened to after the answer.
	Watched() ([]Watched, error)
	// Post returns one of them as its platform knows it, Since being when it was
	// made; kind NotFound if its text is gone.
	Post(ctx context.Context, mention directdial.Key) (Post, error)
	// Changed returns a channel that is closed at the next change of a dial.
	Changed() <-chan struct{}
	// Account returns "<platform>:<identity>" of an author, as it is configured,
	// if that is an account of the brand or of a colleague; else "".
	Account(platform string, a directdial.Author) string
}

// Watched is one post that is worth another look.
type Watched struct {
	Mention directdial.Key
	Source  string    // that heard it
	Since   time.Time // its dial was opened, or answered
	Taken   time.Time // a colleague took the dial; zero if nobody has, or it is answered
}

// How often a post is looked at again, by how long its dial has been open or
// answered: often while somebody may be about to answer, seldom later.
var lookSchedule = []struct{ age, every time.Duration }{
	{time.Hour, 5 * time.Minute},
	{6 * time.Hour, 15 * time.Minute},
	{24 * time.Hour, time.Hour},
	{7 * 24 * time.Hour, 6 * time.Hour},
}

// lookSeldom is for what is older than the schedule.
const lookSeldom = 24 * time.Hour

// lookInterval is how often a post of that age is looked at.
func lookInterval(age time.Duration) time.Duration {
	for _, s := range lookSchedule {
		if age < s.age {
			return s.every
		}
	}
	return lookSeldom
}

// due reports whether a post is to be looked at now, and how urgent that is; the
// largest is the first. What was taken comes before all others: it is read again
// before it is answered.
func (w *Watched) due(last, now time.Time) (urgency float64, due bool) {
	if w.Taken.After(last) {
		return float64(now.Sub(w.Taken)) + 1e18, true
	}
	every := lookInterval(now.Sub(w.Since))
	overdue := now.Sub(last) - every
	return float64(overdue) / float64(every), overdue >= 0
}
