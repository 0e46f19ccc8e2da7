package email

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/channeltest"
)

// book is an exchange with one card.
type book struct {
	card experts.Card
	acts map[string]directdial.Action
	fail error
	// grants are those of ana.
	grants []experts.Grant
}

func (b *book) Act(_ context.Context, a directdial.Action) (directdial.Judgement, error) {
	if b.fail != nil {
		return directdial.Judgement{}, b.fail
	}
	if a.GrantID != "" && a.Offer == "" {
		return b.onGrant(a), nil
	}
	if _, again := b.acts[a.ID]; again {
		return directdial.Judgement{Action: a.ID, Words: "Dial d0123456 is with Ana Lind now."}, nil
	}
	if a.Kind == directdial.ActTake && b.card.State != directdial.Offered {
		return directdial.Judgement{Event: directdial.Event{Kind: directdial.EvRefused}, Words: "Bo Ek took it at 10:04 UTC"}, nil
	}
	b.acts[a.ID] = a
	b.card.State, b.card.Revision = directdial.Accepted, b.card.Revision+1
	b.card.Choices = experts.Choices(&b.card)
	return directdial.Judgement{Action: a.ID, Words: "Dial d0123456 is with Ana Lind now."}, nil
}

func (b *book) Judged(_ context.Context, a directdial.Action) (directdial.Judgement, bool) {
	_, known := b.acts[a.ID]
	return directdial.Judgement{Action: a.ID, Words: "Dial d0123456 is with Ana Lind now."}, known
}

func (b *book) Refused(directdial.Reason) {}

func (b *book) Who(context.Context, string, string) (directdial.Expert, error) { return ana, nil }

func (b *book) Card(_ context.Context, offer string) (experts.Card, error) {
	if offer != b.card.Offer {
		return experts.Card{}, directdial.Errorf(directdial.NotFound, "there is no offer %s", offer)
	}
	return b.card.Clean(), nil
}

func (b *book) Home(context.Context, string) (experts.Home, error) {
	return experts.Home{Expert: ana, Grants: b.grants}, nil
}

func (b *book) Colleagues(_ context.Context, _, words string) ([]experts.Colleague, error) {
	all := []experts.Colleague{{ID: "ash", Name: "Ash", Why: "is enabled for billing"}, {ID: "bo", Name: "Bo Ek", Why: "is enabled for billing"}}
	if words != "" {
		return all[:1], nil
	}
	return all, nil
}

// desk is the pages over a book.
type desk struct {
	t       *testing.T
	book    *book
	channel *channel
	handler http.Handler
	now     time.Time
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, book: &book{card: channeltest.Card(ana), acts: map[string]directdial.Action{}}}
	d.now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	d.channel = &channel{
		log: zerolog.Nop(), now: func() time.Time { return d.now },
		links: links{base: "https://dial.acme.example/v1/channels/email/", key: []byte("a key of a data directory")},
	}
	d.handler = d.channel.Handler(d.book)
	return d
}

// link is the path of the link that a mail to somebody has.
func (d *desk) link(expert string) string {
	to := d.channel.links.to(pass{offer: d.book.card.Offer, expert: expert, until: d.now.Add(linkLife)})
	u, err := url.Parse(to)
	if err != nil {
		d.t.Fatal(err)
	}
	return u.Path
}

func (d *desk) ask(method, path string, form url.Values) (int, string, http.Header) {
	d.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return w.Code, w.Body.String(), w.Header()
}

func take() url.Values { return url.Values{"do": {"take"}, "revision": {"1"}} }

func TestProgramsThatOpenEveryLinkChangeNothing(t *testing.T) {
	d := newDesk(t)
	for range 2 {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			for _, query := range []string{"", "?do=take", "?do=decline", "?do=pass&words=bo&to=bo"} {
				code, page, header := d.ask(method, d.link("ana")+query, nil)
				if code != http.StatusOK || (method == http.MethodGet && !strings.Contains(page, "Complaint about billing")) {
					t.Errorf("%s %s: %d\n%s", method, query, code, page)
				}
				if header.Get("Referrer-Policy") != "no-referrer" || header.Get("Cache-Control") != "no-store" ||
					!strings.HasPrefix(header.Get("Content-Security-Policy"), "default-src 'none'") {
					t.Errorf("the header is %v", header)
				}
			}
		}
	}
	if len(d.book.acts) != 0 {
		t.Errorf("opening links did %v", d.book.acts)
	}
}

func TestFormActsOnceHoweverOftenItIsSent(t *testing.T) {
	d := newDesk(t)
	for range 3 {
		code, page, _ := d.ask(http.MethodPost, d.link("ana"), take())
		if code != http.StatusOK || !strings.Contains(page, "is with Ana Lind now") || !strings.Contains(page, "I have answered") {
			t.Errorf("%d\n%s", code, page)
		}
	}
	if len(d.book.acts) != 1 {
		t.Errorf("three times the same form did %v", d.book.acts)
	}
	for _, a := range d.book.acts {
		if a.By != "ana" || a.Offer != d.book.card.Offer || a.Surface != "email" || !directdial.ValidName(a.ID) {
			t.Errorf("the action is %+v", a)
		}
	}
}

func TestPassingOnNamesColleagueAndReason(t *testing.T) {
	d := newDesk(t)
	_, page, _ := d.ask(http.MethodGet, d.link("ana")+"?do=pass", nil)
	if bo, ash := strings.Index(page, "Bo Ek (is enabled"), strings.Index(page, "Ash (is enabled"); bo < 0 || ash < bo {
		t.Errorf("the second choice does not stand first:\n%s", page)
	}
	if _, page, _ := d.ask(http.MethodGet, d.link("ana")+"?do=pass&words=ash", nil); strings.Contains(page, "Bo Ek (") || !strings.Contains(page, "<details open>") {
		t.Errorf("the search does not narrow:\n%s", page)
	}
	d.ask(http.MethodPost, d.link("ana"), url.Values{"do": {"pass"}, "to": {"bo"}, "reason": {"too busy"}, "revision": {"1"}})
	for _, a := range d.book.acts {
		if a.Kind != directdial.ActPass || a.To != "bo" || a.Reason != directdial.TooBusy {
			t.Errorf("the action is %+v", a)
		}
	}
	if len(d.book.acts) != 1 {
		t.Errorf("%d actions", len(d.book.acts))
	}
}

func TestWhatIsNotForUsIsClosedWithTheReason(t *testing.T) {
	d := newDesk(t)
	_, page, _ := d.ask(http.MethodGet, d.link("ana")+"?do=decline", nil)
	if at := strings.Index(page, "<details open>"); at < 0 || !strings.Contains(page[at:], "<option>not about us</option><option>duplicate</option>") {
		t.Errorf("no reasons are offered:\n%s", page)
	}
	d.ask(http.MethodPost, d.link("ana"), url.Values{"do": {"decline"}, "reason": {"duplicate"}, "revision": {"1"}})
	if len(d.book.acts) != 1 {
		t.Fatalf("%d actions", len(d.book.acts))
	}
	for _, a := range d.book.acts {
		if a.Kind != directdial.ActDecline || a.Reason != directdial.Duplicate {
			t.Errorf("the action is %+v", a)
		}
	}
}

func TestLinksThatAreForgedExpiredOrForSomebodyElseDoNothing(t *testing.T) {
	d := newDesk(t)
	path, other := d.link("ana"), newDesk(t)
	other.channel.links.key = []byte("the key of another data directory")
	for name, forged := range map[string]struct {
		path string
		code int
	}{
		"another key":        {other.link("ana"), http.StatusForbidden},
		"another expert":     {strings.Replace(path, ".ana.", ".bo.", 1), http.StatusForbidden},
		"another offer":      {strings.Replace(path, "-1.", "-2.", 1), http.StatusForbidden},
		"a longer life":      {strings.Replace(path, ".ana.", ".ana.z", 1), http.StatusForbidden},
		"cut short":          {path[:len(path)-1], http.StatusForbidden},
		"nothing signed":     {"/v1/channels/email/x", http.StatusForbidden},
		"only dots":          {"/v1/channels/email/...", http.StatusForbidden},
		"signed for another": {d.link("bo"), http.StatusNotFound},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			code, page, _ := d.ask(method, forged.path, take())
			if method == http.MethodGet && code != forged.code {
				t.Errorf("%s: %s gives %d\n%s", name, method, code, page)
			}
			if strings.Contains(page, "refund") {
				t.Errorf("%s: %s shows the card", name, method)
			}
		}
	}
	d.now = d.now.Add(linkLife)
	if code, page, _ := d.ask(http.MethodPost, path, take()); code != http.StatusGone || !strings.Contains(page, "expired") {
		t.Errorf("a month later: %d\n%s", code, page)
	}
	if len(d.book.acts) != 0 {
		t.Errorf("these links did %v", d.book.acts)
	}
}

func TestWhatCannotBeDoneIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*book)
		form   url.Values
		code   int
		words  string
	}{
		"taken by another": {func(b *book) { b.card.Past = "taken by Bo Ek" }, take(), http.StatusConflict, "no longer yours: taken by Bo Ek"},
		"refused":          {func(b *book) { b.card.State, b.card.Revision = directdial.Accepted, 2 }, take(), http.StatusConflict, "Bo Ek took it at 10:04 UTC."},
		"no router":        {func(b *book) { b.fail = errors.New("broken") }, take(), http.StatusServiceUnavailable, "Try again in a minute"},
		"another act":      {nil, url.Values{"do": {"forget"}, "revision": {"1"}}, http.StatusConflict, "cannot be done"},
		"no act of a card": {func(b *book) { b.card.Revision = 2 }, url.Values{"do": {"gap"}, "revision": {"1"}}, http.StatusConflict, "cannot be done"},
		"of another card":  {func(b *book) { b.card.Revision = 2 }, url.Values{"do": {"agree"}, "revision": {"-1"}}, http.StatusConflict, "cannot be done"},
		"taken back": {
			func(b *book) { b.card.Revision, b.card.Past = 2, "passed on to Bo Ek" }, take(), http.StatusConflict,
			"no longer yours: passed on to Bo Ek",
		},
		"an empty form": {nil, url.Values{}, http.StatusConflict, "cannot be done"},
		"a huge form":   {nil, url.Values{"do": {strings.Repeat("x", maxForm)}}, http.StatusBadRequest, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			if c.change != nil {
				c.change(d.book)
				d.book.card.Choices = experts.Choices(&d.book.card)
			}
			code, page, _ := d.ask(http.MethodPost, d.link("ana"), c.form)
			if code != c.code || !strings.Contains(page, c.words) || len(d.book.acts) != 0 {
				t.Errorf("%d, want %d and %q\n%s", code, c.code, c.words, page)
			}
		})
	}
}

func TestPageShowsWordsFromOutsideAsWords(t *testing.T) {
	for name, words := range channeltest.Hostile() {
		d := newDesk(t)
		d.book.card.Post.Text, d.book.card.Post.Author, d.book.card.Post.URL = words, words, "https://evil.example/\"onmouseover=\"x"
		_, page, _ := d.ask(http.MethodGet, d.link("ana"), nil)
		if strings.Contains(page, "<script") || strings.Contains(page, "\"onmouseover") || strings.Contains(page, "<img") {
			t.Errorf("%s:\n%s", name, page)
		}
	}
}

// Who says yes there must see to what.
func TestPageOfAnInvitationSaysWhatTheYesIsFor(t *testing.T) {
	d := newDesk(t)
	d.book.card.Kind = directdial.InvitationCard
	d.book.card.Rows = []experts.Row{{Label: "for", Lines: []string{"questions about recall"}}}
	code, page, _ := d.ask(http.MethodGet, d.link("ana"), nil)
	if code != http.StatusOK || !strings.Contains(page, "<dt>For</dt><dd>questions about recall</dd>") {
		t.Errorf("%d\n%s", code, page)
	}
}

func FuzzTokensThatWeDidNotMakeDoNotWork(f *testing.F) {
	l := links{base: "/", key: []byte("key")}
	made := strings.TrimPrefix(l.to(pass{offer: "d0123456789abcdef-1", expert: "ana", until: time.Unix(2e9, 0)}), "/")
	for _, seed := range []string{made, "", "...", made + "x", "a.b.c.d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := l.read(token, time.Unix(0, 0)); err == nil && token != made {
			t.Errorf("%q works", token)
		}
	})
}
