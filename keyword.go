package directdial

import "time"

// KeywordUse is what experience says of a keyword: how often it was found in
// mentions, and what colleagues made of the dials that it led to.
type KeywordUse struct {
	Word  string `json:"word"` // in the scope of a negation "not:" and the word
	For   string `json:"for"`  // as in Keyword: "tag:complaint", "topic:billing"; "lexicon:en" for a line that told nothing
	Fired int    `json:"fired"`
	// Alone is how often no other keyword spoke for the same, so that without it
	// the tag or topic would not have been told.
	Alone     int       `json:"alone"`
	Confirmed int       `json:"confirmed"` // dials that were taken or answered
	Rejected  int       `json:"rejected"`  // dials of which somebody said that the tag is wrong, or that it is not about us
	Last      time.Time `json:"last,omitzero"`
	// Shadow is the keyword that is found in its place, too, of one of a topic
	// that is never needed: all that have a Shadow can go together.
	Shadow string `json:"shadow,omitempty"`
	// Of a line of a lexicon: the file that has it, whether that is one of the
	// company, in how many of the newest mentions whose words are kept it was
	// found, also where the tag was not told, and the language.
	Lexicon  string `json:"lexicon,omitempty"`
	Own      bool   `json:"own,omitempty"`
	Seen     int    `json:"seen,omitempty"`
	Language string `json:"language,omitempty"`
	// Idle says why a line of a lexicon has no effect, "" if it may have one.
	Idle string `json:"idle,omitempty"`
}

// KeywordUses are those of all keywords that were found since a time: the
// beginning of the log, of which retention.people leaves so much.
type KeywordUses struct {
	Since    time.Time      `json:"since,omitzero"`
	Mentions int            `json:"mentions"`
	Heard    map[string]int `json:"heard"` // mentions by language; "" where it could not be told
	Uses     []KeywordUse   `json:"uses"`  // by For, then by Word
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
