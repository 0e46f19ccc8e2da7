package config

import "github.com/directdial/directdial"

// topic is what mentions can be about.
type topic struct {
	// Name: a-z, 0-9 and -; unique. The topic harm (threats, hate, self-harm) is
	// built in; an entry of that name says who owns it, else the first coach does,
	// and may add keywords. Nobody else is dialled for it, and its owner only with a
	// grant that names it.
	Name string `yaml:"name" jsonschema:"required"`
	// The expert who answers for the topic and gets what nobody may take.
	Owner string `yaml:"owner"`
	// To whom its mentions go: direct to the colleague who knows, units to the
	// owner's team, central all to the owner. Default: direct.
	Mode directdial.Mode `yaml:"mode" jsonschema:"enum=direct,enum=units,enum=central"`
	// Words and phrases that tell the topic: "charged twice" in this order, also
	// "charges twice", and long words with one letter wrong; "=charged twice"
	// exactly so. "refund*": each word that begins so; "charged * times": up to
	// three words between; "refund ~5 late": both, in either order, with at most
	// five words between; "^how much": only where a sentence begins. Required, but
	// for harm, which has its own.
	Keywords []string `yaml:"keywords"`
	// Phrases that mean something else, written like keywords.
	Exclude []string `yaml:"exclude"`
	// Languages of the posts that are about it: en, sv, … Left out: any.
	Languages []string `yaml:"languages"`
	// Products, as words and phrases: only posts that name one of them are about
	// the topic. Left out: all.
	Products []string `yaml:"products"`
	// Regions, as words and phrases: only posts that name one of them are about
	// the topic. Left out: all.
	Regions []string `yaml:"regions"`
	// Only for those whose grant names the topic; "*" does not. Default: off.
	Restricted bool `yaml:"restricted"`
}
