package main_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

func TestMoreOfATopicThanItsBurstAllowsIsOneCardThatCounts(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, func(s *settings) {
		s.routing = "{ fallback: kim, accept_within: off, answer_within: off, burst: { window: 30m, cards: 2 } }"
	})
	d := at.start()
	d.send(several(1, 6, complaint)...)
	d.send(said(7, parcel)) // another topic has a burst of its own
	l := d.settled()
	if l.Dialled != 7 || l.Dials != 3 || len(slack.Messages()) != 3 {
		t.Errorf("%d cards, ledger %+v", len(slack.Messages()), l)
	}
	counts := func(m slacktest.Message) bool { return strings.Contains(slacktest.Render(m), "4 more posts") }
	if !slices.ContainsFunc(slack.Messages(), counts) {
		t.Error("no card counts the others")
	}
	if out := at.must("explain", said(5, "").ID); !strings.Contains(out, "one card counts them") {
		t.Errorf("explain says %s", out)
	}
}

func TestABudgetThatIsUsedUpParksUntilThereIsRoom(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, func(s *settings) {
		s.routing = strings.Replace(usualRouting, "fallback: kim, ", "", 1)
		s.experts = strings.Replace(strings.Replace(usualExperts, "budget: off", "budget: { per_hour: 2, per_day: 8 }", 1), `"*", `, "", 1)
	})
	d := at.start()
	d.send(several(1, 5, complaint)...)
	l := d.settled()
	if l.Dialled != 2 || l.Parked[string(directdial.NobodyFree)] != 3 || len(slack.Messages()) != 3 {
		t.Errorf("%d messages, ledger %+v", len(slack.Messages()), l)
	}
	if n := notices(slack); n != 1 {
		t.Errorf("the owner has %d notices", n)
	}
	m, _ := d.mention(said(5, "").ID)
	if m.For != "ana" || m.Owner != "ana" || m.Until.Before(time.Now().Add(55*time.Minute)) || m.Until.After(time.Now().Add(65*time.Minute)) {
		t.Errorf("parked with %s for %s until %v", m.Owner, m.For, m.Until)
	}
	if out := at.must("explain", m.ID); !strings.Contains(out, "over budget: 2 in the last hour") {
		t.Errorf("explain says %s", out)
	}
}

// notices counts the messages that are no dial.
func notices(slack *slacktest.Server) (n int) {
	for _, m := range slack.Messages() {
		if strings.Contains(slacktest.Render(m), "wait with you") || strings.Contains(slacktest.Render(m), "waits with you") {
			n++
		}
	}
	return n
}

func TestPaceHoldsBackTheSecondCardOfOnePersonAndNobodyElses(t *testing.T) {
	t.Parallel()
	channel := `{ slack: { token: %s, api_url: %q, pace: %s, rate: off } }`
	at, slack := newSlack(t, func(s *settings) { s.channels = fmt.Sprintf(channel, slacktest.Token, s.slack, "1/h") })
	d := at.start()
	d.send(several(1, 3, complaint)...)
	d.send(said(4, parcel))
	d.until("two people have a card", func(l *directdial.Ledger) bool { return l.Waiting == 0 && l.Cards.Waiting == 2 })
	var to []string
	for _, m := range slack.Messages() {
		to = append(to, m.User)
	}
	if slices.Sort(to); !slices.Equal(to, []string{"U0ANA", "U0BO"}) {
		t.Errorf("cards went to %v", to)
	}
	if out := at.must("dials"); strings.Count(out, "card waiting") != 2 {
		t.Errorf("dials says\n%s", out)
	}
	at.configure(settings{channels: fmt.Sprintf(channel, slacktest.Token, slack.URL(), "off")})
	d.settled()
	if n := len(slack.Messages()); n != 4 {
		t.Errorf("%d cards without pace", n)
	}
}

func TestWhatIsOlderThanMaxAgeIsHeardAndNeverDialled(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, nil)
	d := at.start()
	old, young := said(1, complaint), said(2, complaint)
	old.CreatedAt, young.CreatedAt = time.Now().Add(-73*time.Hour), time.Now().Add(-71*time.Hour)
	d.send(old, young)
	l := d.settled()
	if l.Suppressed[string(directdial.TooOld)] != 1 || l.Dialled != 1 || len(slack.Messages()) != 1 {
		t.Errorf("ledger %+v", l)
	}
}

func TestARestrictedTopicGoesOnlyToWhomItIsGrantedByName(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, func(s *settings) {
		// Ana may take everything that is not restricted.
		s.experts = strings.Replace(usualExperts, "topics: [billing]", `topics: ["*"]`, 1)
	})
	d := at.start()
	d.send(said(1, fire))
	d.settled()
	if m := slack.Messages(); len(m) != 1 || m[0].User != "U0KIM" {
		t.Fatalf("cards %+v", m)
	}
	if out := at.must("explain", said(1, "").ID); !strings.Contains(out, "dialled: enabled for the topic") {
		t.Errorf("explain says %s", out)
	}
	// Without the grant by name nobody may take it, whoever is the fallback.
	at.configure(settings{slack: slack.URL(), experts: strings.Replace(strings.Replace(usualExperts, "topics: [billing]", `topics: ["*"]`, 1), `"*", recall`, `"*"`, 1)})
	await(t, "the grant is gone", func() bool { return d.log.has("configuration read again") })
	d.send(said(2, fire))
	l := d.settled()
	if l.Parked[string(directdial.NobodyEnabled)] != 1 || l.Dials != 1 {
		t.Errorf("ledger %+v", l)
	}
	if out := at.must("explain", said(2, "").ID); strings.Count(out, "the topic is restricted and not granted by name") != 2 {
		t.Errorf("explain says %s", out)
	}
}
