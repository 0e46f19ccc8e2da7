package directdial

import "time"

// Receipts is what came of deciding again on every receipt in the log.
type Receipts struct {
	First   uint64    `json:"first"` // the first step that the log has; those before it are past their retention
	Last    uint64    `json:"last"`
	From    time.Time `json:"from,omitzero"` // of the first decision
	To      time.Time `json:"to,omitzero"`   // of the last
	Decided int       `json:"decided"`
	Equal   int       `json:"equal"` // lead to what the log says
	// Older counts those that another version of the decision made, by version;
	// what they lead to now is told, and is no damage.
	Older map[int]int `json:"older,omitempty"`
	// Differ counts those that lead to something else, Damaged of them those that
	// this version made: that must not be.
	Differ  int             `json:"differ"`
	Damaged int             `json:"damaged"`
	Changes []ReceiptChange `json:"changes"` // the first that differ, at most MaxChanges
}

// ReceiptChange is a receipt that leads to something else than the log says.
type ReceiptChange struct {
	Step    uint64   `json:"step"` // in DIALS
	Mention Key      `json:"mention,omitempty"`
	Dial    string   `json:"dial,omitempty"`
	Version int      `json:"version"` // that decided then
	Differs []string `json:"differs"`
}
