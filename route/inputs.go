package route

import (
	"context"
	"encoding/json"
	"sync"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

// inputs are the messages of MENTIONS and ACTIONS behind the positions of the
// log, in the order of each stream.
type inputs struct {
	bus      *bus.Bus
	mentions chan *bus.Message
	actions  chan *bus.Message
	failed   chan error
	group    sync.WaitGroup

	mention *bus.Message // read, not yet decided
	action  *bus.Message
	parked  []directdial.Key // to be decided anew under a new plan
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
	mentions, actions, _ := r.Position()
	in.group.Add(2)
	go read(bus.Mentions, mentions, in.mentions)
	go read(bus.Actions, actions, in.actions)
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
	left := 0
	err := in.bus.Read(ctx, bus.Mentions, "", from, to, func(*bus.Message) error {
		left++
		return nil
	})
	return err == nil && left == 0, err
}

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

func decodeAction(m *bus.Message) (a directdial.Action, err error) {
	if err := json.Unmarshal(m.Data, &a); err != nil {
		return a, directdial.Errorf(directdial.Invalid, "action %d: %w", m.Seq, err)
	}
	if a.V > directdial.ActionVersion {
		return a, directdial.Errorf(directdial.Invalid, "action %d has version %d, this program reads up to %d", m.Seq, a.V, directdial.ActionVersion)
	}
	return a, nil
}

func decodeMention(m *bus.Message) (*directdial.Mention, error) {
	var v directdial.Mention
	if err := json.Unmarshal(m.Data, &v); err != nil {
		return nil, err
	}
	if v.V > directdial.MentionVersion {
		return nil, directdial.Errorf(directdial.Invalid, "version %d, this program reads up to %d", v.V, directdial.MentionVersion)
	}
	return &v, v.Check()
}
