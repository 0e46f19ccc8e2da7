package directdial

import "time"

// Dial is one conversation that was put through to a colleague, as the index
// keeps it. It holds no text and nothing that identifies an author.
type Dial struct {
	ID       string    `json:"id"`
	State    DialState `json:"state"`
	Tag      Tag       `json:"tag,omitempty"`
	Topic    string    `json:"topic,omitempty"`
	Unsure   bool      `json:"unsure,omitempty"`
	Platform string    `json:"platform"`
	Mentions []Key     `json:"mentions"` // the first made it; the others joined
	Authors  []Key     `json:"authors,omitempty"`
	Joined   int       `json:"joined,omitempty"` // how many joined, also beyond those listed
	Burst    int       `json:"burst,omitempty"`  // how many of them because the topic brought many at once
	Opened   time.Time `json:"opened"`

	Hop      int       `json:"hop"`    // of the current offer, from 1
	Holder   string    `json:"holder"` // who is dialled or holds it; owner when it stays late
	Previous []string  `json:"previous,omitempty"`
	Accepted time.Time `json:"accepted,omitzero"`
	Answered time.Time `json:"answered,omitzero"`
	Closed   time.Time `json:"closed,omitzero"`
	Reopened time.Time `json:"reopened,omitzero"` // when the author last came back after an answer
	Outcome  Reason    `json:"outcome,omitempty"` // of the last answer: Helped, NotYet, Silent; "" while it is not known
	Reason   Reason    `json:"reason,omitempty"`  // of the last hand-off or of the end
	Cause    Reason    `json:"cause,omitempty"`   // Reason GateClosed: what closed the gate
	Next     []string  `json:"next,omitempty"`
	Late     bool      `json:"late,omitempty"`
	Revision int       `json:"revision"` // grows with each change that its card shows

	// The two clocks of the present holder; zero is off.
	RemindAccept time.Time `json:"remind_accept,omitzero"`
	AcceptBy     time.Time `json:"accept_by,omitzero"`
	RemindAnswer time.Time `json:"remind_answer,omitzero"`
	AnswerBy     time.Time `json:"answer_by,omitzero"`
	Reminded     time.Time `json:"reminded,omitzero"`  // of the clock that runs
	GateEnds     time.Time `json:"gate_ends,omitzero"` // when the gate is asked again for the holder
	For          string    `json:"for,omitempty"`      // Late: who may take it when Until has come
	Until        time.Time `json:"until,omitzero"`     // Late: when it is decided anew; zero: a person must act
	Transfer     string    `json:"transfer,omitempty"` // to whom it goes with all that its holder had
	Asked        time.Time `json:"asked,omitzero"`     // when a coach was asked about it last
	Due          time.Time `json:"due,omitzero"`       // when something happens by itself next
}

// Clock is the clock that runs for the holder of an open dial: when it ends and
// when they are reminded before. Zero is off. Who has not taken a dial answers
// for both clocks, the first to end counts.
func (d *Dial) Clock() (remind, end time.Time) {
	switch {
	case !d.State.Open() || d.Late:
		return time.Time{}, time.Time{}
	case d.State == Accepted || d.AcceptBy.IsZero() || (!d.AnswerBy.IsZero() && d.AnswerBy.Before(d.AcceptBy)):
		return d.RemindAnswer, d.AnswerBy
	}
	return d.RemindAccept, d.AcceptBy
}

// DialState is where a dial stands. Offered and Accepted are open.
type DialState string

// The states of a dial.
const (
	Offered   DialState = "offered"
	Accepted  DialState = "accepted"
	Answered  DialState = "answered"
	Declined  DialState = "declined"  // not for us
	Withdrawn DialState = "withdrawn" // the post is gone
)

// Open reports whether the dial waits for somebody.
func (s DialState) Open() bool { return s == Offered || s == Accepted }

// MentionState is where a mention stands. Every mention that was accepted and
// read is in exactly one.
type MentionState string

// The states of a mention.
const (
	Dialled    MentionState = "dialled"
	Suppressed MentionState = "suppressed"
	Parked     MentionState = "parked"
	DeadLetter MentionState = "dead-lettered" // could not be read or decided
	Erased     MentionState = "erased"
	// Expired is a mention whose record was let go after retention.ledger. Its
	// key stays, so that it is not dialled again.
	Expired MentionState = "expired"
)

// MentionRecord is what the index keeps of a mention.
type MentionRecord struct {
	Key      Key          `json:"key"`
	State    MentionState `json:"state"`
	Reason   Reason       `json:"reason,omitempty"`
	Seq      uint64       `json:"seq"`   // of its newest text in MENTIONS
	First    uint64       `json:"first"` // of its first
	Step     uint64       `json:"step"`  // in DIALS: the decision with its receipt
	Text     Key          `json:"text"`
	Author   Key          `json:"author,omitempty"`
	Platform string       `json:"platform"`
	Source   string       `json:"source"`
	Accepted time.Time    `json:"accepted"`
	Decided  time.Time    `json:"decided"` // when it came into its state
	Tag      Tag          `json:"tag,omitempty"`
	Topic    string       `json:"topic,omitempty"`
	Dial     string       `json:"dial,omitempty"`
	Owner    string       `json:"owner,omitempty"` // Parked
	For      string       `json:"for,omitempty"`   // Parked
	Until    time.Time    `json:"until,omitzero"`  // Parked
	Reach    Reach        `json:"reach,omitzero"`
	Deleted  bool         `json:"deleted,omitempty"`
	Reviewed Reason       `json:"reviewed,omitempty"` // Suppressed: what a coach said, RightlyLeft or Belonged
	Sampled  string       `json:"sampled,omitempty"`  // Suppressed: the offer whose card asks about it
}

// Gone reports whether the words of the mention must not be kept, should they
// come in again: its author was forgotten, it was deleted on its platform, or
// its record has expired.
func (m *MentionRecord) Gone() bool { return m.State == Erased || m.State == Expired || m.Deleted }

// Offer is one hop of a dial: a card for one person.
type Offer struct {
	ID         string    `json:"id"`
	Dial       string    `json:"dial"`
	Hop        int       `json:"hop"`
	Expert     string    `json:"expert"`
	Channel    string    `json:"channel"`
	Tried      []string  `json:"tried,omitempty"` // channels that refused
	At         time.Time `json:"at"`
	Step       uint64    `json:"step"` // in DIALS: the offer with its receipt
	SendBefore time.Time `json:"send_before,omitzero"`
	Ref        string    `json:"ref,omitempty"` // what the channel calls the card, once it was delivered
	Delivered  time.Time `json:"delivered,omitzero"`
	First      int       `json:"first,omitempty"`    // revision of the dial when it was offered
	Shown      int       `json:"shown,omitempty"`    // revision that the card shows
	Revision   int       `json:"revision,omitempty"` // revision that it should show
	Turned     int       `json:"turned,omitempty"`   // last revision that changed whose turn it is: handed on, withdrawn, re-opened
	Ambiguous  bool      `json:"ambiguous,omitempty"`
	Past       bool      `json:"past,omitempty"`    // the dial went on to somebody else
	Failed     bool      `json:"failed,omitempty"`  // every channel refused, or it lapsed
	Card       CardKind  `json:"card,omitempty"`    // "": of the dial
	Asks       string    `json:"asks,omitempty"`    // of a QuestionCard: id of who asks
	Grant      string    `json:"grant,omitempty"`   // id of the grant that an invitation or practice card is about
	Answered   time.Time `json:"answered,omitzero"` // of a card that is no dial: when nothing was left to answer
	Answer     EventKind `json:"answer,omitempty"`  // of it: by what; "": another card took its place
	About      string    `json:"about,omitempty"`   // of it: whom it is about, if not its receiver
	Policy     string    `json:"policy,omitempty"`  // of a PolicyCard: the version to read
	Reason     Reason    `json:"reason,omitempty"`  // of a NewsCard: what happened
	Detail     string    `json:"detail,omitempty"`  // of a NewsCard: more of it, in words of ours
	Sample     []Key     `json:"sample,omitempty"`  // of a NewsCard that is Sampled: the mentions that it asks about
}

// CardKind is what sort of card an offer is.
type CardKind string

// The kinds of card.
const (
	DialCard       CardKind = "dial"
	NoticeCard     CardKind = "notice"     // tells an owner what is parked with them
	InvitationCard CardKind = "invitation" // asks for the colleague's yes to a grant
	PracticeCard   CardKind = "practice"   // a marked card to try; the gate opens after it
	PolicyCard     CardKind = "policy"     // a new version to read
	QuestionCard   CardKind = "question"   // a colleague asks the coach about a dial
	NewsCard       CardKind = "news"       // something the coach must know: a grant ends, somebody cannot be reached
	TestCard       CardKind = "test"       // of `directdial doctor --card`: marked, nothing to answer
)
