package route

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

// enable gives ana a grant for recall, by kim.
func enable(g directdial.Grant) directdial.Action {
	return directdial.Action{Kind: directdial.ActGrant, By: "kim", Expert: "ana", Grant: &g, Detail: "has had the training"}
}

// cards are the cards of a kind that wait to be brought, or were.
func (x *exchange) cards(kind directdial.CardKind, expert string) (found []directdial.Offer) {
	each(x.db, bOffers, func(_ string, o *directdial.Offer) {
		if o.Card == kind && o.Expert == expert {
			found = append(found, *o)
		}
	})
	slices.SortFunc(found, func(a, b directdial.Offer) int { return a.At.Compare(b.At) })
	return found
}

// says lets somebody do something, and fails if it is refused.
func (x *exchange) says(a directdial.Action) []directdial.Event {
	x.t.Helper()
	events := x.do(a)
	if len(events) == 0 || events[0].Kind == directdial.EvRefused {
		x.t.Fatalf("%s by %q led to %v", a.Kind, a.By, events)
	}
	return events
}

// agrees lets somebody say yes to a grant and practise.
func (x *exchange) agrees(expert, grant string) {
	x.t.Helper()
	x.says(directdial.Action{Kind: directdial.ActAgree, By: expert, GrantID: grant})
	practice := x.cards(directdial.PracticeCard, expert)
	x.says(directdial.Action{Kind: directdial.ActPractised, By: expert, Offer: practice[len(practice)-1].ID})
}

// away stops the exchange for a while: days in which it runs cost seconds.
func (x *exchange) away(long time.Duration) {
	x.t.Helper()
	if err := errors.Join(x.stop(), x.db.Close(), x.bus.Close()); err != nil {
		x.t.Fatalf("%v", err)
	}
	time.Sleep(long)
	x.openBus()
	x.openIndex()
	x.start()
}

func (x *exchange) stateOf(expert, grant string) directdial.Reason {
	x.t.Helper()
	for _, h := range x.router.Grants(expert, time.Now()) {
		if h.ID == grant {
			return h.State
		}
	}
	return directdial.NoGrant
}

func TestColleagueIsEnabledByInvitationYesAndPractice(t *testing.T) {
	x := func(d *directdial.Directory) { d.Rules.Fallback = ""; d.Topics[1].Owner = "kim" }
	inBubble(t, change(x, expert("kim", func(e *directdial.Expert) { e.Grants = nil })), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #recall"})
		if rec, _ := x.router.Mention(key); rec.Reason != directdial.NobodyEnabled {
			t.Fatalf("it is %s: %s", rec.State, rec.Reason)
		}
		x.says(enable(directdial.Grant{Topics: []string{"recall"}, Until: farOff}))
		invitation := x.cards(directdial.InvitationCard, "ana")
		if len(invitation) != 1 || x.stateOf("ana", "recall") != directdial.NotAgreed {
			t.Fatalf("%d invitations, %s", len(invitation), x.stateOf("ana", "recall"))
		}
		if reason := x.refusedWith(directdial.Action{Kind: directdial.ActAgree, By: "bo", Offer: invitation[0].ID}); reason != directdial.NotHolder {
			t.Errorf("somebody else says yes: %s", reason)
		}
		x.says(directdial.Action{Kind: directdial.ActFewer, By: "ana", Offer: invitation[0].ID})
		if b := x.router.Budget("ana", time.Now()); b != (directdial.Budget{PerHour: 2, PerDay: 4}) {
			t.Errorf("fewer is %+v", b)
		}
		if o, _ := x.router.Offer(invitation[0].ID); o.Answered.IsZero() || o.Answer != directdial.EvAgreed || o.Revision != 2 {
			t.Errorf("the invitation is %+v", o)
		}
		if again := x.refusedWith(directdial.Action{Kind: directdial.ActFewer, By: "ana", GrantID: "recall"}); again != directdial.Duplicate {
			t.Errorf("a second yes: %s", again)
		}
		practice := x.cards(directdial.PracticeCard, "ana")
		if len(practice) != 1 || x.stateOf("ana", "recall") != directdial.NotPractised {
			t.Fatalf("%d practice cards, %s", len(practice), x.stateOf("ana", "recall"))
		}
		if rec, _ := x.router.Mention(key); rec.State != directdial.Parked {
			t.Fatalf("before practice it is %s", rec.State)
		}
		x.says(directdial.Action{Kind: directdial.ActPractised, By: "ana", Offer: practice[0].ID})
		d := x.dialOf(key)
		if d.Holder != "ana" {
			t.Errorf("what was parked is with %q", d.Holder)
		}
		o, _ := x.router.Offer(directdial.OfferID(d.ID, d.Hop))
		if c, _, err := x.router.OfferCase(t.Context(), o); err != nil || !GrantedByName(&c, "ana") {
			t.Errorf("the grant that was given by a command does not name the topic (%v)", err)
		}
	})
}

func TestAGrantOfEveryTopicNamesNone(t *testing.T) {
	any := change(expert("ana", func(e *directdial.Expert) { e.Grants[0].Topics = []string{"*"} }))
	inBubble(t, any, func(t *testing.T, x *exchange) {
		d := x.dialOf(x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"}))
		o, _ := x.router.Offer(directdial.OfferID(d.ID, d.Hop))
		c, _, err := x.router.OfferCase(t.Context(), o)
		if err != nil || GrantedByName(&c, "ana") || !GrantedByName(&c, "bo") {
			t.Errorf("by name: ana %t, bo %t, %v", GrantedByName(&c, "ana"), GrantedByName(&c, "bo"), err)
		}
	})
}

func TestALoweredLevelIsKept(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.says(directdial.Action{Kind: directdial.ActLower, By: "ana", Grant: &directdial.Grant{Level: 1}})
		if g := x.router.Grants("ana", time.Now())[0]; g.Level != 1 || g.Topics[0] != "billing" {
			t.Errorf("the grant is %+v", g.Grant)
		}
	})
}

// Whose cards have no buttons answers by commands, which name no card.
func TestColleagueIsEnabledWithoutAButton(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.says(enable(directdial.Grant{Topics: []string{"recall"}, Until: farOff}))
		practised := directdial.Action{Kind: directdial.ActPractised, By: "ana", GrantID: "recall"}
		if reason := x.refusedWith(practised); reason != directdial.NotAgreed {
			t.Errorf("practised before the yes: %s", reason)
		}
		x.says(directdial.Action{Kind: directdial.ActAgree, By: "ana", GrantID: "recall"})
		if reason := x.refusedWith(practised); reason != directdial.NotPractised {
			t.Errorf("practised before the card came: %s", reason)
		}
		card := x.cards(directdial.PracticeCard, "ana")[0]
		x.says(directdial.Action{Kind: directdial.ActDelivered, Offer: card.ID, Channel: card.Channel, Attempt: 1, Ref: "c1", Shown: 1})
		x.says(practised)
		if state := x.stateOf("ana", "recall"); state != "" {
			t.Errorf("the grant is %s", state)
		}
		if o, _ := x.router.Offer(card.ID); o.Answer != directdial.EvPractised {
			t.Errorf("the practice card is %+v", o)
		}
	})
}

func TestGrantThatIsPausedOrEndedHandsOnWhatIsHeldUnderIt(t *testing.T) {
	for name, act := range map[string]directdial.Action{
		"paused by themselves": {Kind: directdial.ActPause, By: "ana"},
		"paused by the coach":  {Kind: directdial.ActPause, By: "kim", Expert: "ana", Detail: "why"},
		"ended":                {Kind: directdial.ActEnd, By: "kim", Expert: "ana", Detail: "why"},
		"lowered":              {Kind: directdial.ActLower, By: "ana", Grant: &directdial.Grant{Tags: []directdial.Tag{directdial.Question}}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, office(), func(t *testing.T, x *exchange) {
				key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
				if d := x.dialOf(key); d.Holder != "ana" {
					t.Fatalf("it is with %s", d.Holder)
				}
				x.says(act)
				if d := x.dialOf(key); d.Holder != "bo" || d.Reason != directdial.GateClosed {
					t.Errorf("it is with %s: %s", d.Holder, d.Reason)
				}
			})
		})
	}
}

func TestWhatAColleagueGaveUpStaysSoUntilTheirOwnYes(t *testing.T) {
	longer := change(expert("ana", func(e *directdial.Expert) { e.Grants[0].Until = farOff.AddDate(1, 0, 0) }))
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.says(directdial.Action{Kind: directdial.ActPause, By: "ana"})
		if r := x.refusedWith(directdial.Action{Kind: directdial.ActResume, By: "kim", Expert: "ana", Detail: "back"}); r != directdial.NotHolder {
			t.Errorf("the coach resumes it: %s", r)
		}
		x.configure(longer)
		if s := x.stateOf("ana", "billing"); s != directdial.GrantPaused {
			t.Errorf("after a change of the configuration it is %q", s)
		}
		x.says(directdial.Action{Kind: directdial.ActResume, By: "ana"})
		x.says(directdial.Action{Kind: directdial.ActEnd, By: "ana"})
		x.configure(office())
		if s := x.stateOf("ana", "billing"); s != directdial.NotAgreed {
			t.Errorf("an ended grant that the configuration gives anew is %q", s)
		}
		if n := len(x.cards(directdial.InvitationCard, "ana")); n != 1 {
			t.Errorf("%d invitations", n)
		}
		x.agrees("ana", "billing")
		if s := x.stateOf("ana", "billing"); s != "" {
			t.Errorf("after their yes it is %q", s)
		}
	})
}

func TestConfigurationThatChangesAfterwardsHolds(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.says(directdial.Action{Kind: directdial.ActEnd, By: "kim", Expert: "bo", Detail: "moves"})
		x.configure(change(func(d *directdial.Directory) { d.Rules.MaxHops = 5 }))
		if s := x.stateOf("bo", "billing"); s != directdial.GrantEnded {
			t.Errorf("a change of something else makes it %q", s)
		}
		x.configure(change(expert("bo", func(e *directdial.Expert) { e.Grants[0].Training = "social-102" })))
		if s := x.stateOf("bo", "billing"); s != "" {
			t.Errorf("a change of the grant makes it %q", s)
		}
		// Nor does it come back when the configuration goes back.
		x.configure(office())
		if s := x.stateOf("bo", "billing"); s != "" {
			t.Errorf("the configuration of before makes it %q", s)
		}
	})
}

func TestNewPolicyClosesTheGateAfterTwoWeeksForWhoHasNotReadIt(t *testing.T) {
	with := func(version string) *directdial.Directory {
		return change(func(d *directdial.Directory) { d.Policy = version })
	}
	inBubble(t, with("1"), func(t *testing.T, x *exchange) {
		if n := len(x.cards(directdial.PolicyCard, "ana")); n != 0 {
			t.Fatalf("%d cards about the first policy", n)
		}
		x.configure(with("2"))
		card := x.cards(directdial.PolicyCard, "ana")
		if len(card) != 1 {
			t.Fatalf("%d cards about the second", len(card))
		}
		x.says(directdial.Action{Kind: directdial.ActRead, By: "ana", Offer: card[0].ID})
		if r := x.refusedWith(directdial.Action{Kind: directdial.ActRead, By: "ana", Policy: "2"}); r != directdial.Duplicate {
			t.Errorf("read again: %s", r)
		}
		if r := x.refusedWith(directdial.Action{Kind: directdial.ActRead, By: "bo", Policy: "1"}); r != directdial.Closed {
			t.Errorf("the old one is read: %s", r)
		}
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: directdial.Author{Handle: "u"}})
		x.says(directdial.Action{Kind: directdial.ActPass, By: "ana", Dial: x.dialOf(key).ID, To: "bo"})
		x.away(14*24*time.Hour - time.Minute)
		if s := x.stateOf("bo", "billing"); s != "" || x.dialOf(key).Holder != "bo" {
			t.Errorf("before the end it is %q", s)
		}
		time.Sleep(2 * time.Minute)
		x.settle()
		if s := x.stateOf("bo", "billing"); s != directdial.PolicyUnread || x.dialOf(key).Holder == "bo" {
			t.Errorf("after it, it is %q, and the dial with %s", s, x.dialOf(key).Holder)
		}
		if s := x.stateOf("ana", "billing"); s != "" {
			t.Errorf("for who has read it, it is %q", s)
		}
	})
}

func TestGrantIsForAReach(t *testing.T) {
	small := change(expert("ana", func(e *directdial.Expert) { e.Grants[0].Risk = 1000 }), expert("bo", func(e *directdial.Expert) { e.Grants[0].Review = true }))
	inBubble(t, small, func(t *testing.T, x *exchange) {
		known := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: directdial.Author{Handle: "u", Followers: 1001}})
		d := x.dialOf(known)
		if d.Holder != "bo" {
			t.Fatalf("it is with %s", d.Holder)
		}
		o, _ := x.router.Offer(directdial.OfferID(d.ID, 1))
		c, decision, err := x.router.OfferCase(t.Context(), o)
		if err != nil || verdictOf(decision, "ana").Reason != directdial.ReachTooBig || !verdictOf(decision, "bo").Review || c.Mention.Audience != 1100 {
			t.Errorf("%v %v, audience %d, %v", verdictOf(decision, "ana"), verdictOf(decision, "bo"), c.Mention.Audience, err)
		}
	})
}

func TestCardsAboutGrantsComeInTimeAndOnDuty(t *testing.T) {
	late := change(expert("ana", func(e *directdial.Expert) {
		e.Hours = []string{"12-14"}
		e.Grants[0].Until = time.Date(2000, 2, 15, 0, 0, 0, 0, time.UTC)
	}), expert("bo", func(e *directdial.Expert) { e.Grants[0].Agreed = time.Time{} }))
	inBubble(t, late, func(t *testing.T, x *exchange) {
		invitation := x.cards(directdial.InvitationCard, "bo")
		if len(invitation) != 1 {
			t.Fatalf("%d invitations", len(invitation))
		}
		x.says(directdial.Action{Kind: directdial.ActNotNow, By: "bo", Offer: invitation[0].ID})
		x.away(20 * 24 * time.Hour)
		if n := len(x.cards(directdial.NewsCard, "ana")); n != 0 {
			t.Errorf("%d news off duty", n)
		}
		time.Sleep(3 * time.Hour)
		x.settle()
		for _, who := range []string{"ana", "kim"} {
			news := x.cards(directdial.NewsCard, who)
			if len(news) != 1 || news[0].Reason != directdial.GrantEnds {
				t.Fatalf("%s has %d news", who, len(news))
			}
			if who == "ana" && news[0].At.Hour() != 12 {
				t.Errorf("ana is told at %s", news[0].At)
			}
		}
		x.away(69 * 24 * time.Hour)
		if n := len(x.cards(directdial.InvitationCard, "bo")); n != 1 {
			t.Errorf("%d invitations before 90 days", n)
		}
		x.away(2 * 24 * time.Hour)
		if n := len(x.cards(directdial.InvitationCard, "bo")); n != 2 {
			t.Errorf("%d invitations after 90 days", n)
		}
	})
}

func TestRefusalsOfWhatNobodyMayDoToAGrant(t *testing.T) {
	recall := directdial.Grant{Topics: []string{"recall"}, Until: farOff}
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		for name, test := range map[string]struct {
			act  directdial.Action
			want directdial.Reason
		}{
			"by who is no coach":        {directdial.Action{Kind: directdial.ActGrant, By: "bo", Expert: "ana", Grant: &recall, Detail: "why"}, directdial.NotCoach},
			"to themselves":             {directdial.Action{Kind: directdial.ActGrant, By: "bo", Grant: &recall}, directdial.NotCoach},
			"without a why":             {directdial.Action{Kind: directdial.ActGrant, By: "kim", Expert: "ana", Grant: &recall}, directdial.BadGrant},
			"of nobody":                 {directdial.Action{Kind: directdial.ActEnd, By: "kim", Expert: "eve", Detail: "why"}, directdial.Unknown},
			"of no grant":               {directdial.Action{Kind: directdial.ActEnd, By: "kim", Expert: "ana", GrantID: "garden", Detail: "why"}, directdial.Unknown},
			"for no topic":              {enable(directdial.Grant{Topics: []string{"garden"}}), directdial.BadGrant},
			"that has ended":            {enable(directdial.Grant{Topics: []string{"recall"}, Until: longAgo}), directdial.BadGrant},
			"again":                     {enable(directdial.Grant{Topics: []string{"billing"}, Until: farOff}), directdial.Duplicate},
			"lowered to more":           {directdial.Action{Kind: directdial.ActLower, By: "ana", Grant: &directdial.Grant{Topics: []string{"recall"}}}, directdial.BadGrant},
			"lowered to a higher level": {directdial.Action{Kind: directdial.ActLower, By: "ana", Grant: &directdial.Grant{Level: 3}}, directdial.BadGrant},
			"extended to less":          {directdial.Action{Kind: directdial.ActExtend, By: "kim", Expert: "ana", Until: farOff.Add(-time.Hour), Detail: "why"}, directdial.BadGrant},
			"resumed, not paused":       {directdial.Action{Kind: directdial.ActResume, By: "ana"}, directdial.Duplicate},
			"a yes by the exchange":     {directdial.Action{Kind: directdial.ActAgree, By: "ops", GrantID: "billing"}, directdial.Unknown},
			"practised without card":    {directdial.Action{Kind: directdial.ActPractised, By: "ana", GrantID: "billing"}, directdial.Duplicate},
			"practised on another":      {directdial.Action{Kind: directdial.ActPractised, By: "ana", GrantID: "billing", Offer: "p0-0"}, directdial.Unknown},
			"a policy that is none":     {directdial.Action{Kind: directdial.ActRead, By: "ana", Policy: "1"}, directdial.Unknown},
		} {
			if got := x.refusedWith(test.act); got != test.want {
				t.Errorf("%s: %q, want %q", name, got, test.want)
			}
		}
	})
}

// What is said of a grant once more is so already; what would be something else is
// done, or refused with why not.
func TestWhatIsSaidOfAGrantOnceMoreIsSoAlready(t *testing.T) {
	type step struct {
		when string
		act  directdial.Action
		want directdial.Reason // "" where something happens
	}
	own := func(kind directdial.ActionKind, until time.Time) directdial.Action {
		return directdial.Action{Kind: kind, By: "ana", Until: until}
	}
	coach := func(kind directdial.ActionKind, until time.Time) directdial.Action {
		return directdial.Action{Kind: kind, By: "kim", Expert: "ana", Until: until, Detail: "why"}
	}
	soon, later := time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC), time.Date(2027, 1, 7, 0, 0, 0, 0, time.UTC)
	for name, steps := range map[string][]step{
		"their own pause": {
			{"paused", own(directdial.ActPause, soon), ""},
			{"again", own(directdial.ActPause, soon), directdial.Duplicate},
			{"again, by the coach", coach(directdial.ActPause, soon), directdial.Duplicate},
			{"by the coach, until later", coach(directdial.ActPause, later), directdial.NotHolder},
			{"until later", own(directdial.ActPause, later), ""},
			{"resumed", own(directdial.ActResume, time.Time{}), ""},
			{"resumed again", own(directdial.ActResume, time.Time{}), directdial.Duplicate},
		},
		"the coach's pause": {
			{"paused", coach(directdial.ActPause, soon), ""},
			{"again", coach(directdial.ActPause, soon), directdial.Duplicate},
			{"until later", coach(directdial.ActPause, later), ""},
			{"by themselves, until later", own(directdial.ActPause, time.Time{}), directdial.NotCoach},
			{"resumed by themselves", own(directdial.ActResume, time.Time{}), directdial.NotCoach},
			{"resumed", coach(directdial.ActResume, time.Time{}), ""},
		},
		"an end": {
			{"extended", coach(directdial.ActExtend, farOff.Add(time.Hour)), ""},
			{"extended again", coach(directdial.ActExtend, farOff.Add(time.Hour)), directdial.Duplicate},
			{"for ever", directdial.Action{Kind: directdial.ActExtend, By: "kim", Expert: "ana", Grant: &directdial.Grant{Never: true}, Detail: "why"}, ""},
			{"for ever, again", directdial.Action{Kind: directdial.ActExtend, By: "kim", Expert: "ana", Grant: &directdial.Grant{Never: true}, Detail: "why"}, directdial.Duplicate},
			{"to a day, after that", coach(directdial.ActExtend, farOff.Add(2*time.Hour)), directdial.BadGrant},
			{"ended", own(directdial.ActEnd, time.Time{}), ""},
			{"ended again", own(directdial.ActEnd, time.Time{}), directdial.Duplicate},
			{"ended again, by the coach", coach(directdial.ActEnd, time.Time{}), directdial.Duplicate},
			{"paused", own(directdial.ActPause, time.Time{}), directdial.GrantEnded},
			{"yes", own(directdial.ActAgree, time.Time{}), ""}, // it was their own end
			{"not now, after the yes", own(directdial.ActNotNow, time.Time{}), directdial.Closed},
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, office(), func(t *testing.T, x *exchange) {
				for _, s := range steps {
					if s.want == "" {
						x.says(s.act)
					} else if got := x.refusedWith(s.act); got != s.want {
						t.Errorf("%s: %q, want %q", s.when, got, s.want)
					}
				}
			})
		})
	}
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.says(enable(directdial.Grant{Topics: []string{"recall"}, Until: farOff}))
		for _, id := range []string{"recall", "billing"} {
			x.says(directdial.Action{Kind: directdial.ActEnd, By: "ana", GrantID: id})
		}
		if got := x.refusedWith(own(directdial.ActEnd, time.Time{})); got != directdial.Duplicate {
			t.Errorf("all have ended: %q", got)
		}
		if got := x.refusedWith(own(directdial.ActPause, time.Time{})); got != directdial.Unknown {
			t.Errorf("all have ended, and which is paused: %q", got)
		}
	})
}

// Who asked before the first mention is told of it as soon as it has come.
func TestCardsAWeekAreThoseOfToday(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		g := grant("billing")
		if n := x.router.PerWeek("ana", g); n != 0 {
			t.Fatalf("nothing was heard yet, and there are %d a week", n)
		}
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		if n := x.router.PerWeek("ana", g); n != 1 {
			t.Errorf("there was one, and it says %d a week", n)
		}
	})
}

// A colleague with several grants says which only where several wait for the same.
func TestAYesIsToTheOneGrantThatWaitsForIt(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.says(enable(directdial.Grant{Topics: []string{"recall"}, Until: farOff}))
		if e := x.says(directdial.Action{Kind: directdial.ActFewer, By: "ana"})[0]; e.GrantID != "recall" {
			t.Errorf("the yes is to %q", e.GrantID)
		}
		x.deliver(x.cards(directdial.PracticeCard, "ana")[0])
		if e := x.says(directdial.Action{Kind: directdial.ActPractised, By: "ana"})[0]; e.GrantID != "recall" {
			t.Errorf("they practised for %q", e.GrantID)
		}
		if got := x.refusedWith(directdial.Action{Kind: directdial.ActAgree, By: "ana"}); got != directdial.Unknown {
			t.Errorf("a yes that nothing waits for: %q", got)
		}
	})
}

// A yes that only the configuration had goes with it, also after a coach said
// something else of the grant; one that was given by card stays.
func TestTheYesOfTheConfigurationGoesWithIt(t *testing.T) {
	unsaid := change(expert("ana", func(e *directdial.Expert) { e.Grants[0].Agreed = time.Time{} }))
	extend := directdial.Action{Kind: directdial.ActExtend, By: "kim", Expert: "ana", Until: farOff.AddDate(1, 0, 0), Detail: "why"}
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.says(extend)
		x.configure(unsaid)
		if state := x.stateOf("ana", "billing"); state != directdial.NotAgreed {
			t.Errorf("after the configuration took it back: %q", state)
		}
		if len(x.cards(directdial.InvitationCard, "ana")) != 1 {
			t.Error("she is not asked")
		}
	})
	inBubble(t, unsaid, func(t *testing.T, x *exchange) {
		x.says(directdial.Action{Kind: directdial.ActAgree, By: "ana", GrantID: "billing"})
		x.says(directdial.Action{Kind: directdial.ActPractised, By: "ana", Offer: x.cards(directdial.PracticeCard, "ana")[0].ID})
		x.says(extend)
		x.configure(office())
		x.configure(unsaid)
		if state := x.stateOf("ana", "billing"); state != "" {
			t.Errorf("what she said herself: %q", state)
		}
	})
}
