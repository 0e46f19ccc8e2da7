package route

import (
	"context"
	"encoding/json"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// maxErase is how many mentions one step erases. An author with more takes
// several steps; those after the first follow without being asked for.
const maxErase = 500

// forget erases mentions: all of the authors that an action names, and those
// that it names themselves. The text goes once this is on the log: see Erase.
func (r *Router) forget(w *writing, a *directdial.Action) []directdial.Event {
	keys := a.Mentions[:min(len(a.Mentions), directdial.MaxSeqs)]
	var authors []directdial.Event
	for _, author := range a.Authors {
		if !author.Valid() {
			continue // a beginning would name many
		}
		theirs := authored(w.tx, author, maxErase)
		if len(theirs) == 0 {
			continue
		}
		authors = append(authors, directdial.Event{Kind: directdial.EvErased, Author: author, Reason: directdial.Forgotten})
		if room := maxErase - len(keys); room > 0 {
			keys = append(keys, theirs[:min(len(theirs), room)]...)
		}
	}
	events := append(r.erase(w.tx, keys), authors...)
	if len(events) == 0 {
		return []directdial.Event{refused(a, directdial.Unknown, "there is no mention to erase")}
	}
	last := &events[len(events)-1]
	last.Action, last.By = a.ID, a.By
	return events
}

// goOnForgetting erases a further step's worth of the mentions of those who are
// being forgotten.
func (r *Router) goOnForgetting(w *writing) {
	for !w.full() {
		author, ok := forgetting(w.tx)
		if !ok {
			return
		}
		in := directdial.Input{Kind: directdial.InputTimer, ID: string(author)}
		w.step(in, r.erase(w.tx, authored(w.tx, author, maxErase))...)
	}
}

// forgetting returns an author of whom mentions are left to erase.
func forgetting(r index.Reader) (author directdial.Key, ok bool) {
	r.Scan(bForget, "", func(k string, _ []byte) bool {
		author, ok = directdial.Key(k), true
		return false
	})
	return author, ok
}

func (r *Router) isForgetting() bool {
	_, is := forgetting(r.db)
	return is
}

// erase says in events that mentions are erased, and that the dials of which
// nothing is left are withdrawn.
func (r *Router) erase(tx index.Reader, keys []directdial.Key) (events []directdial.Event) {
	var dials []string
	gone := map[string][]directdial.Key{}
	for _, key := range keys {
		rec, ok := get[directdial.MentionRecord](tx, bMentions, string(key))
		if !ok || rec.State == directdial.Erased {
			continue
		}
		seqs := messages(tx, &rec)
		events = append(events, directdial.Event{
			Kind: directdial.EvErased, Mention: key, Seqs: seqs[:min(len(seqs), directdial.MaxSeqs)], Count: len(seqs),
			Platform: rec.Platform, Tag: rec.Tag, Topic: rec.Topic, Dial: rec.Dial, Reason: directdial.Forgotten,
		})
		if gone[rec.Dial] == nil {
			dials = append(dials, rec.Dial)
		}
		gone[rec.Dial] = append(gone[rec.Dial], key)
	}
	for _, dial := range dials {
		events = append(events, withdraw(tx, dial, directdial.Forgotten, gone[dial])...)
	}
	return events
}

// withdraw says that an open dial is withdrawn if no post of it is left but
// those that go.
func withdraw(tx index.Reader, dial string, why directdial.Reason, leaving []directdial.Key) []directdial.Event {
	d, ok := get[directdial.Dial](tx, bDials, dial)
	if !ok || !d.State.Open() {
		return nil
	}
	goes := map[directdial.Key]bool{}
	for _, key := range leaving {
		goes[key] = true
	}
	for _, key := range d.Mentions {
		rec, ok := get[directdial.MentionRecord](tx, bMentions, string(key))
		if ok && !goes[key] && !rec.Gone() {
			return nil
		}
	}
	if d.Joined >= maxMentions && unlisted(tx, dial, goes) {
		return nil
	}
	return []directdial.Event{{
		Kind: directdial.EvWithdrawn, Dial: d.ID, Expert: d.Holder, Tag: d.Tag, Topic: d.Topic, Reason: why,
	}}
}

// unlisted reports whether a post is left of a dial that has more than it lists,
// but for those that go. It reads every record: what is asked once the last post
// that is listed goes may take a second.
func unlisted(tx index.Reader, dial string, goes map[directdial.Key]bool) (left bool) {
	tx.Scan(bMentions, "", func(key string, data []byte) bool {
		var rec directdial.MentionRecord
		left = json.Unmarshal(data, &rec) == nil && rec.Dial == dial && !rec.Gone() && !goes[directdial.Key(key)]
		return !left
	})
	return left
}

// wiped takes note that the bytes of messages are gone.
func (r *Router) wiped(w *writing, a *directdial.Action) []directdial.Event {
	var seqs []uint64
	for _, seq := range a.Seqs[:min(len(a.Seqs), directdial.MaxSeqs)] {
		if w.tx.Get(bErase, seqKey(seq)) != nil {
			seqs = append(seqs, seq)
		}
	}
	if len(seqs) == 0 {
		return nil // said before
	}
	return []directdial.Event{{Kind: directdial.EvWiped, Seqs: seqs, Count: len(seqs)}}
}

// Forgetting is what is left to do of erasures that stand on the log.
type Forgetting struct {
	Mentions int // of authors who are being forgotten, not erased yet
	Messages int // of MENTIONS, not overwritten yet
}

// Forgetting counts what is left to erase.
func (r *Router) Forgetting() (f Forgetting) {
	_ = r.db.View(func(v index.Reader) {
		v.Scan(bForget, "", func(author string, _ []byte) bool {
			v.Scan(bAuthored, author, func(string, []byte) bool { f.Mentions++; return true })
			return true
		})
		v.Scan(bErase, "", func(string, []byte) bool { f.Messages++; return true })
	})
	return f
}

// Authored counts the mentions of authors that are not erased.
func (r *Router) Authored(ctx context.Context, authors []directdial.Key) (n int) {
	_ = r.db.View(func(v index.Reader) {
		for _, author := range authors {
			v.Scan(bAuthored, string(author), func(string, []byte) bool { n++; return ctx.Err() == nil })
		}
	})
	return n
}
