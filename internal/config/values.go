package config

import (
	"cmp"
	"errors"
	"math"
	"reflect"
	"strconv"
	"time"

	"github.com/directdial/directdial"
)

// clocks are durations by tag, or one for all of them, or off. As a mapping,
// what it leaves out keeps its default.
type clocks struct {
	// Complaints; or off.
	Complaint span `yaml:"complaint"`
	// Questions; or off.
	Question span `yaml:"question"`
	// Praise and recommendations; or off.
	Ambassador span `yaml:"ambassador"`
}

func (c *clocks) decodeNode(d *decoder, n *node, key string) {
	if n.kind == mappingNode {
		d.structure(n, reflect.ValueOf(c).Elem(), key, nil)
		return
	}
	d.parsed(n, key, func(s string) error {
		var all span
		if err := all.UnmarshalText([]byte(s)); err != nil {
			return errors.New(err.Error() + ", or such a value for each tag")
		}
		*c = clocks{Complaint: all, Question: all, Ambassador: all}
		return nil
	})
}

func (c clocks) byTag() map[directdial.Tag]time.Duration {
	return map[directdial.Tag]time.Duration{
		directdial.Complaint:  time.Duration(c.Complaint),
		directdial.Question:   time.Duration(c.Question),
		directdial.Ambassador: time.Duration(c.Ambassador),
	}
}

// probability is one from 0.001 to 1, in thousandths; 0: none is given.
type probability int

func (p *probability) UnmarshalText(text []byte) error {
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil || !(f >= 0.001 && f <= 1) {
		return errors.New("must be a number from 0.001 to 1, like 0.5")
	}
	*p = probability(math.Round(1000 * f))
	return nil
}

// byTag are the thresholds that are given, nil if none is.
func (t *thresholds) byTag() map[directdial.Tag]int {
	var given map[directdial.Tag]int
	for tag, p := range map[directdial.Tag]probability{
		directdial.Complaint: t.Complaint, directdial.Question: t.Question, directdial.Ambassador: t.Ambassador,
	} {
		if p == 0 {
			continue
		}
		if given == nil {
			given = map[directdial.Tag]int{}
		}
		given[tag] = int(p)
	}
	return given
}

// burst turns many mentions of one topic into one card with a counter, or is
// off.
type burst struct {
	// Time in which they are counted.
	Window time.Duration `yaml:"window"`
	// How many get a card of their own.
	Cards int `yaml:"cards" jsonschema:"minimum=1"`
	// How many people a complaint may reach to be counted only, as risk of a
	// grant: one that reaches more has a card of its own. Default: 1000.
	MaxReach int `yaml:"max_reach" jsonschema:"minimum=0"`
}

func (b *burst) decodeNode(d *decoder, n *node, key string) {
	if d.isOff(n, key, "window and cards") {
		*b = burst{}
		return
	}
	d.structure(n, reflect.ValueOf(b).Elem(), key, nil)
}

// budget bounds how many dials an expert gets, or is off.
type budget struct {
	// Dials an hour. Default: 3.
	PerHour int `yaml:"per_hour" jsonschema:"minimum=1"`
	// Dials in 24 hours. Default: 8.
	PerDay int `yaml:"per_day" jsonschema:"minimum=1"`

	off bool
}

func (b *budget) decodeNode(d *decoder, n *node, key string) {
	if d.isOff(n, key, "per_hour and per_day") {
		b.off = true
		return
	}
	d.structure(n, reflect.ValueOf(b).Elem(), key, nil)
}

// bound is what the budget comes to.
func (b budget) bound() directdial.Budget {
	if b.off {
		return directdial.Budget{Off: true}
	}
	return directdial.Budget{PerHour: cmp.Or(b.PerHour, defaultPerHour), PerDay: cmp.Or(b.PerDay, defaultPerDay)}
}

// isOff reports whether a section is switched off, or is a single value that it
// must not be and that was told. Otherwise it is to be decoded as a mapping.
func (d *decoder) isOff(n *node, key, keys string) bool {
	if n.kind != scalarNode {
		return false
	}
	d.parsed(n, key, func(s string) error {
		if s != off {
			return errors.New("must be a mapping with " + keys + ", or off")
		}
		return nil
	})
	return true
}

// severals is a list, or one value that stands for a list of it.
type severals []string

func (s *severals) decodeNode(d *decoder, n *node, key string) {
	if n.kind != scalarNode {
		d.list(n, reflect.ValueOf(s).Elem(), key)
		return
	}
	if text, _, ok := d.text(n, key); ok {
		*s = severals{text}
	}
}

// errTooLongAgo is what is wrong with a day before the year 2000: a slip of the
// finger, or what some program writes for none.
var errTooLongAgo = errors.New("that day is past: must be 2000-01-01 or later")

// date is a day of the calendar; zero: none.
type date struct {
	year  int
	month time.Month
	day   int
}

func (v *date) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return errors.New("must be a day like 2026-11-21")
	}
	if t.Year() < 2000 {
		return errTooLongAgo
	}
	v.year, v.month, v.day = t.Date()
	return nil
}

func (v date) isZero() bool { return v == date{} }

// start is the first instant of the day in that zone.
func (v date) start(zone *time.Location) time.Time {
	if v.isZero() {
		return time.Time{}
	}
	return time.Date(v.year, v.month, v.day, 0, 0, 0, 0, zone)
}

// yearLater is the same day of the next year; 29 February becomes 1 March.
func (v date) yearLater() date {
	year, month, day := time.Date(v.year+1, v.month, v.day, 0, 0, 0, 0, time.UTC).Date()
	return date{year, month, day}
}

// next is the day after.
func (v date) next() date {
	year, month, day := time.Date(v.year, v.month, v.day+1, 0, 0, 0, 0, time.UTC).Date()
	return date{year, month, day}
}

// until is the last day of a grant, or never.
type until struct {
	date
	never bool
}

func (u *until) UnmarshalText(text []byte) error {
	if string(text) == "never" {
		*u = until{never: true}
		return nil
	}
	if err := u.date.UnmarshalText(text); errors.Is(err, errTooLongAgo) {
		return err
	} else if err != nil {
		return errors.New("must be a day like 2027-06-30, or never")
	}
	return nil
}

// pause is the last day of a pause, or that nobody knows it.
type pause struct {
	date
	open bool
}

// untilResumed is a pause without a last day.
const untilResumed = "until-resumed"

func (p *pause) UnmarshalText(text []byte) error {
	if string(text) == untilResumed {
		*p = pause{open: true}
		return nil
	}
	if err := p.date.UnmarshalText(text); errors.Is(err, errTooLongAgo) {
		return err
	} else if err != nil {
		return errors.New("must be a day like 2027-01-31, or " + untilResumed)
	}
	return nil
}

func (c *channels) decodeNode(d *decoder, n *node, key string) {
	if !d.wants(n, mappingNode, key) {
		return
	}
	for _, p := range n.pairs {
		*c = append(*c, channel{name: p.key, at: p.at, node: p.value})
	}
	for i := range *c { // now that they move no more
		d.mark(reflect.ValueOf(&(*c)[i].name).Elem(), (*c)[i].at)
	}
}

func (s *source) decodeNode(d *decoder, n *node, key string) {
	s.node = n
	if !d.wants(n, mappingNode, key) {
		return
	}
	// All other keys are for the constructor, which knows them.
	var names []string
	for _, p := range n.pairs {
		if p.key != "name" && p.key != "type" {
			names = append(names, p.key)
		}
	}
	d.structure(n, reflect.ValueOf(s).Elem(), key, names)
}
