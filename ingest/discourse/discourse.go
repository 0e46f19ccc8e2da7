// Package discourse hears a forum that runs Discourse: all of its public posts,
// or those that a search finds, or those that its webhook tells of. See
// README.md for what it hears and what not.
package discourse

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/secret"
)

// platform is the platform of every mention of this source.
const platform = "discourse"

func init() { ingest.Register("discourse", New) }

// Settings are the settings of a source of type discourse. It needs latest,
// queries or a secret.
type Settings struct {
	// Server is the address of the forum, as "https://forum.example".
	Server string `yaml:"server" jsonschema:"required"`
	// Latest says that every public post is heard.
	Latest bool `yaml:"latest"`
	// Queries to search for, in the forum's own syntax, at most 10, for example
	// "acme #support".
	Queries []string `yaml:"queries"`
	// Key of the API. Most forums can be read without one.
	Key secret.Value `yaml:"key"`
	// User in whose name the key asks.
	User string `yaml:"user"`
	// Secret that webhooks are signed with, at least 12 characters. Several,
	// one a line, are all valid.
	Secret secret.Value `yaml:"secret"`
	// Every is how often the forum is asked, at least 1m.
	Every time.Duration `yaml:"every"`
}

// New makes a source of its settings. It does no I/O.
func New(setup ingest.Setup) (ingest.Source, error) {
	settings := Settings{Every: 5 * time.Minute}
	if err := setup.Decode(&settings); err != nil {
		return nil, err
	}
	s, err := newSource(setup, &settings)
	if err != nil {
		return nil, err
	}
	if s.all || len(s.queries) > 0 {
		s.run = ingest.Poll(settings.Every, s.fetch)
	} else {
		s.run = ingest.Attend("webhook", setup.Now)
	}
	return s, nil
}

// source is one configured source. Run, Look and the handler may be called at
// the same time.
type source struct {
	run     ingest.Source
	client  *client
	forum   forum
	every   time.Duration
	all     bool // hear every public post
	queries []*query
	first   int    // query to begin a round with
	fetched uint64 // see state

	hook *ingest.Hook[delivery] // nil: it is not posted to

	report ingest.Report
	now    func() time.Time
}

// forum is the address that everything stands at.
type forum struct{ *url.URL }

// Run implements ingest.Source.
func (s *source) Run(ctx context.Context, state ingest.State, emit ingest.Emit) error {
	return s.run.Run(ctx, state, emit)
}

// Check implements ingest.Checker. A source that is only posted to has nobody
// to ask.
func (s *source) Check(ctx context.Context) error {
	if c, ok := s.run.(ingest.Checker); ok {
		return c.Check(ctx)
	}
	return nil
}

// fetch is the ingest.Fetch of the source: a part of what is new, and ErrMore
// until nothing is left.
func (s *source) fetch(ctx context.Context, saved []byte) ([]directdial.Item, []byte, error) {
	st, err := s.decodeState(saved)
	if err != nil {
		return nil, nil, err
	}
	before, err := json.Marshal(st)
	if err != nil {
		return nil, nil, err
	}
	items, more, failed := s.round(ctx, st)
	next, err := json.Marshal(st)
	switch {
	case err != nil:
		return nil, nil, err
	case failed != nil && bytes.Equal(before, next):
		s.fetched = 0
		return items, nil, failed // got nowhere: the runner waits longer each time
	case failed == nil && more:
		failed = ingest.ErrMore
	}
	return items, next, failed
}

// round asks for the latest posts, and for those of each query, one part each.
func (s *source) round(ctx context.Context, st *state) (items []directdial.Item, more bool, failed error) {
	if s.all {
		items, more, failed = s.latest(ctx, st)
		if failed != nil {
			return items, false, failed
		}
	}
	for range s.queries {
		q := s.queries[s.first]
		s.first = (s.first + 1) % len(s.queries) // an error of one is not in the way of the others
		got, again, err := s.search(ctx, q, st.position(q, s.now()))
		items, more = append(items, got...), more || again
		if err != nil {
			failed = fmt.Errorf("%s: %w", q.text, err)
			if k := directdial.KindOf(err); k == directdial.Temporary || k == directdial.Internal {
				return items, false, failed
			}
		}
	}
	return items, more, failed
}
