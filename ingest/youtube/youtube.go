// Package youtube hears comments on YouTube, on the videos of one's own channels
// and on others that are named, and videos that a search finds. See README.md
// for what it hears and what it leaves alone.
//
// A source has queries: one for each channel, video and word. Each is walked
// from its newest entry down to what was read before (see walk.go), page by
// page, with the place in the state. YouTube gives a quota a day, and another
// one for searches, and does not tell what is left: see spend.go.
package youtube

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// platform is the platform of every mention of this source.
const platform = "youtube"

func init() { ingest.Register("youtube", New) }

// New makes a source of its settings. It does no I/O.
func New(setup ingest.Setup) (ingest.Source, error) {
	settings := Settings{Every: 5 * time.Minute, Quota: 10_000, Searches: 100, API: address}
	if err := setup.Decode(&settings); err != nil {
		return nil, err
	}
	s, err := newSource(setup, &settings)
	if err != nil {
		return nil, err
	}
	return ingest.PollAndLook(settings.Every, s.fetch, s.client.look), nil
}

// source is one configured source. Its fetch is used by one goroutine.
type source struct {
	client  *client
	every   time.Duration
	queries []*query
	words   map[string]*regexp.Regexp // that are searched for; what decides
	report  ingest.Report
	now     func() time.Time
	gone    func(id string) bool // nothing of a post may be kept
	more    bool                 // what the last fetch began goes on
	first   int                  // query to begin a round with
}

// fetch is the ingest.Fetch of the source: one page of each query that is due
// and that the quota allows. It asks for more until every walk has come to its
// end, or the quota of the hour is used up.
func (s *source) fetch(ctx context.Context, saved []byte) ([]directdial.Item, []byte, error) {
	st, err := decodeState(saved, s.queries, s.now())
	if err != nil {
		return nil, nil, err
	}
	s.client.spend.recall(st.Spent)
	items, failed, worked := s.round(ctx, st)
	if failed == nil && s.rereading(st) {
		var again []directdial.Item
		again, failed = s.readAgain(ctx, st)
		items = append(items, again...)
	}
	if failed == nil || worked { // or each failure would look like progress
		st.Spent = s.client.spend.account()
	}
	st.drop(s.gone)
	next, err := json.Marshal(st)
	if err != nil {
		return nil, nil, err
	}
	s.more = failed == nil && s.goesOn(st)
	return items, next, ingest.AfterRound(s.every, s.more, failed, worked)
}

// goesOn reports whether something is under way that the quota allows.
func (s *source) goesOn(st *state) bool {
	for _, q := range s.queries {
		if p := st.Queries[q.name]; p != nil && p.Walk != nil && s.client.spend.allows(q.method()) {
			return true
		}
	}
	return st.Reread.Walks && s.rereading(st)
}

// round advances each query once. It returns the last error, and whether a
// query got through.
func (s *source) round(ctx context.Context, st *state) (items []directdial.Item, failed error, worked bool) {
	for range s.queries {
		q := s.queries[s.first]
		s.first = (s.first + 1) % len(s.queries)
		p := st.Queries[q.name]
		if p == nil {
			p = start(s.now())
			st.Queries[q.name] = p
		}
		if s.more && p.Walk == nil && !p.Asked.IsZero() || !q.due(p, s.now()) || !s.client.spend.allows(q.method()) {
			continue // has come to its end in this round, or waits
		}
		got, err := s.advance(ctx, q, st, p)
		items = append(items, got...)
		if err == nil {
			worked = true
			continue
		}
		failed = fmt.Errorf("%s: %w", q.name, err)
		if k := directdial.KindOf(err); k == directdial.Temporary && q.word == "" || k == directdial.Internal {
			break // probably YouTube; if it is the query, the next round begins behind it
		}
	}
	return items, failed, worked
}
