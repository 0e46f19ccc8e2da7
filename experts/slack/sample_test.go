package slack_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/channeltest"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

// asksAboutSample gives the book a card that asks about mentions that were left.
func asksAboutSample(b *book) { b.card = channeltest.Enabling(b.card.To)["sample"] }

// mention is the block under the nth mention of the sample.
func (d *desk) mention(n int) slacktest.Where {
	return d.card().Block(d.book.card.Offer + " " + string(d.book.card.Samples[n].Mention))
}

func TestACoachSaysWithTwoTapsWhatBecameOfASample(t *testing.T) {
	for _, way := range ways {
		t.Run(way, func(t *testing.T) {
			d := newDesk(t, way, asksAboutSample)
			left := d.Press(ana.ID, d.mention(0), "Rightly left")
			var found struct {
				Options []struct {
					Value string
					Text  struct{ Text string }
				}
			}
			raw := d.tell(left, left, d.SearchIn(ana.ID, d.mention(1), "Belonged to …", "BILL"))
			if err := json.Unmarshal(raw, &found); err != nil || len(found.Options) != 1 || found.Options[0].Value != "topic:billing" || len(slacktest.CheckOptions(raw)) != 0 {
				t.Errorf("found %s, %v", raw, err)
			}
			d.acted(1) // what is done at once may be judged in any order
			d.tell(d.Pick(ana.ID, d.mention(1), "Belonged to …", "topic:billing"))
			d.acted(2)
			d.tell(d.Pick(ana.ID, d.mention(2), "Belonged to …", "expert:kim"))
			d.acted(3)
			d.stop()
			want := []directdial.Action{
				{Reason: directdial.RightlyLeft}, {Reason: directdial.Belonged, Topic: "billing"}, {Reason: directdial.Belonged, To: "kim"},
			}
			acts := d.book.done()
			for i, a := range acts {
				w := want[i]
				if a.Kind != directdial.ActReview || a.By != "ana" || a.Surface != "slack" || a.Offer != d.book.card.Offer ||
					a.Mention != d.book.card.Samples[i].Mention || a.Reason != w.Reason || a.Topic != w.Topic || a.To != w.To || !directdial.ValidName(a.ID) {
					t.Errorf("action %d is %+v", i, a)
				}
			}
			if len(acts) != 3 || len(d.Told()) != 0 {
				t.Errorf("%d actions, said %v", len(acts), d.Told())
			}
		})
	}
}

// Two mentions beside each other are judged within a second: that is no double
// click.
func TestTheSameAnswerAboutTwoMentionsIsTwoAnswers(t *testing.T) {
	d := newDesk(t, "socket", asksAboutSample)
	d.tell(d.Press(ana.ID, d.mention(0), "Rightly left"), d.Press(ana.ID, d.mention(2), "Rightly left"))
	if acts := d.acted(2); acts[0].Mention == acts[1].Mention || acts[0].ID == acts[1].ID {
		t.Errorf("did %+v", acts)
	}
}

func TestWhatASampleDoesNotOfferIsRefused(t *testing.T) {
	for name, change := range map[string]func(*book){
		"gone":    func(b *book) { b.card.Samples[0].Choices = nil },
		"another": func(b *book) { b.card.To.ID = "bo" },
		"no card": func(b *book) { b.card.Offer = "m1" },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, "socket", asksAboutSample)
			press := d.Press(ana.ID, d.mention(0), "Rightly left")
			d.book.mu.Lock()
			change(d.book)
			d.book.mu.Unlock()
			d.tell(press, d.SearchIn(ana.ID, d.card(), "Belonged to …", "no such thing"))
			await(t, "a refusal", func() bool { return len(d.Told()) == 1 })
			d.stop()
			if acts := d.book.done(); len(acts) != 0 {
				t.Errorf("did %+v", acts)
			}
		})
	}
}

// Twenty mentions, each as long as can be and of whatever is in it, are one
// message that Slack takes.
func TestALongSampleIsTaken(t *testing.T) {
	texts := []string{strings.Repeat("Billed twice & nobody answers. ", 200), strings.Repeat("<&>", 500)}
	for name, text := range channeltest.Hostile() {
		texts = append(texts, name+": "+text)
	}
	for _, text := range texts {
		c := channeltest.Enabling(person(ana.Email))["sample"]
		one := c.Samples[0]
		one.Said = directdial.RightlyLeft
		one.Post.Text, one.Post.Author, one.Post.Handle = text, text[:min(len(text), 500)], text[:min(len(text), 500)]
		one.Post.URL, one.Post.Said = "https://social.example/"+strings.Repeat("a", 97), time.Now()
		c.Samples = nil
		for i := range directdial.MissedSample {
			one.Mention = directdial.Key(fmt.Sprintf("%032x", i))
			c.Samples = append(c.Samples, one)
		}
		fake := slacktest.Start(t, ana)
		if _, err := open(t, fake.URL()).Send(t.Context(), person(ana.Email), c); err != nil {
			t.Fatal(err)
		}
		m := fake.Messages()[0]
		if n := len(fake.Messages()); n != 1 || len(m.Blocks) == 0 || len(slacktest.Pings(m)) != 0 || !strings.Contains(slacktest.Render(m), "[Belonged to … ▾]") {
			t.Errorf("%.30q: %d messages, pings %v", text, n, slacktest.Pings(m))
		}
		for _, problem := range fake.Problems() {
			t.Errorf("%.30q: %s", text, problem)
		}
		channeltest.Inert(t, slacktest.Render(m))
	}
}
