package sourcetest

import (
	"net/http"
	"time"

	"github.com/directdial/directdial"
)

// Platform is a type of source with the double of its platform.
type Platform struct {
	// Type is the name under which the source is registered.
	Type string
	// New makes an empty platform. It is called in the bubble of a test: its
	// time.Now is the fake one.
	New func() Fake
	// Settings is the configuration, as YAML without name and type, of a
	// source that reads the platform at base ("http://platform.example").
	Settings func(base string) string
	// Every is how often the source asks under these settings.
	Every time.Duration
	// Limit writes the headers with which the platform, beside its status 429,
	// tells that it can be asked again at the instant reset. Nil: Retry-After
	// in seconds.
	Limit func(h http.Header, reset time.Time)
	// Backlog is how many posts one test publishes while the source is down;
	// 120 if it is 0. A platform that shows only its newest posts names how
	// many that are.
	Backlog int
	// Env has the variables of sample.yaml whose form matters.
	Env map[string]string
}

// Fake is the double of a platform. Calls come from several goroutines.
type Fake interface {
	// ServeHTTP is the platform's interface.
	http.Handler
	// Publish makes a post of that text appear, which its author dates at, and
	// returns the mention that the source must make of it. The kit compares
	// all its fields but the reach, and those that the exchange sets.
	Publish(at time.Time, text string) directdial.Mention
}

// Editor is a Fake whose platform has edits that the source reports.
type Editor interface {
	// Edit gives a post another text and returns the mention of it.
	Edit(id, text string) directdial.Mention
}

// Deleter is a Fake whose platform has deletions that the source reports.
type Deleter interface {
	// Delete takes a post away.
	Delete(id string)
}
