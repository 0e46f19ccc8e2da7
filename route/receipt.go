package route

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/index"
)

// Receipt reads the decision about a mention from the log and repeats it.
// Kind NotFound if the mention is not known, Gone if what became of it was no
// decision: its post was deleted while it was parked, its text is gone.
func (r *Router) Receipt(ctx context.Context, mention directdial.Key) (*directdial.Receipt, error) {
	rec, ok := get[directdial.MentionRecord](r.db, bMentions, string(mention))
	if !ok {
		return nil, directdial.Errorf(directdial.NotFound, "there is no such mention")
	}
	msg, err := r.bus.Get(ctx, bus.Dials, rec.Step)
	if err != nil && directdial.KindOf(err) == directdial.NotFound {
		return nil, directdial.Errorf(directdial.NotFound, "the receipt of this decision is gone: the log keeps who did what for as long as retention.people says")
	}
	if err != nil {
		return nil, err
	}
	step, err := decodeStep(msg)
	if err != nil {
		return nil, err
	}
	for _, e := range step.Events {
		if e.Mention != mention || len(e.Case) == 0 {
			continue
		}
		receipt := &directdial.Receipt{Step: rec.Step, At: step.At, Event: e}
		if err := json.Unmarshal(e.Case, &receipt.Case); err != nil {
			return nil, err
		}
		receipt.Event.Case = nil
		if first := step.Events[0]; first.Kind == directdial.EvReplayed {
			receipt.Replayed = first.By
		}
		receipt.Version = receipt.Case.V
		receipt.Decision = Decide(receipt.Case)
		receipt.Differs = differences(&receipt.Event, &receipt.Decision)
		receipt.Equal = receipt.Version == directdial.DecideVersion && len(receipt.Differs) == 0
		return receipt, nil
	}
	if rec.State == directdial.DeadLetter {
		return nil, directdial.Errorf(directdial.Gone, "the mention is a dead letter: nobody decided about it (step %d). `directdial replay` says what is wrong with it, and has it decided", rec.Step)
	}
	return nil, directdial.Errorf(directdial.Gone, "the mention is %s: %s; that was not decided, it happened (step %d)", rec.State, rec.Reason, rec.Step)
}

// OfferCase returns the case behind an offer and what was decided on it.
func (r *Router) OfferCase(ctx context.Context, o directdial.Offer) (c directdial.Case, d directdial.Decision, err error) {
	msg, err := r.bus.Get(ctx, bus.Dials, o.Step)
	if err != nil {
		return c, d, err
	}
	step, err := decodeStep(msg)
	if err != nil {
		return c, d, err
	}
	for _, e := range step.Events {
		// Where an author came back, the case stands with what they wrote.
		if (e.Offer == o.ID || e.Dial == o.Dial) && len(e.Case) > 0 {
			err = json.Unmarshal(e.Case, &c)
			return c, Decide(c), err
		}
	}
	return c, d, directdial.Errorf(directdial.NotFound, "step %d holds no case of offer %s", o.Step, o.ID)
}

// GrantedByName reports whether one of the grants that let an expert have the
// case names its topic; those that do not are for "*".
func GrantedByName(c *directdial.Case, expert string) bool {
	return slices.ContainsFunc(c.Candidates, func(k directdial.Candidate) bool {
		return k.Expert == expert && permitted(c, &k).named
	})
}

// differences says what a decision leads to other than what an event about a
// mention tells.
func differences(e *directdial.Event, d *directdial.Decision) []string {
	outcome := map[directdial.EventKind]directdial.Outcome{
		directdial.EvSuppressed: directdial.ToSuppress, directdial.EvParked: directdial.ToPark,
		directdial.EvJoined: directdial.ToJoin, directdial.EvOffered: directdial.ToDial,
	}[e.Kind]
	var c comparison
	c.compare("tag", string(e.Tag), string(d.Tag))
	c.compare("topic", e.Topic, d.Topic)
	c.compare("unsure", strconv.FormatBool(e.Unsure), strconv.FormatBool(d.Unsure))
	if e.Kind == directdial.EvJoined { // what follows from it stands behind it
		c.compare("dial", e.Dial, d.Dial)
		c.compare("burst", strconv.FormatBool(e.Burst), strconv.FormatBool(d.Burst))
		return c.differ
	}
	c.compare("outcome", string(outcome), string(d.Outcome))
	c.compare("reason", string(e.Reason), string(d.Reason))
	c.compare("owner", e.Owner, d.Owner)
	c.compare("for", e.For, d.For)
	if e.Kind == directdial.EvParked { // of an offer it is the end of the grant
		c.compare("until", instant(e.Until), instant(d.Until))
	}
	c.offer(e, d)
	return c.differ
}

// comparison collects what is other now than it was then.
type comparison struct{ differ []string }

func (c *comparison) compare(what, then, now string) {
	if then != now {
		c.differ = append(c.differ, fmt.Sprintf("%s: %s then, %s now", what, cmp.Or(then, "none"), cmp.Or(now, "none")))
	}
}

// offer compares who is dialled, how and for how long.
func (c *comparison) offer(e *directdial.Event, d *directdial.Decision) {
	c.compare("expert", e.Expert, d.Expert)
	c.compare("channel", e.Channel, d.Channel)
	c.compare("send before", instant(e.SendBefore), instant(d.SendBefore))
	c.compare("accept by", instant(e.AcceptBy), instant(d.AcceptBy))
	c.compare("answer by", instant(e.AnswerBy), instant(d.AnswerBy))
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// pastCase is the case behind the first post of a dial, from the log or from
// the steps that are about to be written.
func (r *Router) pastCase(ctx context.Context, w *writing, d *directdial.Dial) (c directdial.Case, err error) {
	x := r.directory.Load()
	rec, ok := get[directdial.MentionRecord](w.tx, bMentions, string(d.Mentions[0]))
	if !ok {
		return x.lostCase(w.tx, w.at, d, d.Mentions[0], d.Opened), nil
	}
	var data []byte
	if rec.Step > w.last {
		data = w.messages[rec.Step-w.last-1].Data
	} else {
		msg, err := r.bus.Get(ctx, bus.Dials, rec.Step)
		if err != nil && directdial.KindOf(err) == directdial.NotFound {
			return x.lostCase(w.tx, w.at, d, rec.Key, rec.Accepted), nil
		}
		if err != nil {
			return c, err
		}
		data = msg.Data
	}
	var step directdial.Step
	if err := json.Unmarshal(data, &step); err != nil {
		return c, err
	}
	for _, e := range step.Events {
		if e.Mention == rec.Key && len(e.Case) > 0 {
			return c, json.Unmarshal(e.Case, &c)
		}
	}
	return x.lostCase(w.tx, w.at, d, rec.Key, rec.Accepted), nil
}

// lostCase stands in for the first case of a dial that is not to be found: the
// log was cut behind it, and the author of an old dial came back. The dial says
// enough to go on with, and nothing that is missing may stop the router.
func (x *directory) lostCase(r index.Reader, at time.Time, d *directdial.Dial, first directdial.Key, said time.Time) directdial.Case {
	s := subject{key: first, mention: directdial.CaseMention{Key: first, Platform: d.Platform, Said: said}}
	if d.Tag != "" {
		s.classification.Tags = []directdial.TagScore{{Tag: d.Tag, Score: 1000}}
	}
	if d.Topic != "" {
		s.classification.Topics = []directdial.TopicScore{{Topic: d.Topic, Score: 1000}}
	}
	return x.freshCase(r, at, s)
}
