package slack

import (
	"context"
	"regexp"
	"slices"
	"strings"

	api "github.com/slack-go/slack"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// The elements under each mention of a sample. What an element belongs to stands
// in the id of its block: which offer, and which mention of it.
const (
	actLeft    = "left"
	actBelongs = "belonged"
)

// What a mention of a sample has at most, in characters: twenty of them must fit
// into one message.
const (
	maxSampled     = 170
	maxSampledBy   = 60
	maxSampledLink = 120
)

// sampleBlocks draws a card that asks about mentions that were left:
//
//	What was left last week · 2 of 20 looked at, 1 belonged to somebody
//	Why: …
//	│ the words
//	Author · platform · Open · rightly left
//	[Rightly left] [Belonged to … ▾]
func sampleBlocks(c experts.Card) []api.Block {
	head := &lines{}
	headline(head, c)
	for _, r := range c.Rows {
		list(head, labelled(r.Label), []string{strings.Join(r.Lines, "; ")})
	}
	all := []api.Block{rich(head.section())}
	for i := range c.Samples {
		s := &c.Samples[i]
		foot := &lines{}
		foot.text(fit(s.Post.By()+" · "+s.Post.Where(), maxSampledBy))
		if !s.Post.Deleted {
			foot.same(" · ")
			foot.link(s.Post.URL, "Open", maxSampledLink)
		}
		if s.Said != "" {
			foot.same(" · ")
			foot.bold(string(s.Said))
		}
		words := strings.Join(strings.Fields(s.Post.Words()), " ")
		all = append(all, rich(quote(words, maxSampled), foot.section()))
		if elements := sampleElements(s.Choices); len(elements) > 0 {
			all = append(all, api.NewActionBlock(c.Offer+" "+string(s.Mention), elements...))
		}
	}
	return all
}

func sampleElements(choices []experts.Choice) (elements []api.BlockElement) {
	for _, choice := range choices {
		if choice.Reason == directdial.Belonged {
			menu := api.NewOptionsSelectBlockElement(api.OptTypeExternal, plain(fit(choice.Label, maxOption)), actBelongs)
			menu.MinQueryLength = new(int)
			elements = append(elements, menu)
			continue
		}
		elements = append(elements, api.NewButtonBlockElement(actLeft, "", plain(fit(choice.Label, maxOption))))
	}
	return elements
}

// sampledBlock is the id of the block of a mention: its offer, and its key.
var sampledBlock = regexp.MustCompile(`^(m[0-9a-f]{16}-[0-9a-z]+) ([0-9a-f]{32})$`)

// sampledIn reads the id of a block.
func sampledIn(block string) (offer string, mention directdial.Key) {
	if m := sampledBlock.FindStringSubmatch(block); m != nil {
		return m[1], directdial.Key(m[2])
	}
	return "", ""
}

// review does what was pressed or chosen about a mention of a sample.
func (a *answers) review(ctx context.Context, i interaction, e directdial.Expert) {
	card, err := a.replies.Card(ctx, i.offer)
	switch {
	case err != nil && directdial.KindOf(err) != directdial.NotFound:
		a.log.Warn().Err(err).Str("offer", i.offer).Msg("a card cannot be read")
		a.refuse(ctx, i, e, notNow)
		return
	case err != nil, card.To.ID != e.ID:
		a.replies.Refused(directdial.Unknown)
		a.refuse(ctx, i, e, over)
		return
	}
	what, belonging := directdial.RightlyLeft, ""
	if i.act == actBelongs {
		what, belonging = directdial.Belonged, i.value
	}
	do, ok := card.Review(i.mention, what, belonging)
	if !ok {
		a.replies.Refused(directdial.Closed)
		a.refuse(ctx, i, e, "That cannot be said of it any more.")
		return
	}
	a.act(ctx, i, e, do)
}

// belongings are what the menu under a mention shows while its reader types.
func (a *answers) belongings(ctx context.Context, i interaction, found *suggestions) {
	e, err := a.who(ctx, a.replies, i.user)
	if err != nil {
		return
	}
	card, err := a.replies.Card(ctx, i.offer)
	if err != nil || card.To.ID != e.ID {
		return
	}
	words := strings.ToLower(i.value)
	for _, b := range card.Belongs {
		if strings.Contains(strings.ToLower(b.Label+" "+b.ID), words) && len(found.Options) < maxOptions {
			found.Options = append(found.Options, option(b.ID, b.Label, b.Why))
		}
	}
}

// maxOptions is how many options Slack shows of a menu.
const maxOptions = 100

// aboutSample reports whether an interaction is about a mention of a sample.
func (i interaction) aboutSample() bool {
	return i.mention != "" && slices.Contains([]string{actLeft, actBelongs}, i.act)
}
