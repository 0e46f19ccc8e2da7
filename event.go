package directdial

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// StepVersion is the version of the messages on DIALS.
const StepVersion = 1

// Step is one message on DIALS: all that one input changed. It is atomic
// because it is one message. See docs/log.md.
type Step struct {
	V    int       `json:"v"`
	At   time.Time `json:"at"`
	Prev string    `json:"prev"` // Hash of the step before, "" in the first
	// Mentions and Actions are the positions read in those streams, this input
	// included.
	Mentions uint64  `json:"mentions"`
	Actions  uint64  `json:"actions"`
	Input    Input   `json:"input"`
	Events   []Event `json:"events"`
}

// Input is what the step answers.
type Input struct {
	Kind InputKind `json:"kind"`
	Seq  uint64    `json:"seq,omitempty"` // of the message, for a mention or an action
	ID   string    `json:"id,omitempty"`  // of the timer's mention or dial; of the writer that starts
}

// InputKind is what made a step.
type InputKind string

// The kinds of input.
const (
	InputMention InputKind = "mention"
	InputAction  InputKind = "action"
	InputTimer   InputKind = "timer"
	InputStart   InputKind = "start" // a router became the writer
)

// EventKind is what happened. Readers skip kinds they do not know, loudly.
type EventKind string

// The kinds of events. docs/log.md says which fields each has.
const (
	// of the log
	EvTookOver EventKind = "took_over" // a router became the writer
	EvSnapshot EventKind = "snapshot"  // the log may be cut up to here

	// of a mention
	EvSuppressed   EventKind = "suppressed"
	EvParked       EventKind = "parked"
	EvJoined       EventKind = "joined"
	EvDeadLettered EventKind = "dead_lettered"
	EvReplayed     EventKind = "replayed" // a dead letter, which is decided anew behind it
	EvRepeated     EventKind = "repeated" // the same mention again, perhaps with another reach
	EvEdited       EventKind = "edited"
	EvDeleted      EventKind = "deleted"
	EvErased       EventKind = "erased"       // a mention; without one, an author whose mentions are being erased
	EvWiped        EventKind = "wiped"        // messages of erased mentions are overwritten on the disk
	EvExpiredText  EventKind = "expired_text" // all messages of MENTIONS up to Seq lose their text
	// after retention.ledger: a mention, a dial, or posts that a dial was known by
	EvExpiredLedger EventKind = "expired_ledger"
	// after retention.people: who did something for a dial or for an author, or
	// an expert who does nothing any more
	EvExpiredPeople EventKind = "expired_people"

	// of a dial
	EvOffered   EventKind = "offered" // to a person; hop 1 opens the dial
	EvDelivered EventKind = "delivered"
	EvAmbiguous EventKind = "ambiguous"
	EvFailed    EventKind = "failed"
	EvShown     EventKind = "shown" // the card shows a newer revision
	EvAccepted  EventKind = "accepted"
	EvHandedOff EventKind = "handed_off"
	EvReminded  EventKind = "reminded"
	EvExpired   EventKind = "expired" // a clock ran out
	EvLate      EventKind = "late"    // no next holder
	EvAnswered  EventKind = "answered"
	EvOutcome   EventKind = "outcome" // what became of an answer: helped, not yet, silent
	EvReopened  EventKind = "reopened"
	EvDeclined  EventKind = "declined"
	EvWithdrawn EventKind = "withdrawn"
	EvClosed    EventKind = "closed" // nothing more is expected
	EvAsked     EventKind = "asked"  // the coach, about a dial

	// of people and of the exchange
	EvNoticed     EventKind = "noticed" // an owner is told what is parked with them
	EvInvited     EventKind = "invited"
	EvAgreed      EventKind = "agreed"
	EvNotNow      EventKind = "not_now" // the yes is put off
	EvPractised   EventKind = "practised"
	EvRead        EventKind = "read" // a policy
	EvGranted     EventKind = "granted"
	EvExtended    EventKind = "extended"
	EvPaused      EventKind = "paused"
	EvResumed     EventKind = "resumed"
	EvLowered     EventKind = "lowered"
	EvEnded       EventKind = "ended"
	EvBounded     EventKind = "bounded"    // its holder wants no more than Budget; without one, as many as before
	EvConfigured  EventKind = "configured" // the configuration says something else of a grant since
	EvPolicy      EventKind = "policy"     // a version came into force
	EvTold        EventKind = "told"       // somebody is sent a card that is no dial
	EvAway        EventKind = "away"
	EvBack        EventKind = "back"
	EvUnreachable EventKind = "unreachable"
	EvReachable   EventKind = "reachable"
	EvMuted       EventKind = "muted"
	EvUnmuted     EventKind = "unmuted"
	EvReviewed    EventKind = "reviewed" // a coach looked at a suppressed mention
	EvTransferred EventKind = "transferred"
	EvRestated    EventKind = "restated" // the configuration says something else of a charge since
	EvCrisis      EventKind = "crisis"
	EvGap         EventKind = "gap"     // a source may have missed something
	EvRefused     EventKind = "refused" // an action that changed nothing, with the reason
)

// Event is one thing that happened. Which fields are set depends on the kind.
// It holds keyed hashes and words of our own, no text from outside.
type Event struct {
	Kind EventKind `json:"kind"`

	Mention  Key       `json:"mention,omitempty"`
	Seq      uint64    `json:"seq,omitempty"`  // of the mention in MENTIONS
	Seqs     []uint64  `json:"seqs,omitempty"` // in MENTIONS; erased: all messages of the mention, at most MaxSeqs; wiped: those whose bytes are gone
	Text     Key       `json:"text,omitempty"`
	Author   Key       `json:"author,omitempty"`
	Parents  []Key     `json:"parents,omitempty"` // thread and post replied to
	Groups   []Key     `json:"groups,omitempty"`  // of what it says: other posts with one of them join its dial
	Platform string    `json:"platform,omitempty"`
	Source   string    `json:"source,omitempty"`
	Accepted time.Time `json:"accepted,omitzero"`
	Reach    *Reach    `json:"reach,omitempty"`

	Dial    string   `json:"dial,omitempty"`
	Offer   string   `json:"offer,omitempty"`
	Hop     int      `json:"hop,omitempty"`
	Expert  string   `json:"expert,omitempty"`
	From    string   `json:"from,omitempty"` // handed_off: who held it
	Channel string   `json:"channel,omitempty"`
	Attempt int      `json:"attempt,omitempty"`
	Ref     string   `json:"ref,omitempty"`
	Shown   int      `json:"shown,omitempty"`
	Tag     Tag      `json:"tag,omitempty"`
	Topic   string   `json:"topic,omitempty"`
	Unsure  bool     `json:"unsure,omitempty"`
	Burst   bool     `json:"burst,omitempty"`
	Next    []string `json:"next,omitempty"`
	Via     Role     `json:"via,omitempty"`

	RemindAccept time.Time `json:"remind_accept,omitzero"`
	AcceptBy     time.Time `json:"accept_by,omitzero"`
	RemindAnswer time.Time `json:"remind_answer,omitzero"`
	AnswerBy     time.Time `json:"answer_by,omitzero"`
	SendBefore   time.Time `json:"send_before,omitzero"`

	Reason Reason    `json:"reason,omitempty"`
	Owner  string    `json:"owner,omitempty"`
	For    string    `json:"for,omitempty"`
	Since  time.Time `json:"since,omitzero"` // gap: from when on
	Until  time.Time `json:"until,omitzero"`
	Query  string    `json:"query,omitempty"`  // gap: of the source, words of the configuration
	Action string    `json:"action,omitempty"` // id of the action it answers
	By     string    `json:"by,omitempty"`     // who acted
	Count  int       `json:"count,omitempty"`
	Detail string    `json:"detail,omitempty"` // words of our own, never of an author
	Grant  *Grant    `json:"grant,omitempty"`  // as it holds from now on
	// GrantID names the grant among those of Expert, or of About.
	GrantID string `json:"grant_id,omitempty"`
	// Configured tells whether the configuration says the same of the grant as
	// it did then: see Configured in package route.
	Configured string   `json:"configured,omitempty"`
	Budget     *Budget  `json:"budget,omitempty"`  // agreed, bounded: no more than that
	Card       CardKind `json:"card,omitempty"`    // told: of which kind
	About      string   `json:"about,omitempty"`   // told: whom the card is about, if not its receiver
	Charges    []Charge `json:"charges,omitempty"` // transferred, restated: accounts of the brand, topics
	Sample     []Key    `json:"sample,omitempty"`  // told: the mentions that it asks about, at most MissedSample

	Snapshot *SnapshotPart `json:"snapshot,omitempty"`

	// Case is the receipt of the decision behind this event.
	Case json.RawMessage `json:"case,omitempty"`
}

// MaxSeqs bounds the sequences that one event or one action lists.
const MaxSeqs = 1000

// SnapshotPart is a part of the whole index as it was behind one step, so that a
// start need not fold what is before. The last part makes it whole.
type SnapshotPart struct {
	Step  uint64 `json:"step"` // in DIALS
	Hash  string `json:"hash"` // of that step
	Fold  int    `json:"fold"` // version of the index
	Part  int    `json:"part"` // from 1
	Parts int    `json:"parts"`
	Sum   string `json:"sum"`  // SHA-256 of all parts together, in hex
	Data  []byte `json:"data"` // of a gzip stream of bucket, key and value, each with its length in front as a varint
}

// Subject is where the step stands: under its first event and the deciding tag
// and topic.
func (s *Step) Subject() string {
	kind, tag, topic := "none", "-", "-"
	if len(s.Events) > 0 {
		e := s.Events[0]
		kind = string(e.Kind)
		if e.Tag != "" {
			tag = string(e.Tag)
		}
		if e.Topic != "" {
			topic = e.Topic
		}
	}
	return "dials." + kind + "." + tag + "." + topic
}

// Hash is the chain hash of a step: SHA-256 over the bytes of its message, in
// hex.
func Hash(message []byte) string {
	sum := sha256.Sum256(message)
	return hex.EncodeToString(sum[:])
}
