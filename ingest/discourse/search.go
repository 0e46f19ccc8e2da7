package discourse

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial"
)

const (
	// maxPages is how many pages a search shows.
	maxPages = 10
	// overlap is how far back each search reaches. The days of a query are
	// those of the forum's clock, and an import may date posts back.
	overlap = 3 * 24 * time.Hour
	// late is how old a post may be that the index of the search has not seen
	// yet.
	late = 30 * time.Minute
	// maxTopics is how many topics are read before what was found is saved.
	maxTopics = 10
)

// query is one search.
type query struct {
	text  string
	words []string
	seen  map[int64]int64 // by topic, the post that was found last; in memory
	found *results        // that are not all read; in memory
}

// results are what one search found, by id.
type results struct {
	hits   []post
	capped bool // there is more than the forum shows
}

// in reports whether a text holds all words of the query.
func (q *query) in(text string) bool {
	text = strings.ToLower(text)
	return !slices.ContainsFunc(q.words, func(w string) bool { return !strings.Contains(text, w) })
}

// search reads a part of what a query finds that is new. The forum shows of
// each topic the latest post that has the words, cut short; therefore the topic
// is asked for, and what else is new in it and has the words is heard, too.
func (s *source) search(ctx context.Context, q *query, p *position) (items []directdial.Item, more bool, err error) {
	found := q.found
	q.found = nil
	if found == nil {
		if found, err = s.client.search(ctx, q, p); err != nil {
			return nil, false, err
		}
		if found.capped && p.narrow(s.now()) {
			return nil, true, nil
		}
	}
	fresh := slices.DeleteFunc(slices.Clone(found.hits), func(h post) bool { return !q.fresh(p, &h, s.now()) })
	for i := range fresh[:min(len(fresh), maxTopics)] {
		got, err := s.readTopic(ctx, q, p, &fresh[i])
		if err != nil {
			return items, false, err
		}
		items = append(items, got...)
		p.done(&fresh[i])
	}
	if len(fresh) > maxTopics {
		q.found = found
		return items, true, nil
	}
	if found.capped {
		items = append(items, &directdial.Gap{Query: q.text, From: p.From, To: p.From.AddDate(0, 0, p.Days), Cause: "result limit", Missing: -1})
	}
	return items, p.finish(q, found.hits, s.now()), nil
}

// fresh reports whether a post that was found has not been read.
func (q *query) fresh(p *position, h *post, now time.Time) bool {
	if p.Done[h.Topic] == h.ID || q.seen[h.Topic] == h.ID {
		return false
	}
	return h.ID > p.Last || h.Created.After(now.Add(-late))
}

func (p *position) done(h *post) {
	if p.Done == nil {
		p.Done = map[int64]int64{}
	}
	p.Done[h.Topic] = h.ID
}

// narrow halves the window of a search that found more than is shown. It
// reports false if that is a day already.
func (p *position) narrow(now time.Time) bool {
	if p.Days == 0 {
		p.From = p.At.Add(-overlap).Truncate(24 * time.Hour)
		p.Days = int(now.Sub(p.From)/(24*time.Hour)) + 1
	}
	if p.Days <= 1 {
		return false
	}
	p.Days = (p.Days + 1) / 2
	return true
}

// finish ends a window, and reports whether another follows.
func (p *position) finish(q *query, hits []post, now time.Time) (more bool) {
	for _, h := range hits {
		q.seen[h.Topic] = h.ID
		if p.Days == 0 {
			p.Last = max(p.Last, h.ID)
		}
	}
	if p.Days > 0 {
		p.From = p.From.AddDate(0, 0, p.Days)
		if !p.From.After(now) {
			return true
		}
		for _, id := range p.Done {
			p.Last = max(p.Last, id)
		}
	}
	p.At, p.From, p.Days, p.Done = now.UTC(), time.Time{}, 0, nil
	if len(q.seen) > 10*maxPages*pageSize {
		clear(q.seen)
	}
	return false
}

// search asks for all pages of a query.
func (c *client) search(ctx context.Context, q *query, p *position) (*results, error) {
	from := p.At.Add(-overlap)
	if p.Days > 0 {
		from = p.From
	}
	// A day on both sides is for the time zone of the forum.
	text := q.text + " order:latest after:" + from.AddDate(0, 0, -1).Format(time.DateOnly)
	if p.Days > 0 {
		text += " before:" + from.AddDate(0, 0, p.Days+1).Format(time.DateOnly)
	}
	var r results
	for page := 1; ; page++ {
		var f found
		if err := c.get(ctx, "/search.json", url.Values{"q": {text}, "page": {strconv.Itoa(page)}}, &f); err != nil {
			return nil, err
		}
		switch {
		case f.Result == nil: // null and {} are JSON, but no answer
			return nil, directdial.Errorf(directdial.Invalid, "the answer of the search is none")
		case f.Result.Error != "":
			return nil, &directdial.Error{Kind: directdial.Temporary, After: time.Minute, Msg: "the forum has too much to do to search"}
		}
		r.hits = append(r.hits, f.Posts...)
		if !f.Result.More || page == maxPages {
			r.capped = f.Result.More
			slices.SortFunc(r.hits, func(a, b post) int { return cmp.Compare(a.ID, b.ID) })
			r.hits = slices.CompactFunc(r.hits, func(a, b post) bool { return a.ID == b.ID })
			return &r, nil
		}
	}
}
