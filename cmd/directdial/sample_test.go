package main

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/email/smtptest"
	"github.com/directdial/directdial/experts/slack/slacktest"
	"github.com/directdial/directdial/internal/bus/bustest"
)

// hearsLeft is a mention that nobody is dialled for.
func (o *office) hearsLeft() {
	o.t.Helper()
	o.heard++
	id := fmt.Sprintf("https://social.example/%d", o.heard)
	m := &directdial.Mention{
		ID: id, URL: id, Platform: "mastodon", Text: fmt.Sprintf("acme it is half past nine on day %d", o.heard),
		Lang: "en", CreatedAt: time.Now(), Author: directdial.Author{Handle: fmt.Sprintf("user%d@social.example", o.heard)},
	}
	if _, err := o.d.runner.Emit("crm")(context.Background(), m); err != nil {
		o.t.Fatalf("%v", err)
	}
}

// sundayNight is a minute before a week ends.
var sundayNight = time.Date(2026, 11, 22, 23, 59, 0, 0, time.UTC)

// weekOver leaves some mentions, and lets the week end: the coach is asked
// within the hour.
func (o *office) weekOver(left int) {
	o.t.Helper()
	for range left {
		o.hearsLeft()
	}
	time.Sleep(time.Hour)
	o.settle()
}

// reviewed is what the report says of all that was looked at.
func (o *office) reviewed(said, belonged int) *directdial.Missed {
	o.t.Helper()
	o.settle()
	v, err := o.desk.Missed(context.Background())
	if err != nil || v.Reviewed != said || v.Belonged != belonged {
		o.t.Errorf("the report says %+v, %v; want %d of %d", v, err, belonged, said)
	}
	return &v.Missed
}

func TestACoachAnswersTheWeeklySampleInSlack(t *testing.T) {
	bustest.Clock()
	dir, smtp := t.TempDir(), smtptest.Start(t, smtptest.Options{})
	bubble(t, func() {
		o := openOfficeOf(t, "ana", sundayNight, dir, officeHears[0], smtp)
		defer o.close()
		o.weekOver(25)
		all := o.slack.Messages()
		if len(all) != 1 || all[0].User != "U0ANA" || strings.Count(slacktest.Render(all[0]), "[Rightly left]") != directdial.MissedSample {
			t.Fatalf("the coach got %d messages", len(all))
		}
		card := func(n int) slacktest.Where {
			m := o.slack.Messages()[0]
			offer, _ := o.d.router.Offer(m.Payload("offer"))
			return slacktest.On(m).Block(offer.ID + " " + string(offer.Sample[n]))
		}
		left := o.slack.Press("U0ANA", card(0), "Rightly left")
		belonged := o.slack.Pick("U0ANA", card(1), "Belonged to …", "topic:billing")
		for range 2 { // told twice, it is one answer
			o.tells(left)()
			o.tells(belonged)()
			o.reviewed(2, 1)
		}
		if seen := slacktest.Render(o.slack.Messages()[0]); !strings.Contains(seen, "2 of 20 looked at, 1 belonged to somebody") {
			t.Errorf("the card shows\n%s", seen)
		}
		o.tells(o.slack.Press("U0ANA", card(1), "Rightly left"))() // on second thoughts
		if m := o.reviewed(2, 0); m.High < 0.5 || m.Low != 0 {
			t.Errorf("the interval is %f to %f", m.Low, m.High)
		}
		for _, p := range o.slack.Problems() {
			t.Errorf("slacktest: %s", p)
		}
	})
}

var sampleForms = regexp.MustCompile(`name="mention" value="([0-9a-f]{32})"><input type="hidden" name="reason" value="([a-z ]+)"><input type="hidden" name="revision" value="(\d+)"`)

func TestACoachAnswersTheWeeklySampleByMail(t *testing.T) {
	bustest.Clock()
	dir, smtp := t.TempDir(), smtptest.Start(t, smtptest.Options{})
	bubble(t, func() {
		o := openOfficeOf(t, "kim", sundayNight, dir, officeHears[0], smtp)
		defer o.close()
		o.weekOver(3)
		mails := o.smtp.Mails()
		if len(mails) != 1 || strings.Count(readable(t, mails[0].Data), "Rightly left:") != 3 {
			t.Fatalf("the coach got %d mails", len(mails))
		}
		link := officeLink.FindString(readable(t, mails[0].Data))
		for n := range 3 {
			form := sampleForms.FindStringSubmatch(o.get(link))
			if form == nil {
				t.Fatalf("there is no form for mention %d", n)
			}
			fields := url.Values{"do": {"review"}, "mention": {form[1]}, "reason": {"rightly left"}, "revision": {form[3]}}
			if n == 1 {
				fields.Set("reason", "belonged")
				fields.Set("belongs", "expert:bo")
			}
			for range 2 { // sent twice, it is one answer
				resp, err := o.web.PostForm(link, fields)
				if err != nil {
					t.Fatal(err)
				}
				if page := o.body(resp); !strings.Contains(page, "Noted: ") {
					t.Errorf("the page says\n%s", page)
				}
			}
			o.reviewed(n+1, min(n, 1))
		}
		if page := o.get(link); strings.Contains(page, "<form") || !strings.Contains(page, "3 of 3 looked at, 1 belonged to somebody") {
			t.Errorf("when all is said the page is\n%s", page)
		}
		if n := len(o.smtp.Mails()); n != 1 {
			t.Errorf("%d mails", n)
		}
	})
}
