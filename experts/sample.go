package experts

import (
	"slices"

	"github.com/directdial/directdial"
)

// Sample is one mention of which a coach says whether it was rightly left.
type Sample struct {
	Mention directdial.Key
	Post    Post
	Said    directdial.Reason // by a coach: RightlyLeft or Belonged; "" while nothing is said
	// Choices are what can be said now; of what was said, the other stays open, so
	// that one tap corrects it.
	Choices []Choice
}

// Belonging is an answer to "belonged to …": a topic, a colleague, or what it
// was, where nobody knows to whom.
type Belonging struct {
	ID     string // "topic:billing", "expert:ana", "tag:complaint"
	Label  string
	Why    string // beside the label, "" for nothing
	action directdial.Action
}

// sampleChoices are what can be said of a mention of a sample.
func sampleChoices(said directdial.Reason) (list []Choice) {
	for _, what := range []directdial.Reason{directdial.RightlyLeft, directdial.Belonged} {
		if said != what || what == directdial.Belonged {
			list = append(list, Choice{Act: directdial.ActReview, Reason: what, Label: reviewLabels[what]})
		}
	}
	return list
}

var reviewLabels = map[directdial.Reason]string{
	directdial.RightlyLeft: "Rightly left",
	directdial.Belonged:    "Belonged to …",
}

// sampled fills in a card that asks about mentions that were left.
func (f *Facts) sampled(c *Card) []Row {
	for _, s := range f.Posts {
		p := s.post()
		if s.Record.Topic == directdial.Harm && p.Text != "" {
			p.Text = hiddenWords
		}
		sample := Sample{Mention: s.Record.Key, Post: p, Said: s.Record.Reviewed}
		if !s.Record.Gone() {
			sample.Choices = sampleChoices(sample.Said)
		}
		c.Samples = append(c.Samples, sample)
	}
	c.Belongs = f.belongs()
	c.Do, c.Dont, c.Policy = nil, nil, ""
	return []Row{{"why", []string{
		"drawn at random among the mentions of last week that nobody was dialled for",
		"what you say tells how much is missed, and is learned from",
	}}}
}

// belongs lists topics, then colleagues, then tags.
func (f *Facts) belongs() (all []Belonging) {
	if f.Directory == nil {
		return nil
	}
	for _, t := range f.Directory.Topics {
		all = append(all, Belonging{ID: "topic:" + t.Name, Label: t.Name, Why: "topic", action: directdial.Action{Topic: t.Name}})
	}
	for _, e := range f.Directory.Experts {
		all = append(all, Belonging{ID: "expert:" + e.ID, Label: f.name(e.ID), Why: "colleague", action: directdial.Action{To: e.ID}})
	}
	for _, tag := range directdial.Tags() {
		all = append(all, Belonging{ID: "tag:" + string(tag), Label: tagNames[tag], Why: "to whom, I do not know", action: directdial.Action{Tag: tag}})
	}
	return all
}

var tagNames = map[directdial.Tag]string{
	directdial.Complaint: "a complaint", directdial.Question: "a question", directdial.Ambassador: "praise",
}

// Review is the action by which the receiver of a card says what of a mention of
// its sample; belonging is the ID of a Belonging where it belonged to somebody.
// ok is false if the card does not offer that now, and the action is zero if it
// can never have.
func (c *Card) Review(mention directdial.Key, what directdial.Reason, belonging string) (a directdial.Action, ok bool) {
	i := slices.IndexFunc(c.Samples, func(s Sample) bool { return s.Mention == mention })
	if i < 0 || (what != directdial.RightlyLeft && what != directdial.Belonged) {
		return a, false
	}
	if what == directdial.Belonged {
		at := slices.IndexFunc(c.Belongs, func(b Belonging) bool { return b.ID == belonging })
		if at < 0 {
			return a, false
		}
		a = c.Belongs[at].action
	}
	a.Kind, a.Offer, a.Mention, a.Reason = directdial.ActReview, c.Offer, mention, what
	return a, slices.ContainsFunc(c.Samples[i].Choices, func(o Choice) bool { return o.Reason == what })
}

// Reviewed counts the mentions of the sample of which something was said, and
// those of them that belonged to somebody.
func (c *Card) Reviewed() (said, belonged int) {
	for _, s := range c.Samples {
		if s.Said != "" {
			said++
		}
		if s.Said == directdial.Belonged {
			belonged++
		}
	}
	return said, belonged
}
