package desk

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// PrintExplanation writes a decision for people: what was heard, what it was
// taken for, who was looked at, and what follows.
func PrintExplanation(w io.Writer, e *Explanation) error {
	c := &e.Case
	p := &printer{w: w}
	if e.Text != "" {
		p.say("%s\n\n", experts.Cut(experts.Clean(e.Text), 600))
	}
	p.say("tags      %s\n", cmp.Or(tagWords(&c.Classification), noTag(e)))
	p.untold(e.Untold)
	p.say("topics    %s\n", topicWords(c.Classification.Topics))
	p.say("keywords  %s\n", strings.Join(keywordLines(&c.Classification), "\n          "))
	p.say("language  %s\n", languageWords(&c.Classification))
	p.say("clock     %s\n\n", c.At.Format("Mon 2006-01-02 15:04:05 MST"))
	p.candidates(e)
	p.say("decision  %s\n", e.Outcome())
	if e.Replayed != "" {
		p.say("replayed  by %s: it was a dead letter before, which could not be read\n", e.name(e.Replayed))
	}
	if d := e.Dial; d != nil {
		state := string(d.State)
		if d.Late {
			state = "late"
		}
		p.say("by now    dial %s is %s, with %s; card %d, posts %d\n", short(d.ID), state, e.name(cmp.Or(d.Holder, "nobody")), d.Hop, 1+d.Joined)
	}
	if k := e.Knows; k != nil {
		p.say("author    is with %s since %s\n", k.Name, k.Since.Format("2006-01-02 15:04 MST"))
	}
	switch {
	case e.Anew:
		p.say("          (anew, with everybody, today's configuration and what people have now: not what was decided)\n")
	case e.Trial:
		p.say("          (a trial: nothing was stored)\n")
	case e.Version != directdial.DecideVersion:
		p.say("receipt   of version %d; this program decides by version %d and %s\n", e.Version, directdial.DecideVersion, differing(e.Differs))
	case e.Equal:
		p.say("receipt   step %d; deciding again on it gives the same decision\n", e.Step)
	default:
		p.say("receipt   step %d; DECIDING AGAIN GIVES ANOTHER DECISION: this is damage (%s)\n", e.Step, differing(e.Differs))
	}
	return p.err
}

func differing(differs []string) string {
	if len(differs) == 0 {
		return "comes to the same decision"
	}
	return "comes to another decision: " + strings.Join(differs, "; ")
}

type printer struct {
	w   io.Writer
	err error
}

func (p *printer) say(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

// candidates writes who was looked at, the one chosen first.
func (p *printer) candidates(e *Explanation) {
	if len(e.Decision.Verdicts) == 0 {
		return
	}
	t := NewTable(p.w)
	fmt.Fprintln(t, "WHO\tWHY OR WHY NOT\tSCORE\t")
	order := make([]int, len(e.Decision.Verdicts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		va, vb := e.Decision.Verdicts[a], e.Decision.Verdicts[b]
		return cmp.Or(cmp.Compare(rankOf(va.Reason), rankOf(vb.Reason)), cmp.Compare(vb.Score.Total, va.Score.Total))
	})
	for _, i := range order {
		v := e.Decision.Verdicts[i]
		fmt.Fprintf(t, "%s\t%s\t%s\t\n", e.name(v.Expert), e.Why(i), scoreWords(v))
	}
	p.err = cmp.Or(p.err, t.Flush())
	for _, r := range slices.Sorted(maps.Keys(e.Case.Others)) {
		p.say("and %d more: %s\n", e.Case.Others[r], r)
	}
	p.say("\n")
}

// rankOf puts the one chosen first and those who may take it, too, second.
func rankOf(r directdial.Reason) int {
	switch r {
	case "":
		return 0
	case directdial.Outranked:
		return 1
	}
	return 2
}

// Why says in words what was found of a candidate.
func (e *Explanation) Why(i int) string {
	v, k := e.Decision.Verdicts[i], &e.Case.Candidates[i]
	switch v.Reason {
	case "":
		if v.Expert == e.Decision.Expert {
			return "dialled: " + viaWords(e.Decision.Via)
		}
		return "may take it"
	case directdial.Outranked:
		return "may take it; somebody else comes first"
	case directdial.GrantEnded:
		if len(k.Grants) == 0 || k.Grants[0].Until.IsZero() {
			return "grant ended"
		}
		return "grant ended " + experts.LastDay(k.Grants[0].Until, e.Zones[v.Expert])
	case directdial.OffDuty:
		if k.Duty.Next.IsZero() {
			return "off duty"
		}
		return "off duty until " + k.Duty.Next.Format("Mon 15:04 MST")
	case directdial.OverBudget:
		return fmt.Sprintf("over budget: %d in the last hour, %d in the last day", k.Hour, k.Day)
	case directdial.Restricted:
		return "the topic is restricted and not granted by name"
	case directdial.NotAgreed:
		return "has not said yes to the grant"
	case directdial.HeldBefore:
		return "held it before"
	case directdial.NotSure:
		return "what it is about could not be told for sure"
	}
	return string(v.Reason)
}

func viaWords(r directdial.Role) string {
	switch {
	case r&directdial.RoleNamed != 0:
		return "was named"
	case r&directdial.RoleTopic != 0:
		return "enabled for the topic"
	case r&directdial.RoleOwner != 0:
		return "owns the topic"
	case r&directdial.RoleDeputy != 0:
		return "stands in"
	}
	return "the fallback"
}

func scoreWords(v directdial.Verdict) string {
	if v.Score == (directdial.Score{}) {
		return ""
	}
	s := fmt.Sprintf("%d = topic %d", v.Score.Total, v.Score.Topic)
	for _, term := range []struct {
		name string
		n    int
	}{{"further topics", v.Score.Also}, {"level", v.Score.Level}, {"same author", v.Score.Author}, {"open dials", v.Score.Load}, {"recent dials", v.Score.Recent}} {
		if term.n != 0 {
			s += fmt.Sprintf(" %+d %s", term.n, term.name)
		}
	}
	return s
}

// Outcome says the decision in a sentence.
func (e *Explanation) Outcome() string {
	d := &e.Decision
	unsure := ""
	if d.Unsure {
		unsure = ", marked unsure"
	}
	switch d.Outcome {
	case directdial.ToDial:
		s := fmt.Sprintf("dial %s by %s%s", e.name(d.Expert), d.Channel, unsure)
		if !d.AcceptBy.IsZero() {
			s += ", open until " + d.AcceptBy.Format("Mon 15:04 MST")
		}
		return s
	case directdial.ToJoin:
		if d.Burst {
			return "joins dial " + d.Dial + ": the topic brings more than it may, one card counts them"
		}
		return "joins dial " + d.Dial + ": the same conversation, no second card"
	case directdial.ToReopen:
		return fmt.Sprintf("opens dial %s again for %s", d.Dial, e.name(d.Expert))
	case directdial.ToSuppress:
		return fmt.Sprintf("nobody is dialled: %s", d.Reason)
	case directdial.ToPark:
		s := fmt.Sprintf("parked with %s: %s", cmp.Or(e.name(d.Owner), "nobody"), d.Reason)
		if d.For != "" {
			s += fmt.Sprintf("; for %s from %s on", e.name(d.For), d.Until.Format("Mon 2006-01-02 15:04 MST"))
		}
		return s
	case directdial.ToStay:
		return fmt.Sprintf("stays with %s, late", cmp.Or(e.name(d.Owner), "nobody"))
	}
	return string(d.Outcome)
}

func (e *Explanation) name(id string) string { return cmp.Or(e.Names[id], id) }

func tagWords(c *directdial.Classification) string {
	var words []string
	for i, t := range c.Tags {
		word := fmt.Sprintf("%s %.2f", t.Tag, float64(t.Score)/1000)
		if i == 0 && len(c.Tags) > 1 {
			word += " (comes first, so it decides)"
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}

func topicWords(topics []directdial.TopicScore) string {
	var words []string
	for _, t := range topics {
		words = append(words, fmt.Sprintf("%s %.2f", t.Topic, float64(t.Score)/1000))
	}
	return cmp.Or(strings.Join(words, ", "), "none")
}

func languageWords(c *directdial.Classification) string {
	switch {
	case c.Lang == "":
		return "could not be told"
	case !c.Lexicon:
		return c.Lang + ": there is no lexicon for it, so tags mean nothing here"
	}
	return c.Lang
}
