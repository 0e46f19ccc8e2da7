package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/config"
)

// configOptions are how every command reads a configuration: with the real
// constructors of all adapters, so that `check` runs what `run` runs.
func configOptions(strict bool) config.Options {
	kinds := config.Kinds{Sources: map[string]config.Constructor{}, Channels: map[string]config.Constructor{}}
	for _, kind := range ingest.Kinds() {
		kinds.Sources[kind] = func(name string, decode config.Decode) error {
			return ingest.Check([]ingest.Config{{Name: name, Type: kind, Decode: decode}})
		}
	}
	for _, kind := range experts.Kinds() {
		kinds.Channels[kind] = func(_ string, decode config.Decode) error {
			c, err := experts.Make(kind, experts.Setup{Decode: decode, Log: zerolog.Nop(), Out: io.Discard})
			if d, ok := c.(experts.Doubtful); ok && err == nil {
				if says, remedy := d.Doubt(); says != "" {
					return &config.Doubt{Msg: says, Hint: remedy}
				}
			}
			return err
		}
	}
	return config.Options{
		Strict: strict, Kinds: kinds, CheckHours: experts.CheckHours, Check: checkTogether,
	}
}

// checkTogether finds what is wrong only in the whole.
func checkTogether(c *config.Config) []error {
	_, err := newClassifier(c.Directory)
	sources := sourceConfigs(c)
	return slices.Concat(unjoin(err), unjoin(ingest.CheckTogether(sources)), outlive(sources, c.Retention.Text), wordless(c.Directory))
}

// wordless warns of topics whose weights are of no word: nothing is ever found by
// them.
func wordless(d *directdial.Directory) (doubts []error) {
	topics, _ := classify.WithWeights(d.Topics, d.TopicWeights)
	for _, t := range topics {
		if t.Weights != nil && len(t.Weights.Keywords) == 0 {
			doubts = append(doubts, &directdial.Error{Kind: directdial.Invalid, Field: "classify.topic_weights", Err: &config.Doubt{
				Msg:  fmt.Sprintf("topic_weights: those of %s are of no word, so nothing is found by them", t.Name),
				Hint: "add words with weights, or remove the lines of this topic",
			}})
		}
	}
	return doubts
}

// outlive warns of sources whose texts are kept longer than the source looks for
// their deletion: what is deleted after that stays.
func outlive(sources []ingest.Config, kept time.Duration) (doubts []error) {
	rechecks := ingest.Rechecks(sources)
	for _, name := range slices.Sorted(maps.Keys(rechecks)) {
		if looked, text := duration(rechecks[name]), duration(kept); looked < text {
			doubts = append(doubts, &directdial.Error{Kind: directdial.Invalid, Field: "retention.text", Err: &config.Doubt{
				Msg:  fmt.Sprintf("source %s looks for deletions for %v, and its texts are kept for %v: what is deleted there after that stays here", name, &looked, &text),
				Hint: "make retention.text as short as recheck, or recheck longer",
			}})
		}
	}
	return doubts
}

// unjoin takes joined errors apart.
func unjoin(err error) []error {
	if err == nil {
		return nil
	}
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		return joined.Unwrap()
	}
	return []error{err}
}

// exampleToken is the variable that the built-in configuration names for the
// token of its webhook.
const exampleToken = "DIRECTDIAL_EXAMPLE_TOKEN"

// example is the built-in configuration, with a token that `run` makes once a
// data directory; other commands need none and make nothing.
func (a *app) example(run bool) (*config.Config, error) {
	opt := configOptions(false)
	opt.Env = func(name string) (string, bool) {
		if name != exampleToken {
			return os.LookupEnv(name)
		}
		if _, err := os.Stat(exampleTokenFile); err != nil && !run {
			return "none-yet-made-by-run", true
		}
		token, err := loadToken(exampleTokenFile)
		return token, err == nil
	}
	c, problems := config.Example(opt)
	return c, a.report(problems, c == nil, run)
}

// runningDataDir reads data_dir of a file that is refused. A daemon that runs
// keeps its old configuration, and must be found just when the new one is bad.
func runningDataDir(path string) string {
	dir := "./data"
	text, _ := os.ReadFile(path)
	if m := dataDirLine.FindSubmatch(text); m != nil {
		dir = strings.Trim(string(m[1]), "\"'")
	}
	if filepath.IsAbs(dir) {
		return dir
	}
	return filepath.Join(filepath.Dir(path), dir)
}

var dataDirLine = regexp.MustCompile(`(?m)^data_dir:[ \t]*([^\s#]+)`)

// exampleTokenFile keeps the token of the built-in example over restarts.
var exampleTokenFile = filepath.Join("data", "example-token")

func loadToken(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err == nil {
		return strings.TrimSpace(string(data)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	token := hex.EncodeToString(b[:])
	return token, writeDurably(path, []byte(token+"\n"))
}
