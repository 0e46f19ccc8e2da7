package experts

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
)

// Row is a label with what stands beside it, in plain sentences of ours.
type Row struct {
	Label string
	Lines []string
}

// enabling fills in a card that is about being enabled: an invitation, a
// practice card, a policy to read, the end of a grant. It is none of a dial.
func (f *Facts) enabling(c *Card) {
	c.Kind, c.Count, c.State = f.Offer.Card, 0, ""
	c.Grant, c.Past = f.Grant, f.done()
	switch c.Kind {
	case directdial.InvitationCard:
		c.Topic = ""
		c.Rows = f.invitation()
	case directdial.PracticeCard:
		f.practice(c)
	case directdial.PolicyCard:
		c.Policy, c.Open = f.Offer.Policy, f.Grant.ReadBy
	case directdial.NewsCard:
		c.Rows = f.news(c)
	}
	if c.Kind == directdial.InvitationCard || c.Kind == directdial.PolicyCard {
		c.Rows = append(c.Rows, Row{"do", c.Do}, Row{"don't", c.Dont})
		c.Do, c.Dont = nil, nil
	}
	c.Rows = slices.DeleteFunc(c.Rows, func(r Row) bool { return len(r.Lines) == 0 })
}

// done says what became of such a card, "" while it waits for an answer.
func (f *Facts) done() string {
	if f.Offer.Answered.IsZero() {
		return ""
	}
	switch f.Offer.Answer {
	case directdial.EvAgreed:
		return "you said yes"
	case directdial.EvNotNow:
		if !f.Grant.Agreed.IsZero() {
			return "you said not now, and yes since"
		}
		return "not now; you can say yes at any time beside your grants, and are asked again when this one changes, or in three months"
	case directdial.EvPractised:
		return "you have practised: from now on the real ones come to you"
	case directdial.EvRead:
		return "you have read it"
	case directdial.EvEnded:
		return "the grant has ended"
	}
	return "a newer card took its place"
}

func (f *Facts) invitation() []Row {
	g := f.Grant
	rows := []Row{
		{"for", []string{For(&g.Grant)}},
		{"cards a week", []string{PerWeek(g.PerWeek)}},
		{"until", []string{f.lasts()}},
	}
	if g.Coach != "" {
		coach := g.Coach
		if g.Review {
			coach += ", who reads what you answer before you give it"
		}
		rows = append(rows, Row{"coach", []string{coach}})
	}
	return append(rows, Row{"then", []string{
		"you try one practice card, and after it the real ones come to you",
		"you can lower, pause or end it at any time, without a reason",
	}})
}

// lasts says until when a grant counts.
func (f *Facts) lasts() string {
	g, to := f.Grant.Grant, f.expert(f.Offer.Expert)
	switch {
	case g.Never:
		return "you or the coach end it"
	case g.Until.IsZero():
		return "a year from your yes"
	}
	return LastDay(g.Until, to.Timezone)
}

// LastDay writes the last day on which a grant counts that ends at an instant.
func LastDay(end time.Time, timezone string) string {
	return inZone(timezone, end.Add(-time.Millisecond)).Format("2 January 2006")
}

// For says what a grant is for.
func For(g *directdial.Grant) string {
	what := "complaints, questions and praise"
	if len(g.Tags) > 0 {
		var tags []string
		for _, t := range directdial.Tags() {
			if slices.Contains(g.Tags, t) {
				tags = append(tags, plurals[t])
			}
		}
		what = listed(tags)
	}
	topics := strings.Join(g.Topics, ", ")
	if slices.Contains(g.Topics, "*") {
		topics = "every topic that is not restricted"
		if named := slices.DeleteFunc(slices.Clone(g.Topics), func(t string) bool { return t == "*" }); len(named) > 0 {
			topics += ", and " + listed(named)
		}
	}
	what += " about " + topics
	if len(g.Platforms) > 0 {
		what += " on " + listed(g.Platforms)
	}
	if len(g.Languages) > 0 {
		what += " in " + listed(g.Languages)
	}
	if g.Risk > 0 {
		what += fmt.Sprintf(", to at most %d people", g.Risk)
	}
	return what
}

var plurals = map[directdial.Tag]string{
	directdial.Complaint: "complaints", directdial.Question: "questions", directdial.Ambassador: "praise",
}

// listed joins words as in a sentence.
func listed(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// PerWeek says how many cards a week a grant brings.
func PerWeek(n int) string {
	if n == 0 {
		return "nobody can tell: nothing of it came in during the last four weeks"
	}
	return fmt.Sprintf("about %d, as the last four weeks tell", n)
}

// practice makes a card to try: a post that nobody wrote, of the kind that the
// grant is for.
func (f *Facts) practice(c *Card) {
	c.Tag, c.Topic = directdial.Question, firstTopic(f.Grant.Topics)
	if tags := f.Grant.Tags; len(tags) > 0 && !slices.Contains(tags, c.Tag) {
		c.Tag = tags[0]
	}
	brand := "us"
	if f.Directory != nil {
		for _, b := range f.Directory.Brands {
			if !b.Competitor {
				brand = b.Name
				break
			}
		}
	}
	c.Post = Post{Text: fmt.Sprintf(examples[c.Tag], brand, cmp.Or(c.Topic, "this")), Author: "Nobody", Platform: "practice"}
	c.Count = 1
	if f.Grant.Review && f.Grant.Coach != "" {
		c.Do = append([]string{f.Grant.Coach + " reads your answer before you give it"}, c.Do...)
	}
}

// examples are posts to practise with, for a brand and a topic.
var examples = map[directdial.Tag]string{
	directdial.Complaint:  "I have written to %[1]s three times about %[2]s and nobody answers. Is anybody there at all?",
	directdial.Question:   "Does anybody at %[1]s know how %[2]s works? I have looked everywhere and found nothing.",
	directdial.Ambassador: "Say what you want about %[1]s, but with %[2]s they have always helped me. Thank you!",
}

func firstTopic(topics []string) string {
	for _, t := range topics {
		if t != "*" {
			return t
		}
	}
	return ""
}

// news says what happened.
func (f *Facts) news(c *Card) []Row {
	if f.Offer.Reason == directdial.Sampled {
		return f.sampled(c)
	}
	if f.Offer.Reason != directdial.Unreachable {
		return f.ending(c)
	}
	c.Asks, c.Unreached = f.name(f.Offer.About), f.Offer.Detail
	return []Row{
		{"so", []string{"their cards go by another channel; without one they are not dialled"}},
		{"then", []string{
			"once they are reached again, a test card shows it: directdial doctor --card " + f.Offer.About,
			"a channel that knows who is there is asked every day",
		}},
	}
}

// ending says which grant ends soon, and what can be done.
func (f *Facts) ending(c *Card) []Row {
	rows := []Row{{"for", []string{For(&f.Grant.Grant)}}, {"until", []string{f.lasts()}}}
	if f.Offer.About == "" {
		if f.Grant.Coach == "" {
			return rows
		}
		return append(rows, Row{"coach", []string{f.Grant.Coach + " can extend it"}})
	}
	c.Asks = f.name(f.Offer.About)
	return append(rows, Row{"to extend it", []string{
		fmt.Sprintf("directdial experts extend %s --grant %q --until DAY --why REASON", f.Offer.About, f.Grant.ID),
	}})
}

// title of a card that is about being enabled.
func (c *Card) enablingTitle() string {
	switch c.Kind {
	case directdial.InvitationCard:
		return "Will you answer in public?"
	case directdial.PolicyCard:
		return "Policy " + c.Policy + " is new"
	case directdial.NewsCard:
		if len(c.Belongs) > 0 {
			return "What was left last week"
		}
		if c.Unreached != "" {
			return c.Asks + " cannot be reached by " + c.Unreached
		}
		if c.Asks != "" {
			return "A grant of " + c.Asks + " ends soon"
		}
		return "Your grant ends soon"
	}
	return ""
}

// enablingStatus says how it stands with such a card.
func (c *Card) enablingStatus() string {
	switch {
	case c.Past != "":
		return c.Past
	case c.Kind == directdial.InvitationCard:
		return "waits for your yes; without it nothing comes to you"
	case c.Kind == directdial.PracticeCard:
		return "practice: nobody wrote this, and nothing is sent"
	case c.Kind == directdial.PolicyCard && !c.Open.IsZero():
		return "to be read by " + c.When(c.Open) + "; after it nothing comes to you until you have"
	case c.Kind == directdial.PolicyCard:
		return "to be read"
	case len(c.Samples) > 0:
		said, belonged := c.Reviewed()
		return fmt.Sprintf("%d of %d looked at, %d belonged to somebody", said, len(c.Samples), belonged)
	}
	return "for your information"
}

// Quotes reports whether the card shows a post.
func (c Card) Quotes() bool {
	switch c.Kind {
	case directdial.NoticeCard, directdial.InvitationCard, directdial.PolicyCard, directdial.NewsCard:
		return false
	}
	return true
}
