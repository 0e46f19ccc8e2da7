package ical

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/teambition/rrule-go"
)

// instant reads a date or a time; day says that it is a date.
func (r *reader) instant(p *ics.IANAProperty) (at time.Time, day bool, err error) {
	return r.parse(p.Value, r.zoneOf(p))
}

func (r *reader) parse(value string, zone *time.Location) (at time.Time, day bool, err error) {
	value = strings.TrimSpace(value)
	if at, err = time.ParseInLocation("20060102", value, r.zone); err == nil {
		return at, true, nil
	}
	if strings.HasSuffix(value, "Z") {
		zone = time.UTC
	}
	at, err = time.ParseInLocation("20060102T150405", strings.TrimSuffix(value, "Z"), zone)
	if err != nil {
		return at, false, fmt.Errorf("there is a bad time")
	}
	if y := at.Year(); y < 1900 || y > 9998 {
		return at, false, fmt.Errorf("there is a time in the year %d", y)
	}
	return at, false, nil
}

// zoneOf is the zone that a time names: an IANA name, perhaps behind a path of
// its maker. Of any other name, such as those of Windows, the zone of the person
// is the best guess.
func (r *reader) zoneOf(p *ics.IANAProperty) *time.Location {
	id := ""
	if v := p.ICalParameters["TZID"]; len(v) > 0 {
		id = strings.Trim(v[0], `"`)
	}
	for id != "" && id != "Local" {
		if zone, err := time.LoadLocation(strings.TrimPrefix(id, "/")); err == nil {
			return zone
		}
		_, rest, found := strings.Cut(strings.TrimPrefix(id, "/"), "/")
		if !found {
			break
		}
		id = rest
	}
	return r.zone
}

// maxRecurrences bounds how often an event is looked at, from its beginning to
// the end of the window: daily for a hundred years.
const maxRecurrences = 40_000

// maxLooked bounds the days that the rules of a calendar reach over, and the
// times that they lead to, over all events: five thousand years of days. Whoever
// reads a calendar waits for it, a rule that nothing fulfils costs as much as one
// that all days fulfil, and a few kilobytes hold hundreds of them.
const maxLooked = 2_000_000

func (r *reader) look(n int) error {
	if r.looked += max(n, 0); r.looked > maxLooked {
		return fmt.Errorf("the rules of recurrence up to here reach over more than %d days; leave out what is long over", maxLooked)
	}
	return nil
}

// reach is over how many days a rule is looked at. One of years is looked at a
// year at a time.
func reach(rule *rrule.RRule, from time.Time) int {
	days := daysBetween(from, rule.OrigOptions.Until)
	if rule.OrigOptions.Freq == rrule.YEARLY {
		return days / 100
	}
	return days
}

// recurrences reads when an event begins.
func (r *reader) recurrences(e *ics.VEvent, from time.Time) (*rrule.Set, error) {
	set := &rrule.Set{}
	set.DTStart(from)
	rules := e.GetProperties(ics.ComponentPropertyRrule)
	dates := e.GetProperties(ics.ComponentPropertyRdate)
	set.RDate(from) // the first counts, whether the rule says so or not
	if e.GetProperty(ics.ComponentPropertyRecurrenceId) != nil || len(rules)+len(dates) == 0 {
		return set, nil
	}
	for _, p := range rules {
		rule, err := ruleOf(p.Value, from, r.window.To)
		if err != nil {
			return nil, err
		}
		if err := r.look(reach(rule, from)); err != nil {
			return nil, err
		}
		set.RRule(rule)
	}
	more, err := r.instants(dates)
	if err != nil {
		return nil, err
	}
	for _, at := range more {
		set.RDate(at)
	}
	but, err := r.instants(e.GetProperties(ics.ComponentPropertyExdate))
	if err != nil {
		return nil, err
	}
	but = append(but, r.moved[e.Id()]...)
	if err := r.look(len(more) + len(but)); err != nil {
		return nil, err
	}
	for _, at := range but {
		set.ExDate(at)
	}
	return set, nil
}

// ruleOf reads a recurrence rule. Nobody's leave recurs within a day, and a rule
// that does costs without end; so would one that nothing fulfils.
func ruleOf(value string, from, to time.Time) (*rrule.RRule, error) {
	option, err := rrule.StrToROptionInLocation(value, from.Location())
	if err != nil {
		return nil, fmt.Errorf("there is a bad rule of recurrence")
	}
	if option.Freq > rrule.DAILY || len(option.Byhour)+len(option.Byminute)+len(option.Bysecond) > 0 {
		return nil, fmt.Errorf("it recurs within a day")
	}
	option.Dtstart = from
	if option.Until.IsZero() || option.Until.After(to) {
		option.Until = to
	}
	rule, err := rrule.NewRRule(*option)
	if err != nil {
		return nil, fmt.Errorf("there is a bad rule of recurrence")
	}
	return rule, nil
}

// instants reads lists of dates and times. Of a period, its beginning counts.
func (r *reader) instants(properties []*ics.IANAProperty) (all []time.Time, err error) {
	for _, p := range properties {
		for value := range strings.SplitSeq(p.Value, ",") {
			begins, _, _ := strings.Cut(value, "/")
			at, _, err := r.parse(begins, r.zoneOf(p))
			if err != nil {
				return nil, err
			}
			all = append(all, at)
		}
	}
	return all, nil
}

var durations = regexp.MustCompile(`^\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?$`)

// duration reads "P1W", "P2DT3H", "PT90M".
func duration(value string) (time.Duration, error) {
	m := durations.FindStringSubmatch(strings.TrimSpace(value))
	if m == nil {
		return 0, fmt.Errorf("there is a bad duration")
	}
	var sum time.Duration
	for i, unit := range []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi(m[i+1]) // digits, or nothing
		sum += time.Duration(n) * unit
	}
	return sum, nil
}
