// Package desk is what people and commands ask of a running exchange: lists,
// explanations, the ledger, and what can be done with a dial. It is served on
// the control socket in the data directory, by the daemon or, when none runs,
// by the command itself, and by the daemon over TCP to who has its token: there
// is one set of handlers and one way to ask.
package desk

import (
	"context"
	"time"

	"github.com/directdial/directdial"
)

// Exchange is what the desk asks of the exchange.
type Exchange interface {
	Experience
	Reviews
	DeadLetters
	Status() Status
	Ledger(ctx context.Context) (*directdial.Ledger, error)
	Dials(all bool, limit int) ([]DialView, error)
	Mentions(ctx context.Context, state directdial.MentionState, limit int) ([]MentionView, error)
	Experts(at time.Time) []ExpertView
	Sources(ctx context.Context) ([]directdial.SourceStanding, error)
	// Explain repeats the decision about a mention; Everybody makes it anew with
	// all experts and today's configuration; Try makes one about a text.
	Explain(ctx context.Context, mention string) (*Explanation, error)
	Everybody(ctx context.Context, mention string) (*Explanation, error)
	Try(ctx context.Context, t Trial) (*Explanation, error)
	// Coverage says who could be dialled for what in the coming week.
	Coverage() (*directdial.Coverage, error)
	// Receipts decides again on every receipt in the log.
	Receipts(ctx context.Context, progress func(done, of uint64)) (*directdial.Receipts, error)
	// Backtest decides anew what was decided, under another configuration.
	Backtest(ctx context.Context, try Rehearsal, progress func(done, of uint64)) (*directdial.Backtest, error)
	// Expert is one of them, with what their grants bring a week; kind NotFound if
	// there is none.
	Expert(id string) (*ExpertView, error)
	// Enable does something to a grant of an expert.
	Enable(ctx context.Context, g GrantAct) (directdial.Judgement, error)
	// Act does something to a dial, named by the beginning of its id, and
	// returns what became of it. Import stores history.
	Act(ctx context.Context, dial string, a directdial.Action) (directdial.Judgement, error)
	Import(ctx context.Context, mentions []*directdial.Mention) (directdial.Taken, error)
	// Do does something that is about people and not about a dial: somebody is
	// away, or says yes to a grant.
	Do(ctx context.Context, a directdial.Action) (directdial.Judgement, error)
	// Forget erases all mentions of an author, "<platform>:<handle or id>".
	// What is left to do of it stands in Erasures.
	Forget(ctx context.Context, author string) (*Forgotten, error)
	Erasures() Erasures
	// Mute has nothing dialled of an author for a while, or again; Mutes lists
	// them.
	Mute(ctx context.Context, m MuteAct) (directdial.Judgement, error)
	Mutes(ctx context.Context) ([]MuteView, error)
	// Erase erases mentions by their keys: what a restore repeats.
	Erase(ctx context.Context, mentions []directdial.Key) error
	// Backup starts a backup into a folder; how far it is stands in BackupState.
	Backup(dir string) error
	BackupState() BackupState
}

// BackupState is how far the last backup is.
type BackupState struct {
	Dir      string    `json:"dir"`
	Running  bool      `json:"running"`
	File     string    `json:"file,omitempty"` // that is being written
	Bytes    int64     `json:"bytes"`          // of all files until now
	Made     time.Time `json:"made,omitzero"`  // when it was whole
	Messages uint64    `json:"messages"`       // of MENTIONS
	Steps    uint64    `json:"steps"`          // of DIALS
	Error    string    `json:"error,omitempty"`
}

// Forgotten is what the log says of an author who is forgotten.
type Forgotten struct {
	Mentions int `json:"mentions"` // that were theirs
}

// Erasures are what is left to do of all erasures that stand on the log. It is
// resumed at every start.
type Erasures struct {
	Mentions int `json:"mentions"` // not erased yet
	Messages int `json:"messages"` // whose bytes are not overwritten yet
}

// Status is who answers.
type Status struct {
	Version string    `json:"version"`
	PID     int       `json:"pid"`
	Started time.Time `json:"started"`
	Example bool      `json:"example"`
	Config  string    `json:"config,omitempty"` // absolute path of the file that a daemon runs by
	Listen  string    `json:"listen,omitempty"` // of the webhook; "" if a command answers
	Admin   string    `json:"admin,omitempty"`
	Desk    string    `json:"desk,omitempty"` // of the desk over TCP; "" if it is off
}

// DialView is a dial with the words that a list shows.
type DialView struct {
	directdial.Dial
	HolderName string           `json:"holder_name"`
	Offer      directdial.Offer `json:"offer"`                // the present one
	Text       string           `json:"text"`                 // of the first post, "" if it is gone
	URL        string           `json:"url,omitempty"`        // of it
	Until      string           `json:"until,omitempty"`      // by when the holder takes or answers it, in their time
	NextNames  []string         `json:"next_names,omitempty"` // second and third choice
	// Knows is the colleague whom the author was with last, and since when.
	Knows *Relation `json:"knows,omitempty"`
}

// Relation is who an author is with.
type Relation struct {
	Expert string    `json:"expert"`
	Name   string    `json:"name"`
	Since  time.Time `json:"since"` // without somebody else in between
}

// MentionView is a mention with its words.
type MentionView struct {
	directdial.MentionRecord
	ID     string `json:"id,omitempty"`
	Text   string `json:"text,omitempty"` // "" if it is gone
	Author string `json:"author,omitempty"`
	URL    string `json:"url,omitempty"`
	Waits  string `json:"waits,omitempty"` // Parked: for whom and until when, in words
}

// ExpertView is what somebody is enabled for at one instant.
type ExpertView struct {
	directdial.Expert
	Duty directdial.Duty `json:"duty"`
	Open int             `json:"open"`
	At   time.Time       `json:"at"` // the instant
	// Limit is how many dials they get at most then: the budget that Expert has as
	// configured, and no more than they asked for.
	Limit directdial.Budget `json:"limit"`
	// Held are their grants as they hold then; Expert has them as configured.
	Held []directdial.Holding `json:"held,omitempty"`
	// Channels lead to them, in the order in which they are used; Unreachable are
	// those of their channels that do not.
	Channels    []string `json:"channels,omitempty"`
	Unreachable []string `json:"unreachable,omitempty"`
	// Charges are the accounts of the brand and the topics in their hands now.
	Charges []directdial.Charge `json:"charges,omitempty"`
}

// GrantAct is something to do to a grant: an action whose days are days in the
// calendar of the colleague, like 2027-06-30.
type GrantAct struct {
	directdial.Action
	FirstDay string `json:"first_day,omitempty"` // of a grant that is given
	LastDay  string `json:"last_day,omitempty"`  // of a grant, or of a pause; "never" of one that is given or extended
}

// Trial is a text to decide, at a time other than now if At is set.
type Trial struct {
	directdial.Mention
	At time.Time `json:"at,omitzero"`
	// Everybody is looked at, and not only those whom a decision looks at.
	Everybody bool `json:"everybody,omitempty"`
}

// Explanation is a decision with all that it looked at, and the words it was
// about as long as they are kept.
type Explanation struct {
	directdial.Receipt
	Text string `json:"text,omitempty"`
	// Trial says that nothing was decided: this is what would be.
	Trial bool `json:"trial,omitempty"`
	// Anew says that it was decided with all experts and today's configuration.
	Anew  bool              `json:"anew,omitempty"`
	Names map[string]string `json:"names"`           // of the experts, by id
	Zones map[string]string `json:"zones,omitempty"` // time zones of those who have one, by id
	Dial  *directdial.Dial  `json:"dial,omitempty"`  // as it stands now, of a mention that was dialled
	Knows *Relation         `json:"knows,omitempty"` // whom its author is with
	// Untold is, for a trial, what could not be told beside a tag that is surer,
	// and of a text without a tag how far each is from being told.
	Untold []Untold `json:"untold,omitempty"`
}

// Untold is a tag that was not told.
type Untold struct {
	Tag   directdial.Tag `json:"tag"`
	Score int            `json:"score"` // thousandths
	Least int            `json:"least"` // from which score on it is told
	// Base is what every text of the language starts from, as in a TagScore.
	Base     int                  `json:"base,omitempty"`
	Keywords []directdial.Keyword `json:"keywords,omitempty"`
}

// MaxList is how many entries a list has at the most.
const MaxList = 1000

// Place is a folder on the machine of the desk.
type Place struct {
	Dir string `json:"dir"`
}

// Author names an author: "<platform>:<handle or id>".
type Author struct {
	Author string `json:"author"`
}
