package slack

import (
	"time"

	api "github.com/slack-go/slack"

	"github.com/directdial/directdial/experts"
)

// lines builds the lines of one section of rich text. What is empty leaves no
// trace: Slack refuses empty elements.
type lines struct {
	elements []api.RichTextSectionElement
	between  string // stands before the next element
}

func (l *lines) empty() bool { return len(l.elements) == 0 }

func (l *lines) section() *api.RichTextSection { return api.NewRichTextSection(l.elements...) }

// next lets the next element begin a line.
func (l *lines) next() { l.same("\n") }

// same lets the next element follow behind a separator.
func (l *lines) same(separator string) {
	if !l.empty() {
		l.between = separator
	}
}

func (l *lines) add(e api.RichTextSectionElement) {
	if l.between != "" {
		l.elements = append(l.elements, api.NewRichTextSectionTextElement(l.between, nil))
		l.between = ""
	}
	l.elements = append(l.elements, e)
}

func (l *lines) text(s string) {
	if s != "" {
		l.add(api.NewRichTextSectionTextElement(s, nil))
	}
}

func (l *lines) bold(s string) {
	if s != "" {
		l.add(api.NewRichTextSectionTextElement(s, &api.RichTextSectionTextStyle{Bold: true}))
	}
}

// link adds a link, unless there is none or it is too long to be one.
func (l *lines) link(to, label string, limit int) {
	if to != "" && width(to) <= limit {
		l.add(api.NewRichTextSectionLinkElement(to, label, nil))
	}
}

// date adds a time that every reader sees on their own clock. Where Slack
// cannot show it, it is on the clock of the card's receiver.
func (l *lines) date(c experts.Card, t time.Time) {
	fallback := c.When(t)
	l.add(api.NewRichTextSectionDateElement(t.Unix(), "{date_short_pretty} at {time}", nil, &fallback))
}

// quote shows words from outside. Nothing in them is parsed.
func quote(words string, limit int) *api.RichTextQuote {
	return &api.RichTextQuote{
		Type:     api.RTEQuote,
		Elements: []api.RichTextSectionElement{api.NewRichTextSectionTextElement(fit(words, limit), nil)},
	}
}

func rich(elements ...api.RichTextElement) *api.RichTextBlock {
	return api.NewRichTextBlock("", elements...)
}

func appendLines(to []api.RichTextElement, l *lines) []api.RichTextElement {
	if l.empty() {
		return to
	}
	return append(to, l.section())
}
