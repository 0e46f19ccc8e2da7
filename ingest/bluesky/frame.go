package bluesky

import (
	"encoding/json"
	"time"
)

// frame is one message of a Jetstream.
type frame struct {
	DID    string  `json:"did"`
	Time   int64   `json:"time_us"` // microseconds since 1970, of the Jetstream's clock
	Kind   string  `json:"kind"`    // "commit", "account", "identity"
	Commit *commit `json:"commit"`
	// Account says that an account is there or not.
	Account *struct {
		Active bool   `json:"active"`
		Status string `json:"status"`
	} `json:"account"`
	Error string `json:"error"` // in place of all this
}

// commit is a change of a record. A deletion has no record.
type commit struct {
	Operation  string `json:"operation"` // "create", "update", "delete"
	Collection string `json:"collection"`
	Key        string `json:"rkey"`
	Record     record `json:"record"`
}

// readFrame reads a frame as far as it can be read; ok is false if it is none.
func readFrame(data []byte) (f *frame, ok bool) {
	f = &frame{}
	if err := json.Unmarshal(data, f); err != nil && !json.Valid(data) {
		return nil, false
	}
	return f, f.Error != "" || f.DID != "" && f.Time > 0
}

func (f *frame) at() time.Time { return time.UnixMicro(f.Time).UTC() }

// uri is that of the record which a commit changes.
func (f *frame) uri() string { return "at://" + f.DID + "/" + f.Commit.Collection + "/" + f.Commit.Key }

// post is the post of a commit, as a server would show it but for its author.
func (f *frame) post() *post {
	return &post{URI: f.uri(), Author: profile{DID: f.DID}, Record: f.Commit.Record, IndexedAt: when{f.at()}}
}
