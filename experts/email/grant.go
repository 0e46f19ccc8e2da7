package email

import (
	"crypto/rand"
	"net/http"
	"slices"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// Who has nothing but mail lowers, pauses and ends their grants on the pages of
// their mails: that of an answered invitation shows its grant, and each card of
// theirs leads to all of them.

// showGrants, in a link, asks for the page of the reader's grants.
const showGrants = "grants"

// grantsLabel is what the link to that page is called in a mail.
const grantsLabel = "Your grant: fewer, pause, end"

// ofGrants reports whether a card comes to its reader because of a grant of
// their own. Notices, samples and news of others come to owners and coaches.
func ofGrants(c experts.Card) bool {
	switch c.Kind {
	case directdial.DialCard, directdial.PracticeCard, directdial.InvitationCard, directdial.PolicyCard:
		return true
	case directdial.NewsCard:
		return c.Asks == "" && c.Unreached == "" && len(c.Samples) == 0
	}
	return false
}

// grants is the address of the page of the reader's grants, "" if the mail leads
// to none.
func (l letter) grants() string {
	if l.answer == "" || !ofGrants(l.card) {
		return ""
	}
	return l.answer + "?show=" + showGrants
}

// grantView is a grant of the reader on the page.
type grantView struct {
	ID, For, Terms string
	Choices        []experts.Choice // but for the end, which is asked about once more
	End            experts.Choice
	EndsIt         string
}

// hold puts grants of the reader on the page, with what they can do about them.
func (s *sheet) hold(to directdial.Expert, grants ...experts.Grant) {
	s.Drawn = rand.Text()
	for _, g := range grants {
		if g.ID == "" { // the configuration has it no more
			continue
		}
		v := grantView{ID: g.ID, For: sentence(experts.Line(experts.For(&g.Grant))), Terms: experts.Line(g.Terms(to.Timezone)), EndsIt: experts.EndsIt}
		for _, c := range g.Choices() {
			if c.Act == directdial.ActEnd {
				v.End = c
			} else {
				v.Choices = append(v.Choices, c)
			}
		}
		s.Grants = append(s.Grants, v)
	}
}

// grants draws the page of all grants of who the link is for.
func (a *answers) grants(w http.ResponseWriter, r *http.Request, p pass, code int, s sheet) {
	h, err := a.replies.Home(r.Context(), p.expert)
	if err != nil {
		a.unread(w, p, err)
		return
	}
	s.Title = "What you are enabled for"
	if len(h.Grants) == 0 {
		s.Status = "Nothing yet. Your coach enables you."
	}
	s.hold(h.Expert, h.Grants...)
	a.write(w, code, s)
}

// unread says that what somebody holds cannot be shown.
func (a *answers) unread(w http.ResponseWriter, p pass, err error) {
	if directdial.KindOf(err) == directdial.NotFound {
		a.nothing(w)
		return
	}
	a.log.Warn().Err(err).Str("expert", p.expert).Msg("what somebody has cannot be read")
	a.write(w, http.StatusServiceUnavailable, sheet{Title: "Direct Dial", Message: "This could not be done just now. Try again in a minute.", Bad: true})
}

// ofHolder is what the holder of a grant can ask for on that page.
var ofHolder = []directdial.ActionKind{
	directdial.ActAgree, directdial.ActFewer, directdial.ActHalve, directdial.ActWhole, directdial.ActPause, directdial.ActResume, directdial.ActEnd,
}

// onGrant does what a form about a grant says. Whether it can be done now is for
// the router to say, so that a form that is sent twice is answered as the first
// time; it never gets to see what is no grant of the reader.
func (a *answers) onGrant(w http.ResponseWriter, r *http.Request, p pass, do directdial.ActionKind) {
	h, err := a.replies.Home(r.Context(), p.expert)
	if err != nil {
		a.unread(w, p, err)
		return
	}
	id := r.PostForm.Get("grant")
	theirs := slices.ContainsFunc(h.Grants, func(g experts.Grant) bool { return g.ID == id })
	if !theirs || !slices.Contains(ofHolder, do) {
		a.replies.Refused(directdial.Unknown)
		a.draw(w, r, p, http.StatusConflict, sheet{Message: "That is no grant of yours any more, or nothing that can be done about one.", Bad: true})
		return
	}
	// The page is drawn anew after each action, so fewer, as many as before and
	// fewer again are three actions, and the same form sent again is one.
	a.put(w, r, p, directdial.Action{
		Kind: do, By: p.expert, Expert: p.expert, GrantID: id, Surface: "email",
		ID: actionID(p.offer, p.expert, r.PostForm.Get("drawn"), string(do), id),
	})
}
