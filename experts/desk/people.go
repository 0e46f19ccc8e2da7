package desk

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// PrintExperts writes who is enabled for what, until when, and why not.
func PrintExperts(w io.Writer, list []ExpertView) error {
	t := NewTable(w)
	fmt.Fprintln(t, "EXPERT\tNAME\tDUTY\tOPEN\tREACHED BY\tENABLED FOR")
	for _, e := range list {
		duty, channels := dutyWords(e.Duty), channelWords(&e)
		if len(e.Held) == 0 {
			fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%s\tnothing: no grant\n", e.ID, e.Name, duty, e.Open, channels)
		}
		for i := range e.Held {
			if i == 0 {
				fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%s\t%s\n", e.ID, e.Name, duty, e.Open, channels, grantWords(&e.Held[0], e.Timezone))
				continue
			}
			fmt.Fprintf(t, "\t\t\t\t\t%s\n", grantWords(&e.Held[i], e.Timezone))
		}
	}
	return t.Flush()
}

// channelWords lists the channels of somebody in the order in which they are used.
func channelWords(e *ExpertView) string {
	words := slices.Clone(e.Channels)
	for _, lost := range e.Unreachable {
		words = append(words, "not "+lost)
	}
	return dash(strings.Join(words, ", "))
}

func dutyWords(d directdial.Duty) string {
	switch {
	case d.Away && d.Next.IsZero():
		return "away"
	case d.Away:
		return "away until " + until(d.Next)
	case !d.On && d.Next.IsZero():
		return "off"
	case !d.On:
		return "off until " + d.Next.Local().Format("Mon 15:04")
	case !d.Until.IsZero():
		return "on until " + d.Until.Local().Format("Mon 15:04")
	}
	return "on"
}

// grantWords says a grant in a line, and why it does not count if it does not.
func grantWords(h *directdial.Holding, timezone string) string {
	s := strings.Join(h.Topics, ", ")
	if len(h.Tags) > 0 {
		var tags []string
		for _, tag := range h.Tags {
			tags = append(tags, string(tag))
		}
		s += " (" + strings.Join(tags, ", ") + ")"
	}
	if h.State != "" {
		s += ": " + stateWords(h, timezone)
	} else {
		s += ", " + untilWords(h, timezone)
	}
	if h.Fewer != nil {
		s += ", fewer: at most " + h.Fewer.Words()
	}
	return s
}

func untilWords(h *directdial.Holding, timezone string) string {
	if h.Until.IsZero() {
		return "without end"
	}
	return "until " + experts.LastDay(h.Until, timezone)
}

// stateWords says why a grant does not count.
func stateWords(h *directdial.Holding, timezone string) string {
	day := func(t time.Time) string { return experts.LastDay(t.Add(time.Millisecond), timezone) }
	switch h.State {
	case directdial.NotAgreed:
		switch {
		case !h.NotNow.IsZero():
			return "NOT AGREED, put off on " + day(h.NotNow)
		case !h.Invited.IsZero():
			return "NOT AGREED, asked on " + day(h.Invited)
		}
		return "NOT AGREED, not asked yet"
	case directdial.NotPractised:
		return "NOT PRACTISED: the practice card waits"
	case directdial.NotYet:
		return "NOT YET, from " + day(h.From)
	case directdial.GrantEnded:
		return "ENDED " + experts.LastDay(h.Until, timezone)
	case directdial.GrantPaused:
		if h.Resumes.IsZero() {
			return "PAUSED until it is resumed"
		}
		return "PAUSED until " + experts.LastDay(h.Resumes, timezone)
	case directdial.PolicyUnread:
		return "POLICY NOT READ since " + day(h.ReadBy)
	}
	return strings.ToUpper(string(h.State))
}

// charges lists accounts and topics, with since when they were transferred.
func charges(all []directdial.Charge) (accounts, topics string) {
	var words [2][]string
	for _, c := range all {
		word, of := c.Topic, 1
		if c.Account != "" {
			word, of = c.Account, 0
		}
		if !c.Since.IsZero() {
			word += " (transferred " + c.Since.Local().Format("2 January 2006") + ")"
		}
		words[of] = append(words[of], word)
	}
	return strings.Join(words[0], ", "), strings.Join(words[1], ", ")
}

// chargeWords says accounts and topics in one line.
func chargeWords(accounts, topics string) string {
	switch {
	case accounts == "":
		return "the topics " + topics
	case topics == "":
		return accounts
	}
	return accounts + "; the topics " + topics
}

// PrintExpert writes all about one colleague.
func PrintExpert(w io.Writer, e *ExpertView) error {
	t := NewTable(w)
	row := func(label, text string) {
		if text != "" {
			fmt.Fprintf(t, "%s\t%s\n", label, text)
		}
	}
	row("expert", e.ID+", "+e.Name)
	row("duty", dutyWords(e.Duty))
	row("reached by", channelWords(e))
	row("languages", strings.Join(e.Languages, ", "))
	row("deputy", e.Deputy)
	row("open dials", fmt.Sprint(e.Open))
	budget := fmt.Sprintf("%d an hour, %d a day", e.Limit.PerHour, e.Limit.PerDay)
	if e.Limit.Off {
		budget = "off"
	}
	row("budget", budget)
	accounts, topics := charges(e.Charges)
	row("writes with", accounts)
	row("owns", topics)
	for i := range e.Held {
		h := &e.Held[i]
		fmt.Fprintln(t)
		row("grant", h.ID)
		row("  for", experts.For(&h.Grant))
		state := "counts, " + untilWords(h, e.Timezone)
		if h.State != "" {
			state = stateWords(h, e.Timezone)
		}
		row("  now", state)
		if h.State != directdial.PolicyUnread && !h.ReadBy.IsZero() {
			row("  policy", "to be read by "+experts.LastDay(h.ReadBy.Add(time.Millisecond), e.Timezone))
		}
		row("  cards a week", experts.PerWeek(h.PerWeek))
		if h.Fewer != nil {
			row("  fewer", "at most "+h.Fewer.Words()+", of all grants together")
		}
		if h.Review {
			row("  review", "the coach reads answers first")
		}
		row("  training", h.Training)
		if h.Said {
			row("  from", "what was said by card or command; directdial experts export writes it as a file")
		}
	}
	if len(e.Held) == 0 {
		row("grants", "none")
	}
	return t.Flush()
}

// saidOfGrant says what became of a grant, in a sentence.
func saidOfGrant(e *directdial.Event, name func(id string) string) string {
	who, grant := name(e.Expert), fmt.Sprintf("%q", e.GrantID)
	switch e.Kind {
	case directdial.EvGranted:
		if e.Grant != nil && !e.Grant.Agreed.IsZero() {
			return fmt.Sprintf("%s has the grant %s now.", who, grant)
		}
		return fmt.Sprintf("%s is asked for their yes to %s when they are on duty; it counts after that and a practice card.", who, grant)
	case directdial.EvAgreed:
		if b := e.Budget; b != nil && !b.Off {
			return fmt.Sprintf("%s said yes to %s, but to fewer: at most %s, of all grants together. A practice card comes; after it the real ones.",
				who, grant, b.Words())
		}
		return fmt.Sprintf("%s said yes to %s. A practice card comes; after it the real ones.", who, grant)
	case directdial.EvBounded:
		if b := e.Budget; b != nil && !b.Off {
			return fmt.Sprintf("%s gets fewer cards: at most %s, of all grants together, as long as they have the grant %s.", who, b.Words(), grant)
		}
		return fmt.Sprintf("%s no longer asks for fewer cards under the grant %s: as many come as before.", who, grant)
	case directdial.EvNotNow:
		return fmt.Sprintf("%s is not asked again for three months.", who)
	case directdial.EvPractised:
		return fmt.Sprintf("%s is enabled for %s now.", who, grant)
	case directdial.EvRead:
		return fmt.Sprintf("%s has read policy %s.", who, e.Detail)
	case directdial.EvExtended:
		if e.Grant != nil && e.Grant.Never {
			return fmt.Sprintf("The grant %s of %s never ends now.", grant, who)
		}
		return fmt.Sprintf("The grant %s of %s ends later now.", grant, who)
	case directdial.EvPaused:
		return fmt.Sprintf("The grant %s of %s is paused.", grant, who)
	case directdial.EvResumed:
		return fmt.Sprintf("The grant %s of %s counts again.", grant, who)
	case directdial.EvLowered:
		return fmt.Sprintf("The grant %s of %s is for less now.", grant, who)
	}
	return fmt.Sprintf("The grant %s of %s has ended.", grant, who)
}
