package ingest

import (
	"context"
	"fmt"
	"time"

	"github.com/directdial/directdial"
)

// attendEvery is how often a receiver notes that it is there, and absent how
// long it may be away before that is a gap: senders try for as long at once.
const (
	attendEvery = time.Minute
	absent      = 3 * time.Minute
)

// Attend is the Source of a receiver whose sender does not keep what it could
// not deliver, and which cannot ask for it either. It notes in its state that
// it is there; when it starts after an absence, also one of the disk on which
// the state lies, it emits a Gap: what was posted meanwhile may be lost, and
// nobody can say how much. The query names what was posted in that Gap.
func Attend(query string, now func() time.Time) Source { return &attend{query, now} }

type attend struct {
	query string
	now   func() time.Time
}

// Run implements Source.
func (a *attend) Run(ctx context.Context, s State, emit Emit) error {
	saved, err := s.Load(ctx)
	if err != nil {
		return err
	}
	if saved != nil {
		var last time.Time
		if err := last.UnmarshalText(saved); err != nil {
			return fmt.Errorf("read the state: %w", err)
		}
		if now := a.now(); now.Sub(last) > absent {
			if _, err := emit(ctx, &directdial.Gap{Query: a.query, From: last, To: now, Cause: "outage", Missing: -1}); err != nil {
				return err
			}
		}
	}
	for ctx.Err() == nil {
		text, err := a.now().UTC().MarshalText()
		if err != nil {
			return err
		}
		if err := s.Save(ctx, text); err != nil {
			return err
		}
		if err := sleep(ctx, attendEvery); err != nil {
			return err
		}
	}
	return ctx.Err()
}
