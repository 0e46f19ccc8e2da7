package route

import (
	"fmt"
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// answer closes the dial of a conversation in which an account of ours replied
// in public. What was answered before is no news.
func (r *Router) answer(w *writing, a *directdial.Action) []directdial.Event {
	d, ok := conversation(w.tx, subject{key: a.Mention, parents: []directdial.Key{a.Thread}})
	x := r.directory.Load()
	by := x.accountHolder(w.tx, a.Account)
	switch {
	case ok && !d.State.Open() || !d.Reopened.IsZero() && !a.At.After(d.Reopened):
		return nil
	case !ok:
		return []directdial.Event{refused(a, directdial.Unknown, "there is no dial for this conversation")}
	case by == "":
		return []directdial.Event{refused(a, directdial.Unknown, "the account is none of ours")}
	}
	at := directdial.Clock(a.At)
	if at.Before(d.Opened) {
		at = d.Opened
	}
	if at.After(w.at) {
		at = w.at
	}
	return []directdial.Event{{
		Kind: directdial.EvAnswered, Dial: d.ID, By: by, Expert: d.Holder, Tag: d.Tag, Topic: d.Topic, Source: a.Source, Since: at,
	}}
}

// withOutcome adds to what follows from an author who came back what that says
// of the answer: thanks and praise that it helped, a complaint or a question
// that it did not yet. Other words say nothing.
func withOutcome(events []directdial.Event, c *directdial.Case) []directdial.Event {
	i := slices.IndexFunc(events, func(e directdial.Event) bool { return e.Kind == directdial.EvReopened })
	if i < 0 {
		return events
	}
	back := &events[i]
	e := directdial.Event{
		Kind: directdial.EvOutcome, Dial: back.Dial, Mention: back.Mention, Expert: c.Dial.Holder, Tag: back.Tag, Topic: back.Topic,
	}
	switch c.Classification.Tag() {
	case directdial.Ambassador:
		e.Reason = directdial.Helped
	case directdial.Complaint, directdial.Question:
		e.Reason = directdial.NotYet
	default:
		return events
	}
	return append(events, e)
}

// correct is a person who knows better what became of an answer: who held the
// dial, a coach, or ops.
func (r *Router) correct(w *writing, a *directdial.Action) []directdial.Event {
	no := func(reason directdial.Reason, format string, args ...any) []directdial.Event {
		return []directdial.Event{refused(a, reason, fmt.Sprintf(format, args...))}
	}
	x, outcome := r.directory.Load(), directdial.Helped
	if a.Kind == directdial.ActNotYet {
		outcome = directdial.NotYet
	}
	if a.Dial == "" {
		a.Dial = directdial.DialOf(a.Offer)
	}
	d, ok := get[directdial.Dial](w.tx, bDials, a.Dial)
	switch {
	case !ok:
		return no(directdial.Unknown, "there is no dial %q", a.Dial)
	case a.By != ops && a.By != d.Holder && !slices.Contains(d.Previous, a.By) && !slices.Contains(x.Coaches, a.By):
		return no(directdial.NotHolder, "the dial is with %s", x.name(d.Holder))
	case d.State != directdial.Answered && d.Reopened.IsZero():
		return no(directdial.Closed, "nobody has answered it")
	}
	return []directdial.Event{{
		Kind: directdial.EvOutcome, Dial: d.ID, Expert: d.Holder, By: a.By, Action: a.ID, Reason: outcome, Tag: d.Tag, Topic: d.Topic,
	}}
}

// silence says of each dial whose author has said nothing since the answer, for
// long enough, that they are silent.
func (r *Router) silence(w *writing) {
	for _, id := range dueAnswered(w.tx, w.at) {
		if w.full() {
			return
		}
		d, _ := get[directdial.Dial](w.tx, bDials, id)
		w.step(directdial.Input{Kind: directdial.InputTimer, ID: id}, directdial.Event{
			Kind: directdial.EvOutcome, Dial: id, Expert: d.Holder, Reason: directdial.Silent, Tag: d.Tag, Topic: d.Topic,
		})
	}
}

// nextAnswered is when the next author is to be called silent.
func nextAnswered(r index.Reader) (at time.Time, ok bool) {
	r.Scan(bAnswered, "", func(k string, _ []byte) bool {
		at, _ = parseTimer(k)
		ok = true
		return false
	})
	return at, ok
}

func dueAnswered(r index.Reader, now time.Time) (dials []string) {
	r.Scan(bAnswered, "", func(k string, _ []byte) bool {
		at, dial := parseTimer(k)
		if at.After(now) {
			return false
		}
		dials = append(dials, string(dial))
		return len(dials) < maxSteps
	})
	return dials
}
