package ingest

import (
	"math"
	"time"

	"github.com/directdial/directdial"
)

// How a source's own past says what to expect of it.
//
// What an hour is expected to bring is the mean of what the same hour of the
// week brought in up to four weeks before. In the first week, when there is no
// such hour, it is the mean of all hours so far, once a day of them is there;
// before that nothing is expected.
//
// A source is too quiet if, over one of a few windows that end now, it brought
// less than a quarter of what was expected, and if so little would come by
// chance less than once in ten thousand times. Chance is the Poisson
// distribution of that mean: independent posts at a steady pace. Posts come in
// bursts, so that is too narrow for a source that falls somewhat; hence the
// quarter.
const (
	week        = 7 * 24 // hours
	pastWeeks   = 4
	maxHours    = (pastWeeks+1)*week + 1 // that are remembered
	leastHours  = 24                     // before anything is expected
	paceWindow  = 6                      // hours, of what is shown
	quietChance = 1e-4
	quietShare  = 4
)

// quietWindows are looked at, in hours: the short ones tell soon of a source
// that brings much, the long ones of one that brings little.
var quietWindows = []int{1, 6, 24, 3 * 24, week}

// pace is how many new mentions a source brought in each hour.
type pace struct {
	first int64 // the hour of hours[0], since 1970
	hours []int
}

func newPace(a *directdial.SourceAccount) pace {
	if a == nil || len(a.Hours) > maxHours {
		return pace{}
	}
	return pace{first: a.First, hours: append([]int(nil), a.Hours...)}
}

// reach extends the record to the hour of a time and returns its position.
func (p *pace) reach(at time.Time) int {
	hour := at.Unix() / 3600
	if ahead := hour - p.first - int64(len(p.hours)); len(p.hours) == 0 || ahead > maxHours {
		p.first, p.hours = hour, p.hours[:0]
	}
	for p.first+int64(len(p.hours)) <= hour {
		p.hours = append(p.hours, 0)
	}
	if old := len(p.hours) - maxHours; old > 0 {
		p.first, p.hours = p.first+int64(old), append([]int(nil), p.hours[old:]...)
	}
	// A clock that was set back adds to the last hour there is.
	return len(p.hours) - 1
}

// add counts n mentions that came in at a time.
func (p *pace) add(at time.Time, n int) { p.hours[p.reach(at)] += n }

// expected is what an hour is expected to bring by what was before it.
func (p *pace) expected(hour int) (mean float64, ok bool) {
	sum, n := 0, 0
	for i := 1; i <= pastWeeks; i++ {
		if past := hour - i*week; past > 0 { // the first was not whole
			sum, n = sum+p.hours[past], n+1
		}
	}
	if n > 0 {
		return float64(sum) / float64(n), true
	}
	if last := len(p.hours) - 1; last > leastHours {
		for _, h := range p.hours[1:last] {
			sum += h
		}
		return float64(sum) / float64(last-1), true
	}
	return 0, false
}

// over sums up a window of so many whole hours and the one that runs: what came
// and what was to be expected. ok is false if the record is shorter.
func (p *pace) over(at time.Time, window int) (came int, expected float64, ok bool) {
	now := p.reach(at)
	if now-window < 1 {
		return 0, 0, false
	}
	part := float64(at.Unix()%3600) / 3600
	for hour := now; hour >= now-window; hour-- {
		mean, known := p.expected(hour)
		if !known {
			return 0, 0, false
		}
		came += p.hours[hour]
		expected += mean * part
		part = 1
	}
	return came, expected, true
}

// perHour is what came an hour lately, and what was to be expected; expected is
// nil while that is not known.
func (p *pace) perHour(at time.Time) (came float64, expected *float64) {
	now := p.reach(at)
	length := float64(at.Unix()%3600)/3600 + paceWindow
	for hour := max(now-paceWindow, 0); hour <= now; hour++ {
		came += float64(p.hours[hour])
	}
	if _, mean, ok := p.over(at, paceWindow); ok {
		mean = round(mean / length)
		expected = &mean
	}
	return round(came / length), expected
}

// round keeps one digit behind the point.
func round(x float64) float64 { return math.Round(x*10) / 10 }

// tooQuiet reports whether the source brings less than its past lets expect.
func (p *pace) tooQuiet(at time.Time) bool {
	for _, window := range quietWindows {
		came, expected, ok := p.over(at, window)
		if ok && float64(came) < expected/quietShare && atMost(came, expected) < quietChance {
			return true
		}
	}
	return false
}

// atMost is the probability that a Poisson variable of that mean is at most k.
func atMost(k int, mean float64) (p float64) {
	for i := range k + 1 {
		factorial, _ := math.Lgamma(float64(i) + 1)
		p += math.Exp(float64(i)*math.Log(mean) - mean - factorial)
	}
	return p
}
