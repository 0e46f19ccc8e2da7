package x

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// fetch is the ingest.Fetch of the source: the next posts to look at again, or
// one page of each query. It asks for more until all have come to their end.
func (s *source) fetch(ctx context.Context, saved []byte) ([]directdial.Item, []byte, error) {
	st, err := s.decodeState(saved)
	if err != nil {
		return nil, nil, err
	}
	items := s.attend(st)
	looked, more, lookErr := s.lookAgain(ctx, st)
	items = append(items, looked...)
	s.keep(st)
	var failed error
	worked := true
	if !more {
		var read []directdial.Item
		read, failed, worked = s.round(ctx, st)
		items = append(items, read...)
		s.walking = failed == nil && lookErr == nil && st.walking()
	}
	s.watch(st, items)
	if lookErr != nil && (failed == nil || directdial.After(failed) > directdial.After(lookErr)) {
		failed = fmt.Errorf("look again at what was emitted: %w", lookErr)
	}
	if s.spend.left(partRead) < minPage {
		for _, p := range st.Queries {
			p.Held = true
		}
	}
	st.Spent = s.spend.account()
	// What is left out is at most counted twice after a restart.
	st.Spent.Again = slices.DeleteFunc(st.Spent.Again, func(post id) bool { return s.gone(post.String()) })
	next, err := json.Marshal(st)
	if err != nil {
		return nil, nil, err
	}
	return items, next, ingest.AfterRound(s.every, more || s.walking, failed, worked)
}

// round advances each query once. It returns the last error, and whether a
// query got through.
func (s *source) round(ctx context.Context, st *state) (items []directdial.Item, failed error, worked bool) {
	for range s.queries {
		q := s.queries[s.first]
		s.first = (s.first + 1) % len(s.queries)
		p := st.Queries[q.name]
		if s.walking && (p == nil || p.Walk == nil) {
			continue // has come to its end
		}
		if p == nil {
			p = start(s.now())
			st.Queries[q.name] = p
		}
		got, err := s.advance(ctx, q, p)
		items = append(items, got...)
		if err == nil {
			worked = true
			continue
		}
		failed = fmt.Errorf("%s: %w", q.name, err)
		if k := directdial.KindOf(err); k == directdial.Temporary || k == directdial.Internal {
			break // probably the server; if it is the query, the next round begins behind it
		}
	}
	return items, failed, worked
}
