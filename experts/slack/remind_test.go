package slack_test

import (
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/channeltest"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

// reminders are what stands in the thread of a card.
func (b *bench) reminders(ref string) (said []string) {
	for _, m := range b.Messages() {
		if m.Thread != "" && m.Channel+":"+m.Thread == ref {
			said = append(said, m.Text)
		}
	}
	return said
}

func TestWhatMustBeNoticedIsSaidBesideTheEditOnce(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*experts.Card)
		says   string // "": nothing
	}{
		"the time is short": {func(c *experts.Card) {
			c.Turned, c.Reminds, c.Open = 2, true, time.Date(2026, 11, 23, 10, 55, 0, 0, time.UTC)
		}, "a reminder: only open until Mon 23 Nov"},
		"opened again":             {func(c *experts.Card) { c.Turned, c.State = 2, directdial.Accepted }, "the author wrote again; taken by you"},
		"taken":                    {func(c *experts.Card) { c.State = directdial.Accepted }, ""},
		"handed on":                {func(c *experts.Card) { c.Turned, c.Past = 2, "taken by Bo Ek" }, ""},
		"withdrawn":                {func(c *experts.Card) { c.Turned, c.State = 2, directdial.Withdrawn }, ""},
		"was short before":         {func(c *experts.Card) { c.Turned, c.Shown, c.Revision, c.Reminds = 2, 2, 3, true }, ""},
		"will be short, not shown": {func(c *experts.Card) { c.Turned, c.Reminds = 3, true }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := setUp(t, ana)
			to := person(ana.Email)
			ref := b.send(t, to)
			card := channeltest.Card(to)
			card.Shown, card.Revision = 1, 2
			c.change(&card)
			for range 2 { // the first report may be lost
				if err := b.channel.Edit(t.Context(), to, ref, card); err != nil {
					t.Fatal(err)
				}
			}
			said := b.reminders(ref)
			if c.says == "" && len(said) == 0 {
				return
			}
			if len(said) != 1 || c.says == "" || !strings.Contains(said[0], c.says) || len(b.Messages()) != 2 {
				t.Errorf("said %q, want %q once", said, c.says)
			}
		})
	}
}

// A reminder whose answer is lost is looked up; one that was refused for now is
// said later.
func TestAReminderIsNeitherLostNorSaidTwice(t *testing.T) {
	for name, fault := range map[string]slacktest.Fault{
		"lost":                {Method: "chat.postMessage", Lose: true},
		"refused for now":     {Method: "chat.postMessage", Status: 429, RetryAfter: time.Second},
		"cannot be looked up": {Method: "conversations.history", Status: 503},
		"the edit is refused": {Method: "chat.update", Status: 503},
	} {
		t.Run(name, func(t *testing.T) {
			b := setUp(t, ana)
			to := person(ana.Email)
			ref := b.send(t, to)
			card := channeltest.Card(to)
			card.Shown, card.Revision, card.Turned, card.Reminds = 1, 2, 2, true
			b.Script(fault)
			if err := b.channel.Edit(t.Context(), to, ref, card); err == nil || directdial.KindOf(err) == directdial.Gone {
				t.Errorf("the edit returns %v", err)
			}
			if err := b.channel.Edit(t.Context(), to, ref, card); err != nil {
				t.Error(err)
			}
			if said := b.reminders(ref); len(said) != 1 {
				t.Errorf("said %q, want one reminder", said)
			}
		})
	}
}

func TestAnAppThatMayNotLookRemindsAllTheSame(t *testing.T) {
	b := setUp(t, ana)
	to := person(ana.Email)
	ref := b.send(t, to)
	b.Script(slacktest.Fault{Method: "conversations.history", Error: "missing_scope"})
	card := channeltest.Card(to)
	card.Shown, card.Revision, card.Turned, card.Reminds = 1, 2, 2, true
	if err := b.channel.Edit(t.Context(), to, ref, card); err != nil || len(b.reminders(ref)) != 1 {
		t.Errorf("%v, said %q", err, b.reminders(ref))
	}
}
