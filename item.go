package directdial

import "time"

// Item is what a source emits: a *Mention, or a *Deletion, *Answer or *Gap.
//
// A mention that was emitted before is a repeat. With the same text it changes
// nothing but the reach, with another text it is an edit; the exchange tells
// them apart, a source need not.
type Item interface{ item() }

// Deletion says that a mention is gone from its platform.
type Deletion struct {
	Platform string
	ID       string
	At       time.Time
}

// Answer says that a public reply by a registered account was seen.
type Answer struct {
	Platform  string
	ID        string // of the answer
	InReplyTo string // of the mention it answers
	Thread    string
	Account   string // "<platform>:<identity of the author>"
	At        time.Time
}

// Gap says that a source may have missed mentions.
type Gap struct {
	Query    string // which query of the source
	From, To time.Time
	Cause    string // "outage", "rate limit", "expired cursor", "stream cut", "dropped"
	Missing  int    // how many, -1 if it cannot be told
}

func (*Mention) item()  {}
func (*Deletion) item() {}
func (*Answer) item()   {}
func (*Gap) item()      {}

// Taken says what became of the items of one Emit.
type Taken struct {
	Accepted int        // new, or an edit; on disk now
	Known    int        // repeats that change nothing but, perhaps, the reach
	Rejected []Rejected // refused; the others were taken all the same
}

// Rejected is one item that was refused.
type Rejected struct {
	Index int    `json:"index"` // position in the request
	Field string `json:"field"`
	Error string `json:"error"`
}
