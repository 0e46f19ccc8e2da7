package directdial

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Expert is a colleague who may answer in public what they know about.
type Expert struct {
	ID        string            `json:"id"` // [a-z0-9-]+
	Name      string            `json:"name"`
	Addresses map[string]string `json:"addresses,omitempty"` // by channel: slack, email, terminal
	Prefer    string            `json:"prefer,omitempty"`    // channel to try first
	Languages []string          `json:"languages,omitempty"` // BCP 47 bases; empty: any
	Timezone  string            `json:"timezone,omitempty"`  // IANA name; empty: UTC
	Hours     []string          `json:"hours,omitempty"`     // "Mon-Fri 09:00-17:00"; empty: always on duty
	Quiet     []string          `json:"quiet,omitempty"`     // hours without cards even on duty, like Hours
	Calendar  string            `json:"-"`                   // of their leave, iCalendar: path or URL, which may hold a secret
	Team      string            `json:"team,omitempty"`
	Deputy    string            `json:"deputy,omitempty"` // id of the expert who stands in
	Budget    Budget            `json:"budget,omitzero"`
	Accounts  []string          `json:"accounts,omitempty"` // "<platform>:<identity>"
	Grants    []Grant           `json:"grants,omitempty"`
}

// Grant enables an expert: what they may be dialled for, and for how long.
// Empty lists mean any, except Topics, which must be named.
type Grant struct {
	Topics    []string  `json:"topics"` // "*" is every topic that is not restricted
	Tags      []Tag     `json:"tags,omitempty"`
	Platforms []string  `json:"platforms,omitempty"`
	Languages []string  `json:"languages,omitempty"`
	Risk      int       `json:"risk,omitempty"`     // how many people a post may reach at most (CaseMention.Audience); 0: any
	Review    bool      `json:"review,omitempty"`   // the coach reads the answer before it is given
	Level     int       `json:"level,omitempty"`    // how well they know it: MinLevel to MaxLevel; 0: UsualLevel
	Agreed    time.Time `json:"agreed,omitzero"`    // the colleague's own yes; without it the grant does not count
	Practised time.Time `json:"practised,omitzero"` // the practice card was answered; a yes in the configuration needs none
	From      time.Time `json:"from,omitzero"`
	Until     time.Time `json:"until,omitzero"`   // first instant at which it no longer counts; zero: never ends
	Never     bool      `json:"never,omitempty"`  // Until is zero on purpose: a yes does not set it
	Paused    bool      `json:"paused,omitempty"` // does not count before Resumes
	Resumes   time.Time `json:"resumes,omitzero"` // Paused: when it counts again by itself; zero: when somebody says so
	Training  string    `json:"training,omitempty"`
	Policy    string    `json:"policy,omitempty"` // version that the colleague knows
	Fewer     *Budget   `json:"fewer,omitempty"`  // its holder wants no more than that, of all grants together; nil: as many as there are
}

// Ended reports whether the grant is over at an instant.
func (g *Grant) Ended(at time.Time) bool { return !g.Until.IsZero() && !at.Before(g.Until) }

// Holding is a grant of an expert as it holds at one instant: what the
// configuration says, and over it what was said since by cards and commands.
type Holding struct {
	ID string `json:"id"` // Grant.ID of the terms that it was given with
	Grant
	State   Reason    `json:"state,omitempty"`    // why it does not count now; "" while it does
	ReadBy  time.Time `json:"read_by,omitzero"`   // a newer policy must be read by then
	Said    bool      `json:"said,omitempty"`     // not as the configuration has it, or not in it
	Invited time.Time `json:"invited,omitzero"`   // when they were asked for their yes last
	NotNow  time.Time `json:"not_now,omitzero"`   // when they put it off
	PerWeek int       `json:"per_week,omitempty"` // cards a week that it brings, as the last four weeks tell; 0: they tell nothing
}

// ID names a grant among those of one expert: its topics, and its tags,
// platforms and languages where it is bounded by them, sorted. A grant with the
// same ID takes the place of the one before.
func (g *Grant) ID() string {
	tags := make([]string, len(g.Tags))
	for i, t := range g.Tags {
		tags[i] = string(t)
	}
	id := list(g.Topics)
	for _, bound := range []struct {
		name string
		to   []string
	}{{"tags", tags}, {"platforms", g.Platforms}, {"languages", g.Languages}} {
		if len(bound.to) > 0 {
			id += " " + bound.name + "=" + list(bound.to)
		}
	}
	return id
}

func list(words []string) string {
	return strings.Join(slices.Compact(slices.Sorted(slices.Values(words))), ",")
}

// Budget bounds how many dials an expert gets. Off means no bound.
type Budget struct {
	Off     bool `json:"off,omitempty"`
	PerHour int  `json:"per_hour,omitempty"`
	PerDay  int  `json:"per_day,omitempty"`
}

// Words says a budget as part of a sentence: "2 an hour and 4 a day".
func (b Budget) Words() string {
	if b.Off {
		return "as many as there are"
	}
	return strconv.Itoa(b.PerHour) + " an hour and " + strconv.Itoa(b.PerDay) + " a day"
}

// Duty is whether somebody is at work at one instant, and until when that
// holds.
type Duty struct {
	On    bool      `json:"on"`
	Until time.Time `json:"until,omitzero"` // On: when it ends; zero: never
	Next  time.Time `json:"next,omitzero"`  // not On: when it begins again; zero: never
	// Away: not at work because of leave, and not only after hours or on a
	// holiday. Who is away hands on the dials that they hold.
	Away bool `json:"away,omitempty"`
	// Leave is when leave begins, or began if Away; zero: none is known.
	Leave time.Time `json:"leave,omitzero"`
}
