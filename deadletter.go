package directdial

import "time"

// DeadLetterRecord is what can be told of a dead letter without its words, which
// nobody can read.
type DeadLetterRecord struct {
	Key      Key       `json:"key"`
	Seq      uint64    `json:"seq"`                // in MENTIONS
	Accepted time.Time `json:"accepted"`           // when it came in
	Platform string    `json:"platform,omitempty"` // as the subject of the message says, "" if that is gone
	Source   string    `json:"source,omitempty"`
	Reason   Reason    `json:"reason"`
	// Why is what is wrong with it now, in words of ours; "": this program can
	// read it, and decides it when it is replayed.
	Why string `json:"why,omitempty"`
}
