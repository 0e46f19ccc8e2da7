package experts

import (
	"context"

	"github.com/directdial/directdial"
)

// Exchange is what delivery asks of the exchange. The daemon implements it
// with the index and the log.
type Exchange interface {
	// Outbox lists the cards that are not as they should be, oldest offer
	// first: not delivered, or showing an older revision.
	Outbox(ctx context.Context) ([]Work, error)
	// Wait returns when the outbox may have changed since the last call.
	Wait(ctx context.Context) error
	// Claim puts a claim of an attempt on the log; kind Denied if the attempt
	// was claimed before. It is on disk when Claim returns nil.
	Claim(ctx context.Context, claim directdial.Action) error
	// Report puts the outcome of an attempt on the log.
	Report(ctx context.Context, outcome directdial.Action) error
	// Attempts lists claims and outcomes of an offer on a channel, oldest
	// first.
	Attempts(ctx context.Context, offer, channel string) ([]directdial.Action, error)
}

// Work is one card that is not as it should be.
type Work struct {
	Offer directdial.Offer
	To    directdial.Expert
	Card  Card // as it should be now
}
