package email

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/channeltest"
)

func newLate(t *testing.T) *desk {
	d := newDesk(t)
	d.book.card = channeltest.LateNotice(ana, "")
	return d
}

func TestALinkOfALateDialShowsItsPostAndWhatCanBeDone(t *testing.T) {
	d := newLate(t)
	code, page, _ := d.ask(http.MethodGet, d.link("ana")+"?"+lateQuery("dfedcba9876543210", directdial.ActPass), nil)
	for _, want := range []string{
		"late: harm, dial dfedcba98", "<details><summary>Show the words</summary>words about harm", "Dial dfedcba9876543210.", "<details open>",
		`name="dial" value="dfedcba9876543210"`, `name="revision" value="7"`, "Take it", "Pass on", "Not for us", "Bo Ek (is enabled for billing)",
	} {
		if code != http.StatusOK || !strings.Contains(page, want) {
			t.Errorf("%d, want %q in\n%s", code, want, page)
		}
	}
	if strings.Contains(page, "words about billing") || len(d.book.acts) != 0 {
		t.Errorf("it shows another dial, or did %v", d.book.acts)
	}
	if _, page, _ = d.ask(http.MethodGet, d.link("ana"), nil); !strings.Contains(page, "words about billing") {
		t.Errorf("without a dial the first is not shown:\n%s", page)
	}
	if code, _, _ = d.ask(http.MethodGet, d.link("bo"), nil); code != http.StatusNotFound {
		t.Errorf("somebody else sees it: %d", code)
	}
}

func TestAFormOfALateDialActsOnThatDialAndOnNoOther(t *testing.T) {
	d := newLate(t)
	form := url.Values{"do": {"pass"}, "dial": {"d0123456789abcdef"}, "revision": {"4"}, "to": {"bo"}, "reason": {"not my topic"}}
	if code, page, _ := d.ask(http.MethodPost, d.link("ana"), form); code != http.StatusOK {
		t.Fatalf("%d\n%s", code, page)
	}
	for _, a := range d.book.acts {
		if a.Kind != directdial.ActPass || a.Dial != "d0123456789abcdef" || a.Offer != "d0123456789abcdef-1" || a.By != "ana" || a.To != "bo" || a.Reason != directdial.NotMyTopic {
			t.Errorf("it did %+v", a)
		}
	}
	for name, bad := range map[string]url.Values{
		"a dial that is not late with them": {"do": {"pass"}, "dial": {"d0000000000000000"}, "revision": {"4"}},
		"what a notice does not offer":      {"do": {"answered"}, "dial": {"d0123456789abcdef"}, "revision": {"4"}},
	} {
		code, page, _ := d.ask(http.MethodPost, d.link("ana"), bad)
		if code != http.StatusConflict || !strings.Contains(page, goneLate) {
			t.Errorf("%s: %d\n%s", name, code, page)
		}
	}
	if len(d.book.acts) != 1 {
		t.Errorf("it did %v", d.book.acts)
	}
}

func TestAFormOfALateDialThatIsSentAgainIsAnsweredAsBefore(t *testing.T) {
	d := newLate(t)
	form := url.Values{"do": {"pass"}, "dial": {"d0123456789abcdef"}, "revision": {"4"}, "reason": {"not my topic"}}
	d.ask(http.MethodPost, d.link("ana"), form)
	d.book.card.Notice.Dials = d.book.card.Notice.Dials[1:] // it is late no more
	code, page, _ := d.ask(http.MethodPost, d.link("ana"), form)
	if code != http.StatusOK || !strings.Contains(page, "is with Ana Lind now") || !strings.Contains(page, "words about harm") || len(d.book.acts) != 1 {
		t.Errorf("%d, did %v\n%s", code, d.book.acts, page)
	}
	form.Set("do", "take")
	if code, page, _ = d.ask(http.MethodPost, d.link("ana"), form); code != http.StatusConflict || !strings.Contains(page, goneLate) || len(d.book.acts) != 1 {
		t.Errorf("another form: %d, did %v\n%s", code, d.book.acts, page)
	}
}
