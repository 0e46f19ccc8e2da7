package directdial

import "time"

// Finding is one line of what an examination found.
type Finding struct {
	What   string `json:"what"` // what was looked at: "slack", "source crm", "disk"
	Health Health `json:"health"`
	Says   string `json:"says"`             // what was found; no secret
	Remedy string `json:"remedy,omitempty"` // what to do about it; always there unless it is well
	// Expert is whom it is about, if it is about the address of somebody, and
	// Reach whether the channel leads to them.
	Expert string       `json:"expert,omitempty"`
	Reach  Reachability `json:"reach,omitempty"`
	// Clock is the time that somebody else's server told beside, zero if none
	// did.
	Clock time.Time `json:"-"`
}

// Health is how it stands with something.
type Health string

// How it can stand.
const (
	Well    Health = "ok"
	Doubt   Health = "warn" // it works, or it cannot be told; somebody should look
	Failing Health = "fail"
)

// Reachability is whether a channel leads to somebody; "" if that cannot be
// told.
type Reachability string

// What a channel can know.
const (
	Reaches    Reachability = "yes"
	ReachesNot Reachability = "no"
)

// Found is a finding that all is well.
func Found(what, says string) Finding { return Finding{What: what, Health: Well, Says: says} }

// Doubted is a finding that somebody should look at.
func Doubted(what, says, remedy string) Finding {
	return Finding{What: what, Health: Doubt, Says: says, Remedy: remedy}
}

// Failed is a finding that something does not work.
func Failed(what, says, remedy string) Finding {
	return Finding{What: what, Health: Failing, Says: says, Remedy: remedy}
}
