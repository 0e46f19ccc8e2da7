package route

import (
	"time"

	"github.com/directdial/directdial"
)

// presence is somebody who is not there, or is there again. What they hold goes
// on at once.
func (f *folder) presence(e *directdial.Event) {
	l, _ := get[load](f.tx, bExperts, e.Expert)
	l.Away = nil
	if e.Kind == directdial.EvAway {
		l.Away = &absence{Since: f.step.At, Until: e.Until}
	}
	put(f.tx, bExperts, e.Expert, l)
	if e.Kind == directdial.EvAway {
		f.askAgain(e.Expert)
	}
}

// reached is a channel that does not lead to somebody any more, or does again.
func (f *folder) reached(e *directdial.Event) {
	l, _ := get[load](f.tx, bExperts, e.Expert)
	delete(l.Unreachable, e.Channel)
	if e.Kind == directdial.EvUnreachable {
		if l.Unreachable == nil {
			l.Unreachable = map[string]time.Time{}
		}
		l.Unreachable[e.Channel] = f.step.At
	}
	put(f.tx, bExperts, e.Expert, l)
	if e.Kind == directdial.EvUnreachable {
		f.askAgain(e.Expert)
	}
}

// asked puts a card for the coach into the outbox. The dial stays where it is.
func (f *folder) asked(e *directdial.Event) {
	d, ok := get[directdial.Dial](f.tx, bDials, e.Dial)
	if !ok {
		return
	}
	d.Asked = f.step.At
	f.dial(&d)
	add(f.tx, string(e.Kind), 1)
	f.offer(directdial.Offer{
		ID: e.Offer, Dial: d.ID, Expert: e.Expert, Channel: e.Channel, Card: directdial.QuestionCard, Asks: e.By,
		At: f.step.At, Step: f.seq, First: 1, Revision: 1,
	}, true)
}

// transferred gives somebody's authors and charges to a colleague, and has their open dials
// handed on: each in a step of its own, because the gate is asked for each.
func (f *folder) transferred(e *directdial.Event) {
	var authors []string
	f.tx.Scan(bAuthors, "", func(author string, _ []byte) bool {
		if r, _ := get[relation](f.tx, bAuthors, author); r.Expert == e.From {
			authors = append(authors, author)
		}
		return true
	})
	for _, author := range authors {
		r, _ := get[relation](f.tx, bAuthors, author)
		put(f.tx, bAuthors, author, relation{Expert: e.Expert, Answered: r.Answered, Since: f.step.At, At: r.At})
	}
	f.entrusted(e)
	for _, d := range withHolder(f.tx, e.From) {
		d.Transfer = e.Expert
		d.GateEnds, d.Until = f.step.At, f.step.At
		f.dial(&d)
	}
}
