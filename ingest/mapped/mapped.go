// Package mapped is the source that takes any JSON: a program in jq makes
// mentions of it. So a listening service, a workflow or an own system that has a
// webhook of its own form needs no code here.
//
// Each source of this type stands at /v1/sources/<name>/. Its mapping comes with
// examples, which are run when the source is made: `directdial check` tells the
// line of an example that fails.
package mapped

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/secret"
	"github.com/directdial/directdial/internal/setting"
	"github.com/directdial/directdial/internal/web"
)

func init() { ingest.Register("mapped", New) }

// Settings is what stands under the source in the configuration. It needs a
// token or a secret.
type Settings struct {
	// Map is the program in jq that makes mentions of each element of a body.
	Map setting.Text `yaml:"map" jsonschema:"required"`
	// Examples of bodies and the mentions that must come of them.
	Examples []Example `yaml:"examples"`
	// Token that senders give as "Authorization: Bearer". Several, separated by
	// white space, are all valid.
	Token secret.Value `yaml:"token"`
	// Scheme by which the sender signs with the secret. Left out: standard.
	Scheme string `yaml:"scheme" jsonschema:"enum=standard,enum=github,enum=discourse,enum=x"`
	// Secret that the sender signs with. Several, one a line, are all valid.
	Secret secret.Value `yaml:"secret"`
	// Platforms that the mapping may write as, besides the name of the source.
	// Left out, or "*": any.
	Platforms []string `yaml:"platforms"`
	// Rate bounds the requests of this source, for example 50/s or 600/m.
	Rate web.Rate `yaml:"rate"`
}

// Source is one configured mapping.
type Source struct {
	setup     ingest.Setup
	program   *program
	bounds    *bounds
	platforms []string // empty: any
	tokens    []web.Token
	verifier  *web.Verifier // nil: nobody signs
	rate      web.Limiter
	replays   web.Replays
	slots     *slots
}

// New makes the source and runs its examples.
func New(setup ingest.Setup) (ingest.Source, error) {
	settings := Settings{Rate: 100}
	if err := setup.Decode(&settings); err != nil {
		return nil, err
	}
	s := &Source{
		setup: setup, bounds: standard, platforms: settings.Platforms, rate: settings.Rate.Limiter(),
		slots: newSlots(),
	}
	if slices.Contains(s.platforms, "*") {
		s.platforms = nil
	}
	var err error
	s.program, err = compile(string(settings.Map))
	if err := errors.Join(err, s.credentials(&settings), platformNames(s.platforms)); err != nil {
		return nil, err
	}
	var problems []error
	for i := range settings.Examples {
		problems = append(problems, s.try(i, &settings.Examples[i])...)
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Source) credentials(settings *Settings) error {
	for _, token := range strings.Fields(settings.Token.Reveal()) {
		s.tokens = append(s.tokens, web.NewToken(token))
	}
	if settings.Scheme != "" || !settings.Secret.IsZero() {
		v, err := web.NewVerifier(cmp.Or(settings.Scheme, web.SchemeStandard), settings.Secret.Reveal())
		if err != nil {
			return invalid("secret", err.Error())
		}
		s.verifier = v
	}
	if len(s.tokens) == 0 && s.verifier == nil {
		return invalid("token", "a mapping needs a token or a secret, or anybody could post to it")
	}
	return nil
}

func platformNames(platforms []string) error {
	for _, p := range platforms {
		if !directdial.ValidName(p) {
			return invalid("platforms", `a platform is of [a-z0-9-], at most 64, or "*"`)
		}
	}
	return nil
}

func invalid(field, msg string) error {
	return &directdial.Error{Kind: directdial.Invalid, Field: field, Msg: msg}
}

// Run implements ingest.Source. A mapping waits for others.
func (s *Source) Run(ctx context.Context, _ ingest.State, _ ingest.Emit) error {
	<-ctx.Done()
	return ctx.Err()
}

// Handler implements ingest.Receiver.
func (s *Source) Handler(emit ingest.Emit) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			web.NewProblem(http.StatusNotFound, "The address of this source ends with its name and a slash.").Write(w)
			return
		}
		s.receive(w, r, emit)
	})
}

// mayWriteAs reports whether the mapping may make mentions of a platform.
func (s *Source) mayWriteAs(platform string) bool {
	return len(s.platforms) == 0 || platform == s.setup.Name || slices.Contains(s.platforms, platform)
}
