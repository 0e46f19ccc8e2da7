package slack

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// judged bounds how long a person waits for the router, and all that follows
// from one interaction.
const judged = 20 * time.Second

// answers does what people do in Slack. Slack wants to hear within three seconds
// that an interaction has arrived, so it is acknowledged first and done after;
// what became of it shows on the card, and a refusal is told to the person alone.
type answers struct {
	*channel
	replies experts.Replies
	done    once
	acting  sync.WaitGroup
}

// reply is what goes back together with the acknowledgement: options for a field
// that is being typed into, nil for everything else.
func (a *answers) reply(ctx context.Context, i interaction) any {
	if i.kind != searched {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return a.search(ctx, i)
}

// follow does what an interaction asks for, once, however often Slack tells of
// it. It is called after the acknowledgement.
func (a *answers) follow(ctx context.Context, i interaction) {
	if i.kind == nothing || i.kind == searched || !a.done.first(i, a.now()) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, judged)
	defer cancel()
	e, err := a.who(ctx, a.replies, i.user)
	switch {
	case err != nil && directdial.KindOf(err) == directdial.NotFound:
		a.replies.Refused(directdial.Unknown)
		a.tell(ctx, i, "You are not among the colleagues of this exchange. Ask your coach.")
		return
	case err != nil:
		a.log.Warn().Err(err).Msg("who did something in Slack cannot be told")
		a.tell(ctx, i, notNow)
		return
	}
	switch i.kind {
	case pressed:
		a.press(ctx, i, e)
	case submitted:
		a.submit(ctx, i, e)
	case typed:
		a.command(ctx, i, e)
	case opened:
		a.show(ctx, i.user, e, "")
	}
}

const (
	notNow = "This could not be done just now. Try again in a minute."
	over   = "There is nothing here any more."
)

// press does what a button says.
func (a *answers) press(ctx context.Context, i interaction, e directdial.Expert) {
	if i.aboutSample() {
		a.review(ctx, i, e)
		return
	}
	act := directdial.ActionKind(i.act)
	switch {
	case act == directdial.ActAway, act == directdial.ActBack:
		a.leave(ctx, i, e, act, i.value)
	case i.aboutGrant():
		a.act(ctx, i, e, directdial.Action{Kind: act, Expert: e.ID, GrantID: i.value})
	case act == showHidden:
		a.reveal(ctx, i, e, i.value)
	default:
		card, ok := a.card(ctx, i, e, i.value, act)
		switch {
		case !ok:
		case act == directdial.ActPass, act == directdial.ActDecline:
			a.open(ctx, i, card, act)
		default:
			i.late = offerOf(card) != card.Offer
			a.act(ctx, i, e, about(card, act))
		}
	}
}

// card returns the card of an offer if its receiver may do this with it now, and
// tells the person if not.
func (a *answers) card(ctx context.Context, i interaction, e directdial.Expert, offer string, act directdial.ActionKind) (experts.Card, bool) {
	card, err := a.find(ctx, offer)
	switch {
	case err != nil && directdial.KindOf(err) != directdial.NotFound:
		a.log.Warn().Err(err).Str("offer", offer).Msg("a card cannot be read")
		a.refuse(ctx, i, e, notNow)
	case err != nil, card.To.ID != e.ID:
		a.replies.Refused(directdial.Unknown)
		words := over
		if strings.Contains(offer, lateMark) {
			words = "That dial does not wait with you any more."
		}
		a.refuse(ctx, i, e, words)
	case !slices.ContainsFunc(card.Choices, func(c experts.Choice) bool { return c.Act == act }):
		a.replies.Refused(directdial.Closed)
		a.refuse(ctx, i, e, "That cannot be done any more: "+card.Status()+".")
	default:
		return card, true
	}
	return card, false
}

// about is an action that concerns a card.
func about(card experts.Card, act directdial.ActionKind) directdial.Action {
	a := directdial.Action{Kind: act, Offer: offerOf(card), Dial: card.Dial, GrantID: card.Grant.ID}
	if act == directdial.ActRead {
		a.Policy = card.Policy
	}
	return a
}

// act puts an action on the log and waits for the judgement. What changed shows
// on the card; what does not show there is said.
func (a *answers) act(ctx context.Context, i interaction, e directdial.Expert, do directdial.Action) {
	do.ID, do.By, do.Surface = i.key(), e.ID, name
	j, err := a.replies.Act(ctx, do)
	switch {
	case err != nil:
		a.log.Warn().Err(err).Str("action", do.ID).Msg("what a person did in Slack is not judged")
		a.refuse(ctx, i, e, notNow)
	case j.Refused():
		a.refuse(ctx, i, e, sentence(j.Words))
	case do.Kind == directdial.ActAsk, i.kind == typed, i.late:
		a.tell(ctx, i, sentence(j.Words))
		a.show(ctx, i.user, e, "")
	default:
		a.show(ctx, i.user, e, "")
	}
}

// refuse tells the person that nothing was done: where they are looking, and
// nobody else. The Home tab has no place for a message but itself.
func (a *answers) refuse(ctx context.Context, i interaction, e directdial.Expert, words string) {
	if i.channel == "" {
		a.show(ctx, i.user, e, words)
		return
	}
	a.tell(ctx, i, words)
}

// sentence begins with a capital and ends in a full stop.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	r, n := utf8.DecodeRuneInString(s)
	if s = string(unicode.ToUpper(r)) + s[n:]; !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}
