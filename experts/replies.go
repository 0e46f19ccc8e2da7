package experts

import (
	"context"
	"net/http"
	"time"

	"github.com/directdial/directdial"
)

// Listening is a channel that hears by itself what people do with its cards: a
// socket that it opens, a mailbox that it reads.
type Listening interface {
	// Listen takes answers to r until ctx ends. When it returns an error the
	// host backs off and calls it again; kind Gone ends it for good.
	Listen(ctx context.Context, r Replies) error
}

// Answered is a channel whose answers come in over HTTP. Its handler stands at
// /v1/channels/<name>/ on the public listener.
type Answered interface {
	Handler(r Replies) http.Handler
}

// Replies is where a channel takes what people do. Whoever calls has made sure
// who the person is: by the platform's signature, or by a signed link.
type Replies interface {
	// Act puts an action on the log and returns the router's judgement. Kind,
	// By, Surface, ID and what the kind needs are set by the caller, with
	// either Offer or Dial; the same ID again is the same action and returns
	// the same judgement. A refusal is a judgement, no error, and its Words are
	// for the person.
	Act(ctx context.Context, a directdial.Action) (directdial.Judgement, error)
	// Judged is the judgement of an action about an offer, as it is given to Act,
	// false if it was not put on the log, or the log keeps it no more.
	Judged(ctx context.Context, a directdial.Action) (directdial.Judgement, bool)
	// Refused counts what the channel refuses by itself: the card does not offer
	// it any more, or there is no such card. The person was told.
	Refused(reason directdial.Reason)
	// Who is the expert with that address on a channel.
	Who(ctx context.Context, channel, address string) (directdial.Expert, error)
	// Card is the card of an offer as it should be now.
	Card(ctx context.Context, offer string) (Card, error)
	// Home is what somebody has at this moment.
	Home(ctx context.Context, expert string) (Home, error)
	// Colleagues lists who may take the dial of an offer now, the best first, at
	// most 20: those whose name or id contains the words, all if there are none.
	Colleagues(ctx context.Context, offer, words string) ([]Colleague, error)
}

// Home is what a person has: their open dials, their grants, whether they are
// there.
type Home struct {
	Expert directdial.Expert
	Dials  []Card // open, oldest first
	Grants []Grant
	Duty   directdial.Duty
	Away   bool // said so by themselves; Until is when they are back
	Until  time.Time
}

// Grant is a grant as its holder is told of it.
type Grant struct {
	ID string
	directdial.Grant
	State   directdial.Reason // why the gate is closed; "" while it is open
	PerWeek int               // cards a week that such a grant brings, as the last four weeks tell; 0: they tell nothing
	ReadBy  time.Time         // a newer policy must be read by then; zero: it was
	Coach   string            // name of who coaches
	Only    bool              // of their grants, no other has not ended: it need not be named
}

// Colleague is somebody whom a dial can be passed to.
type Colleague struct {
	ID   string
	Name string
	Why  string // why they may take it, a few plain words
}

// Choice is one thing that a person can do about a card.
type Choice struct {
	Act    directdial.ActionKind
	Reason directdial.Reason // what it says; "" where Act says it all, or it is asked for
	Label  string            // "Take it"
}
