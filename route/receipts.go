package route

import (
	"context"
	"encoding/json"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

// Receipts decides again on every receipt that the log has, and compares with
// what stands beside it. progress is told how many of how many steps are read.
func (r *Router) Receipts(ctx context.Context, progress func(done, of uint64)) (*directdial.Receipts, error) {
	state, err := r.bus.State(ctx, bus.Dials)
	if err != nil {
		return nil, err
	}
	all := &directdial.Receipts{First: state.First, Last: min(state.Last, r.Applied()), Changes: []directdial.ReceiptChange{}}
	err = r.bus.Read(ctx, bus.Dials, "", all.First, all.Last, func(msg *bus.Message) error {
		s, err := decodeStep(msg)
		if err != nil {
			return err
		}
		for i := range s.Events {
			if len(s.Events[i].Case) == 0 {
				continue
			}
			if err := again(all, msg.Seq, s, i); err != nil {
				return err
			}
		}
		if done := msg.Seq - all.First + 1; done%maxSteps == 0 {
			progress(done, all.Last-all.First+1)
		}
		return nil
	})
	return all, err
}

// again decides on the receipt of one event and enters it into the sums.
func again(all *directdial.Receipts, seq uint64, s *directdial.Step, i int) error {
	e := &s.Events[i]
	var c directdial.Case
	if err := json.Unmarshal(e.Case, &c); err != nil {
		return refuse("the receipt in step %d of DIALS cannot be read: %v", seq, err)
	}
	d := Decide(c)
	if all.Decided++; all.From.IsZero() {
		all.From = s.At
	}
	all.To = s.At
	if c.V != directdial.DecideVersion {
		if all.Older == nil {
			all.Older = map[int]int{}
		}
		all.Older[c.V]++
	}
	differ := contradictions(s.Events[i:], &d)
	if len(differ) == 0 {
		all.Equal++
		return nil
	}
	all.Differ++
	if c.V == directdial.DecideVersion {
		all.Damaged++
	}
	if len(all.Changes) < directdial.MaxChanges {
		all.Changes = append(all.Changes, directdial.ReceiptChange{
			Step: seq, Mention: c.Mention.Key, Dial: e.Dial, Version: c.V, Differs: differ,
		})
	}
	return nil
}

// contradictions says what a decision leads to other than what the first of these
// events, and what follows from it, tell.
func contradictions(events []directdial.Event, d *directdial.Decision) []string {
	e := &events[0]
	switch {
	case e.Kind == directdial.EvAccepted: // whoever takes a dial is let by the gate
		var c comparison
		c.compare("outcome", string(directdial.ToDial), string(d.Outcome))
		c.compare("expert", e.Expert, d.Expert)
		return c.differ
	case e.Kind == directdial.EvOffered && e.Mention != "" || e.Kind == directdial.EvSuppressed || e.Kind == directdial.EvParked:
		return differences(e, d)
	}
	before, after := recorded(events), choice(d)
	var c comparison
	c.compare("outcome", string(before.Outcome), string(after.Outcome))
	c.compare("tag", string(before.Tag), string(after.Tag))
	c.compare("topic", before.Topic, after.Topic)
	c.compare("expert", before.Expert, after.Expert)
	c.compare("owner", before.Owner, after.Owner)
	if e.Kind == directdial.EvJoined {
		return append(c.differ, differences(e, d)...)
	}
	c.compare("for", before.For, after.For)
	c.compare("until", instant(before.Until), instant(after.Until))
	if e.Kind == directdial.EvOffered {
		c.offer(e, d)
	}
	return c.differ
}
