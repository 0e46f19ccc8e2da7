package terminal

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// Style is how a card is laid out.
type Style struct {
	Width int // columns; 0: 80
	Color bool
}

const (
	minWidth = 40
	bar      = "▌ "
	label    = 16 // columns of the labels
)

// Draw lays out a card: what was said and by whom, why it is the reader's, and
// what can be done, beside a bar in the colour of its tag. It ends with an
// empty line.
func Draw(c experts.Card, s Style) string {
	c = c.Clean()
	p := newPage(c, s)
	p.head(c)
	if c.Kind == directdial.NoticeCard {
		p.notice(c)
		return p.end(c)
	}
	if !c.Quotes() {
		p.rows(c)
		return p.end(c)
	}
	p.post(c, c.Post)
	if between := c.Between(); between != "" {
		p.line("")
		p.wrap(dim, "… "+between)
	}
	for _, more := range c.More {
		p.line("")
		p.post(c, more)
	}
	p.line("")
	if (c.Kind == directdial.DialCard || c.Kind == directdial.PracticeCard) && !c.Over() {
		p.list("to you because", c.Why)
		p.list("do", c.Do)
		p.list("don't", c.Dont)
		if c.Policy != "" && len(c.Do)+len(c.Dont) > 0 {
			p.row("policy", c.Policy)
		}
		if len(c.Next) > 0 {
			p.row("next", strings.Join(c.Next, ", "))
		}
	}
	p.row("now", c.Status())
	return p.end(c)
}

// DrawChange says in a few lines what changed about a card that was drawn
// before.
func DrawChange(c experts.Card, s Style) string {
	c = c.Clean()
	p := newPage(c, s)
	sign := "+ "
	if c.Over() {
		sign = "× "
	}
	p.ends(sign+c.Title(), "to "+to(c))
	if joined := c.Joined(); joined != "" && !c.Over() {
		p.wrap("", joined+", the last by "+last(c).By())
		p.wrap("", quoted(last(c)))
	}
	p.row("now", c.Status())
	return p.end(c)
}

// last is the newest post of a card.
func last(c experts.Card) experts.Post {
	if n := len(c.More); n > 0 {
		return c.More[n-1]
	}
	return c.Post
}

// page collects the lines of a card.
type page struct {
	b     strings.Builder
	bar   string
	width int // of the text beside the bar
	color bool
}

func newPage(c experts.Card, s Style) *page {
	width := s.Width
	if width == 0 {
		width = 80
	}
	p := &page{width: max(width, minWidth) - ansi.StringWidth(bar), color: s.Color}
	p.bar = p.paint(tagColor(c), bar)
	return p
}

// head is the title on the left and the receiver on the right.
func (p *page) head(c experts.Card) {
	p.ends(c.Title(), "to "+to(c))
	p.line("")
}

// ends writes two texts at both ends of a line, or below each other where they
// do not fit.
func (p *page) ends(left, right string) {
	gap := p.width - ansi.StringWidth(left) - ansi.StringWidth(right)
	if gap < 2 {
		p.wrap(bold, left)
		p.wrap("", right)
		return
	}
	p.line(p.paint(bold, left) + strings.Repeat(" ", gap) + right)
}

func to(c experts.Card) string {
	if c.To.Name != "" {
		return c.To.Name
	}
	return c.To.ID
}

func (p *page) post(c experts.Card, post experts.Post) {
	p.wrap("", quoted(post))
	p.wrap(dim, c.Byline(post))
	if post.URL != "" {
		p.wrap(dim, post.URL)
	}
	if post.Hidden != "" && post.URL != "" {
		p.wrap(dim, "to see them: directdial explain "+post.URL)
	}
}

// quoted is the text of a post in quotation marks; what stands in its place
// has none.
func quoted(post experts.Post) string {
	if post.Text == "" {
		return post.Words()
	}
	return "“" + post.Text + "”"
}

func (p *page) notice(c experts.Card) {
	for _, reason := range slices.Sorted(maps.Keys(c.Notice.Waits)) {
		p.line(fmt.Sprintf("%5d  %s", c.Notice.Waits[reason], reason))
	}
	p.line("")
	p.row("now", c.Status())
}

// rows is what a card says that shows no post.
func (p *page) rows(c experts.Card) {
	if !c.Over() {
		for _, r := range c.Rows {
			p.list(r.Label, r.Lines)
		}
		p.line("")
	}
	p.row("now", c.Status())
}

// end closes a card with where to go on. What is asked about being enabled is
// answered by the commands that are named, and so are the late dials of a notice; a
// dial by its own.
func (p *page) end(c experts.Card) string {
	switch c.Kind {
	case directdial.InvitationCard, directdial.PracticeCard, directdial.PolicyCard, directdial.NewsCard, directdial.NoticeCard:
		p.commands(experts.Typed(&c))
	}
	if c.Link != "" {
		p.row("more", c.Link)
	}
	if c.Dial != "" {
		p.row("dial", c.Dial)
	}
	return p.b.String() + "\n"
}

// commands are lines to type, each as whole as the width lets it be.
func (p *page) commands(all []string) {
	switch len(all) {
	case 0:
	case 1:
		p.row("to answer", "type")
	default:
		p.row("to answer", "type one of")
	}
	for _, command := range all {
		p.wrap("", command)
	}
}

// list is a label and several sentences, each from its own line on.
func (p *page) list(name string, sentences []string) {
	for _, s := range sentences {
		p.row(name, s)
		name = ""
	}
}

// row is a label and a text that wraps beside it.
func (p *page) row(name, text string) {
	for _, l := range lines(text, p.width-label) {
		p.line(p.paint(dim, fmt.Sprintf("%-*s", label, name)) + l)
		name = ""
	}
}

// wrap is a text over the whole width.
func (p *page) wrap(how, text string) {
	for _, l := range lines(text, p.width) {
		p.line(p.paint(how, l))
	}
}

// lines breaks a text between words, and a word that is too long anywhere.
func lines(text string, width int) []string {
	broken := strings.Split(ansi.Wrap(text, width, ""), "\n")
	for i, l := range broken {
		broken[i] = strings.TrimRight(l, " ")
	}
	return broken
}

// line writes one line beside the bar.
func (p *page) line(text string) {
	p.b.WriteString(strings.TrimRight(p.bar+text, " ") + "\n")
}

// paint wraps a text that is not empty in a colour and its end.
func (p *page) paint(how, s string) string {
	if !p.color || how == "" || s == "" {
		return s
	}
	return how + s + off
}

// Weights and colours of a terminal; the colours are those that every theme
// fits to its background.
const (
	bold   = "\x1b[1m"
	dim    = "\x1b[2m"
	off    = "\x1b[0m"
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	blue   = "\x1b[34m"
)

func tagColor(c experts.Card) string {
	switch {
	case c.Kind != directdial.DialCard:
		return yellow
	case c.Over():
		return dim
	case c.Tag == directdial.Complaint:
		return red
	case c.Tag == directdial.Ambassador:
		return green
	}
	return blue
}
