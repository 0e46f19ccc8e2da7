package directdial

import "time"

// DecideVersion is the version of the decision: the same version on the same
// Case gives the same Decision, byte for byte. Version 1 knew no clocks in
// working time and no leave, and asked all roles of a next holder at once.
const DecideVersion = 2

// Bounds of a Case. They keep a receipt under MaxCase bytes of JSON.
const (
	MaxCase       = 32 << 10
	MaxCandidates = 20
	MaxKeywords   = 80 // of a Classification
	MaxTopics     = 10 // of a Classification
	MaxCaseGrants = 3  // of one candidate
)

// Case is all that a decision looks at. It is its receipt, too: what stands
// here explains the decision and repeats it. All numbers are integers.
type Case struct {
	V              int            `json:"v"` // DecideVersion
	At             time.Time      `json:"at"`
	Mention        CaseMention    `json:"mention"`
	Classification Classification `json:"classification"`
	Rules          CaseRules      `json:"rules"`
	// Topic holds what the directory says of the topic that decides; zero if
	// there is none.
	Topic CaseTopic `json:"topic,omitzero"`
	// Dial is the dial of the same conversation, if there is one; Burst the
	// open dial that more mentions of this topic join at this moment.
	Dial  *CaseDial `json:"dial,omitempty"`
	Burst string    `json:"burst,omitempty"`
	// Candidates are the experts that the topic index yields, then deputies,
	// owner and fallback; at most MaxCandidates, in the order they were found.
	Candidates []Candidate `json:"candidates,omitempty"`
	// Others counts the experts that are not among the candidates, by reason.
	Others map[Reason]int `json:"others,omitempty"`
}

// CaseMention is what a decision may know of a mention.
type CaseMention struct {
	Key      Key       `json:"key"`
	Platform string    `json:"platform"`
	Said     time.Time `json:"said"` // Mention.Said
	History  bool      `json:"history,omitempty"`
	Muted    bool      `json:"muted,omitempty"` // its author is
	Own      bool      `json:"own,omitempty"`   // by an account of the brand or of a colleague
	Reach    Reach     `json:"reach,omitzero"`
	// Audience is about how many people it reaches: the followers of its author
	// or those who saw it, whichever is more, in two digits. More digits would
	// tell who wrote it.
	Audience int `json:"audience,omitempty"`
}

// CaseRules are the rules in force, durations in seconds; 0 is off.
type CaseRules struct {
	MaxAge       int64 `json:"max_age"`
	AcceptWithin int64 `json:"accept_within"` // for the tag that decides
	AnswerWithin int64 `json:"answer_within"`
	MaxHops      int   `json:"max_hops"`
	// Weights of the score; nil in a case of version 1, which had those of today's
	// default for the terms that it knew.
	Weights    *Weights `json:"weights,omitempty"`
	Fallback   string   `json:"fallback,omitempty"`
	FirstCoach string   `json:"first_coach,omitempty"`
	// UnsureToCoach: what is unsure is left to the first coach.
	UnsureToCoach bool `json:"unsure_to_coach,omitempty"`
	BurstReach    int  `json:"burst_reach,omitempty"` // Burst.MaxReach
}

// CaseTopic is the topic that decides: a restricted one before the others,
// else the one with the best score.
type CaseTopic struct {
	Name       string `json:"name"`
	Owner      string `json:"owner,omitempty"`
	Mode       Mode   `json:"mode"`
	Restricted bool   `json:"restricted,omitempty"`
	Score      int    `json:"score"`
}

// CaseDial is a dial that the mention may join, or the dial that goes on to
// its next hop.
type CaseDial struct {
	ID         string    `json:"id"`
	State      DialState `json:"state"`
	Tag        Tag       `json:"tag,omitempty"`    // of the dial: decides who may go on with it
	Unsure     bool      `json:"unsure,omitempty"` // of the dial
	Holder     string    `json:"holder,omitempty"`
	Accepted   time.Time `json:"accepted,omitzero"`     // when the holder took it
	Hop        int       `json:"hop"`                   // of its present offer
	Holders    int       `json:"holders"`               // how many have held it; bounded by max_hops
	SameAuthor bool      `json:"same_author,omitempty"` // the mention is by an author of the dial
	// Next is set when the dial asks for its next holder, with the reason.
	Next Reason `json:"next,omitempty"`
	// To is the colleague who was named as next holder, if one was.
	To string `json:"to,omitempty"`
}

// Candidate is an expert with the facts that gate, score and budget look at.
type Candidate struct {
	Expert string `json:"expert"`
	// Role is why they are looked at; several roles are joined.
	Role     Role        `json:"role"`
	Grants   []CaseGrant `json:"grants,omitempty"` // those that come closest, at most MaxCaseGrants
	Speaks   bool        `json:"speaks"`           // the language, as far as it is known
	Team     bool        `json:"team,omitempty"`   // is in the team of the topic's owner
	Deputy   string      `json:"deputy,omitempty"`
	Duty     Duty        `json:"duty"`
	Channels []string    `json:"channels,omitempty"` // by which they can be reached, preferred first
	Held     bool        `json:"held,omitempty"`     // held this dial before, or could not be reached for it
	Author   bool        `json:"author,omitempty"`   // was dialled for this author before
	Answered bool        `json:"answered,omitempty"` // and answered them
	Also     int         `json:"also,omitempty"`     // evidence for further topics of the mention that they know, in thousandths
	Open     int         `json:"open,omitempty"`     // dials that they hold open
	Hour     int         `json:"hour,omitempty"`     // dials of the last hour
	Day      int         `json:"day,omitempty"`      // dials of the last 24 hours
	Last     time.Time   `json:"last,omitzero"`      // when they were dialled last
	Free     time.Time   `json:"free,omitzero"`      // when the budget has room again, if it has none
	Budget   Budget      `json:"budget"`
	// Clocks are those of the one who was chosen, counted in their working time;
	// nil for all others.
	*Clocks
}

// Clocks are the ends of the two clocks of who holds a dial, and the reminders
// before; zero: off.
type Clocks struct {
	RemindAccept time.Time `json:"remind_accept,omitzero"`
	AcceptBy     time.Time `json:"accept_by,omitzero"`
	RemindAnswer time.Time `json:"remind_answer,omitzero"`
	AnswerBy     time.Time `json:"answer_by,omitzero"`
}

// CaseGrant is a grant as far as it can matter to the case.
type CaseGrant struct {
	Named    bool      `json:"named,omitempty"` // names the topic
	Any      bool      `json:"any,omitempty"`   // names "*"
	Tag      bool      `json:"tag"`             // covers the tag that decides
	Platform bool      `json:"platform"`        // covers the platform
	Language bool      `json:"language"`        // covers the language, as far as it is known
	Risk     int       `json:"risk,omitempty"`
	Review   bool      `json:"review,omitempty"`
	Level    int       `json:"level,omitempty"` // 0: UsualLevel
	Agreed   time.Time `json:"agreed,omitzero"`
	Practise bool      `json:"practise,omitempty"` // the practice card is not answered yet
	From     time.Time `json:"from,omitzero"`
	Until    time.Time `json:"until,omitzero"`
	Paused   bool      `json:"paused,omitempty"`
	Resumes  time.Time `json:"resumes,omitzero"`
	ReadBy   time.Time `json:"read_by,omitzero"` // a newer policy must be read by then; zero: it was
}

// Role is why an expert is a candidate; a set of bits.
type Role uint8

// The roles.
const (
	RoleTopic    Role = 1 << iota // has a grant that can cover the topic
	RoleDeputy                    // stands in for a candidate
	RoleOwner                     // owns the topic
	RoleFallback                  // owns what nobody else may take
	RoleNamed                     // was named as next holder
	RoleHolder                    // holds the dial that is opened again
)

// Reason is a word for why something was decided: why an expert was passed
// over, why a mention was suppressed or parked. Bounded, fit for a metric.
type Reason string

// Reasons why an expert is passed over, in the order in which they are asked.
const (
	NoGrant       Reason = "no grant"       // no grant covers the topic
	Restricted    Reason = "restricted"     // the topic is restricted and not granted by name
	WrongTag      Reason = "wrong tag"      // not for this tag
	WrongPlatform Reason = "wrong platform" // not for this platform
	WrongLanguage Reason = "wrong language" // does not speak it, or not granted for it
	ReachTooBig   Reason = "reach too big"  // more people than the grant is for
	NotAgreed     Reason = "not agreed"     // has not said yes
	NotPractised  Reason = "not practised"  // has not answered the practice card
	NotYet        Reason = "not yet"        // the grant begins later; of an answer: it did not help yet
	GrantEnded    Reason = "grant ended"
	GrantPaused   Reason = "paused"
	PolicyUnread  Reason = "policy not read" // and the time for it is over
	OtherTeam     Reason = "other team"      // the topic goes to the owner's team, or to the owner
	NotSure       Reason = "not sure"        // tag or topic could not be told: only the fallback is asked
	HeldBefore    Reason = "held before"
	Unreachable   Reason = "unreachable" // no channel leads to them
	OffDuty       Reason = "off duty"
	OverBudget    Reason = "over budget"
	NotAsked      Reason = "not asked" // there were more than MaxCandidates
	Unknown       Reason = "unknown"   // there is no such expert
	Away          Reason = "away"      // a holder whose leave has begun, or who said that they are away
	Outranked     Reason = "outranked" // may take it, another may take it better
)

// Reasons why a mention is suppressed.
const (
	OwnAccount  Reason = "own account"
	History     Reason = "history"      // imported
	Muted       Reason = "muted"        // its author is, by a coach
	TooOld      Reason = "too old"      // older than max_age
	NotAboutUs  Reason = "not about us" // an excluded phrase of the brand
	NoTag       Reason = "no tag"
	DeletedSoon Reason = "deleted"   // gone from the platform before it was dialled
	TextGone    Reason = "text gone" // erased or expired before it was dialled
)

// Forgotten is why a mention is erased and its dial withdrawn: its author asked
// to be forgotten.
const Forgotten Reason = "forgotten"

// Unreadable is why a message is a dead letter.
const Unreadable Reason = "unreadable"

// Reasons why a mention is parked.
const (
	NobodyEnabled Reason = "nobody enabled" // a coverage hole: a person must act
	NobodyOnDuty  Reason = "nobody on duty"
	NobodyFree    Reason = "nobody free"    // every budget is used up
	NobodyReached Reason = "nobody reached" // each who may take it could not be reached
)

// Why a dial goes on to another holder.
const (
	PassedOn      Reason = "passed on" // without a word why
	NotMyTopic    Reason = "not my topic"
	TooBusy       Reason = "too busy"
	NotAllowed    Reason = "not allowed"
	NeedsApproval Reason = "needs approval"
	WrongTagged   Reason = "wrong tag given"
	NotUs         Reason = "not about us"
	Duplicate     Reason = "duplicate"
	Undelivered   Reason = "undelivered" // every channel refused
	Lapsed        Reason = "lapsed"      // not sent before send_before
	NoAnswer      Reason = "no answer"   // a clock ran out
	GateClosed    Reason = "gate closed" // a grant of the holder ended, or their leave began
	MayHarm       Reason = "may harm"    // an edit made it so
	// MadeRestricted: an edit brought in a restricted topic, and its holder may not
	// have that.
	MadeRestricted Reason = "restricted topic"
	TakenOver      Reason = "taken over"  // a colleague took it
	Transferred    Reason = "transferred" // all that its holder had goes to a colleague
)

// What became of an answer; NotYet is the third.
const (
	Helped Reason = "helped" // the author says thanks
	Silent Reason = "silent" // the author said nothing more for SilentAfter
)

// SilentAfter is how long the author of an answered post is listened to.
const SilentAfter = 7 * 24 * time.Hour

// Why an action of a person is refused, besides the reasons of the gate.
const (
	Closed    Reason = "closed"     // the dial waits for nobody, or is taken
	NotHolder Reason = "not holder" // it is with somebody else
	NotCoach  Reason = "not a coach"
	BadGrant  Reason = "bad grant" // its terms cannot hold
)

// What a coach says of a suppressed mention; Sampled is why they are asked.
const (
	RightlyLeft Reason = "rightly left"
	Belonged    Reason = "belonged" // to somebody who should have been dialled
	Sampled     Reason = "sampled"
)

// GrantEnds is why a coach and a colleague get news: a grant ends soon.
const GrantEnds Reason = "grant ends"

// Outcome is what a decision does with a mention or a dial.
type Outcome string

// The outcomes.
const (
	ToDial     Outcome = "dial"
	ToJoin     Outcome = "join"
	ToReopen   Outcome = "reopen"
	ToSuppress Outcome = "suppress"
	ToPark     Outcome = "park"
	ToStay     Outcome = "stay" // no next holder: the dial stays with Owner, late
)

// Decision is what was decided and, for each candidate, why.
type Decision struct {
	V       int     `json:"v"`
	Outcome Outcome `json:"outcome"`
	Reason  Reason  `json:"reason,omitempty"`
	Tag     Tag     `json:"tag,omitempty"`
	Topic   string  `json:"topic,omitempty"`
	// Unsure marks a mention whose tag or topic could not be told.
	Unsure bool `json:"unsure,omitempty"`

	Expert  string `json:"expert,omitempty"` // ToDial, ToReopen: who
	Via     Role   `json:"via,omitempty"`    // the role that made it theirs
	Channel string `json:"channel,omitempty"`
	Clocks
	SendBefore time.Time `json:"send_before,omitzero"` // after it nobody sends
	GateEnds   time.Time `json:"gate_ends,omitzero"`   // when the grant ends or leave begins, as far as it is known
	Next       []string  `json:"next,omitempty"`       // second and third choice

	Dial  string    `json:"dial,omitempty"`  // ToJoin, ToReopen: which
	Burst bool      `json:"burst,omitempty"` // ToJoin: because of a burst
	Owner string    `json:"owner,omitempty"` // ToPark, ToStay: who keeps it
	For   string    `json:"for,omitempty"`   // ToPark, ToStay: who may take it when Until has come
	Until time.Time `json:"until,omitzero"`  // ToPark, ToStay: when it is decided anew; zero: a person must act

	Verdicts []Verdict `json:"verdicts,omitempty"` // one a candidate, in their order
}

// Verdict is what gate, score and budget said of one candidate.
type Verdict struct {
	Expert string `json:"expert"`
	Reason Reason `json:"reason,omitempty"` // why passed over; "" for the one chosen
	Score  Score  `json:"score,omitzero"`   // for who passed the gate
	// GrantEnds is when the grant that opened the gate closes it: its end, or
	// when a newer policy must be read; zero: never.
	GrantEnds time.Time `json:"grant_ends,omitzero"`
	// Review says that the coach reads the answer first: no grant that opened
	// the gate goes without.
	Review bool `json:"review,omitempty"`
}

// Score is the sum of its terms, in thousandths.
type Score struct {
	Topic  int `json:"topic"`           // evidence for the topic, more if granted by name
	Also   int `json:"also,omitempty"`  // evidence for further topics that they know
	Level  int `json:"level,omitempty"` // how well they know it
	Author int `json:"author"`          // answered this author before, or was dialled for them
	Load   int `json:"load"`            // minus: open dials
	Recent int `json:"recent"`          // minus: dials of the last 24 hours
	Total  int `json:"total"`
}
