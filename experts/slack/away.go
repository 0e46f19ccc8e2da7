package slack

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial"
)

// leave says that somebody is away, or back.
func (a *answers) leave(ctx context.Context, i interaction, e directdial.Expert, act directdial.ActionKind, words string) {
	do := directdial.Action{Kind: act}
	if act == directdial.ActAway {
		var ok bool
		if do.Until, ok = until(words, a.now().In(zone(e))); !ok {
			a.refuse(ctx, i, e, "Until when? Say nothing (until you are back), tomorrow, a day of the week, a date such as 2026-12-24, or a time such as 3h or 2d.")
			return
		}
	}
	a.act(ctx, i, e, do)
}

// zone is where somebody works; UTC if nobody said.
func zone(e directdial.Expert) *time.Location {
	z, err := time.LoadLocation(e.Timezone)
	if err != nil {
		return time.UTC
	}
	return z
}

// maxAway is how long somebody can be away in one word.
const maxAway = 366 * 24 * time.Hour

// until reads until when somebody is away: the zero time is until they are back.
// A day begins at midnight on the clock of now.
func until(words string, now time.Time) (at time.Time, ok bool) {
	words = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(words)), "until ")
	midnight := func(days int) time.Time {
		y, m, d := now.Date()
		return time.Date(y, m, d+days, 0, 0, 0, 0, now.Location())
	}
	if day, err := time.ParseInLocation(time.DateOnly, words, now.Location()); err == nil {
		return day.UTC(), day.After(now) && day.Sub(now) <= maxAway
	}
	switch words {
	case "", "back":
		return time.Time{}, true
	case "tomorrow":
		return midnight(1).UTC(), true
	}
	for days := 1; days <= 7; days++ {
		if day := midnight(days); words == strings.ToLower(day.Weekday().String()) {
			return day.UTC(), true
		}
	}
	if len(words) < 2 {
		return time.Time{}, false
	}
	n, err := strconv.ParseUint(words[:len(words)-1], 10, 10)
	switch unit := words[len(words)-1]; {
	case err != nil || n == 0:
	case unit == 'h' && n <= 366*24:
		return now.Add(time.Duration(n) * time.Hour).UTC().Truncate(time.Second), true
	case unit == 'd' && n <= 366:
		return midnight(int(n)).UTC(), true
	}
	return time.Time{}, false
}
