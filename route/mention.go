package route

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/index"
)

// mention decides one message of MENTIONS: a new mention, or a repeat or an
// edit of one that is known.
func (r *Router) mention(ctx context.Context, w *writing, msg *bus.Message) {
	w.mentions = msg.Seq
	in := directdial.Input{Kind: directdial.InputMention, Seq: msg.Seq}
	m, err := decodeMention(msg)
	if err != nil {
		w.step(in, r.deadLetter(w.tx, msg, err))
		return
	}
	if events := r.heardNow(ctx, w, m, msg.Seq); w.err == nil {
		w.step(in, events...)
	}
}

// heardNow is what follows from a message of MENTIONS that can be read: the
// decision about a new mention, or that it is a repeat or an edit. A dead letter
// that is replayed may come behind what was said later; that holds.
func (r *Router) heardNow(ctx context.Context, w *writing, m *directdial.Mention, seq uint64) []directdial.Event {
	s := r.newSubject(m)
	rec, known := get[directdial.MentionRecord](w.tx, bMentions, string(s.key))
	if !known {
		about := r.describe(m, s, seq)
		if w.tx.Get(bEarly, string(s.key)) != nil {
			about.Kind, about.Reason = directdial.EvSuppressed, directdial.DeletedSoon
			return []directdial.Event{about}
		}
		return r.decide(w, s, about)
	}
	e := directdial.Event{Kind: directdial.EvRepeated, Mention: s.key, Seq: seq, Dial: rec.Dial, Reach: told(m)}
	superseded := seq < rec.Seq && rec.Text != ""
	if rec.Gone() || superseded {
		e.Reach = nil // nothing more is learnt of it
	} else if text := r.keys.Text(m.Text); text != rec.Text {
		e.Kind, e.Text = directdial.EvEdited, text
	}
	if e.Kind == directdial.EvRepeated { // an edit says what it is about where that changes
		e.Tag, e.Topic = rec.Tag, rec.Topic
		return []directdial.Event{e}
	}
	if undecided(rec) {
		return append([]directdial.Event{e}, r.decide(w, s, r.describe(m, s, seq))...)
	}
	return r.turnedBy(ctx, w, s, e)
}

// undecided reports whether another text could lead to another decision: the
// mention was left aside for what its text said, or waits.
func undecided(rec directdial.MentionRecord) bool {
	switch rec.State {
	case directdial.Parked, directdial.DeadLetter:
		return true
	case directdial.Suppressed:
		return rec.Reason == directdial.NoTag || rec.Reason == directdial.NotAboutUs
	}
	return false
}

// deadLetter puts aside a message that cannot be read, as the mention that its
// header names. Where that says nothing, or names a mention that is known, it
// is one of its own: what is known stays as it is.
func (r *Router) deadLetter(tx index.Reader, msg *bus.Message, err error) directdial.Event {
	e := deadLetterOf(r.keys, msg.Seq, directdial.Clock(msg.Time))
	if key := directdial.Key(msg.Header[directdial.HeaderMention]); key.Valid() && tx.Get(bMentions, string(key)) == nil {
		e.Mention = key
	}
	if author := directdial.Key(msg.Header[directdial.HeaderAuthor]); author.Valid() {
		e.Author = author
	}
	r.log.Error().Uint64("sequence", msg.Seq).Str("kind", directdial.KindOf(err).String()).Msg("a message of MENTIONS cannot be read")
	return e
}

// deadLetterOf puts a message aside as a mention of its own.
func deadLetterOf(keys *directdial.Keyer, seq uint64, accepted time.Time) directdial.Event {
	return directdial.Event{
		Kind: directdial.EvDeadLettered, Mention: keys.Mention("dead-letter", strconv.FormatUint(seq, 10)), Seq: seq,
		Reason: directdial.Unreadable, Accepted: accepted,
	}
}

// describe is what the log keeps of a mention: keys and words of ours.
func (r *Router) describe(m *directdial.Mention, s subject, seq uint64) directdial.Event {
	return directdial.Event{
		Mention: s.key, Seq: seq, Text: r.keys.Text(m.Text), Author: s.author, Parents: s.parents,
		Groups: s.groupKeys(), Platform: m.Platform, Source: m.Source, Accepted: m.AcceptedAt, Reach: told(m),
	}
}

// told is the reach of a mention, nil if the sender tells none: that does not
// take back what was told before.
func told(m *directdial.Mention) *directdial.Reach {
	if m.Reach == (directdial.Reach{}) {
		return nil
	}
	return &m.Reach
}

// decide makes a case of a mention, decides it and says it in events.
func (r *Router) decide(w *writing, s subject, about directdial.Event) []directdial.Event {
	c, d := r.directory.Load().consider(w.tx, w.at, s)
	return withOutcome(r.events(w.tx, about, &c, &d), &c)
}

// consider decides a subject as things stand. It looks for candidates only
// when the decision needs them.
func (x *directory) consider(r index.Reader, at time.Time, s subject) (c directdial.Case, d directdial.Decision) {
	index.Once(r, func(r index.Reader) {
		c = x.newCase(r, at, s)
		if d = Decide(c); d.Outcome != directdial.ToSuppress && d.Outcome != directdial.ToJoin {
			x.addCandidates(r, &c, s.author, nil)
			d = x.decide(r, &c)
		}
	})
	return c, d
}

// events says a decision about a mention.
func (r *Router) events(tx index.Reader, about directdial.Event, c *directdial.Case, d *directdial.Decision) []directdial.Event {
	about.Tag, about.Topic, about.Unsure, about.Reason = d.Tag, d.Topic, d.Unsure, d.Reason
	about.Case = receipt(c)
	switch d.Outcome {
	case directdial.ToSuppress:
		about.Kind, about.Groups = directdial.EvSuppressed, nil // only what has a dial groups
		return []directdial.Event{about}
	case directdial.ToPark:
		about.Kind, about.Owner, about.For, about.Until = directdial.EvParked, d.Owner, d.For, d.Until
		about.Groups = nil
		return append([]directdial.Event{about}, r.notice(tx, about.Mention, c.At, d.Owner)...)
	case directdial.ToDial:
		if d.Dial == "" {
			return []directdial.Event{offer(about, d, directdial.DialID(about.Mention), 1)}
		}
	}
	about.Kind, about.Dial, about.Burst = directdial.EvJoined, d.Dial, d.Burst
	joined := []directdial.Event{about}
	if d.Outcome == directdial.ToJoin {
		return joined
	}
	// The author wrote again after the answer.
	base := directdial.Event{Dial: d.Dial, Tag: d.Tag, Topic: d.Topic}
	reopened := base
	reopened.Kind, reopened.Mention = directdial.EvReopened, about.Mention
	if d.Outcome == directdial.ToReopen {
		reopened.Expert, reopened.RemindAnswer, reopened.AnswerBy, reopened.Until = d.Expert, d.RemindAnswer, d.AnswerBy, d.GateEnds
		return append(joined, reopened)
	}
	// Its holder may not go on with it: nobody has it until the next event.
	if d.Outcome == directdial.ToDial {
		handed := base
		handed.Kind, handed.From, handed.Expert, handed.Reason = directdial.EvHandedOff, c.Dial.Holder, d.Expert, directdial.GateClosed
		return append(joined, reopened, handed, offer(base, d, d.Dial, c.Dial.Hop+1))
	}
	late := base
	late.Kind, late.Owner, late.From, late.Reason = directdial.EvLate, d.Owner, c.Dial.Holder, directdial.GateClosed
	return append(append(joined, reopened, late), r.notice(tx, about.Mention, c.At, d.Owner)...)
}

// offer is the event that dials somebody.
func offer(e directdial.Event, d *directdial.Decision, dial string, hop int) directdial.Event {
	e.Kind, e.Dial, e.Hop, e.Offer = directdial.EvOffered, dial, hop, directdial.OfferID(dial, hop)
	e.Expert, e.Channel, e.Via, e.Next = d.Expert, d.Channel, d.Via, d.Next
	e.RemindAccept, e.AcceptBy, e.RemindAnswer, e.AnswerBy = d.RemindAccept, d.AcceptBy, d.RemindAnswer, d.AnswerBy
	e.SendBefore, e.Until = d.SendBefore, d.GateEnds
	return e
}

// noticeEvery bounds how often an owner is told what is parked with them.
const noticeEvery = time.Hour

// notice tells the owner of what was parked. It is no dial, so the gate is not
// asked.
func (r *Router) notice(tx index.Reader, mention directdial.Key, at time.Time, owner string) []directdial.Event {
	x := r.directory.Load()
	e, ok := x.experts[owner]
	l, _ := get[load](tx, bExperts, owner)
	if !ok {
		return nil
	}
	if !l.Notice.IsZero() && at.Sub(l.Notice) < noticeEvery {
		// The notice of before changes in place.
		return []directdial.Event{{Kind: directdial.EvNoticed, Offer: l.Noticed, Expert: owner}}
	}
	channels := x.reachable(e, &l)
	if len(channels) == 0 {
		return nil
	}
	id := "n" + string(mention[:16]) + "-" + strconv.FormatInt(at.Unix(), 36)
	return []directdial.Event{{Kind: directdial.EvNoticed, Offer: id, Expert: owner, Channel: channels[0]}}
}

// receipt encodes a case. One that is too large loses keywords: they explain,
// they do not decide.
func receipt(c *directdial.Case) json.RawMessage {
	data := encode(c)
	for n := len(c.Classification.Keywords); len(data) > directdial.MaxCase && n > 0; {
		n /= 2
		short := *c
		short.Classification.Keywords = c.Classification.Keywords[:n]
		data = encode(short)
	}
	return data
}

// redecide decides a parked mention anew: its time has come, or the plan has
// changed. Nothing is written where nothing changes.
func (r *Router) redecide(ctx context.Context, w *writing, key directdial.Key) {
	rec, ok := get[directdial.MentionRecord](w.tx, bMentions, string(key))
	if !ok || rec.State != directdial.Parked {
		return
	}
	in := directdial.Input{Kind: directdial.InputTimer, ID: string(key)}
	about := directdial.Event{Mention: key}
	m, err := r.read(ctx, rec.Seq)
	switch {
	case directdial.KindOf(err) == directdial.NotFound:
		about.Kind, about.Reason = directdial.EvSuppressed, directdial.TextGone
		w.step(in, about)
		return
	case directdial.KindOf(err) == directdial.Invalid: // by a newer program, before this older one
		about.Kind, about.Reason = directdial.EvDeadLettered, directdial.Unreadable
		w.step(in, about)
		return
	case err != nil:
		w.err = err
		return
	}
	s := r.newSubject(m)
	c, d := r.directory.Load().consider(w.tx, w.at, s)
	if d.Outcome == directdial.ToPark && d.Owner == rec.Owner && d.For == rec.For && d.Until.Equal(rec.Until) &&
		d.Reason == rec.Reason && d.Tag == rec.Tag && d.Topic == rec.Topic {
		return
	}
	about.Platform, about.Parents, about.Groups = m.Platform, s.parents, s.groupKeys()
	w.step(in, r.events(w.tx, about, &c, &d)...)
}

// read reads a mention by its sequence; kind NotFound if its text is gone.
func (r *Router) read(ctx context.Context, seq uint64) (*directdial.Mention, error) {
	msg, err := r.bus.Get(ctx, bus.Mentions, seq)
	if err != nil {
		return nil, err
	}
	return decodeMention(msg)
}

// allParked lists what is parked, the first to come first.
func allParked(r index.Reader) (keys []directdial.Key) {
	var recs []directdial.MentionRecord
	r.Scan(bParked, "", func(k string, _ []byte) bool {
		keys = append(keys, directdial.Key(k))
		return true
	})
	for _, k := range keys {
		rec, _ := get[directdial.MentionRecord](r, bMentions, string(k))
		recs = append(recs, rec)
	}
	slices.SortFunc(recs, func(a, b directdial.MentionRecord) int { return cmp.Compare(a.First, b.First) })
	for i := range recs {
		keys[i] = recs[i].Key
	}
	return keys
}

// dueParked lists the parked mentions whose time has come, in the order of
// their times and, of one time, the first to come first.
func dueParked(r index.Reader, at time.Time) (keys []directdial.Key) {
	r.Scan(bTimers, "", func(k string, _ []byte) bool {
		due, key := parseTimer(k)
		if due.After(at) {
			return false
		}
		keys = append(keys, key)
		return len(keys) < maxSteps
	})
	return keys
}
