// Package github hears issues, pull requests, discussions and the comments on
// them: those that a search finds, on all of GitHub, and those of repositories
// whose webhook points here. See README.md for what it hears and what not.
//
// A source searches, or is posted to, or both. A search is walked forward by
// the time of the last update (walk.go), so that a long absence leaves no hole.
package github

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/secret"
)

// platform is the platform of every mention of this source.
const platform = "github"

func init() { ingest.Register("github", New) }

// Settings are the settings of a source of type github. It needs queries or a
// secret.
type Settings struct {
	// Queries to search for, in GitHub's own syntax, for example
	// "acme in:title,body,comments -org:acme".
	Queries []string `yaml:"queries"`
	// Kinds of what is searched: issue, pull-request, discussion. Left out:
	// issue, and with a token discussion.
	Kinds []string `yaml:"kinds"`
	// Token to search with. Without one, GitHub allows ten searches a minute,
	// and none of discussions.
	Token secret.Value `yaml:"token"`
	// Secret that webhooks are signed with, at least 12 characters. Several,
	// one a line, are all valid.
	Secret secret.Value `yaml:"secret"`
	// Server of the API.
	Server string `yaml:"server"`
	// Every is how often GitHub is searched, at least 1m.
	Every time.Duration `yaml:"every"`
}

// New makes a source of its settings. It does no I/O.
func New(setup ingest.Setup) (ingest.Source, error) {
	settings := Settings{Server: "https://api.github.com", Every: 5 * time.Minute}
	if err := setup.Decode(&settings); err != nil {
		return nil, err
	}
	s, err := newSource(setup, &settings)
	if err != nil {
		return nil, err
	}
	if len(s.queries) > 0 {
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
	every   time.Duration
	queries []*query
	read    settled // of Run alone
	first   int     // query to begin a round with
	fetched uint64  // see state
	walking bool    // the walks of the last fetch go on

	hook *ingest.Hook[delivery] // nil: it is not posted to

	report ingest.Report
	log    zerolog.Logger
	now    func() time.Time
}

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
