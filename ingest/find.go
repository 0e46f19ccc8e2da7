package ingest

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/directdial/directdial"
)

// Finder searches a platform for what was said in the past, without an account.
// It is how `directdial hear` looks before there is a configuration.
type Finder struct {
	Type string // of the source that hears the same from now on
	Asks string // the host that is asked, so that people know
	// Find returns the posts with one of the words made at since or later,
	// oldest first, and a *Gap where the platform has more. What was found
	// before an error is returned beside it. Nothing is kept.
	Find func(ctx context.Context, client *http.Client, words []string, since time.Time) ([]directdial.Item, error)
	// Settings are the settings, in YAML, of a source that goes on hearing these
	// words without an account.
	Settings func(words []string) map[string]any
}

var finders []Finder

// RegisterFinder makes a search known. It is called from an init function.
func RegisterFinder(f Finder) { finders = append(finders, f) }

// Finders lists the searches that are known, by type.
func Finders() []Finder {
	list := slices.Clone(finders)
	slices.SortFunc(list, func(a, b Finder) int { return cmp.Compare(a.Type, b.Type) })
	return list
}

// Unreported is the Report of what is asked once.
type Unreported struct{}

func (Unreported) Budget(int, time.Time) {}
func (Unreported) Newest(time.Time)      {}
func (Unreported) Rejected(int)          {}
