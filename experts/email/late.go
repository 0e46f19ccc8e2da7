package email

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// lateView is a late dial in a notice, with its links.
type lateView struct {
	Line    string
	Actions []action
}

// late are the late dials that a notice names and the page answers.
func (l letter) late() (views []lateView) {
	if l.answer == "" {
		return nil
	}
	for _, d := range l.card.Notice.Dials {
		v := lateView{Line: sentenceCase(d.Line)}
		for i, c := range d.Choices {
			v.Actions = append(v.Actions, action{Label: c.Label, URL: l.answer + "?" + lateQuery(d.Dial, c.Act), First: i == 0})
		}
		views = append(views, v)
	}
	return views
}

// lateQuery names a late dial, and what is to be done with it.
func lateQuery(dial string, do directdial.ActionKind) string {
	return url.Values{"dial": {dial}, "do": {string(do)}}.Encode()
}

// counted reports whether a line of a notice is counted in its table, because it
// stands nowhere else.
func (l letter) counted(line string) bool {
	return l.answer == "" || !l.card.Notice.Names(line)
}

// lateDial puts one late dial of a notice on the page: the one that is asked for,
// or the first, with what can be done about it.
func (a *answers) lateDial(s *sheet, card experts.Card, r *http.Request) {
	asked := r.URL.Query()
	d, ok := card.LateDial(asked.Get("dial"))
	if !ok {
		if asked.Get("dial") != "" && s.Message == "" {
			s.Message, s.Bad = goneLate, true
		}
		if d, ok = card.LateDial(""); !ok {
			return
		}
		asked = nil // it was about another
	}
	s.Posts, s.Revision, s.Footer = []postView{viewOf(card, d.Post)}, d.Revision, "Dial "+d.Dial+"."
	s.Rows = append(s.Rows, row{"This one", []string{d.Line}})
	a.offer(s, r, directdial.OfferID(d.Dial, 1), d.Choices, directdial.ActionKind(asked.Get("do")), nil)
	for i := range s.Forms {
		s.Forms[i].Dial = d.Dial
	}
}

// goneLate is what a link says whose dial somebody did something about since.
const goneLate = "That dial does not wait with you any more."

// onLate is what a form of that page asks for, and whether it can be done now.
func onLate(card experts.Card, do directdial.ActionKind, r *http.Request) (act directdial.Action, offered bool) {
	act = directdial.Action{
		Kind: do, Dial: r.PostForm.Get("dial"), Reason: directdial.Reason(r.PostForm.Get("reason")), To: r.PostForm.Get("to"),
	}
	if act.Dial != "" {
		// It stands with the first offer of the dial, wherever that has gone since, so
		// that the same form sent again is found there.
		act.Offer = directdial.OfferID(act.Dial, 1)
	}
	d, ok := card.LateDial(act.Dial)
	if !ok {
		return act, false
	}
	return act, slices.ContainsFunc(d.Choices, func(c experts.Choice) bool { return c.Act == do })
}

// doneLate reports whether a form of that page was sent before and did what it
// says: the dial is late no more, so nothing else tells.
func (a *answers) doneLate(ctx context.Context, card experts.Card, act directdial.Action) (directdial.Judgement, bool) {
	if card.Kind != directdial.NoticeCard || act.Dial == "" {
		return directdial.Judgement{}, false
	}
	j, known := a.replies.Judged(ctx, act)
	return j, known && !j.Refused()
}
