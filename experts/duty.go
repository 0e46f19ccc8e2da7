package experts

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/directdial/directdial"
)

// CheckHours says what is wrong with the duty hours and the time zone of an
// expert, as an *Error of kind Invalid with its field, or nil.
func CheckHours(hours []string, timezone string) error {
	if _, err := location(timezone); err != nil {
		return &directdial.Error{
			Kind: directdial.Invalid, Field: "timezone",
			Msg: fmt.Sprintf("%q is no time zone; they are named as in Europe/Stockholm or UTC", timezone),
		}
	}
	_, err := parseHours(hours)
	return err
}

// Duty tells whether an expert is on duty at an instant, until when, or else
// from when on. On duty is who has no hours, and who has them while the clock
// on their wall shows such a time: when summer time begins, the hour that the
// clock skips does not exist; when it ends, the hour that the clock shows
// twice counts twice. Hours that CheckHours refuses never begin. Quiet hours are
// taken out of them: nobody is dialled in these.
func Duty(e *directdial.Expert, at time.Time) directdial.Duty {
	if len(e.Hours)+len(e.Quiet) == 0 {
		return directdial.Duty{On: true}
	}
	s := scheduleOf(e)
	if s == nil {
		return directdial.Duty{}
	}
	on, change := s.at(at)
	if on {
		return directdial.Duty{On: true, Until: change}
	}
	return directdial.Duty{Next: change}
}

// schedule is the weeks of somebody in their time zone.
type schedule struct {
	week week
	zone *time.Location
}

// schedules keeps what was parsed, because a decision asks for each candidate.
// It grows with the hours that stood in
// the configuration since the start; nil are those that are wrong.
var schedules sync.Map // of string to *schedule

func scheduleOf(e *directdial.Expert) *schedule {
	key := e.Timezone + "\x00" + strings.Join(e.Hours, "\x00") + "\x01" + strings.Join(e.Quiet, "\x00")
	if s, ok := schedules.Load(key); ok {
		return s.(*schedule)
	}
	var s *schedule
	if zone, err := location(e.Timezone); err == nil {
		if w, err := awake(e); err == nil {
			s = &schedule{w, zone}
		}
	}
	schedules.Store(key, s)
	return s
}

// awake are the hours of an expert without their quiet ones.
func awake(e *directdial.Expert) (week, error) {
	hours := week{{0, minutesOfWeek}}
	if len(e.Hours) > 0 {
		var err error
		if hours, err = parseHours(e.Hours); err != nil {
			return nil, err
		}
	}
	quiet, err := parseHours(e.Quiet)
	return hours.without(quiet), err
}

// horizon is how far a change is looked for. Every week has one; the week of a
// change of the clocks can lack it, and a zone has left out a day before.
const horizon = 4 * 7 * 24 * time.Hour

// at returns whether the instant is in the schedule, and the first instant
// after it at which that is no longer so; zero if it stays for ever.
func (s *schedule) at(t time.Time) (on bool, change time.Time) {
	here := t.In(s.zone)
	on, left := s.week.at(wall(here))
	for limit := t.Add(horizon); here.Before(limit); {
		// Between two changes of the clocks, wall and instants run alike.
		_, end := here.ZoneBounds()
		if left > 0 && (end.IsZero() || here.Add(left).Before(end)) {
			return on, here.Add(left).UTC()
		}
		if end.IsZero() {
			break
		}
		var then bool
		here = end.In(s.zone)
		if then, left = s.week.at(wall(here)); then != on {
			return on, here.UTC()
		}
	}
	return on, time.Time{}
}

// wall is what the clock on the wall shows, as time since Monday 00:00.
func wall(t time.Time) time.Duration {
	day := (int(t.Weekday()) + 6) % 7 // Monday is 0
	h, m, s := t.Clock()
	return time.Duration(day)*24*time.Hour + time.Duration(h)*time.Hour + time.Duration(m)*time.Minute +
		time.Duration(s)*time.Second + time.Duration(t.Nanosecond())
}

// at returns whether that time of the week is in it, and how long that lasts
// if the clock runs on undisturbed; 0: for ever.
func (w week) at(now time.Duration) (on bool, left time.Duration) {
	const whole = minutesOfWeek * time.Minute
	if len(w) == 0 || w[0] == (span{0, minutesOfWeek}) {
		return len(w) > 0, 0
	}
	for _, s := range w {
		from, to := time.Duration(s.from)*time.Minute, time.Duration(s.to)*time.Minute
		if now < from {
			return false, from - now
		}
		if now < to {
			left = to - now
			if first := w[0]; to == whole && first.from == 0 { // it goes on over Sunday midnight
				left += time.Duration(first.to) * time.Minute
			}
			return true, left
		}
	}
	return false, whole - now + time.Duration(w[0].from)*time.Minute
}

// zones keeps the time zones that were read from their files.
var zones sync.Map // of string to *time.Location

// location loads a zone by its IANA name; "" is UTC.
func location(name string) (*time.Location, error) {
	if zone, ok := zones.Load(name); ok {
		return zone.(*time.Location), nil
	}
	if name == "Local" { // the zone of the machine is nobody's
		return nil, fmt.Errorf("unknown time zone %s", name)
	}
	zone, err := time.LoadLocation(name)
	if err == nil {
		zones.Store(name, zone)
	}
	return zone, err
}
