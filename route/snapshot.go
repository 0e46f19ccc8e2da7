package route

import (
	"bytes"
	"context"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/index"
)

const (
	// partSize is how much of a snapshot one step holds. In base64 it stays
	// well below the size of a message.
	partSize = 512 << 10
	// A snapshot is made when there is something to cut off the log, at most so
	// often, or when so many steps would have to be folded without it.
	snapshotEvery = 24 * time.Hour
	snapshotSteps = 100_000
	// snapshotSubject is where the steps of snapshots stand.
	snapshotSubject = "dials.snapshot.-.-"
	// snapshotKey is where the index keeps what the newest snapshot is.
	snapshotKey = "snapshot"
)

// snapshotted is the newest snapshot on the log.
type snapshotted struct {
	Step  uint64    `json:"step"`  // it is the index behind this step
	First uint64    `json:"first"` // sequence of its first part
	Whole bool      `json:"whole,omitempty"`
	Sum   string    `json:"sum"`
	Next  int       `json:"next"` // part
	At    time.Time `json:"at"`
}

// snapshotPart notes that a part of a snapshot is on the log.
func (f *folder) snapshotPart(e *directdial.Event) {
	p := e.Snapshot
	if p == nil {
		return
	}
	s, _ := get[snapshotted](f.tx, bMeta, snapshotKey)
	switch {
	case p.Part == 1:
		s = snapshotted{Step: p.Step, First: f.seq, Sum: p.Sum, At: f.step.At}
	case p.Sum != s.Sum || p.Part != s.Next || s.Whole:
		return // of one that was broken off
	}
	s.Next, s.Whole = p.Part+1, p.Part == p.Parts
	put(f.tx, bMeta, snapshotKey, s)
}

// Snapshot puts the index as it is now on the log, and returns when all of it is
// there.
func (r *Router) Snapshot(ctx context.Context) error {
	var data bytes.Buffer
	var m meta
	var failed error
	err := r.db.View(func(v index.Reader) {
		m, _ = get[meta](v, bMeta, "log")
		failed = writeIndex(&data, v)
	})
	if err != nil || failed != nil {
		return firstError(err, failed)
	}
	parts := partsOf(data.Bytes(), r.partSize, m)
	for _, p := range parts {
		select {
		case r.parts <- directdial.Event{Kind: directdial.EvSnapshot, Snapshot: p}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return r.awaitSnapshot(ctx, parts[0].Sum)
}

// partWithin is how long a part may take to reach the log. What a failed write
// took with it does not come any more; the next try makes another snapshot.
const partWithin = time.Minute

// awaitSnapshot returns when a snapshot is whole on the log.
func (r *Router) awaitSnapshot(ctx context.Context, sum string) error {
	bounded, cancel := context.WithTimeout(ctx, partWithin)
	defer cancel()
	for {
		changed := r.Changed()
		if s, ok := get[snapshotted](r.db, bMeta, snapshotKey); ok && s.Sum == sum && s.Whole {
			return nil
		}
		if !r.wait(bounded, changed) {
			return directdial.Errorf(directdial.Temporary, "the snapshot is not whole on the log: %w", bounded.Err())
		}
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// partsOf cuts a snapshot into what fits a step.
func partsOf(data []byte, size int, m meta) []*directdial.SnapshotPart {
	n := (len(data) + size - 1) / size
	sum := directdial.Hash(data)
	parts := make([]*directdial.SnapshotPart, n)
	for i := range parts {
		parts[i] = &directdial.SnapshotPart{
			Step: m.Applied, Hash: m.Hash, Fold: foldVersion, Part: i + 1, Parts: n, Sum: sum,
			Data: data[i*size : min((i+1)*size, len(data))],
		}
	}
	return parts
}

// newestSnapshot reads the newest whole snapshot from the log; nil if there is
// none.
func newestSnapshot(ctx context.Context, log Log) (*directdial.SnapshotPart, []byte, error) {
	state, err := log.State(ctx, bus.Dials)
	if err != nil {
		return nil, nil, err
	}
	var newest *directdial.SnapshotPart
	var whole, coming []byte
	var of *directdial.SnapshotPart
	err = log.Read(ctx, bus.Dials, snapshotSubject, state.First, state.Last, func(msg *bus.Message) error {
		step, err := decodeStep(msg)
		if err != nil {
			return err
		}
		for _, e := range step.Events {
			p := e.Snapshot
			switch {
			case p == nil:
				continue
			case p.Part == 1:
				coming = append([]byte(nil), p.Data...)
			case of == nil || p.Sum != of.Sum || p.Part != of.Part+1:
				of = nil
				continue
			default:
				coming = append(coming, p.Data...)
			}
			if of = p; p.Part == p.Parts && directdial.Hash(coming) == p.Sum {
				newest, whole = p, coming
			}
		}
		return nil
	})
	return newest, whole, err
}

// loadSnapshot makes an empty index the one of the newest snapshot on the log,
// and reports whether there is one.
func (r *Router) loadSnapshot(ctx context.Context, db *index.DB) (bool, error) {
	of, data, err := newestSnapshot(ctx, r.bus)
	if err != nil || of == nil {
		return false, err
	}
	entry, ok := entryReaders[of.Fold]
	if !ok {
		return false, refuse("the snapshot at step %d of DIALS is of version %d of the index, this program reads %d and the one before: start the program that wrote it, and update one version at a time", of.Step, of.Fold, foldVersion)
	}
	if err := db.Clear(); err != nil { // what a kill left of an earlier try
		return false, err
	}
	tx, n := db.Begin(), 0
	keep := func(bucket, key string, value []byte) error {
		tx.Put(bucket, key, value)
		if n++; n%commitPending == 0 {
			tx.Confirm()
			return db.Commit()
		}
		return nil
	}
	err = readIndex(bytes.NewReader(data), func(bucket, key string, value []byte) error {
		return entry(keep, bucket, key, value)
	})
	if err != nil {
		return false, refuse("the snapshot at step %d of DIALS cannot be read: %v", of.Step, err)
	}
	tx.Confirm()
	if err := db.Commit(); err != nil {
		return false, err
	}
	m, _ := get[meta](db, bMeta, "log")
	if m.Applied != of.Step || m.Hash != of.Hash {
		return false, refuse("the snapshot at step %d of DIALS is the index of step %d", of.Step, m.Applied)
	}
	m.V = foldVersion // in which it is now
	put(tx, bMeta, "log", m)
	tx.Confirm()
	return true, db.Commit()
}
