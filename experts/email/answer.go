package email

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

//go:embed answer.html
var answerHTML string

//go:embed answer.css
var answerCSS string

var answerPage = template.Must(template.New("answer.html").Parse(answerHTML))

// answerPolicy lets the page load nothing but its own style, and send its forms
// nowhere but here.
var answerPolicy = func() string {
	sum := sha256.Sum256([]byte(answerCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
}()

// maxForm bounds what a form sends.
const maxForm = 4 << 10

// judged bounds how long a person waits for the router.
const judged = 10 * time.Second

// Handler serves the pages that the links in mails lead to. Programs that look
// at mails open every link, so to open one changes nothing: the page shows how
// things stand, and only its form acts.
func (c *channel) Handler(r experts.Replies) http.Handler {
	a := &answers{channel: c, replies: r}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/channels/email/{token}", a.show)
	mux.HandleFunc("POST /v1/channels/email/{token}", a.act)
	return mux
}

type answers struct {
	*channel
	replies experts.Replies
}

// sheet is what the page shows.
type sheet struct {
	Style    template.CSS
	Title    string
	Status   string
	Message  string // what became of an action, or why there is nothing to see
	Bad      bool   // it is a refusal
	Posts    []postView
	Between  string
	Rows     []row
	Forms    []form
	Revision int
	Words    string // that were searched
	Search   bool   // colleagues can be searched
	Footer   string
	Grants   []grantView // of the reader, with what they can do about them
	Drawn    string      // tells what was sent by a form on Grants from the next that says the same
	Own      string      // what the link to the page of their grants is called; "" for none
}

// form is one thing that can be done.
type form struct {
	experts.Choice
	Open       bool // the one that the link named
	First      bool
	Colleagues []experts.Colleague
	Reasons    []directdial.Reason
	Mention    directdial.Key // of a sample: which it is about
	Dial       string         // of a notice: which it is about
	Belongs    []experts.Belonging
}

func (a *answers) show(w http.ResponseWriter, r *http.Request) {
	p, ok := a.admit(w, r)
	if !ok {
		return
	}
	a.draw(w, r, p, http.StatusOK, sheet{})
}

// admit reads the link; who has none that works is told so.
func (a *answers) admit(w http.ResponseWriter, r *http.Request) (pass, bool) {
	p, err := a.links.read(r.PathValue("token"), a.now())
	if err == nil {
		return p, true
	}
	code, message := http.StatusForbidden, "This link does not work. Open the one in your newest mail about it."
	if directdial.KindOf(err) == directdial.Gone {
		code, message = http.StatusGone, "This link has expired. Ask your coach, or use the newest mail about it."
	}
	a.write(w, code, sheet{Title: "Direct Dial", Message: message, Bad: true})
	return p, false
}

// act does what a form says, once: the same form sent again is the same action.
func (a *answers) act(w http.ResponseWriter, r *http.Request) {
	p, ok := a.admit(w, r)
	if !ok {
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		a.write(w, http.StatusBadRequest, sheet{Title: "Direct Dial", Message: "The form cannot be read.", Bad: true})
		return
	}
	do := directdial.ActionKind(r.PostForm.Get("do"))
	card, err := a.replies.Card(r.Context(), p.offer)
	if err != nil || card.To.ID != p.expert {
		a.replies.Refused(directdial.Unknown)
		a.nothing(w)
		return
	}
	if r.PostForm.Has("grant") {
		a.onGrant(w, r, p, do)
		return
	}
	act, offered := a.action(p, card, do, r)
	if j, done := a.doneLate(r.Context(), card, act); !offered && done {
		a.draw(w, r, p, http.StatusOK, sheet{Message: j.Words})
		return
	}
	if !offered && (act.Kind == "" || !repeated(card, do, r)) {
		a.replies.Refused(directdial.Closed)
		over := "That cannot be done any more: " + card.Status() + "."
		if card.Kind == directdial.NoticeCard {
			over = goneLate
		}
		a.draw(w, r, p, http.StatusConflict, sheet{Message: over, Bad: true})
		return
	}
	a.put(w, r, p, act)
}

// put puts an action on the log, and says what the router made of it.
func (a *answers) put(w http.ResponseWriter, r *http.Request, p pass, act directdial.Action) {
	ctx, cancel := context.WithTimeout(r.Context(), judged)
	defer cancel()
	j, err := a.replies.Act(ctx, act)
	switch {
	case err != nil:
		a.log.Warn().Err(err).Str("offer", p.offer).Msg("an answer by mail is not judged")
		a.write(w, http.StatusServiceUnavailable, sheet{Title: "Direct Dial", Message: "This could not be done just now. Try again in a minute.", Bad: true})
	case j.Refused():
		a.draw(w, r, p, http.StatusConflict, sheet{Message: sentence(j.Words), Bad: true})
	default:
		a.draw(w, r, p, http.StatusOK, sheet{Message: j.Words})
	}
}

// repeated reports whether a form was drawn on an earlier state of the card:
// then it may be one that was sent before, which its action's id tells. It must
// be one that such a card can have, because whoever has the link writes what is
// sent; and a dial that went on to somebody is not taken back from them.
func repeated(card experts.Card, do directdial.ActionKind, r *http.Request) bool {
	drawn, err := strconv.Atoi(r.PostForm.Get("revision"))
	late := err == nil && drawn < card.Revision && experts.Offers(card.Kind, do)
	return late && (card.Past == "" || do != directdial.ActTake)
}

// action is what a form asks for, and whether the card offers that now.
func (a *answers) action(p pass, card experts.Card, do directdial.ActionKind, r *http.Request) (act directdial.Action, offered bool) {
	switch {
	case do == directdial.ActReview:
		if act, offered = reviewed(card, r); act.Kind == "" {
			return act, false
		}
	case card.Kind == directdial.NoticeCard:
		act, offered = onLate(card, do, r)
	default:
		offered = slices.ContainsFunc(card.Choices, func(c experts.Choice) bool { return c.Act == do })
		act = directdial.Action{
			Kind: do, Offer: p.offer, Dial: card.Dial, GrantID: card.Grant.ID,
			Reason: directdial.Reason(r.PostForm.Get("reason")), To: r.PostForm.Get("to"),
		}
		if do == directdial.ActRead {
			act.Policy = card.Policy
		}
	}
	act.By, act.Surface = p.expert, "email"
	act.ID = actionID(p.offer, p.expert, r.PostForm.Get("revision"), string(do), act.To,
		string(act.Reason), string(act.Mention), act.Topic, string(act.Tag), act.Dial)
	return act, offered
}

// actionID names an action by all that a form says, so that the same form sent
// again is the same action.
func actionID(said ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(said, "\n")))
	return "mail-" + hex.EncodeToString(sum[:12])
}

// draw fills a sheet with the card as it is now.
func (a *answers) draw(w http.ResponseWriter, r *http.Request, p pass, code int, s sheet) {
	card, err := a.replies.Card(r.Context(), p.offer)
	if err != nil || card.To.ID != p.expert {
		a.nothing(w)
		return
	}
	if r.URL.Query().Get("show") == showGrants {
		a.grants(w, r, p, code, s)
		return
	}
	s.Title, s.Status, s.Revision = card.Title(), sentence(card.Status()), card.Revision
	if s.Footer = "Dial " + card.Dial + "."; card.Dial == "" {
		s.Footer = ""
	}
	if !card.Over() {
		s.Rows = rows(card)
	}
	s.Posts, s.Between = letter{card: card}.posts()
	s.Words = r.URL.Query().Get("words")
	asked := r.URL.Query()
	a.offer(&s, r, p.offer, card.Choices, directdial.ActionKind(asked.Get("do")), card.Others)
	if card.Kind == directdial.NoticeCard {
		a.lateDial(&s, card, r)
	}
	if s.Message != "" && !s.Bad {
		asked.Del("mention") // that is done; the next follows
	}
	s.review(card, directdial.Key(asked.Get("mention")), directdial.Reason(asked.Get("reason")))
	if ofGrants(card) {
		s.Own = grantsLabel
	}
	if card.Kind == directdial.InvitationCard && card.Over() {
		s.hold(card.To, card.Grant)
	}
	a.write(w, code, s)
}

// offer puts a form for each choice on the page, the one that is asked for open.
// first are the colleagues that Pass on offers before the others.
func (a *answers) offer(s *sheet, r *http.Request, offer string, choices []experts.Choice, asked directdial.ActionKind, first []experts.Colleague) {
	for i, choice := range choices {
		f := form{Choice: choice, First: i == 0, Open: asked == choice.Act, Reasons: experts.ReasonsFor(choice.Act)}
		if choice.Act == directdial.ActPass {
			s.Search = true
			var err error
			if f.Colleagues, err = a.colleagues(r.Context(), offer, s.Words, first); err != nil {
				a.log.Warn().Err(err).Str("offer", offer).Msg("colleagues cannot be listed")
			}
			f.Open = f.Open || s.Words != ""
		}
		s.Forms = append(s.Forms, f)
	}
}

func (a *answers) nothing(w http.ResponseWriter) {
	a.write(w, http.StatusNotFound, sheet{Title: "Direct Dial", Message: "There is nothing here any more.", Bad: true})
}

// colleagues puts the second and third choice first.
func (a *answers) colleagues(ctx context.Context, offer, words string, first []experts.Colleague) ([]experts.Colleague, error) {
	found, err := a.replies.Colleagues(ctx, offer, words)
	rank := func(c experts.Colleague) int {
		if i := slices.IndexFunc(first, func(o experts.Colleague) bool { return o.ID == c.ID }); i >= 0 {
			return i
		}
		return len(first)
	}
	slices.SortStableFunc(found, func(a, b experts.Colleague) int { return rank(a) - rank(b) })
	return found, err
}

func (a *answers) write(w http.ResponseWriter, code int, s sheet) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", answerPolicy)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(code)
	s.Style = template.CSS(answerCSS)
	if err := answerPage.Execute(w, s); err != nil {
		a.log.Debug().Err(err).Msg("a page was not read to its end")
	}
}
