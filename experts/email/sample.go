package email

import (
	"net/http"
	"net/url"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// sampleView is a mention of a sample in a mail, with its links.
type sampleView struct {
	postView
	Said    string
	Actions []action
}

// samples are the mentions that a card asks about.
func (l letter) samples() (views []sampleView) {
	for _, s := range l.card.Samples {
		v := sampleView{postView: viewOf(l.card, s.Post), Said: string(s.Said)}
		for i, c := range s.Choices {
			if l.answer != "" {
				v.Actions = append(v.Actions, action{Label: c.Label, URL: l.answer + "?" + query(s.Mention, c.Reason), First: i == 0})
			}
		}
		views = append(views, v)
	}
	return views
}

// query names a mention of a sample, and what is to be said of it.
func query(mention directdial.Key, what directdial.Reason) string {
	return url.Values{"do": {string(directdial.ActReview)}, "mention": {string(mention)}, "reason": {string(what)}}.Encode()
}

// sampleText writes the sample into the plain text of a mail.
func (l letter) sampleText(para func(...string)) {
	for i, s := range l.samples() {
		lines := post(l.card, l.card.Samples[i].Post)
		if s.Said != "" {
			lines = append(lines, sentence("you said: "+s.Said))
		}
		for _, a := range s.Actions {
			lines = append(lines, a.Label+":", a.URL)
		}
		para(lines...)
	}
}

// review puts one mention of a sample on the page: the one that is asked for, or
// the first of which nothing was said, with what can be said of it.
func (s *sheet) review(card experts.Card, mention directdial.Key, what directdial.Reason) {
	at := -1
	for i := range card.Samples {
		if said := &card.Samples[i]; said.Mention == mention || mention == "" && at < 0 && said.Said == "" && len(said.Choices) > 0 {
			at = i
		}
	}
	if at < 0 {
		return
	}
	one := &card.Samples[at]
	s.Posts, s.Between = []postView{viewOf(card, one.Post)}, ""
	if one.Said != "" && s.Message == "" {
		s.Message = sentence("you said: " + string(one.Said))
	}
	for i, choice := range one.Choices {
		f := form{Choice: choice, First: i == 0 && choice.Reason == directdial.RightlyLeft, Mention: one.Mention}
		if choice.Reason == directdial.Belonged {
			f.Belongs, f.Open = card.Belongs, what == directdial.Belonged
		}
		s.Forms = append(s.Forms, f)
	}
}

// reviewed is what a form of that page says.
func reviewed(card experts.Card, r *http.Request) (directdial.Action, bool) {
	return card.Review(directdial.Key(r.PostForm.Get("mention")), directdial.Reason(r.PostForm.Get("reason")), r.PostForm.Get("belongs"))
}
