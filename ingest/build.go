package ingest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/directdial/directdial"
)

// Config is one source of the configuration.
type Config struct {
	Name string
	Type string
	// Settings says the same if and only if the settings are the same, secrets
	// included; a hash will do. Over a reload a source keeps running if Name,
	// Type and Settings are what they were.
	Settings string
	// Decode is Setup.Decode.
	Decode func(into any) error
}

// Check constructs every source as Runner does, and starts none. Its error
// names all that is wrong.
func Check(configs []Config) error {
	r := NewRunner(Options{})
	_, err := r.build(configs)
	return err
}

// CheckTogether says what is wrong with sources beside each other. What is wrong
// with one of them by itself is for Check.
func CheckTogether(configs []Config) error {
	r := NewRunner(Options{})
	built := make(map[string]*supervised, len(configs))
	for _, c := range configs {
		if s, err := r.supervise(c); err == nil {
			built[c.Name] = s
		}
	}
	return errors.Join(sharedCredentials(configs, built)...)
}

// Rechecks returns, by its name, how long each source looks for the deletion of
// what it heard; those that are told of deletions, or do not look, are left out.
func Rechecks(configs []Config) map[string]time.Duration {
	r, found := NewRunner(Options{}), map[string]time.Duration{}
	for _, c := range configs {
		s, err := r.supervise(c)
		if err != nil {
			continue // for Check
		}
		if looks, ok := s.source.(Rechecker); ok && looks.Recheck() > 0 {
			found[c.Name] = looks.Recheck()
		}
	}
	return found
}

// Examine asks each source's platform once, by its name. Sources that are only
// posted to, or that cannot be asked, are not among the answers.
func Examine(ctx context.Context, o Options, configs []Config) (map[string]error, error) {
	r := NewRunner(o)
	built, err := r.build(configs)
	if err != nil {
		return nil, err
	}
	answers, mu := map[string]error{}, sync.Mutex{}
	var asking sync.WaitGroup
	for name, s := range built {
		checker, ok := s.source.(Checker)
		if !ok {
			continue
		}
		asking.Go(func() {
			err := checker.Check(ctx)
			mu.Lock()
			defer mu.Unlock()
			answers[name] = err
		})
	}
	asking.Wait()
	return answers, nil
}

// build constructs what is not running already.
func (r *Runner) build(configs []Config) (map[string]*supervised, error) {
	built := make(map[string]*supervised, len(configs))
	var problems []error
	for _, c := range configs {
		if built[c.Name] != nil {
			problems = append(problems, directdial.Errorf(directdial.Invalid, "there are two sources named %s", c.Name))
			continue
		}
		if old := r.sources[c.Name]; old != nil && old.config.Type == c.Type && old.config.Settings == c.Settings {
			built[c.Name] = old
			continue
		}
		s, err := r.supervise(c)
		if err != nil {
			problems = append(problems, fmt.Errorf("source %s: %w", c.Name, err))
			continue
		}
		built[c.Name] = s
	}
	return built, errors.Join(append(problems, sharedCredentials(configs, built)...)...)
}

// supervise constructs one source.
func (r *Runner) supervise(c Config) (*supervised, error) {
	if !directdial.ValidName(c.Name) {
		return nil, directdial.Errorf(directdial.Invalid, "the name of a source is of [a-z0-9-], at most 64")
	}
	logger := r.options.Logger.With().Str("source", c.Name).Str("type", c.Type).Logger()
	h := &health{source: c.Name, metrics: r.intake.metrics, log: logger, now: r.options.Now}
	source, err := Make(c.Type, Setup{
		Name: c.Name, Decode: c.Decode, Client: counted(r.options.Client, h), Log: logger,
		Now: r.options.Now, Report: h, Exchange: exchange{r.options.Exchange, r.intake},
		Erased: r.erased,
	})
	if err != nil {
		return nil, err
	}
	sup := &supervised{config: c, source: source, health: h, runner: r, done: make(chan struct{})}
	sup.state = &sourceState{log: r.options.Log, source: c.Name, kind: c.Type, now: r.options.Now, health: h, through: sup.through}
	return sup, nil
}

// erased is Setup.Erased. A runner that only examines knows of nothing.
func (r *Runner) erased(platform, id string) bool {
	if r.options.Log == nil {
		return false
	}
	return gone(r.options.Log, r.options.Keyer.Mention(platform, id))
}

// sharedCredentials finds sources of one address that a request could not tell
// apart.
func sharedCredentials(configs []Config, built map[string]*supervised) (problems []error) {
	type credential struct {
		kind string
		hash [32]byte
	}
	owner := map[credential]string{}
	for _, c := range configs {
		s := built[c.Name]
		if s == nil {
			continue
		}
		shared, ok := s.source.(Shared)
		if !ok {
			continue
		}
		for _, hash := range shared.Credentials() {
			id := credential{c.Type, hash}
			if other, taken := owner[id]; taken && other != c.Name {
				problems = append(problems, &directdial.Error{
					Kind: directdial.Invalid, Field: "sources[" + c.Name + "]",
					Err: fmt.Errorf("sources %s and %s have the same token or secret; a request could not say whose it is", other, c.Name),
				})
			}
			owner[id] = c.Name
		}
	}
	return problems
}
