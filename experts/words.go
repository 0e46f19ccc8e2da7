package experts

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial"
)

// What a card shows at most, in characters as a reader counts them.
const (
	maxCardText = 1000 // of the first post
	maxMoreText = 300  // of each post that joined
	maxMore     = 3    // posts that joined
	maxCardName = 80   // of a name or handle
	maxSentence = 240  // of a reason, a do or a don't
	maxLines    = 6    // reasons, dos, don'ts
)

// Clean returns the card as it may be shown: every text without what could act
// on a screen, and short enough to be read. Clean of a clean card changes
// nothing.
func (c Card) Clean() Card {
	c.Post = c.Post.clean(maxCardText)
	c.More = slices.Clone(c.More[max(0, len(c.More)-maxMore):])
	for i := range c.More {
		c.More[i] = c.More[i].clean(maxMoreText)
	}
	c.Samples = slices.Clone(c.Samples)
	for i := range c.Samples {
		c.Samples[i].Post = c.Samples[i].Post.clean(maxMoreText)
	}
	c.Notice.Dials = slices.Clone(c.Notice.Dials)
	for i := range c.Notice.Dials {
		c.Notice.Dials[i].Post = c.Notice.Dials[i].Post.clean(maxCardText)
	}
	c.Belongs = slices.Clone(c.Belongs)
	for i := range c.Belongs {
		c.Belongs[i].Label = Cut(Line(c.Belongs[i].Label), maxCardName)
	}
	c.To.Name = Cut(Line(c.To.Name), maxCardName)
	c.Past = Cut(Line(c.Past), maxSentence)
	c.Topic = Cut(Line(c.Topic), maxCardName)
	c.Policy = Cut(Line(c.Policy), maxCardName)
	c.Why, c.Do, c.Dont = sentences(c.Why), sentences(c.Do), sentences(c.Dont)
	c.Next = sentences(c.Next)
	c.Rows = slices.Clone(c.Rows)
	for i := range c.Rows {
		c.Rows[i].Lines = sentences(c.Rows[i].Lines)
	}
	c.Link = Link(c.Link)
	return c
}

func (p Post) clean(text int) Post {
	p.Text, p.Hidden = Cut(Clean(p.Text), text), Cut(Clean(p.Hidden), text)
	p.Author = Cut(Line(p.Author), maxCardName)
	p.Handle = Cut(Line(p.Handle), maxCardName)
	p.Platform = Cut(Line(p.Platform), maxCardName)
	p.URL = Link(p.URL)
	return p
}

func sentences(lines []string) []string {
	var kept []string
	for _, l := range lines {
		if l = Cut(Line(l), maxSentence); l != "" && len(kept) < maxLines {
			kept = append(kept, l)
		}
	}
	return kept
}

// Title says in a few words what the card is: "Complaint about billing". It
// serves as headline and as subject, and holds no word from outside.
func (c Card) Title() string {
	switch c.Kind {
	case directdial.NoticeCard:
		return c.Notice.title()
	case directdial.TestCard:
		return "Test card"
	case directdial.InvitationCard, directdial.PolicyCard, directdial.NewsCard:
		return c.enablingTitle()
	case directdial.PracticeCard:
		return "Practice: " + c.about()
	case directdial.QuestionCard:
		return c.Asks + " asks you: " + c.about()
	}
	return c.about()
}

func (n Notice) title() string {
	verb := " wait with you"
	if n.Parked+n.Late == 1 {
		verb = " waits with you"
	}
	switch {
	case n.Late == 0:
		return plural(n.Parked, "mention") + verb
	case n.Parked == 0:
		return plural(n.Late, "late dial") + verb
	}
	return plural(n.Late, "late dial") + " and " + plural(n.Parked, "mention") + verb
}

// outcomeWords say what became of an answer.
var outcomeWords = map[directdial.Reason]string{
	directdial.Helped: "it helped", directdial.NotYet: "it did not help yet", directdial.Silent: "nothing was said since",
}

// about says what the post of a card is, and about what.
func (c Card) about() string {
	tag, about := "Mention", " about "
	switch c.Tag {
	case directdial.Complaint:
		tag = "Complaint"
	case directdial.Question:
		tag = "Question"
	case directdial.Ambassador:
		tag, about = "Ambassador", ", on "
	}
	switch {
	case c.Topic != "" && c.Unsure:
		return tag + ", perhaps about " + c.Topic
	case c.Topic != "":
		return tag + about + c.Topic
	case c.Unsure:
		return tag + ", topic unsure"
	}
	return tag
}

// Status says in one line how it stands with the card, for its receiver.
func (c Card) Status() string {
	switch {
	case c.Kind == directdial.NoticeCard:
		return "nobody else may take them now"
	case c.Kind == directdial.TestCard:
		return "a test: there is nothing to answer"
	case c.Kind == directdial.QuestionCard:
		return "it stays with " + c.Asks + ", who does not know what to do with it"
	case c.Kind == directdial.PracticeCard || !c.Quotes():
		return c.enablingStatus()
	case c.Past != "":
		return "no longer yours: " + c.Past
	case c.State == directdial.Withdrawn:
		return "withdrawn: the post is gone"
	case c.State == directdial.Answered && c.Outcome != "":
		return "answered: " + outcomeWords[c.Outcome]
	case c.State == directdial.Answered:
		return "answered"
	case c.State == directdial.Declined:
		return "closed: not for us"
	}
	what := ""
	if c.State == directdial.Accepted {
		what = "taken by you, "
	}
	if c.Open.IsZero() {
		return what + "open"
	}
	if c.Reminds {
		return "a reminder: " + what + "only open until " + c.When(c.Open)
	}
	return what + "open until " + c.When(c.Open)
}

// Over reports whether there is nothing left to do for the receiver.
func (c Card) Over() bool {
	return c.Past != "" || (c.Kind == directdial.DialCard && !c.State.Open())
}

// When writes a time as the receiver's clock and calendar show it.
func (c Card) When(t time.Time) string {
	return clockOf(c.To.Timezone, t)
}

func clockOf(timezone string, t time.Time) string {
	return inZone(timezone, t).Format("Mon 2 Jan 15:04 MST")
}

// inZone is UTC where there is no such zone.
func inZone(timezone string, t time.Time) time.Time {
	zone, err := location(timezone)
	if err != nil {
		zone = time.UTC
	}
	return t.In(zone)
}

// By names the author for a reader: name and handle, either, or that nobody is
// known.
func (p Post) By() string {
	handle := p.Handle
	if handle != "" && !strings.HasPrefix(handle, "@") && !strings.Contains(handle, " ") {
		handle = "@" + handle
	}
	switch {
	case p.Author == "" && handle == "":
		return "author unknown"
	case p.Author == "":
		return handle
	case handle == "":
		return p.Author
	}
	return p.Author + " (" + handle + ")"
}

// Where names platform, followers and what happened to the post since.
func (p Post) Where() string {
	parts := []string{}
	if p.Platform != "" {
		parts = append(parts, p.Platform)
	}
	if p.Followers > 0 {
		parts = append(parts, plural(p.Followers, "follower"))
	}
	if p.Edited {
		parts = append(parts, "edited")
	}
	if p.Deleted {
		parts = append(parts, "deleted")
	}
	return strings.Join(parts, " · ")
}

// Byline names author, place and time of a post in one line.
func (c Card) Byline(p Post) string {
	line := p.By()
	if where := p.Where(); where != "" {
		line += " · " + where
	}
	if !p.Said.IsZero() {
		line += " · " + inZone(c.To.Timezone, p.Said).Format("Mon 2 Jan 15:04")
	}
	return line
}

// hiddenWords stand for words that may harm, withheldWords for those that are
// restricted to others.
const (
	hiddenWords   = "(the words are hidden: threats, hate or self-harm)"
	withheldWords = "(the words are not shown: the topic is restricted)"
)

// Words is the text of the post, or what stands in its place.
func (p Post) Words() string {
	switch {
	case p.Text != "":
		return p.Text
	case p.Hidden != "":
		return hiddenWords
	case p.Deleted:
		return "(the post was deleted)"
	}
	return "(the text is no longer kept)"
}

// Joined says how many posts the card stands for beyond the first, "" for
// none.
func (c Card) Joined() string {
	if c.Count <= 1 {
		return ""
	}
	if c.Burst > 0 {
		return plural(c.Count-1, "more post") + ", " + strconv.Itoa(c.Burst) + " of them because this topic brought many at once"
	}
	return plural(c.Count-1, "more post")
}

// Between says how many posts joined that the card does not show, "" for none.
func (c Card) Between() string {
	n := c.Count - 1 - len(c.More)
	if n > 0 && c.Burst > 0 {
		return plural(n, "more post") + " that reach fewer people"
	}
	if n > 0 {
		return plural(n, "more post") + " in between"
	}
	return ""
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
