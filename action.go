package directdial

import "time"

// ActionVersion is the version of the messages on ACTIONS.
const ActionVersion = 1

// Action is one message on ACTIONS: what a notifier did, what a person did,
// what a source reports besides mentions, what a command asks for. The router
// is its only judge.
type Action struct {
	V    int        `json:"v"`
	Kind ActionKind `json:"kind"`
	ID   string     `json:"id,omitempty"` // the same id is the same action
	At   time.Time  `json:"at"`
	// After is the position in MENTIONS that must be read before this action,
	// so that a deletion is not judged before the mention it deletes.
	After uint64 `json:"after,omitempty"`

	// of a person or a command
	By      string `json:"by,omitempty"`      // id of an expert, or "ops"
	Surface string `json:"surface,omitempty"` // "terminal", "cli", "slack", "email"
	Dial    string `json:"dial,omitempty"`
	Reason  Reason `json:"reason,omitempty"`
	To      string `json:"to,omitempty"`     // id of an expert
	Tag     Tag    `json:"tag,omitempty"`    // that a reviewed mention has
	Topic   string `json:"topic,omitempty"`  // that it is about
	Expert  string `json:"expert,omitempty"` // whom it is about, if not By: whose grant, who is away
	Grant   *Grant `json:"grant,omitempty"`  // to be given
	GrantID string `json:"grant_id,omitempty"`
	Policy  string `json:"policy,omitempty"` // the version that was read

	// of a notifier
	Offer   string `json:"offer,omitempty"`
	Channel string `json:"channel,omitempty"`
	Attempt int    `json:"attempt,omitempty"`
	Ref     string `json:"ref,omitempty"`
	Shown   int    `json:"shown,omitempty"`
	Detail  string `json:"detail,omitempty"`

	// of a source
	Source  string    `json:"source,omitempty"`
	Mention Key       `json:"mention,omitempty"`
	Thread  Key       `json:"thread,omitempty"`  // answer: the first post of its thread
	Account string    `json:"account,omitempty"` // of ours, never of an author
	Query   string    `json:"query,omitempty"`
	From    time.Time `json:"from,omitzero"`
	Until   time.Time `json:"until,omitzero"`
	Count   int       `json:"count,omitempty"`
	Reach   *Reach    `json:"reach,omitempty"`

	// forget: whom, or which mentions, as keyed hashes; wiped: which messages
	Authors  []Key    `json:"authors,omitempty"`
	Mentions []Key    `json:"mentions,omitempty"`
	Seqs     []uint64 `json:"seqs,omitempty"`
}

// ActionKind is what an action says.
type ActionKind string

// The kinds of actions.
const (
	// of a notifier: actions.<offer>.<channel>.<attempt>, then ….outcome
	ActClaim     ActionKind = "claim"     // on disk before the send
	ActDelivered ActionKind = "delivered" // with Ref
	ActFailed    ActionKind = "failed"    // refused for good by this channel
	ActLapsed    ActionKind = "lapsed"    // not sent before send_before
	ActAmbiguous ActionKind = "ambiguous" // may have been delivered; a person or the configuration decides
	ActRetry     ActionKind = "retry"     // this attempt was refused for now; another will follow
	ActShown     ActionKind = "shown"     // the card was edited

	// of a person: actions.<offer>.person.<id>
	ActTake     ActionKind = "take"
	ActPass     ActionKind = "pass"    // with To and Reason, both optional
	ActDecline  ActionKind = "decline" // not for us
	ActAnswered ActionKind = "answered"
	// what became of the answer, where the exchange heard it wrong
	ActHelped ActionKind = "helped"
	ActNotYet ActionKind = "not_yet"
	ActAsk    ActionKind = "ask" // the coach, about a dial, which stays where it is

	// of a person about themselves, on a card (actions.<offer>.person.<id>) or by
	// a command (actions.command.<kind>.<id>)
	ActAgree     ActionKind = "agree" // the yes to a grant
	ActFewer     ActionKind = "fewer" // yes, with half the budget
	ActHalve     ActionKind = "halve" // fewer, of a grant with their yes: half the budget
	ActWhole     ActionKind = "whole" // as many as before
	ActNotNow    ActionKind = "not_now"
	ActPractised ActionKind = "practised"
	ActRead      ActionKind = "read" // the policy
	ActAway      ActionKind = "away" // until Until, zero: until back
	ActBack      ActionKind = "back"

	// of a coach, or of the colleague where it gives up something
	ActGrant    ActionKind = "grant"  // with Expert and Grant
	ActExtend   ActionKind = "extend" // to Until
	ActPause    ActionKind = "pause"  // until Until, zero: until resumed
	ActResume   ActionKind = "resume"
	ActLower    ActionKind = "lower" // to Grant's narrower terms
	ActEnd      ActionKind = "end"
	ActMute     ActionKind = "mute" // Authors, until Until
	ActUnmute   ActionKind = "unmute"
	ActReview   ActionKind = "review"   // Mention, which was suppressed: Reason, and if it belonged to somebody To, Topic or Tag
	ActTransfer ActionKind = "transfer" // all that Expert has goes to To

	// of a channel: whether it reaches somebody
	ActUnreachable ActionKind = "unreachable" // Expert by Channel, Detail says why
	ActReachable   ActionKind = "reachable"

	// of a source: actions.source.<source>.<kind>
	ActDeletion ActionKind = "deletion"
	ActAnswer   ActionKind = "answer" // a public reply by an account of ours
	ActReach    ActionKind = "reach"
	ActGap      ActionKind = "gap"

	// of a command: actions.command.<kind>.<id>
	ActReplay ActionKind = "replay" // Mention, which is a dead letter: it is decided anew
	ActForget ActionKind = "forget"

	// of the router itself: actions.router.<kind>
	ActWiped ActionKind = "wiped" // the bytes of erased messages are gone from the disk
)

// SourceStateVersion is the version of the messages on SOURCES.
const SourceStateVersion = 1

// SourceState is the message on SOURCES: the last state of a source, opaque to
// all others, and how it did. It replaces the one before.
type SourceState struct {
	V     int       `json:"v"`
	At    time.Time `json:"at"`
	Type  string    `json:"type"` // of the source: another type cannot read it
	State []byte    `json:"state"`
	// Account is the runner's own record of the source.
	Account *SourceAccount `json:"account,omitempty"`
}
