package route

import (
	"context"
	"slices"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/index"
)

// wipeBatch is how many messages are overwritten before that is reported: some
// seconds of work, which a kill makes do again.
const wipeBatch = 200

// wipe overwrites the messages that the log says are erased, until ctx is done.
// The order is the safeguard: the log says it first, so a kill in between leaves
// a message that is still on the list, and the next start goes on with it.
func (r *Router) wipe(ctx context.Context) {
	var trouble backoff
	for {
		// Taken before the look, so that what changes meanwhile is not missed.
		changed := r.Changed()
		seqs, mentions := r.toErase(wipeBatch)
		err := r.overwrite(ctx, seqs, mentions)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			r.log.Warn().Err(err).Msg("erased messages could not be overwritten; trying again")
			if trouble.sleep(ctx) != nil {
				return
			}
			continue
		}
		trouble = backoff{}
		for len(seqs) > 0 && r.listed(seqs[0]) {
			if !r.wait(ctx, changed) {
				return
			}
			changed = r.Changed()
		}
		if len(seqs) == 0 && !r.wait(ctx, changed) {
			return
		}
	}
}

// wait returns when the log has changed, false if ctx is done.
func (r *Router) wait(ctx context.Context, changed <-chan struct{}) bool {
	select {
	case <-ctx.Done():
		return false
	case <-changed:
		return true
	}
}

// listed reports whether a message is on the list of those to overwrite.
func (r *Router) listed(seq uint64) bool { return r.db.Get(bErase, seqKey(seq)) != nil }

// toErase lists the first messages that are to be overwritten, and the mention of
// each.
func (r *Router) toErase(limit int) (seqs []uint64, mentions []directdial.Key) {
	_ = r.db.View(func(v index.Reader) {
		v.Scan(bErase, "", func(k string, mention []byte) bool {
			seqs, mentions = append(seqs, parseSeq(k)), append(mentions, directdial.Key(mention))
			return len(seqs) < limit
		})
	})
	return seqs, mentions
}

// overwrite makes messages unreadable on the disk and reports it. One that is
// not there any more is done.
func (r *Router) overwrite(ctx context.Context, seqs []uint64, mentions []directdial.Key) error {
	if len(seqs) == 0 {
		return nil
	}
	if r.erasing != nil {
		if err := r.erasing(slices.Compact(mentions)); err != nil {
			return err
		}
	}
	for _, seq := range seqs {
		err := r.bus.Erase(ctx, bus.Mentions, seq)
		if err != nil && directdial.KindOf(err) != directdial.NotFound {
			return err
		}
	}
	_, err := r.bus.Publish(ctx, bus.Actions, bus.Message{Subject: "actions.router.wiped", Data: encode(directdial.Action{
		V: directdial.ActionVersion, Kind: directdial.ActWiped, At: directdial.Clock(r.now()), Seqs: seqs,
	})})
	return err
}
