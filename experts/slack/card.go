package slack

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	api "github.com/slack-go/slack"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// What the layout of a card has at most, in characters as Slack may count them
// (see fit). All together stay below what Slack takes as the blocks of one
// message. Nobody documents that bound; a message with 11,341 was refused.
const (
	maxPost     = 1000
	maxJoined   = 280
	maxName     = 100
	maxReason   = 160
	maxRule     = 240 // a do or a don't: none is left out, what is forbidden counts
	maxTitle    = 200
	maxLink     = 900
	maxLinkMore = 200
	maxNext     = 3 // names
)

// What stands before the buttons: ten lines, because Slack folds a long message
// away behind "See more", buttons and all.
const (
	maxFirst      = 240 // characters of the words
	maxFirstLines = 4   // of the words
	maxFirstWhy   = 160
	firstRules    = 1 // do, and as many don't
)

// blocks draws a clean card:
//
//	● Complaint about billing · open until today at 10:55
//	Author (@handle) · platform · 12 followers · today at 9:55
//	│ the first words
//	Open the post · Details
//	To you because …
//	Do: …
//	Don't: …
//	[Take it] [Pass on] [Not for us] [Ask the coach]
//	all the words, and posts that joined
//	what else to do and not to do
//	small: also because …; next …; policy …
func blocks(c experts.Card) []api.Block {
	head := &lines{}
	headline(head, c)
	if c.Kind == directdial.NoticeCard {
		notice(head, c)
		return append([]api.Block{rich(head.section())}, lateBlocks(c)...)
	}
	if c.Kind == directdial.TestCard && c.Post == (experts.Post{}) {
		return []api.Block{rich(head.section())}
	}
	if len(c.Samples) > 0 {
		return sampleBlocks(c)
	}
	if !c.Quotes() {
		if !c.Over() {
			for _, r := range c.Rows {
				list(head, labelled(r.Label), []string{strings.Join(r.Lines, "; ")})
			}
		}
		return append([]api.Block{rich(head.section())}, buttons(c)...)
	}
	byline(head, c, c.Post)
	if c.Over() {
		links(head, c, maxLink)
		return append([]api.Block{rich(head.section())}, buttons(c)...)
	}
	words := c.Post.Words()
	first := beginning(words)
	foot := &lines{}
	links(foot, c, maxLink)
	because(foot, c)
	list(foot, "Do", c.Do[:min(len(c.Do), firstRules)])
	list(foot, "Don't", c.Dont[:min(len(c.Dont), firstRules)])
	body := []api.RichTextElement{head.section(), quote(first, maxPost)}
	all := append([]api.Block{rich(appendLines(body, foot)...)}, buttons(c)...)
	if more := rest(c, first != words); len(more) > 0 {
		all = append(all, rich(more...))
	}
	return append(all, notes(c)...)
}

// beginning is as much of the words of a post as stands before the buttons.
func beginning(words string) string {
	first := words
	if lines := strings.SplitAfterN(words, "\n", maxFirstLines+1); len(lines) > maxFirstLines {
		first = strings.TrimSpace(strings.Join(lines[:maxFirstLines], "")) + " …"
	}
	return fit(first, maxFirst)
}

// because says why the card came to its receiver, in one line.
func because(l *lines, c experts.Card) {
	if len(c.Why) > 0 {
		l.next()
		l.text("To you because " + fit(c.Why[0], maxFirstWhy) + ".")
	}
}

// rest is what stands behind the buttons: all the words if they were cut, the
// posts that joined, the other rules.
func rest(c experts.Card, cut bool) []api.RichTextElement {
	var body []api.RichTextElement
	if cut {
		l := &lines{}
		l.bold("In full:")
		body = append(body, l.section(), quote(c.Post.Words(), maxPost))
	}
	if joined := c.Joined(); joined != "" {
		if len(c.More) < c.Count-1 {
			joined += ", the newest:"
		}
		l := &lines{}
		l.bold(joined)
		body = append(body, l.section())
	}
	for _, p := range c.More {
		l := &lines{}
		byline(l, c, p)
		if !p.Deleted {
			l.same(" · ")
			l.link(p.URL, "Open", maxLinkMore)
		}
		body = append(body, l.section(), quote(p.Words(), maxJoined))
	}
	rules := &lines{}
	list(rules, "Do", c.Do[min(len(c.Do), firstRules):])
	list(rules, "Don't", c.Dont[min(len(c.Dont), firstRules):])
	return appendLines(body, rules)
}

// circle marks the tag at a glance; the words beside it say the same.
var circle = map[directdial.Tag]string{
	directdial.Complaint:  "red_circle",
	directdial.Question:   "large_blue_circle",
	directdial.Ambassador: "large_green_circle",
}

func headline(l *lines, c experts.Card) {
	if mark := circle[c.Tag]; mark != "" && c.Kind == directdial.DialCard && !c.Over() {
		l.add(api.NewRichTextSectionEmojiElement(mark, 0, nil))
		l.text(" ")
	}
	l.bold(fit(c.Title(), maxTitle))
	status := status(c)
	if status == "" {
		return
	}
	before, after, dated := strings.Cut(status, c.When(c.Open))
	if c.Open.IsZero() || !dated || c.Over() {
		l.text(" · " + fit(status, maxRule))
		return
	}
	l.text(" · " + before)
	l.date(c, c.Open)
	l.text(after)
}

// status is how it stands with the card, without saying twice that it is open.
func status(c experts.Card) string {
	s := c.Status()
	if s == "open" {
		return ""
	}
	return strings.TrimPrefix(s, "open, ")
}

// byline says who wrote a post, where and when.
func byline(l *lines, c experts.Card, p experts.Post) {
	l.next()
	by := fit(p.By(), 2*maxName)
	if where := p.Where(); where != "" {
		by += " · " + fit(where, maxName)
	}
	if p.Said.IsZero() {
		l.text(by)
		return
	}
	l.text(by + " · ")
	l.date(c, p.Said)
}

// links lead to the post and to the page of the mention.
func links(l *lines, c experts.Card, limit int) {
	l.next()
	if !c.Post.Deleted && c.Post.URL != "" && width(c.Post.URL) <= limit {
		l.link(c.Post.URL, "Open the post", limit)
		l.same(" · ")
	}
	l.link(c.Link, "Details", maxLinkMore)
}

func list(l *lines, label string, sentence []string) {
	for _, s := range sentence {
		l.next()
		l.bold(label + ": ")
		l.text(fit(s, maxRule))
	}
}

// labelled begins a label with a capital letter.
func labelled(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func notice(l *lines, c experts.Card) {
	for _, r := range slices.Sorted(maps.Keys(c.Notice.Waits)) {
		if !c.Notice.Names(r) {
			l.next()
			l.text(fmt.Sprintf("%s: %d", fit(r, maxName), c.Notice.Waits[r]))
		}
	}
	l.next()
	l.link(c.Link, "See them", maxLink)
}

// notes is the small print below a card.
func notes(c experts.Card) []api.Block {
	var why, rest []string
	if len(c.Why) > 1 {
		why = []string{"Also because " + join(c.Why[1:], "; ", maxReason) + "."}
	}
	if len(c.Next) > 0 {
		rest = append(rest, "Next: "+join(c.Next[:min(len(c.Next), maxNext)], ", ", maxName))
	}
	if c.Policy != "" {
		rest = append(rest, "Policy "+fit(c.Policy, maxName))
	}
	if len(rest) > 0 {
		why = append(why, strings.Join(rest, " · "))
	}
	if len(why) == 0 {
		return nil
	}
	text := api.NewTextBlockObject(api.PlainTextType, escape(strings.Join(why, "\n")), false, false)
	return []api.Block{api.NewContextBlock("", text)}
}

func join(list []string, separator string, limit int) string {
	var fitted []string
	for _, s := range list {
		fitted = append(fitted, fit(s, limit))
	}
	return strings.Join(fitted, separator)
}
