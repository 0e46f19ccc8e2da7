package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/directdial/directdial"
)

// MaxState bounds the state of a source, in bytes.
const MaxState = 256 << 10

// sourceState is the State of one source, and keeps its account beside it.
type sourceState struct {
	log    Log
	source string
	kind   string
	now    func() time.Time
	health *health
	// through is called when a state is safe and there is no more to read.
	through func(ctx context.Context) error

	mu sync.Mutex // the account is written beside the source
	// saved is what the log holds, if fresh says so.
	saved []byte
	fresh bool
}

// Load implements State.
func (s *sourceState) Load(ctx context.Context) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.load(ctx)
}

func (s *sourceState) load(ctx context.Context) ([]byte, error) {
	data, err := s.log.LoadState(ctx, s.source)
	if err != nil {
		return nil, fmt.Errorf("load the state of source %s: %w", s.source, err)
	}
	if data == nil {
		s.saved, s.fresh = nil, true
		return nil, nil
	}
	var m directdial.SourceState
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("read the state of source %s: %w", s.source, err)
	}
	if m.V > directdial.SourceStateVersion {
		return nil, fmt.Errorf("the state of source %s was written by a newer version of this program (format %d)", s.source, m.V)
	}
	if m.V < directdial.SourceStateVersion-1 || m.V < 1 {
		return nil, fmt.Errorf("the state of source %s has format %d, this program reads %d and the one before; update one version at a time",
			s.source, m.V, directdial.SourceStateVersion)
	}
	if m.Type != s.kind {
		// The name was given to a source of another type: its state means
		// nothing here.
		return nil, nil
	}
	s.health.recall(m.Account, m.At)
	s.saved, s.fresh = m.State, true
	return bytes.Clone(m.State), nil
}

// Save writes a state. One that is saved already is not written again, but
// says as well that the source got through.
func (s *sourceState) Save(ctx context.Context, state []byte) error {
	if err := s.write(ctx, state); err != nil {
		return err
	}
	return s.through(ctx)
}

// more writes the state of a source that goes on at once: it works, and has not
// caught up yet.
func (s *sourceState) more(ctx context.Context, state []byte) error {
	if err := s.write(ctx, state); err != nil {
		return err
	}
	s.health.ok()
	return nil
}

// keep writes the state of a source that got only part of the way: nothing is
// read twice, but it does not say that the source works.
func (s *sourceState) keep(ctx context.Context, state []byte) error {
	if err := s.write(ctx, state); err != nil {
		return err
	}
	s.health.partly()
	return nil
}

func (s *sourceState) write(ctx context.Context, state []byte) error {
	if len(state) > MaxState {
		return directdial.Errorf(directdial.Invalid, "the state of source %s has %d bytes, more than %d", s.source, len(state), MaxState)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fresh && bytes.Equal(s.saved, state) {
		return nil
	}
	return s.put(ctx, state)
}

// writeAccount writes the account beside the state that is saved.
func (s *sourceState) writeAccount(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.fresh {
		if _, err := s.load(ctx); err != nil {
			return err
		}
	}
	return s.put(ctx, s.saved)
}

// put is called with the lock held.
func (s *sourceState) put(ctx context.Context, state []byte) error {
	data, err := encode(directdial.SourceState{
		V: directdial.SourceStateVersion, At: directdial.Clock(s.now()), Type: s.kind, State: state, Account: s.health.remember(),
	})
	if err != nil {
		return err
	}
	// If the answer is lost, either state may be the one saved.
	s.fresh = false
	if err := s.log.SaveState(ctx, s.source, data); err != nil {
		return fmt.Errorf("save the state of source %s: %w", s.source, err)
	}
	s.saved, s.fresh = bytes.Clone(state), true
	return nil
}
