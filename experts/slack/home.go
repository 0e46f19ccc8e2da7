package slack

import (
	"context"
	"fmt"
	"strings"

	api "github.com/slack-go/slack"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// How much the Home tab shows: Slack takes a hundred blocks, and nobody reads
// as many.
const (
	maxDials  = 20  // and as many grants
	maxListed = 5   // in the answer to the slash command, which is a message
	maxBrief  = 200 // characters of the words of a post
)

// show draws the Home tab of a person anew; said is what there is to tell them.
func (a *answers) show(ctx context.Context, user string, e directdial.Expert, said string) {
	h, err := a.replies.Home(ctx, e.ID)
	if err != nil {
		a.log.Warn().Err(err).Str("expert", e.ID).Msg("what somebody has cannot be read")
		return
	}
	a.publish(ctx, user, api.HomeTabViewRequest{Type: api.VTHomeTab, Blocks: api.Blocks{BlockSet: home(h, said, true)}})
}

// home draws what somebody has: their dials, their grants, whether they are
// there; with buttons where it can be acted on.
func home(h experts.Home, said string, act bool) []api.Block {
	var all []api.Block
	add := func(draw func(l *lines)) {
		l := &lines{}
		if draw(l); !l.empty() {
			all = append(all, rich(l.section()))
		}
	}
	if said != "" {
		add(func(l *lines) { l.bold(fit(said, maxSaid)) })
	}
	all = append(all, api.NewHeaderBlock(plain(dialsTitle(len(h.Dials)))))
	add(func(l *lines) { l.text(presence(h)) })
	if act {
		all = append(all, api.NewActionBlock("", presenceButton(h)))
	}
	limit := maxDials
	if !act {
		limit = maxListed
	}
	for n, c := range h.Dials {
		if n == limit {
			add(func(l *lines) { l.text(fmt.Sprintf("And %d more.", len(h.Dials)-n)) })
			break
		}
		add(func(l *lines) { brief(l, c) })
		if act {
			all = append(all, buttons(c)...)
		}
	}
	all = append(all, api.NewDividerBlock(), api.NewHeaderBlock(plain("What you are enabled for")))
	if len(h.Grants) == 0 {
		add(func(l *lines) { l.text("Nothing yet. Your coach enables you.") })
	}
	for _, g := range h.Grants[:min(len(h.Grants), limit)] {
		add(func(l *lines) { grant(l, h.Expert, g) })
		if act {
			all = append(all, holderButtons(g)...)
		}
	}
	return all
}

func dialsTitle(n int) string {
	switch n {
	case 0:
		return "Nothing waits for you"
	case 1:
		return "1 dial waits for you"
	}
	return fmt.Sprintf("%d dials wait for you", n)
}

// presence says whether dials come in now.
func presence(h experts.Home) string {
	when := experts.Card{To: h.Expert}.When
	switch {
	case h.Away && h.Until.IsZero():
		return "You are away until you say that you are back. Nothing new comes to you."
	case h.Away:
		return "You are away until " + when(h.Until) + ". Nothing new comes to you."
	case h.Duty.On && h.Duty.Until.IsZero():
		return "You are on duty."
	case h.Duty.On:
		return "You are on duty until " + when(h.Duty.Until) + "."
	case h.Duty.Next.IsZero():
		return "You are off duty."
	}
	return "You are off duty until " + when(h.Duty.Next) + "."
}

func presenceButton(h experts.Home) api.BlockElement {
	if h.Away {
		b := api.NewButtonBlockElement(string(directdial.ActBack), "", plain("I am back"))
		b.Style = api.StylePrimary
		return b
	}
	return away()
}

// brief is a card in three lines.
func brief(l *lines, c experts.Card) {
	c = c.Clean()
	headline(l, c)
	l.next()
	l.text("“" + fit(strings.Join(strings.Fields(c.Post.Words()), " "), maxBrief) + "”")
	byline(l, c, c.Post)
	if !c.Post.Deleted {
		l.same(" · ")
		l.link(c.Post.URL, "Open the post", maxLinkMore)
	}
}

// grant says what somebody is enabled for, until when, and what is missing.
func grant(l *lines, e directdial.Expert, g experts.Grant) {
	l.bold(fit(sentence(experts.For(&g.Grant)), maxTitle))
	if terms := g.Terms(e.Timezone); terms != "" {
		l.text(fit(" "+terms, maxTitle))
	}
}

// aboutGrant reports whether a button is one of holderButtons, which carry a grant
// and no card. The yes to an invitation is on its card, too; the Home tab has no
// channel.
func (i interaction) aboutGrant() bool {
	switch directdial.ActionKind(i.act) {
	case directdial.ActHalve, directdial.ActWhole, directdial.ActPause, directdial.ActResume, directdial.ActEnd:
		return true
	case directdial.ActAgree, directdial.ActFewer:
		return i.channel == ""
	}
	return false
}

// holderButtons are what the holder of a grant can do about it alone.
func holderButtons(g experts.Grant) []api.Block {
	var row []api.BlockElement
	for _, c := range g.Choices() {
		b := api.NewButtonBlockElement(string(c.Act), g.ID, plain(c.Label))
		if c.Act == directdial.ActEnd {
			b.Confirm = api.NewConfirmationBlockObject(plain("End it?"), plain(experts.EndsIt), plain("End it"), plain("Keep it"))
		}
		row = append(row, b)
	}
	if row == nil {
		return nil
	}
	return []api.Block{api.NewActionBlock("", row...)}
}
