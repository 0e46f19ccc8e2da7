package experts

import (
	"slices"
	"strconv"
	"strings"

	"github.com/directdial/directdial"
)

const (
	minutesOfDay  = 24 * 60
	minutesOfWeek = 7 * minutesOfDay
)

// week is the part of every week that somebody is at work, as the clock on
// their wall shows it: spans of minutes since Monday 00:00, sorted, apart from
// each other, within the week. A span that runs over Sunday midnight is two.
type week []span

type span struct{ from, to int }

var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// parseHours reads duty hours: each entry has days and times, such as
// "Mon-Fri 09:00-17:00", "Sat,Sun 10:00-12:00", "Mon-Thu 08:00-12:00
// 13:00-17:00, Fri 08:00-14:00" or "22:00-06:00". Without days it is every
// day; times after a comma without days belong to the days before. Times that
// end before they begin end on the next day.
func parseHours(entries []string) (week, error) {
	var all week
	for _, entry := range entries {
		spans, err := parseEntry(entry)
		if err != nil {
			return nil, err
		}
		all = append(all, spans...)
	}
	return all.merge(), nil
}

func parseEntry(entry string) (week, error) {
	if strings.TrimSpace(entry) == "" {
		return nil, badHours(entry, "is empty; without hours somebody is always on duty")
	}
	var spans week
	var days []int // of the times that follow
	closed := true // the days have had times: new days replace them
	for _, field := range strings.FieldsFunc(entry, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' }) {
		if field[0] >= '0' && field[0] <= '9' {
			from, to, err := parseTimes(field, entry)
			if err != nil {
				return nil, err
			}
			if days == nil {
				days = []int{0, 1, 2, 3, 4, 5, 6}
			}
			for _, d := range days {
				spans = append(spans, span{d*minutesOfDay + from, d*minutesOfDay + to})
			}
			closed = true
			continue
		}
		more, err := parseDays(field, entry)
		if err != nil {
			return nil, err
		}
		if closed {
			days, closed = nil, false
		}
		days = append(days, more...)
	}
	if !closed {
		return nil, badHours(entry, "has no time after the days")
	}
	return spans, nil
}

// parseDays reads "Mon" or "Mon-Fri"; "Fri-Mon" goes over the weekend.
func parseDays(field, entry string) ([]int, error) {
	first, last, ranged := strings.Cut(strings.ToLower(field), "-")
	from, to := slices.Index(weekdays, first), slices.Index(weekdays, last)
	if !ranged {
		to = from
	}
	if from < 0 || to < 0 {
		return nil, badHours(entry, "has an unknown day "+strconv.Quote(field))
	}
	days := []int{from}
	for d := from; d != to; {
		d = (d + 1) % 7
		days = append(days, d)
	}
	return days, nil
}

// parseTimes reads "09:00-17:00" into minutes of the day; the end lies after
// the beginning, perhaps on the next day.
func parseTimes(field, entry string) (from, to int, err error) {
	first, last, _ := strings.Cut(field, "-")
	from, to = parseClock(first), parseClock(last)
	switch {
	case from < 0 || to < 0:
		return 0, 0, badHours(entry, "has a bad time "+strconv.Quote(field))
	case from == minutesOfDay:
		return 0, 0, badHours(entry, "begins at 24:00; write 00:00 of the next day")
	case from == to:
		return 0, 0, badHours(entry, "has a time of no length; the whole day is 00:00-24:00")
	case to < from:
		to += minutesOfDay
	}
	return from, to, nil
}

// parseClock reads "09:00" to "24:00" into minutes, -1 for anything else.
func parseClock(s string) int {
	if len(s) != 5 || s[2] != ':' {
		return -1
	}
	h, err1 := strconv.ParseUint(s[:2], 10, 8)
	m, err2 := strconv.ParseUint(s[3:], 10, 8)
	if err1 != nil || err2 != nil || m > 59 || h > 24 || (h == 24 && m > 0) {
		return -1
	}
	return int(h*60 + m)
}

func badHours(entry, what string) error {
	return &directdial.Error{
		Kind: directdial.Invalid, Field: "hours",
		Msg: strconv.Quote(entry) + " " + what + `; hours look like "Mon-Fri 09:00-17:00", "Sat,Sun 10:00-12:00" or, every day, "22:00-06:00"`,
	}
}

// merge folds what runs over the end of the week to its beginning, sorts, and
// joins what overlaps or touches.
func (w week) merge() week {
	var parts week
	for _, s := range w {
		if s.to > minutesOfWeek {
			parts = append(parts, span{0, s.to - minutesOfWeek})
			s.to = minutesOfWeek
		}
		parts = append(parts, s)
	}
	slices.SortFunc(parts, func(a, b span) int { return a.from - b.from })
	var joined week
	for _, s := range parts {
		if n := len(joined); n > 0 && s.from <= joined[n-1].to {
			joined[n-1].to = max(joined[n-1].to, s.to)
			continue
		}
		joined = append(joined, s)
	}
	return joined
}

// without takes the parts of another week out. Both are sorted.
func (w week) without(quiet week) week {
	var left week
	for _, s := range w {
		for _, q := range quiet {
			if q.to <= s.from || q.from >= s.to {
				continue
			}
			if q.from > s.from {
				left = append(left, span{s.from, q.from})
			}
			s.from = min(q.to, s.to)
		}
		if s.from < s.to {
			left = append(left, s)
		}
	}
	return left
}
