package directdial

// Tag says what a mention is to the company. A mention may have several, or
// none.
type Tag string

// The tags, in the order in which they decide when a mention has several: a
// complaining question is dialled as a complaint.
const (
	Complaint  Tag = "complaint"
	Question   Tag = "question"
	Ambassador Tag = "ambassador" // praises, recommends or defends the brand
)

// Tags lists all tags in deciding order.
func Tags() []Tag { return []Tag{Complaint, Question, Ambassador} }

// TagNames lists all tags in deciding order, as they are written.
func TagNames() (names []string) {
	for _, t := range Tags() {
		names = append(names, string(t))
	}
	return names
}

// Valid reports whether t is one of the tags.
func (t Tag) Valid() bool { return t == Complaint || t == Question || t == Ambassador }

// Classification is what the text of a mention says, computed from the text,
// the lexicons and the topics and from nothing else. It holds words of our own
// lexicons and topics only, never words of the author.
type Classification struct {
	// Lang is the language as a BCP 47 base ("en"), "" if it could not be told.
	Lang string `json:"lang,omitempty"`
	// Lexicon says whether there is a lexicon for Lang. Without one, a missing
	// tag means nothing.
	Lexicon bool `json:"lexicon,omitempty"`
	// Tags are the tags whose score reached their threshold, in deciding order.
	Tags []TagScore `json:"tags,omitempty"`
	// Topics are the topics that were found, best first.
	Topics []TopicScore `json:"topics,omitempty"`
	// Brands are the brands that were named, in order of first appearance.
	Brands []string `json:"brands,omitempty"`
	// Excluded is a brand of which only excluded phrases were found: the text
	// is about something else of that name.
	Excluded string `json:"excluded,omitempty"`
	// Keywords are what decided, in order of Start; at most MaxKeywords.
	Keywords []Keyword `json:"keywords,omitempty"`
}

// TagScore is a tag with its score in thousandths, 0 to 1000.
type TagScore struct {
	Tag   Tag `json:"tag"`
	Score int `json:"score"`
	// Base is what every text of this language starts from. With the weights of
	// the tag's keywords added it gives the score (classify.Probability).
	Base int `json:"base,omitempty"`
}

// TopicScore is a topic with its score in thousandths, 0 to 1000.
type TopicScore struct {
	Topic string `json:"topic"`
	Score int    `json:"score"`
	// Base is what every text of a topic with learned weights starts from; as
	// with tags it gives the score with the weights of the topic's keywords.
	Base int `json:"base,omitempty"`
}

// Keyword is one entry of a lexicon, a topic or a brand that was found.
type Keyword struct {
	Word    string `json:"word"`              // the entry as it stands in the lexicon or the configuration
	For     string `json:"for"`               // "tag:complaint", "topic:billing", "brand:Acme"
	Start   int    `json:"start"`             // first byte in the original text
	End     int    `json:"end"`               // one past its last byte
	Weight  int    `json:"weight"`            // thousandths; what it added to the score
	Negated bool   `json:"negated,omitempty"` // stood in the scope of a negation
}

// Tag returns the deciding tag, "" if there is none.
func (c *Classification) Tag() Tag {
	if len(c.Tags) == 0 {
		return ""
	}
	return c.Tags[0].Tag
}
