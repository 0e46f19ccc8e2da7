package email

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/channeltest"
)

// newSample is the pages over a card that asks about mentions that were left.
func newSample(t *testing.T) *desk {
	d := newDesk(t)
	d.book.card = channeltest.Enabling(ana)["sample"]
	return d
}

func says(d *desk, n int, reason, belongs string) url.Values {
	return url.Values{
		"do": {"review"}, "mention": {string(d.book.card.Samples[n].Mention)}, "reason": {reason}, "belongs": {belongs}, "revision": {"3"},
	}
}

func TestALinkOfASampleShowsItsMentionAndTheFormThatActs(t *testing.T) {
	d := newSample(t)
	path := d.link("ana") + "?" + query(d.book.card.Samples[2].Mention, directdial.Belonged)
	code, page, _ := d.ask(http.MethodGet, path, nil)
	for _, want := range []string{"again no parcel", "You said: belonged.", "<details open>", `value="topic:billing"`, `value="expert:bo"`, `value="tag:complaint"`} {
		if code != http.StatusOK || !strings.Contains(page, want) {
			t.Errorf("%d, want %q in\n%s", code, want, page)
		}
	}
	if strings.Contains(page, "that was a day") {
		t.Error("the page shows other mentions, too")
	}
	if len(d.book.acts) != 0 {
		t.Errorf("opening the link did %v", d.book.acts)
	}
	if _, page, _ = d.ask(http.MethodGet, d.link("ana"), nil); !strings.Contains(page, "that was a day") {
		t.Errorf("without a mention the first that waits is not shown:\n%s", page)
	}
}

func TestAFormOfASampleActsOnceAndTheNextFollows(t *testing.T) {
	d := newSample(t)
	path := d.link("ana") + "?" + query(d.book.card.Samples[2].Mention, directdial.Belonged)
	for range 3 {
		code, page, _ := d.ask(http.MethodPost, path, says(d, 2, "belonged", "topic:billing"))
		if code != http.StatusOK || !strings.Contains(page, "that was a day") {
			t.Errorf("%d, the next one is not shown\n%s", code, page)
		}
	}
	d.ask(http.MethodPost, d.link("ana"), says(d, 2, "belonged", "expert:bo"))
	d.ask(http.MethodPost, d.link("ana"), says(d, 0, "rightly left", ""))
	var did []string
	for id, a := range d.book.acts {
		if a.Kind != directdial.ActReview || a.By != "ana" || a.Surface != "email" || a.Offer != d.book.card.Offer || !directdial.ValidName(id) {
			t.Errorf("the action is %+v", a)
		}
		did = append(did, string(a.Mention[31])+" "+string(a.Reason)+" "+a.Topic+a.To)
	}
	slices.Sort(did)
	if want := []string{"1 rightly left ", "3 belonged billing", "3 belonged bo"}; !slices.Equal(did, want) {
		t.Errorf("did %q, want %q", did, want)
	}
}

func TestWhatACardNeverOfferedIsRefused(t *testing.T) {
	for name, change := range map[string]func(url.Values){
		"another mention": func(v url.Values) { v.Set("mention", "ffffffffffffffffffffffffffffffff") },
		"another reason":  func(v url.Values) { v.Set("reason", "not about us") },
		"nobody":          func(v url.Values) { v.Set("belongs", "expert:nobody") },
		"another act":     func(v url.Values) { v.Set("do", "take") },
	} {
		d := newSample(t)
		form := says(d, 0, "belonged", "topic:billing")
		form.Set("revision", "1") // drawn on an earlier state
		change(form)
		if code, page, _ := d.ask(http.MethodPost, d.link("ana"), form); code != http.StatusConflict || len(d.book.acts) != 0 {
			t.Errorf("%s: %d, did %v\n%s", name, code, d.book.acts, page)
		}
	}
}

func TestASampleIsInertWhateverIsInIt(t *testing.T) {
	for name, text := range channeltest.Hostile() {
		c := channeltest.Enabling(ana)["sample"]
		before := visible(t, render(t, c).html).tags
		c.Samples[0].Post.Text, c.Samples[0].Post.Author, c.Samples[0].Post.Handle = text, text[:min(len(text), 300)], text[:min(len(text), 300)]
		p := render(t, c)
		channeltest.Inert(t, p.text)
		channeltest.Inert(t, p.html)
		for tag := range visible(t, p.html).tags {
			if !before[tag] {
				t.Errorf("%s: it brings %s into the HTML", name, tag)
			}
		}
	}
}
