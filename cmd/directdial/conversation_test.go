package main_test

import (
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

// sameAuthor makes the author of one mention that of another.
func sameAuthor(as, m directdial.Mention) directdial.Mention {
	m.Author = as.Author
	return m
}

func TestWhatItsAuthorWritesAfterTheAnswerOpensTheDialAgainForTheSameHolder(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, nil)
	d := at.start()
	first := said(1, complaint)
	d.send(first)
	d.settled()
	dial := d.dials()[0].ID
	at.must("dials", "answered", dial, "--as", "ana")
	d.send(reply(2, first, thanks)) // a stranger opens nothing
	if l := d.settled(); l.Answered != 1 {
		t.Errorf("ledger %+v", l)
	}
	d.send(sameAuthor(first, reply(3, first, "it is still broken "+textMark)))
	l := d.settled()
	if now := d.dials()[0]; now.State != directdial.Accepted || now.Holder != "ana" || now.ID != dial || l.Open != 1 {
		t.Errorf("dial %+v, ledger %+v", now.Dial, l)
	}
	// The card has changed in place, and a word beside it says so, for a change
	// notifies nobody.
	messages := slack.Messages()
	if len(messages) != 2 || messages[1].Thread != messages[0].TS || !strings.Contains(slacktest.Render(messages[0]), "still broken") {
		t.Errorf("messages %+v", messages)
	}
}

func TestAnAuthorStaysWithTheSameColleague(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, func(s *settings) {
		s.experts = strings.Replace(usualExperts, "topics: [delivery]", "topics: [delivery, billing]", 1)
	})
	d := at.start()
	regular := said(0, complaint)
	d.send(regular)
	d.settled()
	to := slack.Messages()[0].User
	for n := 1; n < 6; n++ {
		d.send(sameAuthor(regular, said(n, complaint)), said(100+n, complaint))
		d.settled()
	}
	others := map[string]bool{}
	for _, v := range d.dials() {
		m, _ := d.desk.Explain(t.Context(), string(v.Mentions[0]))
		if m.Case.Classification.Tag() == "" {
			t.Errorf("%+v", m)
		}
		mine := v.Text == complaint && len(v.Authors) == 1 && v.Authors[0] == at.keyer().Author("mastodon", regular.Author.Identity())
		if mine && "U0"+strings.ToUpper(v.Holder) != to {
			t.Errorf("a mention by the regular went to %s, the first to %s", v.Holder, to)
		}
		others[v.Holder] = true
	}
	if len(others) < 2 {
		t.Errorf("everybody went to %v", others)
	}
}
