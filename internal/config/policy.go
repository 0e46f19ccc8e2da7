package config

import "github.com/directdial/directdial"

// Policy is what colleagues may say in public and what not. It stands in the
// file that `policy` names.
type Policy struct {
	// Version of the policy; grants name the version that the colleague knows.
	Version string `yaml:"version" jsonschema:"required"`
	// Do says what to do, one sentence each.
	Do []string `yaml:"do"`
	// Dont says what not to do, one sentence each.
	Dont []string `yaml:"dont"`
	// Lines are sentences that are approved as they are.
	Lines []PolicyLine `yaml:"lines"`
}

// PolicyLine is an approved sentence and where it fits.
type PolicyLine struct {
	// Tag that it fits; left out: any.
	Tag directdial.Tag `yaml:"tag" jsonschema:"enum=complaint,enum=question,enum=ambassador"`
	// Topic that it fits; left out: any.
	Topic string `yaml:"topic"`
	// Text of the sentence.
	Text string `yaml:"text" jsonschema:"required"`
}
