package config

import (
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/secret"
)

// The types of this file are the configuration as it is written. The comments
// of their fields are its documentation: they stand in the JSON Schema, which
// editors show.

// file is the configuration file. What is left out has the default that is
// named here.
type file struct {
	// Folder for everything that is kept: streams, index, key. Default:
	// ./data. A relative path in this file is relative to the folder of the
	// file.
	DataDir string `yaml:"data_dir"`
	// Where the program listens.
	HTTP httpSection `yaml:"http"`
	// The streams. Left out: embedded, in data_dir.
	NATS *natsSection `yaml:"nats"`
	// Names to listen for.
	Brands []brand `yaml:"brands"`
	// What mentions can be about.
	Topics []topic `yaml:"topics"`
	// Where mentions come from. What an entry says besides name and type is
	// described with its type.
	Sources []source `yaml:"sources"`
	// By what experts are reached, each under its name. A channel that does
	// not stand here does not exist.
	Channels channels `yaml:"channels"`
	// Files with more experts: paths or patterns (*). Each file holds one
	// expert or a list of them.
	People []string `yaml:"people"`
	// File with the policy: version, what to do and what not, approved lines.
	Policy string `yaml:"policy"`
	// Experts who look after the others; the first gets what belongs to nobody.
	Coaches []string `yaml:"coaches"`
	// Colleagues who may answer in public what they know about.
	Experts []*expert `yaml:"experts"`
	// Calendars of public holidays.
	Holidays []holidays `yaml:"holidays"`
	// How mentions are told apart.
	Classify classifySection `yaml:"classify"`
	// The rules by which mentions find experts.
	Routing routing `yaml:"routing"`
	// How long something is kept.
	Retention retention `yaml:"retention"`
	// Texts and where they must go; `directdial check` tries them.
	Tests []routingTest `yaml:"tests"`
}

// httpSection is where the program listens, each as host:port.
type httpSection struct {
	// For the webhook, the actions of channels and the links in mail; the only
	// one that may be public. Default: 127.0.0.1:8080.
	Listen string `yaml:"listen"`
	// Address under which listen is reached from outside, for links. Default:
	// http:// and listen.
	PublicURL string `yaml:"public_url" jsonschema:"format=uri"`
	// For commands on other machines (--addr), which bring the token, such as
	// 127.0.0.1:8081. Without a proxy with TLS in front of it, keep it on loopback
	// or in a network of yours. The web page is not there yet. Default: off.
	Desk string `yaml:"desk"`
	// Token that desk asks for, of 16 characters or more. Whoever has it can do
	// what every command does, in anybody's name. Left out: made at the first
	// start, in desk.token in data_dir.
	DeskToken secret.Value `yaml:"desk_token"`
	// For /metrics, /healthz, /readyz and profiles. Default: 127.0.0.1:9090.
	Admin string `yaml:"admin"`
}

// natsSection is where the streams are.
type natsSection struct {
	// Servers of an external cluster, with commas between them; it may hold
	// user and password, which count for servers without their own, too. Left
	// out: embedded, in data_dir.
	URL secret.Value `yaml:"url"`
	// Copies of each stream in an external cluster. Default: 3.
	Replicas int `yaml:"replicas" jsonschema:"minimum=1,maximum=5"`
	// host:port at which the embedded server listens, too. It asks nobody who
	// they are. Left out: no port.
	Listen string `yaml:"listen"`
}

// brand is a name to listen for.
type brand struct {
	// Name as people read it; unique.
	Name string `yaml:"name" jsonschema:"required"`
	// Whose it is: own or competitor. Default: own.
	Relation string `yaml:"relation" jsonschema:"enum=own,enum=competitor"`
	// Words and phrases that name it.
	Keywords []string `yaml:"keywords" jsonschema:"required"`
	// Phrases that mean something else of that name.
	Exclude []string `yaml:"exclude"`
	// Accounts of the brand; what they post is no mention.
	Accounts []account `yaml:"accounts"`
}

// account is an account of the brand.
type account struct {
	// Platform and identity: "mastodon:@acme@mastodon.example".
	ID string `yaml:"id" jsonschema:"required"`
	// The expert who writes there.
	Holder string `yaml:"holder"`
}

// source is where mentions come from. What else it says is described with its
// type.
type source struct {
	// Name: a-z, 0-9 and -; unique.
	Name string `yaml:"name" jsonschema:"required"`
	// Kind of source.
	Type string `yaml:"type" jsonschema:"required"`

	node *node // the entry as a whole, for the constructor
}

// channels are the entries under channels, in the order of the file.
type channels []channel

type channel struct {
	name string
	at   position
	node *node
}

// expert is a colleague who may answer in public what they know about. The
// name of a channel is the key of the address there (slack: a member id or an
// e-mail address; email: a mailbox); at least one must lead to a channel that
// is configured.
type expert struct {
	// Name for references: a-z, 0-9 and -; unique.
	ID string `yaml:"id" jsonschema:"required"`
	// Name as people read it. Default: the id.
	Name string `yaml:"name"`
	// Addresses by the name of the channel.
	Addresses map[string]string `yaml:",inline"`
	// Channel to try first. Default: the first under channels that leads to
	// them.
	Prefer string `yaml:"prefer"`
	// Languages that they answer in: en, sv, … Left out: any.
	Languages []string `yaml:"languages"`
	// Time zone of hours and of the days in grants: Europe/Stockholm. Default:
	// UTC.
	Timezone string `yaml:"timezone"`
	// When they are on duty: "Mon-Fri 09:00-17:00", or a list of such. Left
	// out: always.
	Hours severals `yaml:"hours"`
	// Calendar of their leave in iCalendar format: a file or a URL (https,
	// webcal). Each event in it that is not cancelled is leave, also one that is
	// marked as free; a day without a time is one in their time zone. Open dials
	// go on to others when leave begins. A private address is best written as
	// ${VARIABLE}.
	Calendar string `yaml:"calendar"`
	// When they get no card even on duty: "Mon-Fri 12:00-13:00", or a list of
	// such. Left out: never.
	Quiet severals `yaml:"quiet"`
	// Team, for topics in mode units.
	Team string `yaml:"team"`
	// The expert who stands in.
	Deputy string `yaml:"deputy"`
	// How many dials they get at most; or off. Default: 3 an hour, 8 a day.
	Budget budget `yaml:"budget"`
	// Their own accounts: "mastodon:@ana@social.example".
	Accounts []string `yaml:"accounts"`
	// Accounts of the brand that they write with. It says the same as holder does
	// at the account, and counts before that: directdial experts export writes it
	// after a transfer.
	Holds []string `yaml:"holds"`
	// Topics that they own. It says the same as owner does at the topic, and counts
	// before that.
	Owns []string `yaml:"owns"`
	// What they are enabled for. Without a grant nobody is dialled.
	Grants []grant `yaml:"grants"`
}

// grant enables an expert: for what, from when and until when.
type grant struct {
	// Topics; "*" is every topic that is not restricted.
	Topics []string `yaml:"topics" jsonschema:"required"`
	// Tags: complaint, question, ambassador. Left out: any.
	Tags []directdial.Tag `yaml:"tags"`
	// Platforms: mastodon, … Left out: any.
	Platforms []string `yaml:"platforms"`
	// Languages: en, sv, … Left out: any.
	Languages []string `yaml:"languages"`
	// How many people a post may reach at most: the followers of its author, or
	// those who saw it if that is more. Left out: any.
	Risk int `yaml:"risk" jsonschema:"minimum=1"`
	// Who reads an answer before it is given: coach. Left out: nobody.
	Review string `yaml:"review" jsonschema:"enum=coach"`
	// How well they know it: 1 can help out, 2 knows it, 3 the others ask them.
	// Default: 2.
	Level int `yaml:"level" jsonschema:"minimum=1,maximum=3"`
	// Day on which the colleague said yes. The grant counts from the first
	// moment of that day in their time zone. Without it they get an invitation,
	// and the grant counts once they have said yes and tried a practice card.
	Agreed date `yaml:"agreed"`
	// First day on which it counts. Default: the day of agreed.
	From date `yaml:"from"`
	// Last day on which it counts, in the colleague's time zone, to its end;
	// or never. Default: one year after agreed.
	Until until `yaml:"until"`
	// Last day of a pause, in the colleague's time zone; or until-resumed.
	Paused pause `yaml:"paused"`
	// Training that they have had.
	Training string `yaml:"training"`
	// Version of the policy that they know.
	Policy string `yaml:"policy"`
	// Fewer cards, which the colleague asked for with their yes or since: no more
	// than that, of all their grants together, as long as they have this one. What
	// they say by card or command counts before it.
	Fewer *fewer `yaml:"fewer"`
}

// fewer is how many dials a colleague wants at most.
type fewer struct {
	// Dials an hour.
	PerHour int `yaml:"per_hour" jsonschema:"required,minimum=1"`
	// Dials in 24 hours.
	PerDay int `yaml:"per_day" jsonschema:"required,minimum=1"`
}

// holidays is a calendar of days on which colleagues do not work. They keep their
// dials over it, as over night, and their clocks stand still.
type holidays struct {
	// File or URL (https, webcal) in iCalendar format.
	Calendar string `yaml:"calendar" jsonschema:"required"`
	// Time zones of the colleagues whom it concerns: Europe/Stockholm. Left out:
	// everybody.
	Timezones []string `yaml:"timezones"`
}

// classifySection is how mentions are told apart.
type classifySection struct {
	// How probable a tag must be to be told, from 0.001 to 1. Higher: fewer
	// mentions, more of them right.
	Thresholds thresholds `yaml:"thresholds"`
	// Lexicons of the company: paths or patterns (*). They add to those that are
	// shipped and override them; of two that say something else of the same word,
	// the later counts. directdial learn lexicon writes one.
	Lexicons []string `yaml:"lexicons"`
	// What was learned of topics: paths or patterns (*) of files that directdial
	// learn weights writes. A topic that stands in one is told by these weights,
	// and no longer by its keywords; its exclude counts as before. The keywords of
	// a restricted topic count beside its weights: either tells.
	TopicWeights []string `yaml:"topic_weights"`
	// Who gets a mention whose tag or topic could not be told: the fallback is
	// dialled, with the mark "unsure", or it is parked with the first coach.
	// Default: fallback.
	Unsure string `yaml:"unsure" jsonschema:"enum=fallback,enum=coach"`
}

// thresholds are probabilities by tag.
type thresholds struct {
	// Complaints. Left out: what the lexicon of the language says.
	Complaint probability `yaml:"complaint"`
	// Questions. Left out: what the lexicon says.
	Question probability `yaml:"question"`
	// Praise and recommendations. Left out: what the lexicon says.
	Ambassador probability `yaml:"ambassador"`
}

// routing are the rules by which mentions find experts.
type routing struct {
	// The expert who owns what nobody else may take. Left out: it is parked.
	Fallback string `yaml:"fallback"`
	// How long a colleague has to take a dial before it goes on, by tag or for
	// all; or off. Default: complaint 1h, question 4h, ambassador off.
	AcceptWithin clocks `yaml:"accept_within"`
	// How long a colleague has to answer, by tag or for all; or off. Default:
	// complaint 4h, question 1d, ambassador off.
	AnswerWithin clocks `yaml:"answer_within"`
	// How many colleagues are dialled for one mention at most. Default: 3.
	MaxHops int `yaml:"max_hops" jsonschema:"minimum=1,maximum=20"`
	// How much each thing counts when several colleagues may take a dial.
	Weights weights `yaml:"weights"`
	// What is older is heard and never dialled; or off. Default: 72h.
	MaxAge span `yaml:"max_age"`
	// More than that many cards on one topic within the window become one card
	// with a counter; or off. Complaints that reach many keep cards of their own.
	// Default: 5 in 30m.
	Burst burst `yaml:"burst"`
	// Detection of a crisis, per topic; read, and not there yet. Default: on.
	Crisis bool `yaml:"crisis"`
}

// retention is how long something is kept.
type retention struct {
	// Text and authors of mentions. Default: 90d.
	Text time.Duration `yaml:"text"`
	// What a colleague did, by name. Default: 90d.
	People time.Duration `yaml:"people"`
	// What became of each mention. Default: 400d.
	Ledger time.Duration `yaml:"ledger"`
}

// defaults are what a file that says nothing means.
func defaults() file {
	return file{
		DataDir: "./data",
		HTTP:    httpSection{Listen: "127.0.0.1:8080", Desk: off, Admin: "127.0.0.1:9090"},
		Routing: routing{
			AcceptWithin: clocks{Complaint: span(time.Hour), Question: span(4 * time.Hour)},
			AnswerWithin: clocks{Complaint: span(4 * time.Hour), Question: span(day)},
			MaxHops:      3,
			Weights:      weights(directdial.DefaultWeights()),
			MaxAge:       span(72 * time.Hour),
			Burst:        burst{Window: 30 * time.Minute, Cards: 5, MaxReach: 1000},
			Crisis:       true,
		},
		Retention: retention{Text: 90 * day, People: 90 * day, Ledger: 400 * day},
	}
}
