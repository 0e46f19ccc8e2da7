package route

import "github.com/directdial/directdial"

// show makes the card of a dial show a change. The cards of earlier
// holders keep what they showed when the dial left them.
func (f *folder) show(d *directdial.Dial, turned bool) {
	f.revise(d)
	f.dial(d)
	if o, ok := get[directdial.Offer](f.tx, bOffers, directdial.OfferID(d.ID, d.Hop)); ok && !o.Past {
		o.Revision = d.Revision
		if turned {
			o.Turned = d.Revision
		}
		f.offer(o, d.State.Open())
	}
}

// offer stores an offer and keeps the outbox: its card must be sent while it
// is the present offer of an open dial, and edited until it shows the newest
// revision.
func (f *folder) offer(o directdial.Offer, open bool) {
	put(f.tx, bOffers, o.ID, o)
	send := o.Ref == "" && !o.Ambiguous && !o.Failed && !o.Past && open
	edit := o.Ref != "" && o.Shown < o.Revision
	if send || edit {
		f.tx.Put(bOutbox, o.ID, nil)
	} else {
		f.tx.Delete(bOutbox, o.ID)
	}
}

// sent is what became of a card.
func (f *folder) sent(e *directdial.Event) {
	o, ok := get[directdial.Offer](f.tx, bOffers, e.Offer)
	if !ok {
		return
	}
	switch e.Kind {
	case directdial.EvDelivered:
		o.Ref, o.Shown, o.Delivered, o.Failed = e.Ref, e.Shown, f.step.At, false
		add(f.tx, "card/delivered", 1)
	case directdial.EvShown:
		o.Shown = max(o.Shown, e.Shown)
	case directdial.EvAmbiguous:
		o.Ambiguous = true
		add(f.tx, "card/ambiguous", 1)
	case directdial.EvFailed:
		o.Failed = true
		add(f.tx, "card/failed", 1)
	}
	if o.Card != "" {
		f.offer(o, o.Answered.IsZero())
		return
	}
	d, _ := get[directdial.Dial](f.tx, bDials, o.Dial)
	f.offer(o, d.State.Open())
}

func (f *folder) noticed(e *directdial.Event) {
	if o, again := get[directdial.Offer](f.tx, bOffers, e.Offer); again {
		o.Revision++
		f.offer(o, true)
		return
	}
	l, _ := get[load](f.tx, bExperts, e.Expert)
	l.Notice, l.Noticed = f.step.At, e.Offer
	put(f.tx, bExperts, e.Expert, l)
	add(f.tx, "notices", 1)
	f.offer(directdial.Offer{
		ID: e.Offer, Expert: e.Expert, Channel: e.Channel, Card: directdial.NoticeCard,
		At: f.step.At, Step: f.seq, First: 1, Revision: 1,
	}, true)
}
