package main_test

import (
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

func TestTheSameMentionThreeTimesAlsoAfterARestartIsOneCard(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, nil)
	d := at.start()
	for i, want := range []int{1, 0} {
		if r := d.send(said(1, complaint)); r.Accepted != want || r.Duplicates != 1-want {
			t.Errorf("time %d: %s", i+1, r.body)
		}
	}
	d.settled()
	d.stop()
	d = at.start()
	if r := d.send(said(1, complaint)); r.Accepted != 0 || r.Duplicates != 1 {
		t.Errorf("after the restart: %s", r.body)
	}
	l := d.settled()
	if n := len(slack.Messages()); n != 1 || l.Mentions != 1 || l.Dials != 1 {
		t.Errorf("%d messages, ledger %+v", n, l)
	}
}

// thread is six posts of one conversation, one of them without a tag.
func thread() []directdial.Mention {
	posts := []directdial.Mention{said(1, complaint)}
	for n, text := range []string{"it is still wrong " + textMark, thanks, "hello? " + textMark, "three days now " + textMark, "last try " + textMark} {
		posts = append(posts, reply(n+2, posts[0], text))
	}
	return posts
}

func TestAThreadOfSixPostsIsOneCardEditedFiveTimes(t *testing.T) {
	t.Parallel()
	for name, together := range map[string]bool{"one after the other": false, "in one request": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, slack := newSlack(t, nil)
			d := at.start()
			if together {
				d.send(thread()...)
			} else {
				for _, m := range thread() {
					d.send(m)
					d.settled()
				}
			}
			l := d.settled()
			if l.Dialled != 6 || l.Dials != 1 {
				t.Errorf("%d mentions are dialled in %d dials", l.Dialled, l.Dials)
			}
			messages := slack.Messages()
			if len(messages) != 1 {
				t.Fatalf("%d messages", len(messages))
			}
			if n := len(messages[0].Earlier); n != 5 {
				t.Errorf("the card was edited %d times", n)
			}
			card := slacktest.Render(messages[0])
			for _, words := range []string{"bad joke", "5 more posts", "last try"} {
				if !strings.Contains(card, words) {
					t.Errorf("the card does not show %q:\n%s", words, card)
				}
			}
		})
	}
}

func TestAnEditChangesTheCard(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, nil)
	d := at.start()
	d.send(said(1, complaint))
	d.settled()
	if r := d.send(said(1, "acme billed twice, now they answered "+textMark)); r.Accepted != 1 {
		t.Errorf("an edit: %s", r.body)
	}
	await(t, "the card shows the edit", func() bool {
		messages := slack.Messages()
		return len(messages) == 1 && strings.Contains(slacktest.Render(messages[0]), "now they answered")
	})
	if l := d.settled(); l.Mentions != 1 || l.Repeats != 1 {
		t.Errorf("ledger %+v", l)
	}
	if card := slacktest.Render(slack.Messages()[0]); strings.Contains(card, "bad joke") {
		t.Errorf("the card shows the old words:\n%s", card)
	}
}

func TestADeletionWithdrawsTheCard(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, nil)
	d := at.start()
	d.send(said(1, complaint))
	d.settled()
	d.delete(said(1, ""))
	await(t, "the card is withdrawn", func() bool {
		return strings.Contains(slacktest.Render(slack.Messages()[0]), "withdrawn")
	})
	l := d.settled()
	if dial := d.dials()[0]; dial.State != directdial.Withdrawn || l.Withdrawn != 1 || len(slack.Messages()) != 1 {
		t.Errorf("dial %s, ledger %+v", dial.State, l)
	}
	if card := slacktest.Render(slack.Messages()[0]); strings.Contains(card, textMark) {
		t.Errorf("the card still shows what is gone:\n%s", card)
	}
}

func TestADeletionInTheRequestOfItsMentionLeavesNoCardWithTheText(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, nil)
	d := at.start()
	mention := strings.Trim(encode([]directdial.Mention{said(1, complaint)}), "[]")
	d.post("["+mention+`,{"id":"`+said(1, "").ID+`","platform":"mastodon","deleted":true}]`, nil)
	d.until("the dial is withdrawn", func(l *directdial.Ledger) bool { return l.Withdrawn == 1 })
	d.stop() // a card that was on its way meanwhile has arrived then
	at.start().settled()
	for _, m := range slack.Messages() {
		if card := slacktest.Render(m); strings.Contains(card, textMark) {
			t.Errorf("the card shows what is gone:\n%s", card)
		}
	}
}
