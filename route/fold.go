package route

import (
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// foldVersion changes when the same log folds to another index; an index of
// another version is folded anew.
const foldVersion = 1

// fold applies one step to the index. It uses nothing but the step and what
// earlier steps left: no clock, no configuration, no other stream. Unknown
// kinds of events are returned, so that the caller can be loud about them.
func fold(tx *index.Tx, seq uint64, hash string, s *directdial.Step) (unknown []directdial.EventKind) {
	f := folder{tx: tx, seq: seq, step: s}
	for i := range s.Events {
		if !f.event(&s.Events[i]) {
			unknown = append(unknown, s.Events[i].Kind)
		}
	}
	put(tx, bMeta, "log", meta{
		V: foldVersion, Applied: seq, Hash: hash, At: s.At,
		Mentions: s.Mentions, Actions: s.Actions,
	})
	return unknown
}

type folder struct {
	tx   *index.Tx
	seq  uint64
	step *directdial.Step
}

func (f *folder) event(e *directdial.Event) bool {
	switch e.Kind {
	case directdial.EvSuppressed:
		f.place(e, directdial.Suppressed)
	case directdial.EvParked:
		f.place(e, directdial.Parked)
	case directdial.EvDeadLettered:
		f.place(e, directdial.DeadLetter)
	case directdial.EvJoined:
		f.joined(e)
	case directdial.EvRepeated:
		f.repeated(e)
	case directdial.EvEdited:
		f.edited(e)
	case directdial.EvDeleted:
		f.deleted(e)
	case directdial.EvOffered:
		f.offered(e)
	case directdial.EvDelivered, directdial.EvShown, directdial.EvAmbiguous, directdial.EvFailed:
		f.sent(e)
	case directdial.EvAccepted, directdial.EvHandedOff, directdial.EvLate, directdial.EvAnswered,
		directdial.EvReopened, directdial.EvDeclined, directdial.EvWithdrawn:
		f.changed(e)
	case directdial.EvNoticed:
		f.noticed(e)
	case directdial.EvTookOver, directdial.EvRefused, directdial.EvGap:
		add(f.tx, string(e.Kind), max(e.Count, 1))
	default:
		return false
	}
	return true
}

// place puts a mention into a state, for the first time or anew.
func (f *folder) place(e *directdial.Event, state directdial.MentionState) directdial.MentionRecord {
	key := string(e.Mention)
	rec, known := get[directdial.MentionRecord](f.tx, bMentions, key)
	if known {
		f.uncount(rec)
	} else {
		rec = directdial.MentionRecord{Key: e.Mention, Seq: e.Seq, First: e.Seq, Text: e.Text, Accepted: e.Accepted}
		if e.Reach != nil {
			rec.Reach = *e.Reach
		}
	}
	if rec.Platform == "" && e.Platform != "" {
		// For the first time, or a dead letter that can be read now.
		rec.Platform, rec.Source, rec.Author = e.Platform, e.Source, e.Author
		add(f.tx, countPlatform+e.Platform, 1)
	}
	rec.State, rec.Reason, rec.Step, rec.Decided = state, e.Reason, f.seq, f.step.At
	rec.Tag, rec.Topic, rec.Dial = e.Tag, e.Topic, e.Dial
	rec.Owner, rec.For, rec.Until = e.Owner, e.For, e.Until
	put(f.tx, bMentions, key, rec)
	f.count(rec)
	return rec
}

func (f *folder) count(rec directdial.MentionRecord) {
	add(f.tx, stateCount(rec.State, rec.Reason), 1)
	if rec.State == directdial.Parked {
		f.tx.Put(bParked, string(rec.Key), nil)
		if !rec.Until.IsZero() {
			f.tx.Put(bTimers, timerKey(rec.Until, rec.First, rec.Key), nil)
		}
	}
}

func (f *folder) uncount(rec directdial.MentionRecord) {
	add(f.tx, stateCount(rec.State, rec.Reason), -1)
	if rec.State == directdial.Parked {
		f.tx.Delete(bParked, string(rec.Key))
		if !rec.Until.IsZero() {
			f.tx.Delete(bTimers, timerKey(rec.Until, rec.First, rec.Key))
		}
	}
}

// stateCount names the counter of a state. The reason of a dialled mention is
// the dial's, not the mention's.
func stateCount(state directdial.MentionState, reason directdial.Reason) string {
	if state == directdial.Dialled {
		return "mention/" + string(state)
	}
	return "mention/" + string(state) + "/" + string(reason)
}

func (f *folder) joined(e *directdial.Event) {
	rec := f.place(e, directdial.Dialled)
	d, ok := get[directdial.Dial](f.tx, bDials, e.Dial)
	if !ok {
		return
	}
	f.parents(e, d.ID)
	if len(d.Mentions) < maxMentions && !slices.Contains(d.Mentions, rec.Key) {
		d.Mentions = append(d.Mentions, rec.Key)
	}
	if rec.Author != "" && len(d.Authors) < maxMentions && !slices.Contains(d.Authors, rec.Author) {
		d.Authors = append(d.Authors, rec.Author)
	}
	d.Joined++
	f.show(&d, false)
}

// maxMentions bounds what one dial lists; further ones are only counted.
const maxMentions = 1000

func (f *folder) parents(e *directdial.Event, dial string) {
	f.tx.Put(bParents, string(e.Mention), []byte(dial))
	for _, p := range e.Parents {
		d, ok := get[directdial.Dial](f.tx, bDials, string(f.tx.Get(bParents, string(p))))
		if !ok || d.State == directdial.Withdrawn {
			f.tx.Put(bParents, string(p), []byte(dial))
		}
	}
}

func (f *folder) repeated(e *directdial.Event) {
	if e.Seq != 0 {
		// Reach from ACTIONS is no message of MENTIONS and so no repeat.
		add(f.tx, countRepeats, 1)
	}
	rec, ok := get[directdial.MentionRecord](f.tx, bMentions, string(e.Mention))
	if !ok || e.Reach == nil || rec.Reach == *e.Reach {
		return
	}
	rec.Reach = *e.Reach
	put(f.tx, bMentions, string(e.Mention), rec)
}

func (f *folder) edited(e *directdial.Event) {
	add(f.tx, countRepeats, 1)
	rec, ok := get[directdial.MentionRecord](f.tx, bMentions, string(e.Mention))
	if !ok {
		return
	}
	rec.Seq, rec.Text = e.Seq, e.Text
	if e.Reach != nil {
		rec.Reach = *e.Reach
	}
	put(f.tx, bMentions, string(e.Mention), rec)
	f.showDial(rec.Dial)
}

func (f *folder) deleted(e *directdial.Event) {
	rec, ok := get[directdial.MentionRecord](f.tx, bMentions, string(e.Mention))
	if !ok {
		return
	}
	rec.Deleted = true
	put(f.tx, bMentions, string(e.Mention), rec)
	f.showDial(rec.Dial)
}

// showDial makes the card of a dial show a change. The cards of earlier
// holders keep what they showed when the dial left them.
func (f *folder) showDial(id string) {
	if d, ok := get[directdial.Dial](f.tx, bDials, id); ok {
		f.show(&d, false)
	}
}

func (f *folder) show(d *directdial.Dial, turned bool) {
	d.Revision++
	put(f.tx, bDials, d.ID, *d)
	if o, ok := get[directdial.Offer](f.tx, bOffers, directdial.OfferID(d.ID, d.Hop)); ok {
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
	d.Holder, d.AcceptBy, d.AnswerBy, d.Next, d.Late = e.Expert, e.AcceptBy, e.AnswerBy, e.Next, false
	put(f.tx, bDials, d.ID, d)
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
		d.Revision++
		if d.Holder != "" && !slices.Contains(d.Previous, d.Holder) {
			d.Previous = append(d.Previous, d.Holder)
		}
		f.release(d)
		if o, ok := get[directdial.Offer](f.tx, bOffers, directdial.OfferID(d.ID, d.Hop)); ok {
			o.Past, o.Revision, o.Turned = true, d.Revision, d.Revision
			f.offer(o, true)
		}
	}
	d.Hop, d.Accepted = e.Hop, time.Time{}
	f.hold(e.Expert)
	for _, a := range d.Authors {
		f.relate(a, e.Expert)
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

func (f *folder) relate(author directdial.Key, expert string) {
	r, _ := get[relation](f.tx, bAuthors, string(author))
	if r.Expert != expert {
		r = relation{Expert: expert, Since: f.step.At}
	}
	r.At = f.step.At
	put(f.tx, bAuthors, string(author), r)
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
		d.Reason = e.Reason
	}
	switch e.Kind {
	case directdial.EvAccepted:
		d.Accepted = f.step.At
		f.state(&d, directdial.Accepted)
	case directdial.EvHandedOff:
		// The offer to the next holder follows in the same step and tells the rest.
		put(f.tx, bDials, d.ID, d)
		return
	case directdial.EvLate:
		f.late(&d, e.Owner)
	case directdial.EvReopened:
		d.Answered, d.Closed = time.Time{}, time.Time{}
		d.AnswerBy = e.AnswerBy
		if d.Accepted.IsZero() {
			d.Accepted = f.step.At // it was answered without being taken
		}
		f.state(&d, directdial.Accepted)
		f.reload(&d)
	default:
		f.close(&d, e.Kind)
	}
	// Whose turn it is has changed, except where the holder did it themselves.
	f.show(&d, e.Kind == directdial.EvLate || e.Kind == directdial.EvReopened || e.Kind == directdial.EvWithdrawn)
}

// late leaves a dial with its owner: nobody is dialled any more.
func (f *folder) late(d *directdial.Dial, owner string) {
	f.release(d)
	if d.Holder != "" && d.Holder != owner && !slices.Contains(d.Previous, d.Holder) {
		d.Previous = append(d.Previous, d.Holder)
	}
	if o, ok := get[directdial.Offer](f.tx, bOffers, directdial.OfferID(d.ID, d.Hop)); ok && d.Holder != owner {
		o.Past = true
		put(f.tx, bOffers, o.ID, o)
	}
	d.Holder, d.Late, d.Accepted = owner, true, time.Time{}
	f.state(d, directdial.Offered)
}

// reload puts a reopened dial back on its holder's plate.
func (f *folder) reload(d *directdial.Dial) {
	l, _ := get[load](f.tx, bExperts, d.Holder)
	l.Open++
	put(f.tx, bExperts, d.Holder, l)
}

func (f *folder) close(d *directdial.Dial, kind directdial.EventKind) {
	f.release(d)
	d.Closed, d.Late = f.step.At, false
	switch kind {
	case directdial.EvAnswered:
		d.Answered = f.step.At
		f.state(d, directdial.Answered)
	case directdial.EvDeclined:
		f.state(d, directdial.Declined)
	case directdial.EvWithdrawn:
		f.state(d, directdial.Withdrawn)
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
	if o.Notice {
		f.offer(o, true)
		return
	}
	d, _ := get[directdial.Dial](f.tx, bDials, o.Dial)
	f.offer(o, d.State.Open())
}

func (f *folder) noticed(e *directdial.Event) {
	l, _ := get[load](f.tx, bExperts, e.Expert)
	l.Notice = f.step.At
	put(f.tx, bExperts, e.Expert, l)
	add(f.tx, "notices", 1)
	f.offer(directdial.Offer{
		ID: e.Offer, Expert: e.Expert, Channel: e.Channel, Notice: true,
		At: f.step.At, Step: f.seq, First: 1, Revision: 1,
	}, true)
}

const (
	countRepeats  = "repeats"
	countDials    = "dials"
	countPlatform = "platform/" // mentions by platform
)
