package experts

import (
	"context"
	"time"

	"github.com/directdial/directdial"
)

// Exchange is what delivery asks of the exchange. The daemon implements it
// with the index and the log.
type Exchange interface {
	// Outbox lists the offers whose cards are not as they should be, oldest
	// first: not delivered, or showing an older revision. It looks at the index
	// only and costs little, because it is asked after every change.
	Outbox(ctx context.Context) ([]Work, error)
	// Card composes the card of an offer as it should be now. It is asked right
	// before the card is sent or changed; kind NotFound if there is no such
	// offer any more.
	Card(ctx context.Context, offer string) (Card, error)
	// Wait returns when the outbox may have changed since the last call.
	Wait(ctx context.Context) error
	// Claim puts a claim of an attempt on the log; kind Denied if the attempt
	// was claimed before. It is on disk when Claim returns nil.
	Claim(ctx context.Context, claim directdial.Action) error
	// Report puts the outcome of an attempt (delivered, failed, lapsed,
	// ambiguous, retry) or a change that was shown on the log. An attempt has
	// one outcome. A report whose answer was lost is repeated with the same id.
	Report(ctx context.Context, outcome directdial.Action) error
	// Attempts lists claims and outcomes of an offer on a channel, oldest
	// first. It is asked only about offers that another process began.
	Attempts(ctx context.Context, offer, channel string) ([]directdial.Action, error)
}

// Work is one offer whose card is not as it should be.
type Work struct {
	Offer directdial.Offer
	To    directdial.Expert
	// Accepted is when the mention behind the offer was accepted; zero if that
	// is not to be measured (a notice, a later hop).
	Accepted time.Time
}
