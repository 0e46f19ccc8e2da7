package route

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/index"
)

// cutLog makes a snapshot where one is due, and cuts off the log what is past the
// retention of people: steps name who did what. Nothing is cut before the
// newest snapshot was read back from the log and found to lead to the index as
// it is.
func (r *Router) cutLog(ctx context.Context) error {
	state, err := r.bus.State(ctx, bus.Dials)
	if err != nil {
		return err
	}
	upTo, err := r.oldSteps(ctx, state)
	if err != nil {
		return err
	}
	newest, _ := get[snapshotted](r.db, bMeta, snapshotKey)
	if r.snapshotDue(newest, upTo >= state.First) {
		if err := r.Snapshot(ctx); err != nil {
			return err
		}
		newest, _ = get[snapshotted](r.db, bMeta, snapshotKey)
	}
	if !newest.Whole || upTo < state.First {
		return nil
	}
	if r.verified != newest.Sum {
		if err := r.verify(ctx); err != nil {
			return fmt.Errorf("the snapshot at step %d does not lead to the index as it is, so nothing is cut: %w", newest.Step, err)
		}
		r.verified = newest.Sum
	}
	if err := r.eraseParts(ctx, state.First, newest.First); err != nil {
		return err
	}
	return r.bus.Purge(ctx, bus.Dials, min(upTo, newest.Step)+1)
}

// snapshotDue reports whether another snapshot should be made.
func (r *Router) snapshotDue(newest snapshotted, toCut bool) bool {
	if r.Applied()-newest.Step >= snapshotSteps {
		return true
	}
	return toCut && (!newest.Whole || r.now().Sub(newest.At) >= snapshotEvery)
}

// oldSteps is the sequence of DIALS up to which all steps are past the retention
// of people and nothing is the receipt of an open dial or of a parked mention; 0
// if there are none.
func (r *Router) oldSteps(ctx context.Context, state bus.State) (uint64, error) {
	keep := r.retention.Load().People
	if keep <= 0 || state.Msgs == 0 {
		return 0, nil
	}
	young, err := firstSince(ctx, r.bus, bus.Dials, state.First, min(r.Applied(), state.Last)+1, r.now().Add(-keep))
	if err != nil {
		return 0, err
	}
	receipt := func(v index.Reader, mention directdial.Key) {
		if rec, ok := get[directdial.MentionRecord](v, bMentions, string(mention)); ok {
			young = min(young, rec.Step)
		}
	}
	err = r.db.View(func(v index.Reader) {
		v.Scan(bParked, "", func(key string, _ []byte) bool {
			receipt(v, directdial.Key(key))
			return true
		})
		v.Scan(bOpen, "", func(id string, _ []byte) bool {
			d, _ := get[directdial.Dial](v, bDials, id)
			receipt(v, d.Mentions[0])
			if o, ok := get[directdial.Offer](v, bOffers, directdial.OfferID(d.ID, d.Hop)); ok {
				young = min(young, o.Step)
			}
			return true
		})
	})
	return young - 1, err
}

// verify reads the newest snapshot back from the log as a start would, folds on
// from there, and compares every bucket with the index as it is.
func (r *Router) verify(ctx context.Context) (err error) {
	path := r.db.Path() + ".verify"
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err // of a verification that was killed
	}
	db, err := index.Open(path, Buckets()...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close(), os.Remove(path)) }()
	if found, err := r.loadSnapshot(ctx, db); err != nil || !found {
		return firstError(err, errors.New("there is no whole snapshot on the log"))
	}
	var failed error
	err = r.db.View(func(live index.Reader) {
		m, _ := get[meta](live, bMeta, "log")
		if failed = r.foldInto(ctx, db, m.Applied); failed != nil {
			return
		}
		for _, bucket := range Buckets() {
			if failed = equal(bucket, live, db); failed != nil {
				return
			}
		}
	})
	return firstError(err, failed)
}

// foldInto folds the log into an index that is the fold of its beginning.
func (r *Router) foldInto(ctx context.Context, db *index.DB, to uint64) error {
	m, _ := get[meta](db, bMeta, "log")
	tx, prev, n := db.Begin(), m.Hash, 0
	err := r.bus.Read(ctx, bus.Dials, "", m.Applied+1, to, func(msg *bus.Message) error {
		step, err := decodeStep(msg)
		if err != nil {
			return err
		}
		if step.Prev != prev {
			return refuse("step %d of DIALS does not follow the one before it", msg.Seq)
		}
		prev = directdial.Hash(msg.Data)
		fold(tx, msg.Seq, prev, step)
		tx.Confirm()
		if n++; n%maxSteps == 0 {
			return db.Commit()
		}
		return nil
	})
	return firstError(err, db.Commit())
}

// equal compares a bucket of two indexes; the error says where they differ.
func equal(bucket string, a, b index.Reader) (err error) {
	n := 0
	a.Scan(bucket, "", func(key string, value []byte) bool {
		n++
		if other := b.Get(bucket, key); other == nil || !bytes.Equal(value, other) {
			err = fmt.Errorf("%s differs at %q", bucket, key)
		}
		return err == nil
	})
	if err != nil {
		return err
	}
	b.Scan(bucket, "", func(string, []byte) bool { n--; return true })
	if n != 0 {
		return fmt.Errorf("%s has %d entries more on one side", bucket, n)
	}
	return nil
}

// eraseParts removes the parts of earlier snapshots, [from, to) in DIALS. They
// are behind the verified one, where nobody folds any more.
func (r *Router) eraseParts(ctx context.Context, from, to uint64) error {
	var seqs []uint64
	err := r.bus.Read(ctx, bus.Dials, snapshotSubject, from, to-1, func(m *bus.Message) error {
		seqs = append(seqs, m.Seq)
		return nil
	})
	if err != nil {
		return err
	}
	newest, _ := get[snapshotted](r.db, bMeta, snapshotKey)
	for _, seq := range seqs {
		if seq > newest.Step {
			continue // it is folded at a start from this snapshot
		}
		if err := r.bus.Erase(ctx, bus.Dials, seq); err != nil && directdial.KindOf(err) != directdial.NotFound {
			return err
		}
	}
	return nil
}
