package config

import (
	_ "embed" // for the two configurations
	"strings"
	"time"
)

//go:embed builtin.yaml
var builtinYAML string

//go:embed starter.yaml
var starterYAML string

// builtinName is what messages call the built-in example.
const builtinName = "built-in example"

// Example reads the configuration that `directdial run` works with when there
// is no file: an example brand, experts whose cards appear in the terminal, and
// a webhook whose token is the variable DIRECTDIAL_EXAMPLE_TOKEN, which
// Options.Env should supply. Everything is under ./data.
func Example(opt Options) (*Config, []Problem) {
	cfg, problems := Parse(builtinName, Builtin(opt.Now), opt)
	if cfg != nil {
		cfg.Example = true
	}
	return cfg, problems
}

// Builtin returns the text of the built-in example, with grants that were
// agreed on the day of now (zero: today) and end a year later.
func Builtin(now time.Time) []byte { return agreed(builtinYAML, now) }

// Starter returns the commented configuration that `directdial init` writes,
// with grants that were agreed on the day of now (zero: today).
func Starter(now time.Time) []byte { return agreed(starterYAML, now) }

// agreed puts the day in. The day is that of UTC, the zone of experts who name
// none, so that the yes does not lie in the future.
func agreed(text string, now time.Time) []byte {
	if now.IsZero() {
		now = time.Now()
	}
	return []byte(strings.ReplaceAll(text, "${TODAY}", now.UTC().Format(time.DateOnly)))
}
