package config

import (
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/secret"
)

// Config is one reading of the configuration. It is never changed after it was
// made; a reload makes another.
type Config struct {
	File      string // that it was read from; "" for the built-in example
	Example   bool   // it is the built-in example
	DataDir   string
	HTTP      HTTP
	NATS      NATS
	Directory *directdial.Directory
	Sources   []Source
	Channels  []Channel
	Policy    *Policy // nil where there is none
	Retention Retention
	Tests     []Test
	// Lacks are the variables and secret files that are named and are not
	// there, by what needs them: "source crm", "channel slack", "data_dir",
	// "nats", or "" for the rest. There is none with Options.Strict.
	Lacks map[string][]string

	inputs inputs // the files it was made of
}

// HTTP is where the program listens, as host:port.
type HTTP struct {
	Listen    string // webhook, actions of channels, links in mail: the public one
	PublicURL string // under which Listen is reached from outside; no slash at its end
	Desk      string // the desk, for commands of other machines; "" for no port
	Admin     string // metrics, health, profiles
	// DeskToken is what the desk asks for; empty: the one that the data directory
	// keeps.
	DeskToken secret.Value
}

// NATS is where the streams are. Without a URL they are embedded in DataDir.
type NATS struct {
	URL      secret.Value // of an external cluster; it may hold a password
	Replicas int          // copies of each stream in that cluster; 1 if embedded
	Listen   string       // embedded: also listen here; "" for no port
}

// Source is one entry under sources.
type Source struct {
	Name string // unique, [a-z0-9-]
	Type string // name of its kind
	// Decode decodes what the entry says besides name and type. It gives the
	// same on every call; an error has the position of what is wrong and no
	// secret.
	Decode Decode
	// Settings is the same for two readings in one process if and only if what
	// Decode sees is the same, secrets included. It tells nothing else.
	Settings string
	// Hosts are the addresses, as host:port, of this machine or of a private
	// network that its settings name in a URL. Only what the operator wrote as
	// an IP address or as localhost is among them: a name could come to mean
	// anything.
	Hosts []string
}

// Channel is one entry under channels.
type Channel struct {
	Name     string // name of its kind
	Decode   Decode // like that of a Source, for all that the entry says
	Settings string // like that of a Source
}

// Decode decodes an entry of the configuration into the struct that its
// adapter defines, strictly. What the file leaves out keeps the value that it
// has in the struct: an adapter sets its defaults before it decodes.
//
// Every exported field needs a yaml tag: a name, "-" to keep it out, or
// ",inline" on an embedded struct. Fields are strings, numbers, bools,
// durations (time.Duration; 30s, 15m, 4h, 1d), secret.Value,
// encoding.TextUnmarshaler, structs, and slices, string maps and pointers of
// these. The tag jsonschema may say required, enum=…, minimum=… and
// maximum=…, which is checked and stands in the schema.
type Decode = func(into any) error

// Retention is how long something is kept.
type Retention struct {
	Text   time.Duration // text and authors of mentions
	People time.Duration // what a colleague did, by name
	Ledger time.Duration // what became of each mention
}

// Constructor makes a source or a channel of an entry named so, and does no
// I/O. The configuration asks only whether it can be made: the caller's
// function drops what was made and returns the error. An error with a Field
// (directdial.Error) is shown at the position of that key.
type Constructor func(name string, decode Decode) error

// Doubt is an error of a Constructor, or of Options.Check, that only warns: it
// can be made, and somebody should look at it.
type Doubt struct {
	Msg  string
	Hint string // what to do about it
}

func (d *Doubt) Error() string { return d.Msg }

// Kinds are the sources and channels there are, by the name that stands in the
// configuration.
type Kinds struct {
	Sources  map[string]Constructor
	Channels map[string]Constructor
}

// Options are what reading a configuration depends on besides its files.
type Options struct {
	// Strict makes a variable or a secret file that is missing an error, as
	// `run` needs it. Otherwise it is a warning and what depends on it is not
	// checked, as `check` wants it.
	Strict bool
	// Env looks up a variable; nil: os.LookupEnv.
	Env func(name string) (value string, ok bool)
	// Now is the instant that warnings about grants refer to; zero: the
	// instant of the call.
	Now time.Time
	// Kinds are what may stand under sources and channels, and as addresses of
	// experts. What is not among them is refused.
	Kinds Kinds
	// CheckHours says what is wrong with the duty hours of an expert in a time
	// zone that exists; nil: they are not checked.
	CheckHours func(hours []string, timezone string) error
	// Check says what else is wrong; nil: nothing. It is called also if there
	// are problems already: then what could not be read is missing from the
	// configuration that it gets. A directdial.Error with a Field like
	// "topics[0].keywords[2]" is shown at that position.
	Check func(*Config) []error
}
