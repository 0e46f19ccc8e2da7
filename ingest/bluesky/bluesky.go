// Package bluesky hears posts on Bluesky: whoever mentions, answers or quotes an
// account, and what a search finds. See README.md for what it hears and what it
// leaves alone.
//
// A source that polls has queries: one for each search and one for the
// notifications of the account. Bluesky lists what is new first and goes on to
// what is older, so that a query is walked from its newest post down to what
// was read before (see walk.go), page by page, with the place in the state.
//
// A source with `stream:` hears all posts of the network as they are made, and
// finds what matters itself (see stream.go).
package bluesky

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/secret"
)

// platform is the platform of every mention of this source.
const platform = "bluesky"

// Bounds. A server allows 3,000 requests in five minutes for an address.
const (
	maxSearches = 20
	minEvery    = 10 * time.Second
)

// Servers to ask if the configuration names none: one that has accounts, and
// one that shows to everybody what is public.
const (
	accountServer = "https://bsky.social"
	publicServer  = "https://public.api.bsky.app"
)

func init() { ingest.Register("bluesky", New) }

// Settings are the settings of a source of type bluesky.
type Settings struct {
	// Account whose notifications are heard, and as whom is searched: its
	// handle or, better, its DID, which stays if the handle changes. Left out:
	// what the platform shows to everybody.
	Account string `yaml:"account"`
	// Password is an app password of the account, made for this program alone.
	Password secret.Value `yaml:"password"`
	// Server to ask. Left out: https://bsky.social with an account, which sends
	// on to the account's own, else https://public.api.bsky.app.
	Server string `yaml:"server"`
	// Search for these words, at most 20 searches. "a phrase" in quotes is
	// found as it stands; of several words all must occur.
	Search []string `yaml:"search"`
	// Notifications says whether posts that mention, answer or quote the
	// account are heard. Left out: if there is an account.
	Notifications *bool `yaml:"notifications"`
	// Stream names Jetstreams, as "wss://jetstream2.us-east.bsky.network": in
	// place of asking again and again, all posts of the network are heard as
	// they are made, and those that matter are found here. If one fails, the
	// next is dialled. A stream needs no password.
	Stream []string `yaml:"stream"`
	// Every is how often the server is asked, at least 10s.
	Every time.Duration `yaml:"every"`
}

// New makes a source of its settings. It does no I/O.
func New(setup ingest.Setup) (ingest.Source, error) {
	settings := Settings{Every: time.Minute}
	if err := setup.Decode(&settings); err != nil {
		return nil, err
	}
	if len(settings.Stream) > 0 {
		return newStream(setup, &settings)
	}
	s, err := newSource(setup, &settings)
	if err != nil {
		return nil, err
	}
	return &polled{Source: ingest.Poll(settings.Every, s.fetch), source: s}, nil
}

// polled is a source that polls, and that can look at one post again.
type polled struct {
	ingest.Source
	source *source
}

// Check implements ingest.Checker.
func (p *polled) Check(ctx context.Context) error { return p.source.check(ctx) }

// Look implements ingest.Looker.
func (p *polled) Look(ctx context.Context, post ingest.Post) ([]directdial.Item, error) {
	return p.source.look(ctx, post)
}

// source is one configured source. Its fetch is used by one goroutine; look is
// used by others.
type source struct {
	client  *client
	account account
	every   time.Duration
	queries []*query
	report  ingest.Report
	now     func() time.Time
	more    bool // the walks of the last fetch go on
	first   int  // query to begin a round with
	refused int  // how often in a row a session was refused right after it was made
}

// maxRefused is how many sessions are made before a server that refuses each of
// them is left alone for a while.
const maxRefused = 2

// fetch is the ingest.Fetch of the source: one page of each query. It asks for
// more until every walk has come to its end.
//
// A session that was made or renewed is returned at once, with nothing else, so
// that it is on disk before it is used: its refresh token is good for one time.
func (s *source) fetch(ctx context.Context, saved []byte) ([]directdial.Item, []byte, error) {
	st, err := s.decodeState(saved)
	if err != nil {
		return nil, nil, err
	}
	if renewed, err := s.ready(ctx, st); err != nil {
		return nil, nil, err
	} else if renewed {
		return encode(nil, st, ingest.ErrMore)
	}
	s.client.use(st.Session)
	items, failed, worked := s.round(ctx, st)
	switch {
	case errors.Is(failed, errExpired):
		st.Session.Access = "" // renewed by the next fetch
		if s.refused++; s.refused <= maxRefused {
			return encode(items, st, ingest.ErrMore)
		}
		s.refused = 0
	case worked:
		s.refused = 0
	}
	s.more = failed == nil && st.walking()
	return encode(items, st, ingest.AfterRound(s.every, s.more, failed, worked))
}

// encode returns what a fetch does.
func encode(items []directdial.Item, st *state, err error) ([]directdial.Item, []byte, error) {
	next, encodeErr := json.Marshal(st)
	if encodeErr != nil {
		return nil, nil, encodeErr
	}
	return items, next, err
}

// check asks as a fetch does that has no state.
func (s *source) check(ctx context.Context) error {
	st, err := s.decodeState(nil)
	if err != nil {
		return err
	}
	if _, err := s.ready(ctx, st); err != nil {
		return err
	}
	s.client.use(st.Session)
	_, failed, _ := s.round(ctx, st)
	return failed
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
		if s.more && p.Walk == nil {
			continue // has come to its end
		}
		got, err := s.advance(ctx, q, p)
		items = append(items, got...)
		if err == nil {
			worked = true
			continue
		}
		failed = fmt.Errorf("%s: %w", q.name, err)
		if k := directdial.KindOf(err); k == directdial.Temporary || k == directdial.Internal || errors.Is(err, errExpired) {
			break // probably the server; if it is the query, the next round begins behind it
		}
	}
	return items, failed, worked
}
