package route

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/index"
)

// retainEvery is how often the router looks for what is past its retention. It
// reads the whole index for that: seconds for a million mentions.
const retainEvery = time.Hour

// retain lets go of what is past its retention, until ctx is done. What goes is
// said in the log first, by the loop that writes it; then the texts go from
// MENTIONS.
func (r *Router) retain(ctx context.Context) {
	every := time.NewTicker(retainEvery)
	defer every.Stop()
	for {
		if err := r.retainOnce(ctx); err != nil && ctx.Err() == nil {
			r.log.Warn().Err(err).Msg("what is past its retention could not be removed; tried again in an hour")
		}
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
	}
}

func (r *Router) retainOnce(ctx context.Context) error {
	found, err := r.pastRetention(ctx)
	if err != nil {
		return err
	}
	for len(found) > 0 {
		n := min(len(found), maxErase)
		select {
		case r.expiring <- found[:n]:
			found = found[n:]
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err := r.purgeMentions(ctx); err != nil {
		return err
	}
	return r.cutLog(ctx)
}

// pastRetention finds what is past its retention, as the events that say so.
func (r *Router) pastRetention(ctx context.Context) ([]directdial.Event, error) {
	keep, now := *r.retention.Load(), r.now()
	s := sweep{}
	if keep.Text > 0 {
		seq, err := r.oldText(ctx, now.Add(-keep.Text))
		if err != nil {
			return nil, err
		}
		if seq > 0 {
			s.found = append(s.found, directdial.Event{Kind: directdial.EvExpiredText, Seq: seq})
		}
	}
	err := r.db.View(func(v index.Reader) {
		if keep.People > 0 {
			s.people(v, now.Add(-keep.People))
		}
		if keep.Ledger > 0 {
			s.ledger(v, now.Add(-keep.Ledger))
		}
	})
	return s.found, err
}

// oldText is the sequence of MENTIONS up to which all came in before a time, and
// nothing belongs to an open dial; 0 if that is not beyond what has expired.
func (r *Router) oldText(ctx context.Context, before time.Time) (uint64, error) {
	read, _, _ := r.Position()
	state, err := r.bus.State(ctx, bus.Mentions)
	if err != nil {
		return 0, err
	}
	young, err := firstSince(ctx, r.bus, bus.Mentions, state.First, min(read, state.Last)+1, before)
	if err != nil {
		return 0, err
	}
	done := uint64(0)
	err = r.db.View(func(v index.Reader) {
		young = min(young, oldestOpen(v, young))
		done = textExpired(v)
	})
	if err != nil || young == 0 || young-1 <= done {
		return 0, err
	}
	return young - 1, nil
}

// oldestOpen is the first message of MENTIONS, below a limit, that belongs to an
// open dial.
func oldestOpen(v index.Reader, limit uint64) uint64 {
	v.Scan(bOpen, "", func(id string, _ []byte) bool {
		d, _ := get[directdial.Dial](v, bDials, id)
		for _, key := range d.Mentions {
			if rec, ok := get[directdial.MentionRecord](v, bMentions, string(key)); ok {
				limit = min(limit, rec.First)
			}
		}
		return true
	})
	return limit
}

// firstSince finds the first message in [from, to) that was not written before a
// time; to if there is none. The times of a stream never go back.
func firstSince(ctx context.Context, log Log, s bus.Stream, from, to uint64, since time.Time) (uint64, error) {
	return firstThat(ctx, log, s, from, to, func(m *bus.Message) (bool, error) { return !m.Time.Before(since), nil })
}

// firstThat finds the first message in [from, to) of which something holds, as it
// does of all behind it; to if there is none.
func firstThat(ctx context.Context, log Log, s bus.Stream, from, to uint64, holds func(*bus.Message) (bool, error)) (uint64, error) {
	for from < to {
		middle := from + (to-from)/2
		msg, err := log.Get(ctx, s, middle)
		if err != nil && directdial.KindOf(err) == directdial.NotFound {
			msg, err = firstFrom(ctx, log, s, middle, to-1)
		}
		does := msg == nil
		if err == nil && msg != nil {
			does, err = holds(msg)
		}
		switch {
		case err != nil:
			return 0, err
		case does:
			to = middle
		default:
			from = msg.Seq + 1
		}
	}
	return from, nil
}

// firstFrom is the first message in [from, to] that is still there, nil if there
// is none.
func firstFrom(ctx context.Context, log Log, s bus.Stream, from, to uint64) (first *bus.Message, err error) {
	err = log.Read(ctx, s, "", from, to, func(m *bus.Message) error {
		first = m
		return errThere
	})
	if errors.Is(err, errThere) {
		err = nil
	}
	return first, err
}

// sweep collects what is past its retention.
type sweep struct{ found []directdial.Event }

func (s *sweep) add(e directdial.Event) { s.found = append(s.found, e) }

func (s *sweep) people(v index.Reader, before time.Time) {
	each(v, bDials, func(_ string, d *directdial.Dial) {
		if d.Holder != "" && oldDial(d, before) {
			s.add(directdial.Event{Kind: directdial.EvExpiredPeople, Dial: d.ID})
		}
	})
	each(v, bOffers, func(_ string, o *directdial.Offer) {
		if oldOffer(o, before) {
			s.add(directdial.Event{Kind: directdial.EvExpiredPeople, Offer: o.ID})
		}
	})
	each(v, bAuthors, func(author string, rel *relation) {
		if rel.At.Before(before) {
			s.add(directdial.Event{Kind: directdial.EvExpiredPeople, Author: directdial.Key(author)})
		}
	})
	each(v, bExperts, func(id string, l *load) {
		if l.idle(before) {
			s.add(directdial.Event{Kind: directdial.EvExpiredPeople, Expert: id})
		}
	})
}

func (s *sweep) ledger(v index.Reader, before time.Time) {
	each(v, bMentions, func(_ string, rec *directdial.MentionRecord) {
		if oldMention(v, rec, before) {
			s.add(directdial.Event{Kind: directdial.EvExpiredLedger, Mention: rec.Key})
		}
	})
	gone := map[string][]directdial.Key{} // dials, and the posts that they are known by
	each(v, bDials, func(_ string, d *directdial.Dial) {
		if oldDial(d, before) {
			gone[d.ID] = nil
		}
	})
	v.Scan(bParents, "", func(key string, dial []byte) bool {
		keys, goes := gone[string(dial)]
		// Of a dial with very many posts the rest goes the next time.
		if (goes || v.Get(bDials, string(dial)) == nil) && len(keys) < directdial.MaxSeqs {
			gone[string(dial)] = append(keys, directdial.Key(key))
		}
		return true
	})
	for _, id := range slices.Sorted(maps.Keys(gone)) {
		s.add(directdial.Event{Kind: directdial.EvExpiredLedger, Dial: id, Parents: gone[id]})
	}
}

// each calls f for each value of a bucket.
func each[T any](v index.Reader, bucket string, f func(key string, value *T)) {
	v.Scan(bucket, "", func(key string, data []byte) bool {
		var value T
		if json.Unmarshal(data, &value) == nil {
			f(key, &value)
		}
		return true
	})
}

// expire says in the log what was found to be past its retention and still is.
func (r *Router) expire(w *writing, found []directdial.Event) {
	if len(found) == 0 {
		return
	}
	keep := *r.retention.Load()
	var events []directdial.Event
	for _, e := range found {
		if stillPast(w.tx, &e, w.at, keep) {
			events = append(events, e)
		}
	}
	for len(events) > 0 {
		// An event names at most MaxSeqs posts: so few stay below the size of a step.
		n, size := 0, 0
		for n < len(events) && size < maxErase*200 {
			size += 100 + 40*len(events[n].Parents)
			n++
		}
		w.step(directdial.Input{Kind: directdial.InputTimer, ID: "retention"}, events[:n]...)
		events = events[n:]
	}
}

// stillPast asks again, at the moment of writing.
func stillPast(tx index.Reader, e *directdial.Event, at time.Time, keep Retention) bool {
	people, ledger := at.Add(-keep.People), at.Add(-keep.Ledger)
	dial, _ := get[directdial.Dial](tx, bDials, e.Dial)
	switch {
	case e.Kind == directdial.EvExpiredText:
		return keep.Text > 0 && oldestOpen(tx, e.Seq+1) > e.Seq
	case e.Kind == directdial.EvExpiredLedger && e.Mention != "":
		rec, ok := get[directdial.MentionRecord](tx, bMentions, string(e.Mention))
		return ok && oldMention(tx, &rec, ledger)
	case e.Kind == directdial.EvExpiredLedger:
		return dial.ID == "" || oldDial(&dial, ledger)
	case e.Author != "":
		rel, ok := get[relation](tx, bAuthors, string(e.Author))
		return ok && rel.At.Before(people)
	case e.Expert != "":
		l, ok := get[load](tx, bExperts, e.Expert)
		return ok && l.idle(people)
	case e.Offer != "":
		o, ok := get[directdial.Offer](tx, bOffers, e.Offer)
		return ok && oldOffer(&o, people)
	}
	return oldDial(&dial, people)
}

// purgeMentions removes the messages whose text has expired, once those among
// them that must be overwritten are: a purge leaves bytes in the last block that
// is partly alive.
func (r *Router) purgeMentions(ctx context.Context) error {
	var upTo uint64
	waits := false
	err := r.db.View(func(v index.Reader) {
		upTo = textExpired(v)
		v.Scan(bErase, "", func(k string, _ []byte) bool {
			waits = parseSeq(k) <= upTo
			return false
		})
	})
	if err != nil || upTo == 0 || waits {
		return err
	}
	state, err := r.bus.State(ctx, bus.Mentions)
	if err != nil || state.First > upTo {
		return err
	}
	if err := r.bus.Purge(ctx, bus.Mentions, upTo+1); err != nil {
		return err
	}
	r.replan() // what is parked among them has nothing left to decide on
	return nil
}
