package config

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/directdial/directdial"
)

// WriteExpert writes an expert as a file of `people` has them. Reading it again
// gives the same expert, but that a yes counts from the beginning of its day,
// and that grants that have ended at an instant are left out. A yes to which the
// practice card is still to be answered is left out, too, with the number of cards
// that it was said to: what stands in a file counts at once; and a calendar, which may be a secret. charges are what they
// have in hands.
func WriteExpert(e *directdial.Expert, charges []directdial.Charge, at time.Time) ([]byte, error) {
	zone, err := time.LoadLocation(e.Timezone)
	if err != nil {
		return nil, err
	}
	w := writer{}
	w.set("id", e.ID)
	w.set("name", e.Name)
	for _, channel := range slices.Sorted(maps.Keys(e.Addresses)) {
		w.set(channel, e.Addresses[channel])
	}
	w.set("prefer", e.Prefer)
	w.set("languages", e.Languages)
	w.set("timezone", e.Timezone)
	w.set("hours", e.Hours)
	w.set("quiet", e.Quiet)
	w.set("team", e.Team)
	w.set("deputy", e.Deputy)
	if e.Budget.Off {
		w.set("budget", off)
	} else {
		w.set("budget", writeBudget(e.Budget))
	}
	w.set("accounts", e.Accounts)
	var holds, owns []string
	for _, c := range charges {
		if c.Account != "" {
			holds = append(holds, c.Account)
		} else {
			owns = append(owns, c.Topic)
		}
	}
	w.set("holds", holds)
	w.set("owns", owns)
	var grants []yaml.MapSlice
	for i := range e.Grants {
		if g := &e.Grants[i]; !g.Ended(at) {
			grants = append(grants, writeGrant(g, zone))
		}
	}
	w.set("grants", grants)
	return yaml.Marshal(yaml.MapSlice(w))
}

func writeGrant(g *directdial.Grant, zone *time.Location) yaml.MapSlice {
	w := writer{}
	w.set("topics", g.Topics)
	var tags []string
	for _, t := range g.Tags {
		tags = append(tags, string(t))
	}
	w.set("tags", tags)
	w.set("platforms", g.Platforms)
	w.set("languages", g.Languages)
	w.set("risk", g.Risk)
	w.set("level", g.Level)
	if g.Review {
		w.set("review", reviewCoach)
	}
	agreed := g.Agreed
	if g.Practised.IsZero() {
		agreed = time.Time{}
	}
	w.set("agreed", dayOf(agreed, zone))
	w.set("from", dayOf(g.From, zone))
	switch {
	case !g.Until.IsZero():
		w.set("until", dayOf(g.Until.Add(-time.Millisecond), zone))
	case g.Never || !agreed.IsZero():
		w.set("until", "never")
	}
	if g.Paused {
		w.set("paused", untilResumed)
		if !g.Resumes.IsZero() {
			w[len(w)-1].Value = dayOf(g.Resumes.Add(-time.Millisecond), zone)
		}
	}
	w.set("training", g.Training)
	w.set("policy", g.Policy)
	if g.Fewer != nil && !agreed.IsZero() { // it was said with the yes, and counts no longer than that
		w.set("fewer", writeBudget(*g.Fewer))
	}
	return yaml.MapSlice(w)
}

func writeBudget(b directdial.Budget) yaml.MapSlice {
	return yaml.MapSlice{{Key: "per_hour", Value: b.PerHour}, {Key: "per_day", Value: b.PerDay}}
}

// dayOf is the day of an instant, "" of none.
func dayOf(at time.Time, zone *time.Location) string {
	if at.IsZero() {
		return ""
	}
	return at.In(zone).Format(time.DateOnly)
}

// writer collects keys in their order. What is empty is left out.
type writer yaml.MapSlice

func (w *writer) set(key string, value any) {
	switch v := value.(type) {
	case string:
		if v == "" {
			return
		}
	case int:
		if v == 0 {
			return
		}
	case []string:
		if len(v) == 0 {
			return
		}
	case []yaml.MapSlice:
		if len(v) == 0 {
			return
		}
	}
	*w = append(*w, yaml.MapItem{Key: key, Value: value})
}

// Day reads a day of the calendar, and returns its first instant and that of the
// next day in a time zone.
func Day(text, timezone string) (begins, ends time.Time, err error) {
	var d date
	zone, err := time.LoadLocation(cmp.Or(timezone, "UTC"))
	if err != nil {
		return begins, ends, err
	}
	if err := d.UnmarshalText([]byte(text)); err != nil {
		return begins, ends, &directdial.Error{Kind: directdial.Invalid, Msg: err.Error() + ", and is " + quote(text)}
	}
	return d.start(zone).UTC(), d.next().start(zone).UTC(), nil
}
