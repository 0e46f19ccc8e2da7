package directdial

// Weights say how much each thing counts when several colleagues may take a
// dial. Whoever may not is never made up for by a weight. The unit is a
// thousandth: of the evidence for a topic, or of a point.
type Weights struct {
	// Topic is for the evidence that a mention is about its topic, 0 to 1000,
	// for who was granted the topic by name; Any instead, for a grant of "*".
	Topic int `json:"topic"`
	Any   int `json:"any"`
	// Also is for the evidence for further topics of the mention, for who was
	// granted those by name.
	Also int `json:"also"`
	// Level is for each level of the grant above 2, and against each below.
	Level int `json:"level"`
	// Answered is for who answered this author before, Dialled for who was only
	// dialled for them.
	Answered int `json:"answered"`
	Dialled  int `json:"dialled"`
	// Load is against each dial that they hold open, Recent against each of the
	// last 24 hours.
	Load   int `json:"load"`
	Recent int `json:"recent"`
}

// DefaultWeights are in force where the configuration says nothing. An author
// stays with whom they know: Answered outweighs everything else together.
func DefaultWeights() Weights {
	return Weights{
		Topic: 1000, Any: 500, Also: 300, Level: 300,
		Answered: 100_000, Dialled: 3000, Load: 100, Recent: 50,
	}
}

// Levels of a grant: how well somebody knows what it is for.
const (
	MinLevel   = 1 // can help out
	UsualLevel = 2 // knows it; where the grant says nothing
	MaxLevel   = 3 // the others ask them
)
