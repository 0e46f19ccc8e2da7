package main_test

import (
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/directdial/directdial"
)

// pageForm is the form on the page of a mail that does something.
func pageForm(t *testing.T, page string, do directdial.ActionKind) url.Values {
	t.Helper()
	for _, form := range regexp.MustCompile(`(?s)<form method="post">.*?</form>`).FindAllString(page, -1) {
		values := url.Values{}
		for _, field := range regexp.MustCompile(`name="([a-z]+)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
			values.Set(field[1], html.UnescapeString(field[2]))
		}
		if values.Get("do") == string(do) {
			return values
		}
	}
	t.Fatalf("the page has no form for %s:\n%s", do, page)
	return nil
}

func read(t *testing.T, resp *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s, %v\n%s", resp.Status, err, text)
	}
	return string(text)
}

// Who has nothing but mail does all with it that the invitation promises.
func TestAGrantIsAgreedLoweredPausedAndEndedByTheLinkOfItsInvitation(t *testing.T) {
	t.Parallel()
	at, smtp, _ := newMail(t)
	conf, err := os.ReadFile(at.path("directdial.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	at.write("directdial.yaml", strings.Replace(string(conf), "agreed: 2026-01-01, ", "", 1)) // ana's
	d := at.start()
	await(t, "the invitation", func() bool { return len(smtp.Mails()) > 0 })
	address := d.mailed(smtp.Mails()[0].Data)
	standing := func() string { return at.must("experts", "ana") }
	resp, err := http.Get(address)
	page := read(t, resp, err)
	for _, step := range []struct {
		do         directdial.ActionKind
		page, list string // what they say after it
	}{
		{directdial.ActNotNow, "you can say yes at any time", "NOT AGREED, put off"},
		{directdial.ActAgree, ">Fewer</button>", "NOT PRACTISED"},
		{directdial.ActHalve, "at most 2 an hour and 4 a day", "at most 2 an hour and 4 a day"},
		{directdial.ActWhole, ">Fewer</button>", "budget      off"},
		{directdial.ActHalve, "at most 2 an hour and 4 a day", "at most 2 an hour and 4 a day"},
		{directdial.ActPause, "Nothing of it comes to you: not practised, and paused.", "NOT PRACTISED"},
		{directdial.ActResume, ">Pause</button>", "NOT PRACTISED"},
		{directdial.ActEnd, "Nothing of it comes to you: grant ended.", "ENDED"},
	} {
		form := pageForm(t, page, step.do)
		for range 2 { // as programs do that look at mails
			resp, err := http.Get(address + "?show=grants&" + form.Encode())
			if looked := read(t, resp, err); step.do != directdial.ActNotNow && !strings.Contains(looked, `value="`+string(step.do)+`"`) {
				t.Errorf("opening the link to %s did something:\n%s", step.do, looked)
			}
		}
		for range 2 { // a double click
			resp, err := http.PostForm(address, form)
			page = read(t, resp, err)
		}
		if after := standing(); !strings.Contains(page, step.page) || !strings.Contains(after, step.list) {
			t.Errorf("%s: want %q and %q\n%s\n%s", step.do, step.page, step.list, page, after)
		}
	}
}
