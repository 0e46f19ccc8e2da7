package route

import (
	"context"
	"encoding/json"
	"errors"
	"sync"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

// inputs are the messages of MENTIONS and ACTIONS behind the positions of the
// log, in the order of each stream.
type inputs struct {
	bus      Log
	mentions chan *bus.Message
	actions  chan *bus.Message
	failed   chan error
	group    sync.WaitGroup

	mention *bus.Message // read, not yet decided
	action  *bus.Message
	parked  []directdial.Key   // to be decided anew under a new plan
	open    []string           // dials for whose holder the gate is asked under a new plan
	parts   []directdial.Event // of a snapshot
	// expiring is what is past its retention; it may be dropped, it is found again.
	expiring []directdial.Event
}

// follow reads both streams on from the positions of the index.
func (r *Router) follow(ctx context.Context) *inputs {
	in := &inputs{
		bus:      r.bus,
		mentions: make(chan *bus.Message, maxSteps),
		actions:  make(chan *bus.Message, maxSteps),
		failed:   make(chan error, 2),
	}
	read := func(s bus.Stream, after uint64, to chan<- *bus.Message) {
		defer in.group.Done()
		in.failed <- r.bus.Follow(ctx, s, after+1, nil, func(m *bus.Message) error {
			select {
			case to <- m:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}
	at, _ := get[meta](r.db, bMeta, "log")
	in.group.Add(2)
	go read(bus.Mentions, at.Mentions, in.mentions)
	go read(bus.Actions, at.Actions, in.actions)
	return in
}

// wait returns when nothing reads any more.
func (in *inputs) wait() { in.group.Wait() }

// mentionsIfOpen is the channel to wait on: nil, which never yields, while the
// one read before is not yet decided.
func (in *inputs) mentionsIfOpen() <-chan *bus.Message {
	if in.mention != nil {
		return nil
	}
	return in.mentions
}

func (in *inputs) actionsIfOpen() <-chan *bus.Message {
	if in.action != nil {
		return nil
	}
	return in.actions
}

// next returns the next message to decide, nil if none is there. An action
// waits for the mentions that it presupposes.
func (in *inputs) next(ctx context.Context, position uint64) (mention, action *bus.Message, err error) {
	if in.action == nil {
		in.action = poll(in.actions)
	}
	if in.action != nil && presupposes(in.action) <= position {
		action, in.action = in.action, nil
		return nil, action, nil
	}
	if in.mention == nil {
		in.mention = poll(in.mentions)
	}
	if in.mention != nil {
		mention, in.mention = in.mention, nil
		return mention, nil, nil
	}
	if in.action != nil {
		gone, err := in.gone(ctx, position+1, presupposes(in.action))
		if gone {
			action, in.action = in.action, nil
		}
		return nil, action, err
	}
	return nil, nil, nil
}

// gone reports whether all mentions from one sequence to another were erased,
// so that nobody need wait for them.
func (in *inputs) gone(ctx context.Context, from, to uint64) (bool, error) {
	err := in.bus.Read(ctx, bus.Mentions, "", from, to, func(*bus.Message) error { return errThere })
	if errors.Is(err, errThere) {
		return false, nil
	}
	return err == nil, err
}

var errThere = errors.New("it is there")

func poll(c <-chan *bus.Message) *bus.Message {
	select {
	case m := <-c:
		return m
	default:
		return nil
	}
}

// presupposes is the position in MENTIONS that an action waits for.
func presupposes(m *bus.Message) uint64 {
	var a struct{ After uint64 }
	if json.Unmarshal(m.Data, &a) != nil {
		return 0 // judged, and refused, as it is
	}
	return a.After
}

// maxAction bounds an action. What a refusal repeats of it must fit a step.
const maxAction = 64 << 10

// decodeAction reads an action. What it returns beside an error is fit to be
// named in a refusal.
func decodeAction(m *bus.Message) (directdial.Action, error) {
	var a directdial.Action
	if len(m.Data) > maxAction {
		return a, directdial.Errorf(directdial.Invalid, "action %d has %d bytes, at most %d are read", m.Seq, len(m.Data), maxAction)
	}
	if err := actionReaders.read(m.Data, directdial.ActionVersion, &a); err != nil {
		// What can be read of it is named in the refusal.
		if json.Unmarshal(m.Data, &a) != nil {
			a = directdial.Action{}
		}
		return a, directdial.Errorf(directdial.Invalid, "action %d: %w", m.Seq, err)
	}
	return a, nil
}

// decodeMention reads a mention and checks it as if it came from outside: the
// stream may have been written by another program.
func decodeMention(m *bus.Message) (*directdial.Mention, error) {
	var v directdial.Mention
	if err := mentionReaders.read(m.Data, directdial.MentionVersion, &v); err != nil {
		return nil, directdial.Errorf(directdial.Invalid, "mention %d: %w", m.Seq, err)
	}
	switch {
	case !directdial.ValidName(v.Source):
		return nil, &directdial.Error{Kind: directdial.Invalid, Field: "source", Msg: "is no name of a source"}
	case v.AcceptedAt.IsZero():
		return nil, &directdial.Error{Kind: directdial.Invalid, Field: "accepted_at", Msg: "is missing"}
	}
	return &v, v.Check()
}
