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
	maxPost     = 1100
	maxJoined   = 300
	maxName     = 100
	maxReason   = 160
	maxRule     = 240 // a do or a don't: none is left out, what is forbidden counts
	maxTitle    = 200
	maxLink     = 900
	maxLinkMore = 200
	maxNext     = 3 // names
)

// blocks draws a clean card. Buttons will stand between the rules and the small
// print.
//
//	● Complaint about billing · open until today at 10:55
//	Author (@handle) · platform · 12 followers · today at 9:55
//	│ the words
//	Open the post
//	Do: …
//	Don't: …
//	small: to you because …; next …; policy …
func blocks(c experts.Card) []api.Block {
	head := &lines{}
	headline(head, c)
	if c.Kind == directdial.NoticeCard {
		notice(head, c)
		return []api.Block{rich(head.section())}
	}
	if c.Kind == directdial.TestCard && c.Post == (experts.Post{}) {
		return []api.Block{rich(head.section())}
	}
	if !c.Quotes() {
		if !c.Over() {
			for _, r := range c.Rows {
				list(head, labelled(r.Label), []string{strings.Join(r.Lines, "; ")})
			}
		}
		return []api.Block{rich(head.section())}
	}
	byline(head, c, c.Post)
	if c.Over() {
		links(head, c, maxLink)
		return []api.Block{rich(head.section())}
	}
	body := []api.RichTextElement{head.section(), quote(c.Post.Words(), maxPost)}
	foot := &lines{}
	links(foot, c, maxLink)
	if joined := c.Joined(); joined != "" {
		if len(c.More) < c.Count-1 {
			joined += ", the newest:"
		}
		foot.next()
		foot.bold(joined)
	}
	body = appendLines(body, foot)
	for _, p := range c.More {
		more := &lines{}
		byline(more, c, p)
		if !p.Deleted {
			more.same(" · ")
			more.link(p.URL, "Open", maxLinkMore)
		}
		body = append(body, more.section(), quote(p.Words(), maxJoined))
	}
	all := []api.Block{rich(body...)}
	rules := &lines{}
	list(rules, "Do", c.Do)
	list(rules, "Don't", c.Dont)
	if !rules.empty() {
		all = append(all, rich(rules.section()))
	}
	return append(all, notes(c)...)
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
	if !c.Post.Deleted {
		l.link(c.Post.URL, "Open the post", limit)
	}
	l.next()
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
		l.next()
		l.text(fmt.Sprintf("%s: %d", fit(r, maxName), c.Notice.Waits[r]))
	}
	l.next()
	l.link(c.Link, "See them", maxLink)
}

// notes is the small print below a card.
func notes(c experts.Card) []api.Block {
	var why, rest []string
	if len(c.Why) > 0 {
		why = []string{"To you because " + join(c.Why, "; ", maxReason) + "."}
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
