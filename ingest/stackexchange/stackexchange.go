// Package stackexchange hears questions and answers on Stack Overflow and the
// other sites of Stack Exchange that hold one of some words or carry one of
// some tags. See README.md for what it hears and what it leaves alone.
//
// A source has queries: one for each site and word, and one for each site and
// tag. Each query is walked forward in time (see walk.go). What the platform
// counts is requests a day, so that nothing is asked for twice that is known.
package stackexchange

import (
	"context"
	"fmt"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/secret"
)

// platform is the platform of every mention of this source.
const platform = "stackexchange"

// Bounds. With them the state of a source stays under ingest.MaxState.
const (
	maxQueries = 20
	maxWord    = 100 // bytes
	// The API asks not to be asked the same within a minute, and Poll comes up
	// to a tenth early.
	minEvery = 2 * time.Minute
)

// address is where the API stands, with its version.
const address = "https://api.stackexchange.com/2.3"

func init() { ingest.Register("stackexchange", New) }

// Settings are the settings of a source of type stackexchange.
type Settings struct {
	// Sites to hear, as the API names them: stackoverflow, superuser, or what
	// stands before ".stackexchange.com", as in unix or dba.
	Sites []string `yaml:"sites"`
	// Words to hear in questions and answers: a name, or several words that
	// must stand side by side ("acme widget").
	Words []string `yaml:"words"`
	// Tags whose questions are heard, without brackets.
	Tags []string `yaml:"tags"`
	// Key of an application. Without one the API allows fewer requests a day.
	Key secret.Value `yaml:"key"`
	// Every is how often each site is asked for each word and tag, at least 2m.
	Every time.Duration `yaml:"every"`
	// API is where the API is asked, with its version. Left out: Stack
	// Exchange's.
	API string `yaml:"api"`
}

// New makes a source of its settings. It does no I/O.
func New(setup ingest.Setup) (ingest.Source, error) {
	settings := Settings{Sites: []string{"stackoverflow"}, Every: 15 * time.Minute, API: address}
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
	queries []query
	report  ingest.Report

	more  bool // the walks of the last fetch go on
	first int  // query to begin a round with
}

// fetch is the ingest.Fetch of the source: one page of each query. It asks for
// more until every walk has come to its end.
func (s *source) fetch(ctx context.Context, saved []byte) ([]directdial.Item, []byte, error) {
	st, err := decodeState(saved, s.queries)
	if err != nil {
		return nil, nil, err
	}
	items, failed, worked := s.round(ctx, st)
	next, err := st.encode()
	if err != nil {
		return nil, nil, err
	}
	s.more = failed == nil && st.walking()
	return items, next, ingest.AfterRound(s.every, s.more, failed, worked)
}

// round advances each query once. It returns the last error, and whether a
// query got through.
func (s *source) round(ctx context.Context, st *state) (items []directdial.Item, failed error, worked bool) {
	goesOn := s.more
	for range s.queries {
		q := s.queries[s.first]
		s.first = (s.first + 1) % len(s.queries)
		p := st.position(q, s.client.now())
		if goesOn && p.Walk == 0 {
			continue // has come to its end in this round
		}
		got, err := s.advance(ctx, q, st, p)
		items = append(items, got...)
		if err == nil {
			worked = true
			continue
		}
		failed = fmt.Errorf("%s: %w", q.name(), err)
		if k := directdial.KindOf(err); k == directdial.Temporary || k == directdial.Internal {
			break // probably the API; if it is the query, the next round begins behind it
		}
	}
	return items, failed, worked
}
