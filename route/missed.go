package route

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// Nobody complains about a mention that was suppressed by mistake. So a coach
// judges a few that are drawn at random each week: how many of all were missed
// can be told from that.

// missable are the reasons by which the classifier suppresses: those that may be
// wrong. The others are rules.
var missable = []directdial.Reason{directdial.NoTag, directdial.NotAboutUs}

const week = 7 * 24 * time.Hour

// monday is the beginning of the week that an instant is in, in UTC.
func monday(at time.Time) time.Time {
	day := at.UTC().Truncate(24 * time.Hour)
	return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
}

func mayBeMissed(rec *directdial.MentionRecord) bool {
	return rec.State == directdial.Suppressed && !rec.Deleted && slices.Contains(missable, rec.Reason)
}

// samples are the suppressed mentions of each week, by its Monday; of each week
// the first MissedSample after sorting are drawn.
func samples(v index.Reader) map[time.Time][]directdial.MentionRecord {
	weeks := map[time.Time][]directdial.MentionRecord{}
	v.Scan(bMentions, "", func(_ string, data []byte) bool {
		var rec directdial.MentionRecord
		if json.Unmarshal(data, &rec) == nil && mayBeMissed(&rec) {
			from := monday(rec.Decided)
			weeks[from] = append(weeks[from], rec)
		}
		return true
	})
	for _, all := range weeks {
		slices.SortFunc(all, func(a, b directdial.MentionRecord) int { return byLot(a.Key, b.Key) })
	}
	return weeks
}

// Missed draws the sample of the last whole week, and says what those of all
// weeks told. It reads the whole index: seconds for a million mentions.
func (r *Router) Missed(at time.Time) (m directdial.Missed, err error) {
	m.Until = monday(at)
	m.From = m.Until.Add(-week)
	err = r.db.View(func(v index.Reader) {
		for from, all := range samples(v) {
			if !from.Before(m.Until) {
				continue // who is drawn of this week is not known before it is over
			}
			drawn := all[:min(len(all), directdial.MissedSample)]
			if from.Equal(m.From) {
				m.Heard, m.Sample = len(all), drawn
			}
			for i := range drawn {
				switch drawn[i].Reviewed {
				case directdial.Belonged:
					m.Belonged++
					m.Reviewed++
				case directdial.RightlyLeft:
					m.Reviewed++
				}
			}
		}
	})
	m.Share = float64(m.Belonged) / float64(max(1, m.Reviewed))
	m.Low, m.High = wilson(m.Belonged, m.Reviewed)
	return m, err
}

// wilson is the score interval with 95 % confidence of a share of n.
func wilson(yes, n int) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.959964
	p, size := float64(yes)/float64(n), float64(n)
	middle := (p + z*z/(2*size)) / (1 + z*z/size)
	half := z / (1 + z*z/size) * math.Sqrt(p*(1-p)/size+z*z/(4*size*size))
	return max(0, middle-half), min(1, middle+half)
}

// sampled asks the first coach once a week to look at what was left in the week
// before, if anything was. It is called anew each turn while that is drawn.
func (r *Router) sampled(w *writing) {
	until := monday(w.at)
	event, ok := r.sampleCard(w, until)
	switch {
	case !ok:
		r.drawing = drawing{}
		return
	case !r.drawing.draw(w.tx, until):
		return // the next turn goes on
	}
	if event.Sample = r.drawing.take(); len(event.Sample) == 0 {
		r.unsampled = until
		return
	}
	w.step(directdial.Input{Kind: directdial.InputTimer, ID: event.Expert}, event)
}

// sampleCard is the card of the week before a Monday, but for its sample, if it
// can go out now.
func (r *Router) sampleCard(w *writing, until time.Time) (directdial.Event, bool) {
	x := r.directory.Load()
	if len(x.Coaches) == 0 || r.unsampled.Equal(until) {
		return directdial.Event{}, false
	}
	coach := x.experts[x.Coaches[0]]
	if coach == nil {
		return directdial.Event{}, false
	}
	c := carer{x: x, r: w.tx, at: w.at, expert: coach}
	c.sample(until)
	r.careAgain(&c)
	if len(c.events) == 0 {
		return directdial.Event{}, false
	}
	return c.events[0], true
}

// sample sends the card of the week before a Monday: once, and again where it
// could not be brought. Each attempt has a name of its own, a second further.
func (c *carer) sample(until time.Time) {
	for named := until; ; named = named.Add(time.Second) {
		id := cardID("m", c.expert.ID, named)
		if _, told := get[directdial.Offer](c.r, bOffers, id); !told {
			c.send("m", "", directdial.Event{Kind: directdial.EvTold, Card: directdial.NewsCard, Reason: directdial.Sampled})
			if len(c.events) > 0 {
				c.events[0].Offer = id
			}
			return
		}
		if !c.lost(id) {
			return
		}
	}
}

// review judges that a coach says of a suppressed mention whether it was rightly
// left.
func (r *Router) review(w *writing, a *directdial.Action) []directdial.Event {
	x := r.directory.Load()
	rec, ok := get[directdial.MentionRecord](w.tx, bMentions, string(a.Mention))
	switch {
	case a.By != ops && !slices.Contains(x.Coaches, a.By):
		return no(a, directdial.NotCoach, "only a coach can do that: they are %s", x.names(x.Coaches))
	case !ok:
		return no(a, directdial.Unknown, "there is no such mention")
	case !mayBeMissed(&rec):
		return no(a, directdial.Unknown, "the mention is %s, so it is not in the sample of the week from %s: that holds what was left for what it says",
			rec.State, monday(rec.Decided).Format("2 January 2006"))
	case a.Reason != directdial.RightlyLeft && a.Reason != directdial.Belonged:
		return no(a, directdial.Unknown, "say %q or %q", directdial.RightlyLeft, directdial.Belonged)
	case a.To != "" && x.experts[a.To] == nil:
		return no(a, directdial.Unknown, "%s", x.noExpert(a.To))
	case a.Topic != "" && x.topics[a.Topic] == nil:
		return no(a, directdial.Unknown, "%s", x.noTopic(a.Topic))
	case a.Tag != "" && !a.Tag.Valid():
		return no(a, directdial.Unknown, "%s", noTag(a.Tag))
	case a.Reason == directdial.RightlyLeft && cmp.Or(a.To, a.Topic, string(a.Tag)) != "":
		return no(a, directdial.Unreadable, "what was rightly left belonged to nobody")
	case rec.Reviewed == a.Reason && a.To == "" && a.Topic == "" && a.Tag == "":
		return no(a, directdial.Duplicate, "this is known")
	}
	return []directdial.Event{{
		Kind: directdial.EvReviewed, Mention: rec.Key, Reason: a.Reason, Expert: a.To, Tag: a.Tag, Topic: a.Topic,
		By: a.By, Action: a.ID, Offer: rec.Sampled,
	}}
}

// reviewed notes what was said of a suppressed mention; whom it belonged to
// stays in the log alone, which keeps people for as long as it may.
func (f *folder) reviewed(e *directdial.Event) {
	rec, ok := get[directdial.MentionRecord](f.tx, bMentions, string(e.Mention))
	if ok {
		rec.Reviewed = e.Reason
		put(f.tx, bMentions, string(e.Mention), rec)
		f.showSample(&rec)
	}
}

// sampled notes that a card asks about mentions.
func (f *folder) sampled(o *directdial.Offer) {
	for _, key := range o.Sample {
		if rec, ok := get[directdial.MentionRecord](f.tx, bMentions, string(key)); ok {
			rec.Sampled = o.ID
			put(f.tx, bMentions, string(key), rec)
		}
	}
	f.offer(*o, true)
}

// showSample makes the card that asks about a mention show a change.
func (f *folder) showSample(rec *directdial.MentionRecord) {
	if o, ok := get[directdial.Offer](f.tx, bOffers, rec.Sampled); ok {
		o.Revision++
		f.offer(o, true)
	}
}
