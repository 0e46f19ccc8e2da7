package directdial

import "time"

// Directory is one reading of the configuration as far as it decides: who
// there is and by which rules mentions find them. It is never changed after it
// was made; a reload makes another.
type Directory struct {
	Brands  []Brand
	Topics  []Topic
	Experts []Expert
	Coaches []string // ids of experts
	// Holidays are the calendars of days off that are nobody's own.
	Holidays []Holidays
	Policy   string // version of the policy in force; "": there is none
	// Thresholds is the score that a tag must reach, in thousandths, for the tags
	// where it is not what the lexicon says.
	Thresholds map[Tag]int
	// Lexicons are the company's own: of two the later overrides, and each the
	// ones that are shipped. TopicWeights are what was learned of topics.
	Lexicons     []File
	TopicWeights []File
	Rules        Rules
}

// File is a file that the configuration names, as it stands.
type File struct {
	Name string `json:"name"` // its path, for messages
	Text string `json:"text"`
}

// Holidays is a calendar of days on which colleagues do not work.
type Holidays struct {
	Calendar  string   `json:"-"`                   // iCalendar: path or URL, which may hold a secret
	Timezones []string `json:"timezones,omitempty"` // of whom it concerns; empty: everybody
}

// Brand is a name to listen for.
type Brand struct {
	Name       string    `json:"name"`
	Competitor bool      `json:"competitor,omitempty"`
	Keywords   []string  `json:"keywords"`
	Exclude    []string  `json:"exclude,omitempty"`
	Accounts   []Account `json:"accounts,omitempty"`
}

// Account is an account of the brand; what it posts is no mention.
type Account struct {
	ID     string `json:"id"`               // "<platform>:<identity>"
	Holder string `json:"holder,omitempty"` // id of the expert who writes there
}

// Topic is what mentions can be about, with the words that tell.
type Topic struct {
	Name       string   `json:"name"` // [a-z0-9-]+
	Owner      string   `json:"owner,omitempty"`
	Mode       Mode     `json:"mode,omitempty"`
	Keywords   []string `json:"keywords"`
	Exclude    []string `json:"exclude,omitempty"`
	Restricted bool     `json:"restricted,omitempty"` // only those granted it by name
	// What narrows the topic: a text is about it only if it is in one of these
	// languages, as far as that can be told, and names one of these products and
	// one of these regions. Empty: any.
	Languages []string `json:"languages,omitempty"` // BCP 47 bases
	Products  []string `json:"products,omitempty"`  // words and phrases, like Keywords
	Regions   []string `json:"regions,omitempty"`
	// Weights, where they were learned, take the place of what Keywords say; of a
	// restricted topic they count beside them.
	Weights *TopicWeights `json:"weights,omitempty"`
}

// TopicWeights are what keywords say of a topic, in thousandths of the logarithm
// of the odds, as in a lexicon.
type TopicWeights struct {
	Base     int            `json:"base"` // what every text starts from
	Keywords map[string]int `json:"keywords"`
}

// Harm is the topic of what may harm somebody: threats, hate, self-harm. It is
// built in. It goes to its owner, else to the first coach, to nobody else, and
// only if it was granted to them by name; on cards its words are hidden until
// somebody asks for them.
const Harm = "harm"

// Mode is to whom the mentions of a topic go.
type Mode string

// The modes of a topic.
const (
	Direct  Mode = "direct"  // to the colleague who knows
	Units   Mode = "units"   // to the owner's team
	Central Mode = "central" // all to the owner
)

// Rules are the numbers of routing. A zero duration is off.
type Rules struct {
	Fallback string // id of an expert, "" for none
	// UnsureToCoach leaves it to the first coach what becomes of a mention whose
	// tag or topic could not be told. Otherwise the fallback is dialled.
	UnsureToCoach bool
	AcceptWithin  map[Tag]time.Duration
	AnswerWithin  map[Tag]time.Duration
	MaxHops       int
	Weights       *Weights // nil: DefaultWeights
	MaxAge        time.Duration
	Burst         Burst
	Crisis        bool
}

// Burst turns many mentions of one topic into one card with a counter.
type Burst struct {
	Window time.Duration // 0: off
	Cards  int
	// MaxReach is how many people (CaseMention.Audience) a complaint may reach to
	// be one of a burst; one that reaches more has a card of its own.
	MaxReach int
}
