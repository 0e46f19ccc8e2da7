// Package experts brings cards to people: the directory of who they are, their
// duty hours, and the delivery of cards through channels (Slack, e-mail, the
// terminal), each a folder that registers itself.
//
// Delivery decides nothing. It reads from the exchange which cards are not as
// they should be, claims each attempt on the log before it sends, and reports
// what became of it; the router draws the conclusions.
package experts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
)

// Channel brings cards to people by one medium.
type Channel interface {
	// Send shows the card to one person; the reference, never empty, finds it
	// again for an edit. It returns soon after ctx ends, and with Ambiguous if
	// the card was on its way by then. Kinds of error: Temporary is tried again, not before After;
	// Ambiguous means that it may have arrived; Gone and Invalid that it never
	// will by this channel (bad mailbox, deactivated member); everything else
	// is tried again.
	Send(ctx context.Context, to directdial.Expert, c Card) (ref string, err error)
}

// Editor is a channel that changes a card after it was sent. An edit may be
// repeated.
type Editor interface {
	Edit(ctx context.Context, to directdial.Expert, ref string, c Card) error
}

// Finder is a channel that can look up whether the card of an offer has
// arrived. It closes an ambiguous send.
type Finder interface {
	Find(ctx context.Context, to directdial.Expert, offer string) (ref string, found bool, err error)
}

// Checker is a channel that can say, without sending anything, whether it works
// and whom it reaches. It returns at least one finding about itself and one for
// each of the people, who all have an address of this channel. It is asked
// before anything runs.
type Checker interface {
	Check(ctx context.Context, people []directdial.Expert) []directdial.Finding
}

// Doubtful is a channel that can be made of its settings, and of which somebody
// should know what it will not do; says is "" if there is nothing.
type Doubtful interface {
	Doubt() (says, remedy string)
}

// Limited is a channel with limits: how fast it may be used, and what to do
// when nobody knows whether a card arrived. A channel that embeds Limits in its
// settings takes them from its part of the configuration.
type Limited interface {
	Limits() Limits
}

// ErrChannel, wrapped in a Temporary error, says that the failure is the
// channel's and not the receiver's (the server is down, it refuses our
// credentials, the whole workspace is rate limited): everybody waits. Without
// it only the receiver of the card does.
var ErrChannel = errors.New("channel down")

// Card is what a person is shown: a pure value, so that every channel draws
// the same. Texts, names, handles and URLs are from outside: data, never
// markup. A channel draws Clean() of the card it is given, in the words of
// Title, Status and When, and escapes every field for its medium.
type Card struct {
	Kind     directdial.CardKind
	Offer    string // id; in Slack's metadata, in the Message-ID of a mail
	Dial     string
	Revision int // grows with each change
	Shown    int // the revision that the person sees now; 0 before the first
	Turned   int // the last revision that changed whose turn it is: withdrawn, handed on, re-opened
	To       directdial.Expert
	State    directdial.DialState
	Past     string // set when it is no longer theirs: what happened ("taken by Bo Ek", "the post is gone")

	Post  Post
	More  []Post // posts that joined, newest last; at most three
	Count int    // how many posts the card stands for
	Burst int    // how many of them joined because the topic brought many at once; then More are those that reach the most

	Outcome directdial.Reason // of an answer, as far as it is known

	Tag    directdial.Tag
	Topic  string
	Unsure bool
	Why    []string  // "to you because …", plain sentences of ours
	Next   []string  // names of the second and third choice
	Open   time.Time // open until; zero: no limit
	// Reminds says that the time until Open is short. The revision that brings
	// it is Turned: a channel that notifies nobody of a change says it anew.
	Reminds bool
	Do      []string // what the policy says for this tag and topic
	Dont    []string
	Policy  string // its version

	// Choices are what the receiver can do about it now, the first the one that
	// is expected. Every surface offers these and no others.
	Choices []Choice
	// Others are the second and third choice, whom Pass on offers first.
	Others []Colleague

	Notice Notice // Kind NoticeCard
	Grant  Grant  // Kind InvitationCard, PracticeCard, NewsCard
	Rows   []Row  // what a card that is about being enabled says, in this order
	Asks   string // Kind QuestionCard: name of who asks; NewsCard: of whom it is about
	// Unreached is the channel that does not lead to them, of a NewsCard about that.
	Unreached string
	// Samples are mentions that were left, of a NewsCard that asks a coach about
	// them; Belongs are the answers to "belonged to …".
	Samples []Sample
	Belongs []Belonging
	Link    string // to the desk or the mention's page; "" if there is none
}

// Post is one mention as a card shows it.
type Post struct {
	Text      string // "" when the post is gone, erased or hidden
	Hidden    string // the text, where it is shown only to who asks for it
	Author    string // name
	Handle    string
	Platform  string
	URL       string // http or https; "" if there is none
	Said      time.Time
	Followers int
	Edited    bool
	Deleted   bool
}

// Notice tells an owner what waits with them: mentions that are parked, and
// dials that nobody else may take. It is no dial.
type Notice struct {
	Parked int
	Late   int
	Waits  map[string]int // how many, by what they wait for, in words
	Dials  []LateDial     // the first late ones, at most MaxLate
}

// Setup is what the constructor of a channel gets.
type Setup struct {
	Decode func(into any) error // the channel's settings, strictly, into a struct that holds its defaults
	Log    zerolog.Logger
	Now    func() time.Time
	Brand  string    // name of the first own brand, for subjects and sender names
	Out    io.Writer // standard output of the program, for a channel that prints
	// PublicURL is where people reach the exchange, without a slash at its end.
	PublicURL string
	// Key signs what the channel hands out; nil where nothing is handed out.
	Key []byte
}

// New makes a channel from its settings. It does no I/O.
type New func(Setup) (Channel, error)

var registry = map[string]New{}

// Register makes a channel known. It is called from an init function and
// panics if the name is taken.
func Register(kind string, n New) {
	if _, taken := registry[kind]; taken {
		panic(fmt.Sprintf("experts: channel %q is registered twice", kind))
	}
	registry[kind] = n
}

// Kinds lists the registered channels, sorted.
func Kinds() []string {
	kinds := make([]string, 0, len(registry))
	for k := range registry {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	return kinds
}

// Make builds a registered channel.
func Make(kind string, s Setup) (Channel, error) {
	n, ok := registry[kind]
	if !ok {
		return nil, directdial.Errorf(directdial.NotFound, "there is no channel %q; there are %v", kind, Kinds())
	}
	return n(s)
}
