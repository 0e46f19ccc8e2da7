package desk

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
)

// shownHoles is how many holes the table lists.
const shownHoles = 25

// PrintCoverage writes who could be dialled for what in the coming week, for
// people, in the time of zone.
func PrintCoverage(w io.Writer, c *directdial.Coverage, zone *time.Location) error {
	t := NewTable(w)
	each := hoursEach(w, c)
	fmt.Fprintf(t, "TOPIC\t%s\n", days(c, zone, each))
	for _, topic := range topics(c) {
		fmt.Fprintf(t, "%s\t%s\n", topic, strip(c, topic, each))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%s\n", folded(w, fmt.Sprintf("A sign is %d hours from %s on: how many could be dialled, at the worst tag, platform and language; . is nobody.",
		each, c.From.In(zone).Format("Mon 15:04 MST"))))
	if len(c.Holes) == 0 {
		fmt.Fprintln(w, "Somebody can be dialled at every hour of the week.")
	} else {
		fmt.Fprintln(t, "\nHOLES\tFROM\tUNTIL\tWHY")
	}
	spans := together(worst(c.Holes))
	for _, s := range spans[:min(len(spans), shownHoles)] {
		h, why := s[0], "nobody is enabled"
		if h.Enabled > 0 {
			why = fmt.Sprintf("none of %d is on duty", h.Enabled)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", aboutAll(s), h.From.In(zone).Format("Mon 2 Jan 15:04"), h.Until.In(zone).Format("Mon 2 Jan 15:04"), why)
	}
	if n := len(spans) - shownHoles; n > 0 {
		fmt.Fprintf(t, "and %d more; --json lists them all\n", n)
	}
	if len(c.Train) > 0 {
		fmt.Fprintln(t, "\nTRAIN NEXT\tTAG\tIN FOUR WEEKS")
	}
	for _, u := range c.Train {
		fmt.Fprintf(t, "%s\t%s\t%d\n", u.Topic, u.Tag, u.Mentions)
	}
	return t.Flush()
}

// worst puts holes where nobody is enabled first, then the longest.
func worst(holes []directdial.Hole) []directdial.Hole {
	holes = slices.Clone(holes)
	slices.SortStableFunc(holes, func(a, b directdial.Hole) int {
		if (a.Enabled == 0) != (b.Enabled == 0) {
			return a.Enabled - b.Enabled
		}
		return int(b.Until.Sub(b.From)/time.Hour) - int(a.Until.Sub(a.From)/time.Hour)
	})
	return holes
}

// together puts holes of one topic and one span side by side.
func together(holes []directdial.Hole) (spans [][]directdial.Hole) {
	for _, h := range holes {
		i := slices.IndexFunc(spans, func(s []directdial.Hole) bool {
			return s[0].Topic == h.Topic && s[0].From.Equal(h.From) && s[0].Until.Equal(h.Until) && s[0].Enabled == h.Enabled
		})
		if i < 0 {
			spans = append(spans, nil)
			i = len(spans) - 1
		}
		spans[i] = append(spans[i], h)
	}
	return spans
}

// aboutAll is "billing (complaint mastodon, question)".
func aboutAll(holes []directdial.Hole) string {
	var each []string
	for _, h := range holes {
		words := slices.DeleteFunc([]string{string(h.Tag), h.Platform, h.Language}, func(s string) bool { return s == "" })
		if len(words) > 0 {
			each = append(each, strings.Join(words, " "))
		}
	}
	if len(each) == 0 {
		return holes[0].Topic
	}
	return holes[0].Topic + " (" + strings.Join(each, ", ") + ")"
}

func topics(c *directdial.Coverage) (names []string) {
	for _, cell := range c.Cells {
		if !slices.Contains(names, cell.Topic) {
			names = append(names, cell.Topic)
		}
	}
	return names
}

// hoursEach is how many hours a sign of the strips stands for, so that they fit.
func hoursEach(w io.Writer, c *directdial.Coverage) int {
	widest := 0
	for _, topic := range topics(c) {
		widest = max(widest, len(topic))
	}
	for _, each := range []int{2, 3, 4, 6} {
		if columns := width(w); columns == 0 || widest+len(between)+c.Hours/each <= columns {
			return each
		}
	}
	return 12
}

// days marks where each day begins in a strip.
func days(c *directdial.Coverage, zone *time.Location, each int) string {
	marks := []byte(strings.Repeat(" ", c.Hours/each))
	for h := 0; h+each <= c.Hours; h += each {
		at := c.From.Add(time.Duration(h) * time.Hour).In(zone)
		name := at.Format("Mon")
		if h == 0 && 24-at.Hour() <= len(name)*each {
			continue // there is no room before the next
		}
		if (h == 0 || at.Hour() < each) && h/each+len(name) <= len(marks) {
			copy(marks[h/each:], name)
		}
	}
	return string(marks)
}

// strip shows the hours of a topic, some together, at their worst.
func strip(c *directdial.Coverage, topic string, each int) string {
	least := make([]int, c.Hours/each)
	for i := range least {
		least[i] = -1
	}
	for _, cell := range c.Cells {
		if cell.Topic != topic {
			continue
		}
		for i := range least {
			if n := slices.Min(cell.OnDuty[each*i : each*(i+1)]); least[i] < 0 || n < least[i] {
				least[i] = n
			}
		}
	}
	var b strings.Builder
	for _, n := range least {
		if n <= 0 {
			b.WriteByte('.')
		} else {
			fmt.Fprint(&b, min(n, 9))
		}
	}
	return b.String()
}
