package route

import (
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// expired names what retention took, in counters.
const expired = "expired"

// textKey is where the index keeps up to which sequence of MENTIONS all text
// has expired.
const textKey = "text"

// textExpired is the sequence of MENTIONS up to which all text has expired.
func textExpired(r index.Reader) uint64 {
	seq, _ := get[uint64](r, bMeta, textKey)
	return seq
}

func (f *folder) expiredText(e *directdial.Event) {
	before := textExpired(f.tx)
	if e.Seq <= before {
		return
	}
	put(f.tx, bMeta, textKey, e.Seq)
	add(f.tx, countRemoved+"text", int(e.Seq-before))
}

// expiredPeople takes the names of colleagues from what they did: from a dial
// that is closed, from who was dialled for an author, or what an expert has on
// their plate.
func (f *folder) expiredPeople(e *directdial.Event) {
	switch {
	case e.Author != "":
		f.tx.Delete(bAuthors, string(e.Author))
	case e.Expert != "":
		f.tx.Delete(bExperts, e.Expert)
	case e.Offer != "":
		f.tx.Delete(bOffers, e.Offer)
		f.tx.Delete(bOutbox, e.Offer)
	default:
		d, ok := get[directdial.Dial](f.tx, bDials, e.Dial)
		if !ok {
			return
		}
		f.forgetOffers(&d)
		d.Holder, d.Previous, d.Next = "", nil, nil
		f.dial(&d)
	}
	add(f.tx, countRemoved+"people", 1)
}

func (f *folder) forgetOffers(d *directdial.Dial) {
	for hop := 1; hop <= d.Hop; hop++ {
		id := directdial.OfferID(d.ID, hop)
		f.tx.Delete(bOffers, id)
		f.tx.Delete(bOutbox, id)
	}
}

// expiredLedger lets go of a record. What stays of a mention is its key, of a
// dial that it was there.
func (f *folder) expiredLedger(e *directdial.Event) {
	for _, key := range e.Parents {
		f.tx.Delete(bParents, string(key))
	}
	if rec, ok := get[directdial.MentionRecord](f.tx, bMentions, string(e.Mention)); ok && rec.State != directdial.Expired {
		f.uncount(rec)
		if rec.Author != "" {
			f.tx.Delete(bAuthored, string(rec.Author+rec.Key))
		}
		f.deleteAll(bCopies, string(rec.Key))
		rec = directdial.MentionRecord{Key: rec.Key, State: directdial.Expired, Seq: rec.Seq, First: rec.First}
		put(f.tx, bMentions, string(rec.Key), rec)
		f.count(rec)
		add(f.tx, countRemoved+"ledger", 1)
	}
	if d, ok := get[directdial.Dial](f.tx, bDials, e.Dial); ok {
		f.forgetOffers(&d)
		f.heardOf(&d)
		f.tx.Delete(bDials, d.ID)
		add(f.tx, "dial/"+string(d.State), -1)
		add(f.tx, "dial/"+expired, 1)
		add(f.tx, countRemoved+"ledger", 1)
	}
}

// deleteAll removes the keys of a bucket that begin with prefix.
func (f *folder) deleteAll(bucket, prefix string) {
	var keys []string
	f.tx.Scan(bucket, prefix, func(k string, _ []byte) bool {
		keys = append(keys, k)
		return true
	})
	for _, k := range keys {
		f.tx.Delete(bucket, k)
	}
}

// The three questions of retention, asked when it is found and again when it is
// said in the log: between the two, somebody may have come back to a dial.

// oldDial reports whether a dial was closed before a time.
func oldDial(d *directdial.Dial, before time.Time) bool {
	return !d.State.Open() && !d.Closed.IsZero() && d.Closed.Before(before)
}

// oldMention reports whether what became of a mention was settled before a time.
func oldMention(r index.Reader, rec *directdial.MentionRecord, before time.Time) bool {
	switch {
	case rec.State == directdial.Expired || rec.State == directdial.Parked || !rec.Decided.Before(before):
		return false
	case rec.State == directdial.Dialled || rec.Dial != "":
		d, ok := get[directdial.Dial](r, bDials, rec.Dial)
		return !ok || oldDial(&d, before)
	}
	return true
}

// oldOffer reports whether an offer is a card that is no dial, was made before a
// time, and waits for no answer; the other offers go with their dial.
func oldOffer(o *directdial.Offer, before time.Time) bool {
	asks := o.Card == directdial.InvitationCard || o.Card == directdial.PracticeCard || o.Card == directdial.PolicyCard
	return o.Card != "" && o.At.Before(before) && (!asks || !o.Answered.IsZero())
}

// idle reports whether an expert was not dialled since a time, and holds
// nothing, and nothing else must be known of them.
func (l *load) idle(since time.Time) bool {
	last := l.Notice
	if n := len(l.Dials); n > 0 && l.Dials[n-1].After(last) {
		last = l.Dials[n-1]
	}
	return l.Open == 0 && l.Away == nil && len(l.Unreachable) == 0 && last.Before(since)
}
