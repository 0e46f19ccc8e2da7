// Package ingest is how mentions come in: what a source is, and the runner
// that gives every source its schedule, its state, its retries and its
// metrics, so that an adapter is only the mapping of one platform.
//
// An adapter is a folder: it registers a constructor under the name of the
// folder, which is its `type:` in the configuration. The constructor decodes
// the adapter's own settings and does no I/O, so that `directdial check` runs
// exactly what `run` runs.
package ingest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
)

// Emit hands items to the exchange, oldest first. It returns nil once all of
// them that were not rejected are on disk; then, and only then, the source may
// save a state that lies behind them. Items that fail a limit are in
// Taken.Rejected and will fail again: skip them. Any error means that nothing
// is known to be stored: emit the same items again, their identity absorbs
// repeats.
type Emit func(ctx context.Context, items ...directdial.Item) (directdial.Taken, error)

// State is where a source keeps what it must remember: cursors, ETags, a
// session. It is opaque to everybody else and replaced as a whole.
type State interface {
	// Load returns what was saved last, nil if nothing was.
	Load(ctx context.Context) ([]byte, error)
	// Save keeps state durably. Call it after the items were emitted, never
	// before: a kill in between repeats items, which does no harm.
	Save(ctx context.Context, state []byte) error
}

// Source is one configured source.
type Source interface {
	// Run emits items, oldest first, until ctx is done. It starts from the
	// state saved, or at the present if there is none. When it returns an
	// error, the runner backs off and runs it again; kind Gone ends it for
	// good, kind Temporary is not retried before After.
	Run(ctx context.Context, s State, emit Emit) error
}

// Receiver is a source that is posted to. Its handler stands at
// /v1/sources/<name>/; the source of type webhook stands at /v1/mentions.
type Receiver interface {
	Source
	Handler(emit Emit) http.Handler
}

// Shared is a receiver that has no address of its own: all sources of its type
// stand at one, and the credential of a request says whose it is. The type has
// a function that serves them all.
type Shared interface {
	Receiver
	// Credentials are hashes of what this source is recognised by. No two
	// sources of a type may have one in common.
	Credentials() [][32]byte
}

// Checker is a source that can ask its platform once, to say whether it answers
// and takes the credentials. Nothing is emitted or saved. Every source that
// Poll makes is one. It is asked of a source that does not run.
type Checker interface {
	Check(ctx context.Context) error
}

// Looker is a source that can look at one post again: whether it was edited or
// deleted, and who replied. The runner asks while a dial on the post is open,
// less often as it ages, and when a colleague takes the dial. Nothing is saved.
type Looker interface {
	Source
	// Look returns what there is now: the post itself as a *Mention (a repeat;
	// with another text it is an edit) or a *Deletion, and as a *Mention each
	// reply below it in the thread that was made at p.Since or later, by
	// whomever, oldest first. The runner keeps what matters: a reply of an
	// account of ours is an answer, one of the post's author belongs to the
	// dial, all others are left. Errors are as those of Fetch.
	Look(ctx context.Context, p Post) ([]directdial.Item, error)
}

// Rechecker is a source that looks again, for a while, at what it heard, because
// nobody tells it what is deleted.
type Rechecker interface {
	Source
	// Recheck is how long it looks for the deletion of a mention; 0: not at all.
	Recheck() time.Duration
}

// Look is what a Looker does.
type Look func(ctx context.Context, p Post) ([]directdial.Item, error)

// Post is a mention as its platform knows it.
type Post struct {
	ID, URL, Thread string // as in Mention
	Author          string // Author.Identity of the mention
	Since           time.Time
}

// Fetch asks a platform once for what is new since state, which is nil the
// first time. It returns the items, oldest first, and the state behind them.
// With ErrMore it is asked again at once. With any other error, too, it returns
// the items that it has, and the state behind these (nil: none), and nothing is
// lost or read twice.
type Fetch func(ctx context.Context, state []byte) (items []directdial.Item, next []byte, err error)

// Setup is what a constructor gets.
type Setup struct {
	Name string
	// Decode reads the source's settings strictly into a struct that holds its
	// defaults. Its errors point at the line.
	Decode func(into any) error
	// Client sends requests: it identifies itself, bounds time and size, and
	// refuses private addresses unless the configuration allows them.
	Client *http.Client
	Log    zerolog.Logger
	Now    func() time.Time
	// Report takes what the source knows of its own health; never nil.
	Report Report
	// Exchange answers what a receiver tells its sender; never nil in a
	// receiver that runs.
	Exchange Exchange
	// Erased reports whether a mention was erased or deleted, or has outlived its
	// text; nil: none is. See Gone.
	Erased func(platform, id string) bool
}

// Gone returns what says of a post of a platform, by the ID of its mention, that
// nothing of it may be kept any more. A source whose state holds ids of posts asks
// at each fetch and leaves those out, also where the platform shows them still.
func (s *Setup) Gone(platform string) func(id string) bool {
	if s.Erased == nil {
		return func(string) bool { return false }
	}
	return func(id string) bool { return s.Erased(platform, id) }
}

// Report is where a source tells what only it can know. Everything else is
// measured by the runner.
type Report interface {
	// Budget is how many requests the platform still allows, and when that
	// number is reset (zero: not told).
	Budget(remaining int, reset time.Time)
	// Newest is the age of the newest item, as far as the source has read.
	Newest(said time.Time)
	// Rejected is how many mentions were refused before they could be emitted;
	// what Emit refuses is counted without it.
	Rejected(n int)
}

// Exchange is what a receiver may ask about mentions.
type Exchange interface {
	// Status returns what became of a mention, ok false if it is not known.
	Status(platform, id string) (s Status, ok bool)
	// Try says what would become of a mention, and stores nothing.
	Try(m directdial.Mention) Trial
}

// Status is what the sender of a mention may know: no colleague's name.
type Status struct {
	State    directdial.MentionState `json:"state"` // "waiting" until it was decided
	Reason   directdial.Reason       `json:"reason,omitempty"`
	Source   string                  `json:"-"`
	Accepted time.Time               `json:"accepted_at,omitzero"`
	Decided  time.Time               `json:"decided_at,omitzero"`
	Dial     directdial.DialState    `json:"dial,omitempty"`
	Delivery time.Time               `json:"delivered_at,omitzero"`
	Answered time.Time               `json:"answered_at,omitzero"`
}

// Trial is the answer to a dry run.
type Trial struct {
	Tags   []directdial.TagScore   `json:"tags"`
	Topics []directdial.TopicScore `json:"topics"`
	State  directdial.MentionState `json:"state"`
	Reason directdial.Reason       `json:"reason,omitempty"`
}

// New makes a source from its settings. It does no I/O.
type New func(Setup) (Source, error)

var registry = map[string]New{}

// Register makes a type of source known. It is called from an init function
// and panics if the name is taken.
func Register(kind string, n New) {
	if _, taken := registry[kind]; taken {
		panic(fmt.Sprintf("ingest: source type %q is registered twice", kind))
	}
	registry[kind] = n
}

// Kinds lists the registered types, sorted.
func Kinds() []string {
	kinds := make([]string, 0, len(registry))
	for k := range registry {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	return kinds
}

// Make builds a source of a registered type.
func Make(kind string, s Setup) (Source, error) {
	n, ok := registry[kind]
	if !ok {
		return nil, directdial.Errorf(directdial.NotFound, "there is no source type %q; there are %v", kind, Kinds())
	}
	return n(s)
}
