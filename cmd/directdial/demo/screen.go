package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/desk"
)

// Styles of a terminal.
const (
	bold    = "1"
	dim     = "2"
	inverse = "7"
)

func (s *show) style(code, text string) string {
	if !s.Color {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s *show) title(text string) string {
	return "  " + s.style(bold, text) + "\n  " + strings.Repeat("─", 74)
}

// post shows what was said, with its keywords marked, and what was decided.
func (s *show) post(e *desk.Explanation) {
	s.say("  %s\n", wrap(s.marked(e), 74, "  "))
	s.say("  %s\n", s.style(dim, what(&e.Case.Classification)))
	s.say("  → %s\n", s.style(bold, e.Outcome()))
	for _, line := range s.passedOver(e) {
		s.say("      %s\n", line)
	}
	s.say("\n")
}

// marked puts brackets around the keywords that decided, and inverts them on a
// terminal that can.
func (s *show) marked(e *desk.Explanation) string {
	deciding := slices.DeleteFunc(slices.Clone(e.Case.Classification.Keywords), func(k directdial.Keyword) bool {
		return !decides(k, &e.Decision)
	})
	var b strings.Builder
	for _, segment := range classify.Highlight(e.Text, deciding) {
		// Brackets of the text itself must not look like ours.
		text := strings.NewReplacer(opening, "[", closing, "]").Replace(segment.Text)
		if len(segment.Keywords) > 0 {
			text = opening + text + closing
		}
		b.WriteString(text)
	}
	// Cleaned as a whole: piece by piece the spaces at their ends would go.
	text := strings.ReplaceAll(experts.Line(b.String()), closing+opening, "")
	on, off := "[", "]"
	if s.Color {
		on, off = "\x1b["+inverse+"m", "\x1b[0m"
	}
	return "“" + strings.NewReplacer(opening, on, closing, off).Replace(text) + "”"
}

// Brackets that stand for the beginning and the end of a keyword until the text
// is clean.
const (
	opening = "⟦"
	closing = "⟧"
)

// decides reports whether a word spoke for the tag or the topic.
func decides(k directdial.Keyword, d *directdial.Decision) bool {
	if strings.HasPrefix(k.Word, "feature:") {
		return false // no word, but how the text is made
	}
	return (d.Tag != "" && k.For == "tag:"+string(d.Tag) && k.Weight > 0) || (d.Topic != "" && k.For == "topic:"+d.Topic)
}

func what(c *directdial.Classification) string {
	tag, topic := "no tag", "no topic"
	if len(c.Tags) > 0 {
		tag = string(c.Tags[0].Tag)
	}
	if len(c.Topics) > 0 {
		topic = "about " + c.Topics[0].Topic
	}
	if !c.Lexicon {
		return "in a language without a lexicon"
	}
	return tag + ", " + topic
}

// passedOver says who else was looked at, and why not they.
func (s *show) passedOver(e *desk.Explanation) (lines []string) {
	if e.Decision.Outcome != directdial.ToDial {
		return nil
	}
	for i, v := range e.Decision.Verdicts {
		if v.Expert == e.Decision.Expert || v.Reason == directdial.NoGrant {
			continue
		}
		lines = append(lines, s.style(dim, fmt.Sprintf("not %s: %s", e.Names[v.Expert], e.Why(i))))
	}
	return lines
}

// cards shows what the channel printed.
func (s *show) cards() {
	text := strings.TrimRight(s.worker.cards.take(), "\n")
	if text != "" {
		s.say("%s\n", indent(text, "  "))
	}
}

// answer lets the visitor be the colleague who was dialled.
func (s *show) answer(ctx context.Context, dial string) error {
	if !s.Interactive {
		return nil
	}
	dials, err := s.worker.desk.Dials(ctx, false, desk.MaxList)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(dials, func(d desk.DialView) bool { return d.ID == dial })
	if i < 0 {
		return nil
	}
	holder := dials[i].Holder
	for {
		s.say("\n  You are %s: [t]ake it, [p]ass it on, [n]ot for us, or Enter: ", dials[i].HolderName)
		line, err := s.keys.ReadString('\n')
		if err != nil {
			return err
		}
		kind, ok := map[string]directdial.ActionKind{
			"t": directdial.ActTake, "p": directdial.ActPass, "n": directdial.ActDecline,
		}[strings.TrimSpace(line)]
		if !ok && strings.TrimSpace(line) != "" {
			continue
		}
		if !ok {
			return nil
		}
		j, err := s.worker.desk.Act(ctx, dial, directdial.Action{Kind: kind, By: holder, Surface: "terminal"})
		if err != nil {
			s.say("  %v\n", err)
			continue
		}
		s.say("  %s\n\n", j.Words)
		if err := s.worker.settled(ctx); err != nil {
			return err
		}
		s.cards()
		return nil
	}
}

// wrap breaks text into lines of at most width columns; those after the first
// begin with prefix.
func wrap(text string, width int, prefix string) string {
	var b strings.Builder
	column := 0
	for i, word := range strings.Fields(text) {
		n := len([]rune(plain(word)))
		switch {
		case i == 0:
		case column+1+n > width:
			b.WriteString("\n" + prefix)
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	return b.String()
}

// plain is text without the styles of a terminal.
func plain(s string) string {
	for {
		before, rest, found := strings.Cut(s, "\x1b[")
		if !found {
			return s
		}
		_, after, _ := strings.Cut(rest, "m")
		s = before + after
	}
}

func indent(text, prefix string) string {
	lines := strings.SplitAfter(text, "\n")
	for i, l := range lines {
		if strings.TrimSpace(l) != "" {
			lines[i] = prefix + l
		}
	}
	return strings.Join(lines, "")
}
