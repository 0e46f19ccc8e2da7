// Package reddit hears posts and comments on Reddit: what a search finds, all
// that is written in communities of one's own, and the comments of others that
// hold a word. See README.md for what it hears and what it leaves alone.
//
// A source has queries: one for each word, and one or two for each community.
// Reddit lists what is new first, so that a query is walked from its newest post
// down to what was read before (see walk.go), page by page, with the place in
// the state. What was emitted is read again (see reread.go): Reddit wants
// deleted things to be forgotten.
package reddit

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// platform is the platform of every mention of this source.
const platform = "reddit"

func init() { ingest.Register("reddit", New) }

// New makes a source of its settings. It does no I/O.
func New(setup ingest.Setup) (ingest.Source, error) {
	settings := Settings{Every: 2 * time.Minute, API: apiAddress, Login: loginAddress}
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
	report  ingest.Report
	now     func() time.Time
	gone    func(id string) bool // nothing of a post may be kept
	more    bool                 // what the last fetch began goes on
	first   int                  // query to begin a round with
}

// fetch is the ingest.Fetch of the source: one page of each query. It asks for
// more until every walk has come to its end.
func (s *source) fetch(ctx context.Context, saved []byte) ([]directdial.Item, []byte, error) {
	st, err := decodeState(saved, s.queries, s.now())
	if err != nil {
		return nil, nil, err
	}
	items, failed, worked := s.round(ctx, st)
	if failed == nil && st.due(s.now().Unix()) {
		var again []directdial.Item
		again, failed = s.readAgain(ctx, st)
		items = append(items, again...)
	}
	maps.DeleteFunc(st.Watched, func(name string, _ int64) bool { return s.gone(name) })
	next, err := json.Marshal(st)
	if err != nil {
		return nil, nil, err
	}
	s.more = failed == nil && st.goesOn()
	return items, next, ingest.AfterRound(s.every, s.more, failed, worked)
}

// round advances each query once. It returns the last error, and whether a
// query got through.
func (s *source) round(ctx context.Context, st *state) (items []directdial.Item, failed error, worked bool) {
	for range s.queries {
		q := s.queries[s.first]
		s.first = (s.first + 1) % len(s.queries)
		p := st.Queries[q.name]
		if s.more && p != nil && p.Walk == nil {
			continue // has come to its end in this round
		}
		if p == nil {
			p = start(s.now().Unix())
			st.Queries[q.name] = p
		}
		got, err := s.advance(ctx, q, st, p)
		items = append(items, got...)
		if err == nil {
			worked = true
			continue
		}
		failed = fmt.Errorf("%s: %w", q.name, err)
		if k := directdial.KindOf(err); k == directdial.Temporary || k == directdial.Internal {
			break // probably Reddit; if it is the query, the next round begins behind it
		}
	}
	return items, failed, worked
}
