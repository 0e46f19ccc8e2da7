package route

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// maxMute is the longest that an author can be muted at once: somebody looks at
// it again.
const maxMute = 366 * 24 * time.Hour

// mute judges that nothing of an author is to be dialled for a while, or that it
// is again. An author may be known under several keys.
func (r *Router) mute(w *writing, a *directdial.Action) []directdial.Event {
	x := r.directory.Load()
	until := directdial.Clock(a.Until)
	switch {
	case a.By != ops && !slices.Contains(x.Coaches, a.By):
		return no(a, directdial.NotCoach, "only a coach can do that: they are %s", x.names(x.Coaches))
	case len(a.Authors) == 0 || len(a.Authors) > directdial.MaxSeqs || slices.ContainsFunc(a.Authors, func(k directdial.Key) bool { return !k.Valid() }):
		return no(a, directdial.Unreadable, "say which author")
	case a.Kind == directdial.ActUnmute:
		return r.unmute(w, a)
	case strings.TrimSpace(a.Detail) == "":
		return no(a, directdial.Unreadable, "say why")
	case len(a.Detail) > maxWhy:
		return no(a, directdial.Unreadable, "say why in at most %d characters", maxWhy)
	case !until.After(w.at):
		return no(a, directdial.Unreadable, "say until when; it must be later than now")
	case until.After(w.at.Add(maxMute)):
		return no(a, directdial.Unreadable, "at most a year at once")
	}
	var events []directdial.Event
	for _, author := range distinct(a.Authors) {
		events = append(events, directdial.Event{
			Kind: directdial.EvMuted, Author: author, Until: until, By: a.By, Detail: a.Detail, Action: a.ID,
		})
	}
	r.replan() // what is parked may be theirs
	return events
}

func (r *Router) unmute(w *writing, a *directdial.Action) (events []directdial.Event) {
	for _, author := range distinct(a.Authors) {
		if muted(w.tx, author, w.at) {
			events = append(events, directdial.Event{Kind: directdial.EvUnmuted, Author: author, By: a.By, Action: a.ID})
		}
	}
	if len(events) == 0 {
		return no(a, directdial.Unknown, "that author is not muted")
	}
	return events
}

// distinct is each key once, sorted.
func distinct(keys []directdial.Key) []directdial.Key {
	return slices.Compact(slices.Sorted(slices.Values(keys)))
}

// muted reports whether an author is muted at an instant.
func muted(r index.Reader, author directdial.Key, at time.Time) bool {
	m, ok := get[directdial.Mute](r, bMuted, string(author))
	return ok && author != "" && at.Before(m.Until)
}

// muted notes who is muted, and forgets whose time is over.
func (f *folder) muted(e *directdial.Event) {
	var over []string
	f.tx.Scan(bMuted, "", func(author string, _ []byte) bool {
		if m, _ := get[directdial.Mute](f.tx, bMuted, author); !f.step.At.Before(m.Until) {
			over = append(over, author)
		}
		return true
	})
	for _, author := range over {
		f.tx.Delete(bMuted, author)
	}
	if e.Kind == directdial.EvUnmuted {
		f.tx.Delete(bMuted, string(e.Author))
		return
	}
	put(f.tx, bMuted, string(e.Author), directdial.Mute{
		Author: e.Author, Since: f.step.At, Until: e.Until, By: e.By, Why: e.Detail,
	})
}

// Mutes lists who is muted at an instant, the first to be heard again first.
func (r *Router) Mutes(at time.Time) (mutes []directdial.Mute, err error) {
	err = r.db.View(func(v index.Reader) {
		v.Scan(bMuted, "", func(author string, _ []byte) bool {
			if m, ok := get[directdial.Mute](v, bMuted, author); ok && at.Before(m.Until) {
				mutes = append(mutes, m)
			}
			return true
		})
	})
	slices.SortFunc(mutes, func(a, b directdial.Mute) int {
		return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.Author, b.Author))
	})
	return mutes, err
}

// LastBy is a mention of an author whose words are kept, the newest to come in;
// false if there is none.
func (r *Router) LastBy(author directdial.Key) (last directdial.MentionRecord, found bool) {
	_ = r.db.View(func(v index.Reader) { // fails on a closed index, which holds nobody
		v.Scan(bAuthored, string(author), func(k string, _ []byte) bool {
			rec, ok := get[directdial.MentionRecord](v, bMentions, k[len(author):])
			if ok && !rec.Gone() && rec.Seq > last.Seq {
				last, found = rec, true
			}
			return true
		})
	})
	return last, found
}
