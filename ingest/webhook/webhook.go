// Package webhook is the source that any system can post mentions to:
// POST /v1/mentions. README.md says how; openapi.json says it to programs.
//
// All sources of this type share the address. The credential of a request, a
// bearer token or a Standard Webhooks signature, says which of them it is for,
// and nothing in an answer tells a stranger which there are.
package webhook

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/secret"
	"github.com/directdial/directdial/internal/web"
)

func init() { ingest.Register("webhook", New) }

// Bounds of one request.
const (
	MaxBody  = ingest.MaxBody  // bytes
	MaxBatch = ingest.MaxBatch // mentions
)

// Settings is what stands under the source in the configuration. It needs a
// token or a secret.
type Settings struct {
	// Token that senders give as "Authorization: Bearer". Several, separated by
	// white space, are all valid: that is how one is replaced by another.
	Token secret.Value `yaml:"token"`
	// Secret that senders sign with (Standard Webhooks, "whsec_…"). Several,
	// separated by white space, are all valid.
	Secret secret.Value `yaml:"secret"`
	// Platforms that the sender may write as, besides the name of the source.
	// Left out, or "*": any.
	Platforms []string `yaml:"platforms"`
	// Rate bounds the requests of this source, for example 50/s or 600/m.
	Rate web.Rate `yaml:"rate"`
}

// Source is one configured webhook.
type Source struct {
	setup     ingest.Setup
	platforms []string // empty: any
	tokens    []web.Token
	keys      []web.SigningKey
	rate      web.Limiter
	replays   web.Replays
}

// New makes the source.
func New(setup ingest.Setup) (ingest.Source, error) {
	settings := Settings{Rate: 1000}
	if err := setup.Decode(&settings); err != nil {
		return nil, err
	}
	s := &Source{setup: setup, platforms: settings.Platforms}
	for _, token := range strings.Fields(settings.Token.Reveal()) {
		s.tokens = append(s.tokens, web.NewToken(token))
	}
	for _, text := range strings.Fields(settings.Secret.Reveal()) {
		key, err := web.ParseSigningKey(text)
		if err != nil {
			return nil, invalid("secret", err.Error())
		}
		s.keys = append(s.keys, key)
	}
	if len(s.tokens) == 0 && len(s.keys) == 0 {
		return nil, invalid("token", "a webhook needs a token or a secret, or anybody could post to it")
	}
	for _, p := range s.platforms {
		if p != "*" && !directdial.ValidName(p) {
			return nil, invalid("platforms", `a platform is of [a-z0-9-], at most 64, or "*"`)
		}
	}
	if slices.Contains(s.platforms, "*") {
		s.platforms = nil
	}
	s.rate = settings.Rate.Limiter()
	return s, nil
}

func invalid(field, msg string) error {
	return &directdial.Error{Kind: directdial.Invalid, Field: field, Msg: msg}
}

// Run implements ingest.Source. A webhook waits for others.
func (s *Source) Run(ctx context.Context, _ ingest.State, _ ingest.Emit) error {
	<-ctx.Done()
	return ctx.Err()
}

// Credentials implements ingest.Shared.
func (s *Source) Credentials() [][32]byte {
	var all [][32]byte
	for _, t := range s.tokens {
		all = append(all, t)
	}
	for _, k := range s.keys {
		all = append(all, web.NewToken(string(k)))
	}
	return all
}

// Handler implements ingest.Receiver: the endpoint with this source alone.
func (s *Source) Handler(emit ingest.Emit) http.Handler {
	self := []ingest.Posted{{Name: s.setup.Name, Receiver: s, Emit: emit}}
	return Handler(func() []ingest.Posted { return self })
}

// mayWriteAs reports whether the sender may write mentions of a platform.
func (s *Source) mayWriteAs(platform string) bool {
	return len(s.platforms) == 0 || platform == s.setup.Name || slices.Contains(s.platforms, platform)
}

var errUnauthorized = errors.New("no source has this credential")
