// Package x hears posts on X: what a search of the last seven days finds,
// whoever mentions an account, and what X tells by its Activity webhooks. See
// README.md for what it hears, what it costs and what the platform forbids.
//
// X charges for each post that is read. So a source has a cap of posts a day
// (see spend.go), and says in a gap what it did not read because of it. Lists
// begin with the newest post; they are walked down to what was read before (see
// walk.go).
package x

import (
	"context"
	"fmt"
	"time"

	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/secret"
)

// platform is the platform of every mention of this source.
const platform = "x"

func init() { ingest.Register("x", New) }

// Settings are the settings of a source of type x. It needs a token with
// queries or mentions, or a secret.
type Settings struct {
	// Token is the bearer token of an app.
	Token secret.Value `yaml:"token"`
	// Queries to search for, in the syntax of X, for example
	// "(acme OR #acme) -from:acme lang:en", at most 512 characters each.
	Queries []string `yaml:"queries"`
	// Mentions are the ids of accounts, as "783214", whose mentions are heard.
	Mentions []string `yaml:"mentions"`
	// PostsPerDay is how many posts may be read a day, from midnight to midnight
	// in UTC, as X counts and charges them; at least 100.
	PostsPerDay int `yaml:"posts_per_day"`
	// Recheck is how long what was heard is looked at again, once a day, so that
	// what is deleted on X is deleted here: 1d to 90d. It wants a token. X
	// charges each post once a day.
	Recheck time.Duration `yaml:"recheck"`
	// Secret is the consumer secret of the app, with which X signs what it posts
	// to a webhook. Several, one a line, are all valid.
	Secret secret.Value `yaml:"secret"`
	// Server of the API.
	Server string `yaml:"server"`
	// Every is how often X is asked, at least 15s.
	Every time.Duration `yaml:"every"`
}

// New makes a source of its settings. It does no I/O.
func New(setup ingest.Setup) (ingest.Source, error) {
	settings := Settings{PostsPerDay: 1000, Recheck: 7 * 24 * time.Hour, Server: "https://api.x.com", Every: 2 * time.Minute}
	if err := setup.Decode(&settings); err != nil {
		return nil, err
	}
	s, err := newSource(setup, &settings)
	if err != nil {
		return nil, err
	}
	if len(s.queries) > 0 || s.recheck > 0 {
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
	spend   *spend
	every   time.Duration
	queries []*query
	first   int  // query to begin a round with
	walking bool // the walks of the last fetch go on

	recheck   time.Duration // 0: nothing is looked at again
	watchable int           // how many posts are, at most
	heard     heard

	hook *ingest.Hook[delivery] // nil: it is not posted to

	gone   func(id string) bool // nothing of a post may be kept
	report ingest.Report
	now    func() time.Time
}

// Run implements ingest.Source.
func (s *source) Run(ctx context.Context, state ingest.State, emit ingest.Emit) error {
	return s.run.Run(ctx, state, emit)
}

// Recheck implements ingest.Rechecker.
func (s *source) Recheck() time.Duration { return s.recheck }

// Check implements ingest.Checker: it asks for the posts of the last minute,
// which costs next to nothing. A source that is only posted to has nobody to
// ask.
func (s *source) Check(ctx context.Context) error {
	for _, q := range s.queries {
		if _, err := q.page(ctx, s.client, idAt(s.now().Add(-time.Minute)), "", minPage); err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
	}
	return nil
}
