package route

import (
	"slices"
	"time"

	"github.com/directdial/directdial"
)

func (f *folder) joined(e *directdial.Event) {
	rec := f.place(e, directdial.Dialled)
	d, ok := get[directdial.Dial](f.tx, bDials, e.Dial)
	if !ok {
		return
	}
	f.parents(e, d.ID)
	f.group(e, rec.Platform, d.ID)
	if len(d.Mentions) < maxMentions && !slices.Contains(d.Mentions, rec.Key) {
		d.Mentions = append(d.Mentions, rec.Key)
	}
	if rec.Author != "" && len(d.Authors) < maxMentions && !slices.Contains(d.Authors, rec.Author) {
		d.Authors = append(d.Authors, rec.Author)
	}
	d.Joined++
	if e.Burst {
		d.Burst++
	}
	f.show(&d, false)
}

// maxMentions bounds what one dial lists; further ones are only counted.
const maxMentions = 200

func (f *folder) parents(e *directdial.Event, dial string) {
	f.tx.Put(bParents, string(e.Mention), []byte(dial))
	for _, p := range e.Parents {
		d, ok := get[directdial.Dial](f.tx, bDials, string(f.tx.Get(bParents, string(p))))
		if !ok || d.State == directdial.Withdrawn {
			f.tx.Put(bParents, string(p), []byte(dial))
		}
	}
}

// offered is one hop to one person. The first opens the dial. The same hop by
// another channel follows one that refused.
func (f *folder) offered(e *directdial.Event) {
	at := f.step.At
	d, ok := get[directdial.Dial](f.tx, bDials, e.Dial)
	if !ok {
		rec := f.place(e, directdial.Dialled)
		d = directdial.Dial{
			ID: e.Dial, Tag: e.Tag, Topic: e.Topic, Unsure: e.Unsure, Platform: e.Platform,
			Mentions: []directdial.Key{e.Mention}, Opened: at, Revision: 1,
		}
		if rec.Author != "" {
			d.Authors = []directdial.Key{rec.Author}
		}
		f.parents(e, d.ID)
		f.group(e, rec.Platform, d.ID)
		add(f.tx, countDials, 1)
		if e.Topic != "" {
			f.burst(e.Topic, d.ID, at)
		}
	}
	again := d.Hop == e.Hop
	if !again {
		f.hop(&d, e)
	}
	f.state(&d, directdial.Offered)
	d.Holder, d.Next, d.Late = e.Expert, e.Next, false
	d.For, d.Until, d.Transfer = "", time.Time{}, ""
	f.clocks(&d, e)
	f.dial(&d)
	o, _ := get[directdial.Offer](f.tx, bOffers, e.Offer)
	if again && o.Channel != e.Channel {
		o.Tried = append(o.Tried, o.Channel)
	}
	f.offer(directdial.Offer{
		ID: e.Offer, Dial: d.ID, Hop: e.Hop, Expert: e.Expert, Channel: e.Channel, Tried: o.Tried,
		At: at, Step: f.seq, SendBefore: e.SendBefore, First: d.Revision, Revision: d.Revision,
	}, true)
}

// hop moves a dial on to its next offer; the card of the one before tells so.
func (f *folder) hop(d *directdial.Dial, e *directdial.Event) {
	if d.Hop > 0 {
		f.revise(d)
		f.held(d)
		f.release(d)
		if o, ok := get[directdial.Offer](f.tx, bOffers, directdial.OfferID(d.ID, d.Hop)); ok {
			o.Past, o.Revision, o.Turned = true, d.Revision, d.Revision
			f.offer(o, true)
		}
	}
	d.Hop, d.Accepted = e.Hop, time.Time{}
	f.hold(e.Expert)
	for _, a := range d.Authors {
		f.relate(a, e.Expert, false)
	}
}

// held notes that the holder of a dial had their turn. With whom a dial stays
// late, it never was dialled.
func (f *folder) held(d *directdial.Dial) {
	if d.Holder != "" && !d.Late && !slices.Contains(d.Previous, d.Holder) {
		d.Previous = append(d.Previous, d.Holder)
	}
}

func (f *folder) hold(expert string) {
	l, _ := get[load](f.tx, bExperts, expert)
	l.Open++
	l.Dials = append(l.Dials, f.step.At)
	dayAgo := f.step.At.Add(-24 * time.Hour)
	l.Dials = slices.DeleteFunc(l.Dials, func(t time.Time) bool { return t.Before(dayAgo) })
	l.Dials = l.Dials[max(len(l.Dials)-maxLoad, 0):]
	put(f.tx, bExperts, expert, l)
}

// release takes an open dial off its holder's plate.
func (f *folder) release(d *directdial.Dial) {
	if d.Holder == "" || !d.State.Open() || d.Late {
		return
	}
	l, _ := get[load](f.tx, bExperts, d.Holder)
	l.Open = max(l.Open-1, 0)
	put(f.tx, bExperts, d.Holder, l)
}

// relate notes who was dialled for an author, or answered them. Who answered is
// not forgotten because somebody else is dialled.
func (f *folder) relate(author directdial.Key, expert string, answered bool) {
	r, _ := get[relation](f.tx, bAuthors, string(author))
	switch {
	case r.Expert == expert:
		r.Answered = r.Answered || answered
	case r.Answered && !answered:
		return
	default:
		r = relation{Expert: expert, Since: f.step.At, Answered: answered}
	}
	r.At = f.step.At
	put(f.tx, bAuthors, string(author), r)
}

// answeredBy gives the authors of a dial to who answered them.
func (f *folder) answeredBy(d *directdial.Dial) {
	if d.Holder == "" {
		return
	}
	for _, a := range d.Authors {
		f.relate(a, d.Holder, true)
	}
}

func (f *folder) burst(topic, dial string, at time.Time) {
	b, _ := get[burst](f.tx, bBursts, topic)
	b.Opened, b.Dial = append(b.Opened, at), dial
	if len(b.Opened) > maxBurst {
		b.Opened = b.Opened[len(b.Opened)-maxBurst:]
	}
	put(f.tx, bBursts, topic, b)
}

// state moves a dial between states and keeps the counters and the list of
// open dials.
func (f *folder) state(d *directdial.Dial, to directdial.DialState) {
	if d.State == to {
		return
	}
	if d.State != "" {
		add(f.tx, "dial/"+string(d.State), -1)
	}
	add(f.tx, "dial/"+string(to), 1)
	d.State = to
	if to.Open() {
		f.tx.Put(bOpen, d.ID, nil)
	} else {
		f.tx.Delete(bOpen, d.ID)
	}
}

// changed is what a person or the router did to a dial.
func (f *folder) changed(e *directdial.Event) {
	d, ok := get[directdial.Dial](f.tx, bDials, e.Dial)
	if !ok {
		return
	}
	if e.Reason != "" {
		d.Reason, d.Cause = e.Reason, directdial.Reason(e.Detail)
	}
	switch e.Kind {
	case directdial.EvAccepted:
		d.Accepted = f.step.At
		f.state(&d, directdial.Accepted)
		f.taken(&d, e)
	case directdial.EvHandedOff:
		// The offer to the next holder follows in the same step and tells the rest.
		f.dial(&d)
		return
	case directdial.EvLate:
		f.late(&d, e)
	case directdial.EvReopened:
		f.heardOf(&d)
		d.Answered, d.Closed, d.Reopened = time.Time{}, time.Time{}, f.step.At
		f.clocks(&d, e)
		if d.Accepted.IsZero() {
			d.Accepted = f.step.At // it was answered without being taken
		}
		f.state(&d, directdial.Accepted)
		f.reload(&d)
	default:
		f.close(&d, e.Kind, e.Since)
	}
	// Whose turn it is has changed, except where the holder did it themselves.
	f.show(&d, e.Kind == directdial.EvLate || e.Kind == directdial.EvReopened || e.Kind == directdial.EvWithdrawn)
}

// late leaves a dial with its owner: nobody is dialled any more, or not before
// somebody who may take it is there.
func (f *folder) late(d *directdial.Dial, e *directdial.Event) {
	f.release(d)
	f.held(d)
	if o, ok := get[directdial.Offer](f.tx, bOffers, directdial.OfferID(d.ID, d.Hop)); ok && o.Expert != e.Owner && !o.Past {
		f.revise(d)
		o.Past, o.Revision, o.Turned = true, d.Revision, d.Revision
		f.offer(o, true)
	}
	d.Holder, d.Late, d.Accepted, d.Transfer = e.Owner, true, time.Time{}, ""
	d.For, d.Until = e.For, e.Until
	f.state(d, directdial.Offered)
}

// reload puts a reopened dial back on its holder's plate.
func (f *folder) reload(d *directdial.Dial) {
	if d.Holder == "" {
		return // nobody is named any more: the offer to somebody else follows
	}
	l, _ := get[load](f.tx, bExperts, d.Holder)
	l.Open++
	put(f.tx, bExperts, d.Holder, l)
}

func (f *folder) close(d *directdial.Dial, kind directdial.EventKind, since time.Time) {
	f.release(d)
	d.Closed, d.Late = f.step.At, false
	switch kind {
	case directdial.EvAnswered:
		f.answeredBy(d)
		f.state(d, directdial.Answered)
		f.listen(d, since)
	case directdial.EvDeclined:
		f.state(d, directdial.Declined)
	case directdial.EvWithdrawn:
		f.heardOf(d)
		f.state(d, directdial.Withdrawn)
	}
}
