package route

import (
	"context"
	"fmt"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

// Recover makes the index the fold of the whole log, or refuses when it is the
// index of another log. Refusals have kind Invalid and say what to type.
func (r *Router) Recover(ctx context.Context) error {
	r.me = ""
	m, ok := get[meta](r.db, bMeta, "log")
	if ok && m.V != foldVersion {
		r.log.Info().Int("from", m.V).Int("to", foldVersion).Msg("another version of the index: folding the log anew")
		if err := r.db.Clear(); err != nil {
			return err
		}
		m = meta{}
	}
	err := r.guard(ctx, m)
	if err != nil {
		return err
	}
	if m, err = r.startFromSnapshot(ctx, m); err != nil {
		return err
	}
	r.announce(m)
	if err := r.catchUp(ctx); err != nil {
		return err
	}
	r.planFrom(r.Applied())
	return r.guardInputs(ctx)
}

// startFromSnapshot begins with the newest snapshot where there is no index, or
// one that ends before the log begins.
func (r *Router) startFromSnapshot(ctx context.Context, m meta) (meta, error) {
	state, err := r.bus.State(ctx, bus.Dials)
	if err != nil {
		return m, err
	}
	if m.Applied > 0 && m.Applied+1 >= state.First {
		return m, nil
	}
	found, err := r.loadSnapshot(ctx, r.db)
	switch {
	case err != nil:
		return m, err
	case !found && state.Msgs > 0 && state.First > 1:
		return m, refuse("DIALS begins at %d, and there is no whole snapshot of the index of before", state.First)
	case found:
		m, _ = get[meta](r.db, bMeta, "log")
		r.log.Info().Uint64("step", m.Applied).Msg("starting from the snapshot at this step of the log")
	}
	return m, nil
}

// guard refuses a log that is shorter than the index, or another one. A last
// entry that was erased tells nothing and is borne.
func (r *Router) guard(ctx context.Context, m meta) error {
	if m.Applied == 0 {
		return nil
	}
	state, err := r.bus.State(ctx, bus.Dials)
	if err != nil {
		return err
	}
	if state.Last < m.Applied {
		return refuse("DIALS ends at %d, but the index has read it up to %d: the log was cut or another one was put in its place", state.Last, m.Applied)
	}
	last, err := r.bus.Get(ctx, bus.Dials, m.Applied)
	switch {
	case err != nil && directdial.KindOf(err) == directdial.NotFound:
	case err != nil:
		return err
	case directdial.Hash(last.Data) != m.Hash:
		return refuse("step %d of DIALS is not the one that the index has read: this is another log", m.Applied)
	}
	return r.guardKey(m.Key) // of the index, and so of the log: they belong together
}

// guardKey refuses a log that was written with another key: nothing in it would
// be recognised, and every mention would be dialled again.
func (r *Router) guardKey(fingerprint string) error {
	if fingerprint == "" || fingerprint == r.keys.Fingerprint() {
		return nil
	}
	return &directdial.Error{Kind: directdial.Invalid, Msg: `the key in the data directory is not the one that this log was written with. Nothing was changed.
Put the right one back; every backup has it: cp BACKUP/key DATA_DIR/key`}
}

// guardInputs refuses input streams that are shorter than what was read of
// them: their sequences would be given out a second time.
func (r *Router) guardInputs(ctx context.Context) error {
	mentions, actions, _ := r.Position()
	for _, in := range []struct {
		stream bus.Stream
		read   uint64
	}{{bus.Mentions, mentions}, {bus.Actions, actions}} {
		state, err := r.bus.State(ctx, in.stream)
		if err != nil {
			return err
		}
		if state.Last < in.read {
			return refuse("%s ends at %d, but the log says that it was read up to %d", in.stream, state.Last, in.read)
		}
	}
	return nil
}

// refuse is the error for a data directory that does not hold together.
func refuse(format string, args ...any) error {
	return &directdial.Error{Kind: directdial.Invalid, Msg: fmt.Sprintf(format, args...) +
		`. Nothing was changed.
If the index is the stale one (the log is right), fold it again:   mv DATA_DIR/index.db DATA_DIR/index.db.old && directdial run
If the log was lost or restored in part, restore the whole backup: directdial restore BACKUP`}
}

// catchUp folds DIALS from where the index is to its end. After a write whose
// answer was lost this finds out what became of it. A step by another writer
// after ours began is ErrStale.
func (r *Router) catchUp(ctx context.Context) error {
	state, err := r.bus.State(ctx, bus.Dials)
	if err != nil {
		return err
	}
	m, _ := get[meta](r.db, bMeta, "log")
	tx := r.db.Begin()
	prev, n, stale := m.Hash, 0, false
	err = r.bus.Read(ctx, bus.Dials, "", m.Applied+1, state.Last, func(msg *bus.Message) error {
		step, err := decodeStep(msg)
		if err != nil {
			return err
		}
		if step.Prev != prev {
			return refuse("step %d of DIALS does not follow the one before it: the log was changed or is not whole", msg.Seq)
		}
		prev = directdial.Hash(msg.Data)
		if unknown := fold(tx, msg.Seq, prev, step); len(unknown) > 0 {
			r.log.Warn().Uint64("step", msg.Seq).Any("kinds", unknown).Msg("events of an unknown kind were skipped")
			r.metrics.unknown.Add(float64(len(unknown)))
		}
		if err := tx.Unfit(); err != nil {
			r.log.Error().Err(err).Uint64("step", msg.Seq).Msg("the index cannot keep all that a step says; that was skipped")
		}
		if step.Input.Kind == directdial.InputStart {
			if err := r.guardKey(step.Events[0].Detail); err != nil {
				return err
			}
		}
		if step.Input.Kind == directdial.InputStart && r.me != "" {
			r.tookOver = step.Input.ID == r.me
			stale = !r.tookOver
		}
		tx.Confirm()
		r.note(step)
		if n++; n%maxSteps == 0 {
			return r.db.Commit()
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := r.db.Commit(); err != nil {
		return err
	}
	m, _ = get[meta](r.db, bMeta, "log")
	if m.Applied < state.Last {
		return refuse("DIALS ends at %d, but can be read up to %d only: its end is damaged", state.Last, m.Applied)
	}
	r.announce(m)
	if stale {
		return &directdial.Error{Kind: directdial.Denied, Err: ErrStale}
	}
	return nil
}

func decodeStep(msg *bus.Message) (*directdial.Step, error) {
	var s directdial.Step
	if err := stepReaders.read(msg.Data, directdial.StepVersion, &s); err != nil {
		return nil, refuse("step %d of DIALS cannot be read: %v: start the program that wrote it", msg.Seq, err)
	}
	return &s, nil
}
