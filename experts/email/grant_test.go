package email

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/channeltest"
)

// onGrant does what a holder asks for, as the router would.
func (b *book) onGrant(a directdial.Action) directdial.Judgement {
	_, again := b.acts[a.ID]
	b.acts[a.ID] = a
	for i := range b.grants {
		g := &b.grants[i]
		if again || g.ID != a.GrantID {
			continue
		}
		switch a.Kind {
		case directdial.ActHalve:
			g.Fewer = &directdial.Budget{PerHour: 2, PerDay: 4}
		case directdial.ActWhole:
			g.Fewer = nil
		case directdial.ActPause:
			g.State = directdial.GrantPaused
		case directdial.ActResume:
			g.State = ""
		case directdial.ActEnd:
			g.State = directdial.GrantEnded
		}
		b.card.Grant = *g
	}
	return directdial.Judgement{Action: a.ID, Words: "It was done."}
}

// newHolder is the desk of somebody who said yes to an invitation.
func newHolder(t *testing.T) *desk {
	d := newDesk(t)
	d.book.card = channeltest.Enabling(ana)["invitation-yes"]
	d.book.card.Grant.Agreed = d.now.Add(-time.Hour)
	d.book.grants = []experts.Grant{d.book.card.Grant}
	return d
}

// grantForm is the form of a page that does something about a grant.
func grantForm(t *testing.T, page string, do directdial.ActionKind) url.Values {
	t.Helper()
	found := regexp.MustCompile(`name="do" value="` + string(do) + `"><input type="hidden" name="grant" value="([^"]+)"><input type="hidden" name="drawn" value="([A-Z2-7]+)">`).
		FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("the page has no form for %s:\n%s", do, page)
	}
	return url.Values{"do": {string(do)}, "grant": {found[1]}, "drawn": {found[2]}}
}

func TestAGrantIsLoweredPausedAndEndedOnThePageOfItsInvitation(t *testing.T) {
	for name, query := range map[string]string{"the answered invitation": "", "its yes once more": "?do=agree", "all grants": "?show=grants"} {
		t.Run(name, func(t *testing.T) {
			d := newHolder(t)
			path := d.link("ana") + query
			_, page, _ := d.ask(http.MethodGet, path, nil)
			if !strings.Contains(page, "Until 30 June 2027. Coach: Kim Strand.") {
				t.Errorf("the page does not say how it stands:\n%s", page)
			}
			for n, step := range []struct {
				do   directdial.ActionKind
				says string
			}{
				{directdial.ActHalve, "at most 2 an hour and 4 a day"},
				{directdial.ActWhole, ">Fewer<"},
				{directdial.ActHalve, ">As many as before<"}, // once more: another action
				{directdial.ActPause, "Nothing of it comes to you: paused."},
				{directdial.ActResume, ">Pause<"},
				{directdial.ActEnd, "Nothing of it comes to you: grant ended."},
			} {
				form := grantForm(t, page, step.do)
				var code int
				for range 2 { // a double click
					code, page, _ = d.ask(http.MethodPost, path, form)
				}
				if code != http.StatusOK || !strings.Contains(page, "It was done.") || !strings.Contains(page, step.says) || len(d.book.acts) != n+1 {
					t.Fatalf("%s: %d, want %q and %d actions, not %d\n%s", step.do, code, step.says, n+1, len(d.book.acts), page)
				}
			}
			if strings.Contains(page, `name="grant"`) {
				t.Errorf("an ended grant has forms:\n%s", page)
			}
			for _, a := range d.book.acts {
				if a.By != "ana" || a.Expert != "ana" || a.GrantID != d.book.grants[0].ID || a.Offer != "" || a.Surface != "email" || !directdial.ValidName(a.ID) {
					t.Errorf("the action is %+v", a)
				}
			}
		})
	}
}

func TestEachMailOfAColleagueLeadsToTheirGrantsAndOthersDoNot(t *testing.T) {
	for name, c := range cards() {
		own := ofGrants(c)
		switch name {
		case "notice", "late", "test", "sample", "grant-ends-coach":
			if own {
				t.Errorf("%s leads to grants", name)
			}
		default:
			if !own {
				t.Errorf("%s does not lead to grants", name)
			}
		}
		p := render(t, c)
		if strings.Contains(p.text, "?show=grants") != own || strings.Contains(p.html, "?show=grants") != own {
			t.Errorf("%s: a link in text or HTML is missing, or there is one:\n%s", name, p.text)
		}
	}
}

func TestProgramsThatOpenTheLinkToGrantsChangeNothing(t *testing.T) {
	d := newHolder(t)
	for range 2 {
		for _, query := range []string{"", "?show=grants", "?show=grants&do=end&grant=billing&drawn=A", "?do=end&grant=billing"} {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				code, _, header := d.ask(method, d.link("ana")+query, nil)
				if code != http.StatusOK || header.Get("Cache-Control") != "no-store" || header.Get("Content-Security-Policy") != answerPolicy {
					t.Errorf("%s %s: %d, %v", method, query, code, header)
				}
			}
		}
	}
	if len(d.book.acts) != 0 {
		t.Errorf("opening links did %v", d.book.acts)
	}
}

func TestLinksToGrantsThatAreForgedExpiredOrForSomebodyElseDoNothing(t *testing.T) {
	d, other := newHolder(t), newHolder(t)
	other.channel.links.key = []byte("the key of another data directory")
	path := d.link("ana")
	_, page, _ := d.ask(http.MethodGet, path+"?show=grants", nil)
	form := grantForm(t, page, directdial.ActEnd)
	refused := func(name, path string, want int) {
		t.Helper()
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			if code, page, _ := d.ask(method, path+"?show=grants", form); code != want || strings.Contains(page, "billing") {
				t.Errorf("%s: %s gives %d\n%s", name, method, code, page)
			}
		}
	}
	refused("another key", other.link("ana"), http.StatusForbidden)
	refused("another expert", strings.Replace(path, ".ana.", ".bo.", 1), http.StatusForbidden)
	refused("another offer", strings.Replace(path, "-t9xk2w.", "-t9xk2x.", 1), http.StatusForbidden)
	refused("cut short", path[:len(path)-1], http.StatusForbidden)
	refused("signed for another", d.link("bo"), http.StatusNotFound)
	d.now = d.now.Add(linkLife)
	refused("expired", path, http.StatusGone)
	if len(d.book.acts) != 0 {
		t.Errorf("these links did %v", d.book.acts)
	}
}

func TestFormsAboutGrantsOfOthersAndOtherActsAreRefused(t *testing.T) {
	d := newHolder(t)
	for name, form := range map[string]url.Values{
		"a grant of nobody": {"do": {"end"}, "grant": {"recall"}, "drawn": {"A"}},
		"no grant":          {"do": {"end"}, "grant": {""}, "drawn": {"A"}},
		"to extend it":      {"do": {"extend"}, "grant": {d.book.grants[0].ID}, "drawn": {"A"}},
		"nothing":           {"grant": {d.book.grants[0].ID}},
	} {
		if code, page, _ := d.ask(http.MethodPost, d.link("ana"), form); code != http.StatusConflict || !strings.Contains(page, "no grant of yours") {
			t.Errorf("%s: %d\n%s", name, code, page)
		}
	}
	if len(d.book.acts) != 0 {
		t.Errorf("these forms did %v", d.book.acts)
	}
}
