package config

// weights are how much each thing counts when several colleagues may take a
// dial: the best sum is dialled, of equals who was dialled longest ago. They are
// whole thousandths; 0 leaves something out of account.
type weights struct {
	// For a grant that names the topic: how much of the evidence (0 to 1000)
	// that the post is about it counts. Default: 1000.
	Topic int `yaml:"topic" jsonschema:"minimum=0,maximum=1000000"`
	// Instead, for a grant of "*". Default: 500.
	Any int `yaml:"any" jsonschema:"minimum=0,maximum=1000000"`
	// For a grant that names a further topic of the post: how much of the
	// evidence for that one counts. Default: 300.
	Also int `yaml:"also" jsonschema:"minimum=0,maximum=1000000"`
	// For each level of the grant above 2, and against each below. Default: 300.
	Level int `yaml:"level" jsonschema:"minimum=0,maximum=1000000"`
	// For who answered this author before. Default: 100000, more than all else
	// together.
	Answered int `yaml:"answered" jsonschema:"minimum=0,maximum=1000000"`
	// For who was dialled for this author before, if nobody has answered them.
	// Default: 3000.
	Dialled int `yaml:"dialled" jsonschema:"minimum=0,maximum=1000000"`
	// Against each dial that they hold open. Default: 100.
	Load int `yaml:"load" jsonschema:"minimum=0,maximum=1000000"`
	// Against each dial of the last 24 hours. Default: 50.
	Recent int `yaml:"recent" jsonschema:"minimum=0,maximum=1000000"`
}
