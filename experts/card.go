package experts

import (
	"slices"

	"github.com/directdial/directdial"
)

// Facts are all that a card is made of.
type Facts struct {
	Offer directdial.Offer
	Dial  directdial.Dial // zero for a notice
	// Posts are the first post of the dial and then the newest that joined, in
	// that order; those of which nothing is known may be left out.
	Posts []Said
	// Decision and Classification are those of the receipt behind the offer.
	Decision       directdial.Decision
	Classification directdial.Classification
	// Named says that a grant by which the receiver was dialled names the topic: one
	// of those in force at the decision, wherever it was given. Otherwise it was
	// granted with "*".
	Named bool
	// Duty holds, by the id of an expert, how it stood with the duty of those
	// for whom the receiver may stand in, when it was decided.
	Duty      map[string]directdial.Duty
	Directory *directdial.Directory
	Policy    Policy // as far as it concerns tag and topic
	Notice    Notice
	Grant     Grant // that the card is about, if it is about one
	Link      string
}

// Said is what is known of one post: its record, and its words as long as they
// are kept (else nil).
type Said struct {
	Record  directdial.MentionRecord
	Mention *directdial.Mention
}

// Policy is what may be said and what not.
type Policy struct {
	Version  string
	Do, Dont []string
}

// Compose makes the card that an offer shows. It is pure: the same facts make
// the same card, whatever the hour and the channel.
func Compose(f Facts) Card {
	c := Card{
		Kind: directdial.DialCard, Offer: f.Offer.ID, Dial: f.Offer.Dial,
		Revision: f.Offer.Revision, Shown: f.Offer.Shown, Turned: f.Offer.Turned,
		To: f.expert(f.Offer.Expert), State: f.Dial.State, Past: f.past(),
		Count: 1 + f.Dial.Joined, Burst: f.Dial.Burst,
		Tag: f.Dial.Tag, Topic: f.Dial.Topic, Unsure: f.Dial.Unsure, Outcome: f.Dial.Outcome,
		Do: f.Policy.Do, Dont: f.Policy.Dont, Policy: f.Policy.Version,
		Link: f.Link,
	}
	if f.Offer.Card == directdial.NoticeCard {
		c.Kind, c.Count, c.Notice = directdial.NoticeCard, 0, f.Notice
		return c.Clean()
	}
	switch f.Offer.Card {
	case directdial.InvitationCard, directdial.PracticeCard, directdial.PolicyCard, directdial.NewsCard:
		f.enabling(&c)
		c.Choices = Choices(&c)
		return c.Clean()
	}
	if f.Offer.Card == directdial.QuestionCard {
		c.Kind, c.Past, c.Asks = directdial.QuestionCard, "", f.name(f.Offer.Asks)
	}
	for i, s := range f.Posts {
		p := s.post()
		switch {
		case f.withheld() && f.Dial.Topic == directdial.Harm:
			p.Text = hiddenWords
		case f.withheld():
			p.Text = withheldWords
		case f.Dial.Topic == directdial.Harm:
			p.Text, p.Hidden = "", p.Text
		}
		if i == 0 {
			c.Post = p
		} else {
			c.More = append(c.More, p)
		}
	}
	if c.Kind == directdial.QuestionCard {
		return c.Clean()
	}
	if !c.Over() {
		c.Why, c.Others = f.why(), f.others()
		if v := f.verdict(f.Offer.Expert); v != nil && v.Review {
			c.Do = append([]string{f.coach() + " reads your answer before you give it"}, c.Do...)
		}
		for _, o := range c.Others {
			c.Next = append(c.Next, o.Name)
		}
		_, c.Open = f.Dial.Clock()
		c.Reminds = !f.Dial.Reminded.IsZero()
	}
	c.Choices = Choices(&c)
	return c.Clean()
}

// withheld reports whether the words are not for the receiver any more: what is
// restricted is for who has it now, and of a closed dial for who was dialled about
// that.
func (f *Facts) withheld() bool {
	restricted := f.Dial.Topic == directdial.Harm
	if f.Directory != nil {
		restricted = restricted || slices.ContainsFunc(f.Directory.Topics, func(t directdial.Topic) bool {
			return t.Restricted && t.Name == f.Dial.Topic
		})
	}
	return restricted && (f.Offer.Past || !f.Dial.State.Open() && f.Decision.Topic != f.Dial.Topic && f.Dial.Topic != directdial.Harm)
}

// post shows a mention. Of a post that its author deleted, the words are not
// shown either.
func (s Said) post() Post {
	p := Post{
		Platform: s.Record.Platform, Said: s.Record.Accepted,
		Edited: s.Record.Seq != s.Record.First, Deleted: s.Record.Deleted,
	}
	if m := s.Mention; m != nil && !s.Record.Deleted {
		p.Text, p.Author, p.Handle, p.URL = m.Text, m.Author.Name, m.Author.Handle, m.URL
		p.Followers, p.Said = m.Author.Followers, m.Said()
	}
	return p
}

// gateWords says to who held a dial why they do not any more.
func gateWords(cause directdial.Reason) string {
	switch cause {
	case directdial.Away:
		return "you are away"
	case directdial.GrantEnded:
		return "your grant ended"
	case "":
		return "your grant or your duty ended"
	}
	return "you may not answer it any more: " + string(cause)
}

// expert returns who has that id, a nameless one if the directory does not
// know them any more.
func (f *Facts) expert(id string) directdial.Expert {
	if f.Directory != nil {
		if i := slices.IndexFunc(f.Directory.Experts, func(e directdial.Expert) bool { return e.ID == id }); i >= 0 {
			return f.Directory.Experts[i]
		}
	}
	return directdial.Expert{ID: id}
}

// name is how a card calls a colleague.
func (f *Facts) name(id string) string {
	if e := f.expert(id); e.Name != "" {
		return e.Name
	}
	return id
}

// coach is who reads answers first.
func (f *Facts) coach() string {
	if f.Directory != nil && len(f.Directory.Coaches) > 0 {
		return f.name(f.Directory.Coaches[0])
	}
	return "the coach"
}

// others are the second and third choice.
func (f *Facts) others() []Colleague {
	var others []Colleague
	for _, id := range f.Dial.Next {
		if id != f.Offer.Expert && !slices.Contains(f.Dial.Previous, id) {
			others = append(others, Colleague{ID: id, Name: f.name(id)})
		}
	}
	return others
}

// past says why the card is no longer its receiver's, "" while it is.
func (f *Facts) past() string {
	if !f.Offer.Past {
		return ""
	}
	now := f.name(f.Dial.Holder)
	if f.Dial.Hop != f.Offer.Hop+1 {
		// It has gone on since; the reason on the dial is another's.
		return "it is with " + now + " now"
	}
	switch f.Dial.Reason {
	case directdial.MadeRestricted:
		return "an edit brought in a restricted topic; it went to " + now
	case directdial.MayHarm:
		return "an edit brought in what may harm; it went to " + now
	case directdial.TakenOver:
		return "taken by " + now
	case directdial.NoAnswer:
		return "the time was over; it went to " + now
	case directdial.GateClosed:
		return gateWords(f.Dial.Cause) + "; it went to " + now
	case directdial.Transferred:
		return "all that was yours went to " + now
	case directdial.Undelivered, directdial.Lapsed:
		return "the card could not be brought to you in time; it went to " + now
	case "":
		return "it went to " + now
	case directdial.PassedOn:
		return "passed on to " + now
	}
	return "passed on to " + now + ": " + string(f.Dial.Reason)
}
