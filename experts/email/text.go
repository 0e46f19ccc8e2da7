package email

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// columns is the width at which plain text breaks, so that it can be quoted and
// still be read.
const columns = 76

// text is the mail for whoever reads plain text.
func (l letter) text() string {
	var b strings.Builder
	c := l.card
	para := func(lines ...string) {
		if lines = slices.DeleteFunc(lines, func(s string) bool { return s == "" }); len(lines) > 0 {
			b.WriteString(strings.Join(lines, "\n") + "\n\n")
		}
	}
	para(l.news())
	para(c.Title(), sentence(c.Status()))
	if c.Kind == directdial.NoticeCard {
		para(l.parked()...)
		for _, d := range l.late() {
			b.WriteString(d.Line + "\n")
			for _, a := range d.Actions {
				b.WriteString(a.Label + ":\n" + a.URL + "\n")
			}
			b.WriteString("\n")
		}
	}
	if l.showsPosts() {
		para(post(c, c.Post)...)
		if between := c.Between(); between != "" {
			para("… " + between)
		}
		for _, p := range c.More {
			para(post(c, p)...)
		}
	}
	if !c.Over() {
		for _, r := range c.Rows {
			para(list(sentenceCase(r.Label), r.Lines)...)
		}
	}
	l.sampleText(para)
	if (c.Kind == directdial.DialCard || c.Kind == directdial.PracticeCard) && !c.Over() {
		para(list("To you because", c.Why)...)
		para(list("Do", c.Do)...)
		para(list("Don't", c.Dont)...)
		if len(c.Next) > 0 {
			para(wrap("Next: "+strings.Join(c.Next, ", "), "")...)
		}
	}
	for _, a := range l.actions() {
		b.WriteString(a.Label + ":\n" + a.URL + "\n\n")
	}
	if c.Link != "" {
		para("More: " + c.Link)
	}
	if own := l.grants(); own != "" {
		para(grantsLabel+":", own)
	}
	b.WriteString(strings.Join(wrap(l.about(), ""), "\n") + "\n")
	return b.String()
}

// showsPosts reports whether the words are repeated. A follow-up that says that
// it is over does not: the first mail has them, or they are gone for good.
func (l letter) showsPosts() bool {
	return l.card.Quotes() && (l.first == "" || !l.card.Over())
}

func post(c experts.Card, p experts.Post) []string {
	lines := wrap(p.Words(), "> ")
	lines = append(lines, wrap(c.Byline(p), "")...)
	return append(lines, p.URL)
}

func list(name string, sentences []string) []string {
	if len(sentences) == 0 {
		return nil
	}
	lines := []string{name + ":"}
	for _, s := range sentences {
		for i, l := range wrap(s, "  ") {
			if i == 0 {
				l = "- " + strings.TrimPrefix(l, "  ")
			}
			lines = append(lines, l)
		}
	}
	return lines
}

func (l letter) parked() []string {
	var lines []string
	for _, reason := range slices.Sorted(maps.Keys(l.card.Notice.Waits)) {
		if l.counted(reason) {
			lines = append(lines, fmt.Sprintf("%5d  %s", l.card.Notice.Waits[reason], reason))
		}
	}
	return lines
}

// wrap breaks a text into lines behind a prefix.
func wrap(s, prefix string) []string {
	lines := strings.Split(ansi.Wrap(s, columns-len(prefix), ""), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(prefix+l, " ")
	}
	return lines
}

// sentence begins with a capital letter and ends in a stop.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	return sentenceCase(s) + "."
}

func sentenceCase(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// about says where the mail comes from and what an answer does.
func (l letter) about() string {
	about := "Sent by directdial. Answers to this mail are not read."
	if l.answer != "" {
		about = "The links are yours alone: do not pass this mail on. " + about
	}
	if l.card.Policy != "" && l.card.Kind == directdial.DialCard {
		about = "Policy " + l.card.Policy + ". " + about
	}
	if l.card.Dial != "" {
		about = "Dial " + l.card.Dial + ". " + about
	}
	return about
}
