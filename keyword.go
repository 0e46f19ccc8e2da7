package directdial

import "time"

// KeywordUse is what experience says of a keyword: how often it was found in
// mentions, and what colleagues made of the dials that it led to.
type KeywordUse struct {
	Word  string `json:"word"`
	For   string `json:"for"` // as in Keyword: "tag:complaint", "topic:billing"
	Fired int    `json:"fired"`
	// Alone is how often no other keyword spoke for the same, so that without it
	// the tag or topic would not have been told.
	Alone     int       `json:"alone"`
	Confirmed int       `json:"confirmed"` // dials that were taken or answered
	Rejected  int       `json:"rejected"`  // dials of which somebody said that the tag is wrong, or that it is not about us
	Last      time.Time `json:"last,omitzero"`
}

// KeywordUses are those of all keywords that were found since a time: the
// beginning of the log, of which retention.people leaves so much.
type KeywordUses struct {
	Since    time.Time    `json:"since,omitzero"`
	Mentions int          `json:"mentions"`
	Uses     []KeywordUse `json:"uses"` // by For, then by Word
}

// Feedback is what a colleague said of a mention by what they did with its
// dial, or a coach of one that was left: a label for whoever learns.
type Feedback struct {
	Mention Key `json:"mention"`
	// Tags says of tags whether the mention has them, as far as that is told.
	Tags  map[Tag]bool `json:"tags"`
	Topic string       `json:"topic,omitempty"` // that it was dialled for, if that was right
	// By is what they said: "taken", "wrong tag given", "not about us",
	// "rightly left", "belonged".
	By Reason `json:"by"`
}
