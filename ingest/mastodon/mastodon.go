// Package mastodon hears posts on Mastodon and on servers that speak its API
// (GoToSocial, Pleroma, Akkoma, Glitch): hashtags, and whoever mentions the
// account of the token. See README.md for what it hears and what it leaves
// alone.
//
// A source has queries: one for each hashtag and one for the notifications.
// Each query is walked forward, page by page, from a cursor (see walk.go), so
// that a long absence leaves no hole. With `stream: true` posts are heard as
// they are made besides (see stream.go).
package mastodon

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/secret"
)

// platform is the platform of every mention of this source. Other servers of
// the fediverse are the same network, and a post that comes by two of them is
// one.
const platform = "mastodon"

// Bounds. A server allows 300 requests in five minutes.
const (
	maxHashtags = 20
	minEvery    = 10 * time.Second
)

func init() { ingest.Register("mastodon", New) }

// Settings are the settings of a source of type mastodon.
type Settings struct {
	// Server to ask, as "https://mastodon.example". Choose one that the posts
	// reach: a server knows the posts of its own people, of those whom they
	// follow, and of its relays.
	Server string `yaml:"server" jsonschema:"required"`
	// Token of the account whose mentions are heard. Most servers show
	// hashtags without one.
	Token secret.Value `yaml:"token"`
	// Hashtags to hear, with or without the "#", at most 20.
	Hashtags []string `yaml:"hashtags"`
	// Notifications says whether posts that mention the account of the token
	// are heard. Left out: if there is a token.
	Notifications *bool `yaml:"notifications"`
	// Stream says whether posts are heard as they are made, over a connection
	// that stays open. It needs a token. What a cut misses is asked for.
	Stream bool `yaml:"stream"`
	// Every is how often the server is asked, at least 10s. Left out: 1m, with
	// a stream 5m.
	Every time.Duration `yaml:"every"`
}

// New makes a source of its settings. It does no I/O.
func New(setup ingest.Setup) (ingest.Source, error) {
	var settings Settings
	if err := setup.Decode(&settings); err != nil {
		return nil, err
	}
	switch {
	case settings.Every != 0:
	case settings.Stream:
		settings.Every = 5 * time.Minute
	default:
		settings.Every = time.Minute
	}
	s, err := newSource(setup, &settings)
	if err != nil {
		return nil, err
	}
	if settings.Stream {
		return newStream(setup, s), nil
	}
	return ingest.PollAndLook(settings.Every, s.fetch, s.look), nil
}

// source is one configured source. Its fetch is used by one goroutine; look is
// used by others.
type source struct {
	client  *client
	every   time.Duration
	queries []*query
	threads threads
	known   known
	report  ingest.Report
	now     func() time.Time
	more    bool // the walks of the last fetch go on
	first   int  // query to begin a round with
}

// fetch is the ingest.Fetch of the source: one page of each query. It asks for
// more until every walk has come to its end.
func (s *source) fetch(ctx context.Context, saved []byte) ([]directdial.Item, []byte, error) {
	st, err := s.decodeState(saved)
	if err != nil {
		return nil, nil, err
	}
	if err := s.client.learn(ctx); err != nil {
		return nil, nil, err
	}
	items, failed, worked := s.round(ctx, st)
	next, err := json.Marshal(st)
	if err != nil {
		return nil, nil, err
	}
	s.more = failed == nil && st.walking()
	return items, next, ingest.AfterRound(s.every, s.more, failed, worked)
}

// check asks as a fetch does that has no state.
func (s *source) check(ctx context.Context) error {
	_, _, err := s.fetch(ctx, nil)
	return err
}

// round advances each query once. It returns the last error, and whether a
// query got through.
func (s *source) round(ctx context.Context, st *state) (items []directdial.Item, failed error, worked bool) {
	for range s.queries {
		q := s.queries[s.first]
		s.first = (s.first + 1) % len(s.queries)
		p := st.Queries[q.name]
		if s.more && (p == nil || p.Walk == "") {
			continue // has come to its end
		}
		var got []directdial.Item
		var err error
		if p == nil {
			if p, err = s.start(ctx, q); err == nil {
				st.Queries[q.name] = p
			}
		} else {
			got, err = s.advance(ctx, q, p)
		}
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
