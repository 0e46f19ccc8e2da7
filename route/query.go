package route

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// Mention returns what the index keeps of a mention.
func (r *Router) Mention(key directdial.Key) (directdial.MentionRecord, bool) {
	return get[directdial.MentionRecord](r.db, bMentions, string(key))
}

// Dial returns a dial by its id.
func (r *Router) Dial(id string) (directdial.Dial, bool) {
	return get[directdial.Dial](r.db, bDials, id)
}

// Knows is the colleague whom an author was with last, and since when without
// somebody else in between; "" if there is none.
func (r *Router) Knows(author directdial.Key) (expert string, since time.Time) {
	k, _ := get[relation](r.db, bAuthors, string(author))
	return k.Expert, k.Since
}

// Duty is whether an expert is there: as their hours and calendar say, or as
// they said themselves.
func (r *Router) Duty(e *directdial.Expert, at time.Time) directdial.Duty {
	l, _ := get[load](r.db, bExperts, e.ID)
	return r.directory.Load().dutyOf(e, &l, at)
}

// Away reports whether somebody said of an expert that they are away, and until
// when; zero is until they are back.
func (r *Router) Away(expert string, at time.Time) (away bool, until time.Time) {
	l, _ := get[load](r.db, bExperts, expert)
	if a := l.Away; a != nil && (a.Until.IsZero() || at.Before(a.Until)) {
		return true, a.Until
	}
	return false, time.Time{}
}

// Offer returns an offer by its id.
func (r *Router) Offer(id string) (directdial.Offer, bool) {
	return get[directdial.Offer](r.db, bOffers, id)
}

// FindDial returns the dial whose id begins with prefix; kind NotFound if there
// is none, Invalid if there are several.
func (r *Router) FindDial(prefix string) (d directdial.Dial, err error) {
	found := 0
	if !strings.HasPrefix(prefix, "d") || len(r.prefixed(bDials, prefix, 1)) == 0 {
		// A mail's subject shows it without the d.
		if with := "d" + prefix; len(r.prefixed(bDials, with, 1)) > 0 {
			prefix = with
		}
	}
	r.db.Scan(bDials, prefix, func(_ string, data []byte) bool {
		found++
		if found == 1 {
			err = json.Unmarshal(data, &d)
		}
		return found < 2
	})
	switch {
	case found == 0 || prefix == "":
		return d, directdial.Errorf(directdial.NotFound, "there is no dial %q", prefix)
	case found > 1:
		return d, directdial.Errorf(directdial.Invalid, "several dials begin with %q: type more of it", prefix)
	}
	return d, err
}

// FindMention returns the mention whose key begins with prefix, if there is
// exactly one.
func (r *Router) FindMention(prefix string) (directdial.MentionRecord, bool) {
	keys := r.prefixed(bMentions, prefix, 2)
	if len(prefix) < 4 || len(keys) != 1 {
		return directdial.MentionRecord{}, false
	}
	return r.Mention(directdial.Key(keys[0]))
}

// prefixed lists keys of a bucket, at most n.
func (r *Router) prefixed(bucket, prefix string, n int) (keys []string) {
	r.db.Scan(bucket, prefix, func(key string, _ []byte) bool {
		keys = append(keys, key)
		return len(keys) < n
	})
	return keys
}

// Dials lists dials, the newest first: the open ones, or all.
func (r *Router) Dials(all bool, limit int) (dials []directdial.Dial, err error) {
	err = r.db.View(func(v index.Reader) {
		collect := func(data []byte) bool {
			var d directdial.Dial
			if json.Unmarshal(data, &d) == nil {
				dials = append(dials, d)
			}
			return true
		}
		if all {
			v.Scan(bDials, "", func(_ string, data []byte) bool { return collect(data) })
			return
		}
		v.Scan(bOpen, "", func(id string, _ []byte) bool { return collect(v.Get(bDials, id)) })
	})
	slices.SortFunc(dials, func(a, b directdial.Dial) int {
		if c := b.Opened.Compare(a.Opened); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return dials[:min(len(dials), limit)], err
}

// Watched lists the dials whose posts are worth another look: the open ones, and
// those whose author is still listened to after the answer.
func (r *Router) Watched() (dials []directdial.Dial, err error) {
	err = r.db.View(func(v index.Reader) {
		collect := func(id string) {
			if d, ok := get[directdial.Dial](v, bDials, id); ok {
				dials = append(dials, d)
			}
		}
		v.Scan(bOpen, "", func(id string, _ []byte) bool { collect(id); return true })
		v.Scan(bAnswered, "", func(k string, _ []byte) bool {
			_, id := parseTimer(k)
			collect(string(id))
			return true
		})
	})
	return dials, err
}

// Account returns an author's account as it is configured, if it is one of our
// brands or of a colleague; else "".
func (r *Router) Account(platform string, a directdial.Author) string {
	return r.directory.Load().account(platform, a)
}

// Mentions lists mentions, the newest first, in one state or, if it is "", all.
func (r *Router) Mentions(state directdial.MentionState, limit int) (recs []directdial.MentionRecord, err error) {
	err = r.db.View(func(v index.Reader) {
		if state == directdial.Parked {
			v.Scan(bParked, "", func(key string, _ []byte) bool {
				if rec, ok := get[directdial.MentionRecord](v, bMentions, key); ok {
					recs = append(recs, rec)
				}
				return true
			})
			return
		}
		v.Scan(bMentions, "", func(_ string, data []byte) bool {
			var rec directdial.MentionRecord
			if json.Unmarshal(data, &rec) == nil && (state == "" || rec.State == state) {
				recs = append(recs, rec)
			}
			return true
		})
	})
	slices.SortFunc(recs, func(a, b directdial.MentionRecord) int {
		switch {
		case a.First > b.First:
			return -1
		case a.First < b.First:
			return 1
		}
		return 0
	})
	return recs[:min(len(recs), limit)], err
}

// maxBehind is how many changes a card may be behind before they are shown at
// once. Up to there each is an edit of its own, so that a holder who looks sees
// the thread grow; a storm in one thread must not use up the channel.
const maxBehind = 20

// due sets the revision that the card of an offer should show next.
func due(o directdial.Offer) directdial.Offer {
	switch {
	case o.Ref == "":
		o.Revision = o.First
	case o.Revision-o.Shown <= maxBehind:
		o.Revision = min(o.Shown+1, o.Revision)
	}
	return o
}

// Outbox lists the offers whose card is not as it should be, the oldest first,
// with the revision that their card should show next.
func (r *Router) Outbox() (offers []directdial.Offer, err error) {
	err = r.db.View(func(v index.Reader) {
		v.Scan(bOutbox, "", func(id string, _ []byte) bool {
			if o, ok := get[directdial.Offer](v, bOffers, id); ok {
				offers = append(offers, due(o))
			}
			return true
		})
	})
	slices.SortStableFunc(offers, func(a, b directdial.Offer) int { return a.At.Compare(b.At) })
	return offers, err
}

// DueOffer is one entry of the Outbox, as it is now.
func (r *Router) DueOffer(id string) (directdial.Offer, bool) {
	o, ok := r.Offer(id)
	return due(o), ok
}

// ReadMention reads the text of a mention; kind NotFound if it is gone.
func (r *Router) ReadMention(ctx context.Context, rec directdial.MentionRecord) (*directdial.Mention, error) {
	return r.read(ctx, rec.Seq)
}

// Try says what would become of a mention at a time, with today's
// configuration, and writes nothing.
func (r *Router) Try(m directdial.Mention, at time.Time) (directdial.Case, directdial.Decision) {
	return r.directory.Load().consider(r.db, directdial.Clock(at), r.newSubject(&m))
}

// Grants are the grants of an expert as they hold at a time, with why they do
// not count then if they do not.
func (r *Router) Grants(expert string, at time.Time) (all []directdial.Holding) {
	x := r.directory.Load()
	e, ok := x.experts[expert]
	if !ok {
		return nil
	}
	_ = r.db.View(func(v index.Reader) {
		p, inForce := saidOf(v, expert), x.policy(v)
		for _, h := range x.holds(e, &p) {
			s, g := p.about(h.id), inForce.standing(&p, &h.Grant)
			card, _ := get[directdial.Offer](v, bOffers, s.Card)
			state := stands(&g, at)
			if s.Ended && state != "" {
				state = directdial.GrantEnded // not: they were never asked
			}
			h.Fewer = s.bound(&h.Grant, at)
			all = append(all, directdial.Holding{
				ID: h.id, Grant: h.Grant, State: state, ReadBy: g.ReadBy, Said: s.Grant != nil,
				Invited: card.At, NotNow: s.NotNow,
			})
		}
	})
	return all
}

// PerWeek is how many cards a week a grant brings its holder, as the last four
// weeks tell; 0: they tell nothing.
func (r *Router) PerWeek(expert string, g directdial.Grant) (n int) {
	at := r.now()
	_ = r.db.View(func(v index.Reader) {
		n = r.directory.Load().perWeek(v, r.heard.of(v, at), expert, &g, at)
	})
	return n
}

// Budget is how many dials an expert gets at most, at a time.
func (r *Router) Budget(expert string, at time.Time) directdial.Budget {
	x := r.directory.Load()
	e, ok := x.experts[expert]
	if !ok {
		return directdial.Budget{}
	}
	p := saidOf(r.db, expert)
	return x.budget(e, &p, at)
}

// OpenDials is how many dials an expert holds open.
func (r *Router) OpenDials(expert string) int {
	l, _ := get[load](r.db, bExperts, expert)
	return l.Open
}

// Channels lists the channels that lead to an expert, in the order in which they
// are tried.
func (r *Router) Channels(expert string) []string {
	x := r.directory.Load()
	e, ok := x.experts[expert]
	if !ok {
		return nil
	}
	l, _ := get[load](r.db, bExperts, expert)
	return slices.Clone(x.reachable(e, &l))
}

// Unreachable lists the channels that do not lead to an expert, sorted.
func (r *Router) Unreachable(expert string) []string {
	l, _ := get[load](r.db, bExperts, expert)
	return slices.Sorted(maps.Keys(l.Unreachable))
}

// Platforms lists the platforms from which mentions have come.
func (r *Router) Platforms() (platforms []string) {
	r.db.Scan(bCounts, countPlatform, func(name string, _ []byte) bool {
		platforms = append(platforms, name[len(countPlatform):])
		return true
	})
	return platforms
}

// Sums are the two sides of the ledger from the running counters: cheap, for
// probes.
type Sums struct {
	Position uint64 // in MENTIONS
	InAState int
	Repeats  int
}

// Sums adds up the counters.
func (r *Router) Sums() (s Sums) {
	_ = r.db.View(func(v index.Reader) {
		log, _ := get[meta](v, bMeta, "log")
		s.Position, s.Repeats = log.Mentions, count(v, countRepeats)
		v.Scan(bCounts, "mention/", func(name string, _ []byte) bool {
			s.InAState += count(v, name)
			return true
		})
	})
	return s
}
