package route

import (
	"testing"
	"time"

	"github.com/directdial/directdial"
)

// wantDial fails unless the situation leads to a dial to one expert.
func wantDial(t *testing.T, name string, s *situation, want string) directdial.Decision {
	t.Helper()
	_, d := s.decide()
	if d.Outcome != directdial.ToDial || d.Expert != want {
		t.Errorf("%s: %s %s (%s), want a dial to %s; %+v", name, d.Outcome, d.Expert, d.Reason, want, d.Verdicts)
	}
	return d
}

func TestWhoKnowsItBestIsDialled(t *testing.T) {
	busy := func(id string, l load) func(*situation) {
		return func(s *situation) { s.index.put(bExperts, id, l) }
	}
	for name, test := range map[string]struct {
		text   string
		rules  func(*directdial.Directory)
		before func(*situation)
		want   string
	}{
		"granted by name before granted everything": {"complaint #billing", expert("bo", func(e *directdial.Expert) { e.Grants[0].Topics = []string{"*"} }), nil, "ana"},
		"an ended grant by name adds nothing": {"complaint #billing", expert("ana", func(e *directdial.Expert) {
			e.Grants = []directdial.Grant{grant("*"), {Topics: []string{"billing"}, Agreed: longAgo, Until: longAgo}}
		}), nil, "bo"},
		"who has less open":           {"complaint #billing", nil, busy("ana", loaded(1, 0)), "bo"},
		"who was dialled less lately": {"complaint #billing", nil, busy("ana", loaded(0, 1)), "bo"},
		"who was dialled less, not longer ago": {"complaint #billing", nil, func(s *situation) {
			busy("ana", loaded(0, 3))(s)
			busy("bo", load{Dials: []time.Time{noon.Add(-time.Hour)}})(s)
		}, "bo"},
		"among equals by id": {"complaint #billing", nil, nil, "ana"},
		"among equals who waits longest": {"complaint #billing", nil, func(s *situation) {
			busy("ana", load{Dials: []time.Time{noon.Add(-time.Hour)}})(s)
			busy("bo", load{Dials: []time.Time{noon.Add(-2 * time.Hour)}})(s)
		}, "bo"},
		"the colleague of this author": {"complaint #billing", nil, func(s *situation) {
			busy("bo", loaded(50, 50))(s)
			s.index.put(bAuthors, string(someAuthor), relation{Expert: "bo", Answered: true})
		}, "bo"},
		"who was dialled for this author": {"complaint #billing", nil, func(s *situation) {
			busy("bo", loaded(5, 5))(s)
			s.index.put(bAuthors, string(someAuthor), relation{Expert: "bo"})
		}, "bo"},
		"not who was only dialled for this author and has much to do": {"complaint #billing", nil, func(s *situation) {
			busy("bo", loaded(50, 50))(s)
			s.index.put(bAuthors, string(someAuthor), relation{Expert: "bo"})
		}, "ana"},
		"the higher level": {"complaint #billing", expert("bo", func(e *directdial.Expert) { e.Grants[0].Level = 3 }), nil, "bo"},
		"not the higher level of a grant that is for something else": {"complaint #billing", expert("bo", func(e *directdial.Expert) {
			e.Grants = append(e.Grants, grant("*"))
			e.Grants[1].Level = 3
			e.Grants[0].Level = 1
		}), nil, "ana"},
		"the higher level who has more to do": {"complaint #billing", expert("bo", func(e *directdial.Expert) { e.Grants[0].Level = 3 }), busy("bo", loaded(4, 0)), "ana"},
		"who knows the second topic, too": {"complaint #billing #login", func(d *directdial.Directory) {
			d.Topics = append(d.Topics, directdial.Topic{Name: "login"})
			expert("bo", func(e *directdial.Expert) { e.Grants[0].Topics = append(e.Grants[0].Topics, "login") })(d)
		}, nil, "bo"},
		"what the weights say": {"complaint #billing", func(d *directdial.Directory) {
			d.Rules.Weights = &directdial.Weights{Level: 10, Load: 1}
			expert("bo", func(e *directdial.Expert) { e.Grants[0].Level = 3 })(d)
		}, busy("bo", loaded(9, 100)), "bo"},
		"not the colleague of this author who may not": {"complaint #billing", expert("bo", func(e *directdial.Expert) { e.Grants = nil }), func(s *situation) {
			s.index.put(bAuthors, string(someAuthor), relation{Expert: "bo"})
		}, "ana"},
		"a restricted topic decides before a better one":    {"complaint #billing #recall", nil, nil, "kim"},
		"a topic that nobody knows any more is passed over": {"complaint #gone #billing", nil, nil, "ana"},
		"a complaining question is a complaint": {"complaint question #billing", expert("ana", func(e *directdial.Expert) {
			e.Grants[0].Tags = []directdial.Tag{directdial.Question}
		}), nil, "bo"},
	} {
		s := situated(test.text)
		if test.rules != nil {
			test.rules(s.directory)
		}
		if test.before != nil {
			test.before(s)
		}
		wantDial(t, name, s, test.want)
	}
}

func loaded(open, day int) (l load) {
	l.Open = open
	for range day {
		l.Dials = append(l.Dials, noon.Add(-2*time.Hour))
	}
	return l
}

func TestModeOfTheTopicSaysWhoIsAsked(t *testing.T) {
	mode := func(m directdial.Mode) func(*directdial.Directory) {
		return func(d *directdial.Directory) {
			d.Topics[0].Mode, d.Topics[0].Owner = m, "zoe"
			d.Experts = append(d.Experts, with(person("zoe", "billing"), func(e *directdial.Expert) { e.Team = "money" }))
		}
	}
	team := expert("bo", func(e *directdial.Expert) { e.Team = "money" })
	busy := expert("zoe", func(e *directdial.Expert) { e.Hours = []string{"1-2"}; e.Deputy = "ana" })
	gone := func(d *directdial.Directory) {
		expert("zoe", func(e *directdial.Expert) { e.Grants = nil })(d)
		d.Rules.Fallback = ""
	}
	wantDial(t, "direct", situated("complaint #billing", mode(directdial.Direct), team), "ana")
	wantDial(t, "left out", situated("complaint #billing", mode(""), team), "ana")
	wantDial(t, "units", situated("complaint #billing", mode(directdial.Units), team), "bo")
	wantDial(t, "central", situated("complaint #billing", mode(directdial.Central), team), "zoe")
	wantDial(t, "the owner's deputy", situated("complaint #billing", mode(directdial.Central), team, busy), "ana")
	if _, d := situated("complaint #billing", mode(directdial.Central), gone).decide(); d.Outcome != directdial.ToPark {
		t.Errorf("central without the owner: %s %s", d.Outcome, d.Expert)
	}
}

// A deputy stands in for who is not there, and is gated like everybody.
func TestDeputyStandsIn(t *testing.T) {
	alone := func(changes ...func(*directdial.Directory)) *situation {
		return situated("complaint #billing", append([]func(*directdial.Directory){func(d *directdial.Directory) {
			d.Topics[0].Mode, d.Rules.Fallback = directdial.Central, ""
			d.Experts[0].Deputy = "bo"
		}}, changes...)...)
	}
	offDuty := expert("ana", func(e *directdial.Expert) { e.Hours = []string{"1-2"} })
	spent := expert("ana", func(e *directdial.Expert) { e.Budget = directdial.Budget{PerHour: 1, PerDay: 0} })
	if d := wantDial(t, "not needed", alone(), "ana"); verdictOf(d, "bo").Reason != directdial.OtherTeam {
		t.Errorf("the deputy is passed over with %q", verdictOf(d, "bo").Reason)
	}
	if d := wantDial(t, "off duty", alone(offDuty), "bo"); d.Via != directdial.RoleDeputy {
		t.Errorf("chosen via %d", d.Via)
	}
	wantDial(t, "over budget", alone(spent), "bo")
	if _, d := alone(offDuty, expert("bo", func(e *directdial.Expert) { e.Grants = nil })).decide(); d.Outcome != directdial.ToPark || d.For != "ana" {
		t.Errorf("a deputy without a grant: %s %s for %s", d.Outcome, d.Expert, d.For)
	}
	if _, d := alone(expert("ana", func(e *directdial.Expert) { e.Grants = nil })).decide(); d.Outcome != directdial.ToPark {
		t.Errorf("nobody stands in for who is not enabled: %s %s", d.Outcome, d.Expert)
	}
}

func TestFallbackOwnsWhatNobodyElseMayTake(t *testing.T) {
	nobody := func(d *directdial.Directory) { d.Experts[0].Grants, d.Experts[1].Grants = nil, nil }
	shop := func(d *directdial.Directory) {
		d.Topics = append(d.Topics, directdial.Topic{Name: "shop", Mode: directdial.Units, Owner: "ana"})
	}
	if d := wantDial(t, "by the fallback", situated("complaint #shop", nobody, shop), "kim"); d.Via != directdial.RoleFallback || d.Unsure {
		t.Errorf("chosen via %d, unsure %v", d.Via, d.Unsure)
	}
	if _, d := situated("complaint #shop", nobody, shop, expert("kim", func(e *directdial.Expert) { e.Grants = nil })).decide(); d.Outcome != directdial.ToPark || d.Reason != directdial.NobodyEnabled || d.Owner != "ana" {
		t.Errorf("a fallback who is not enabled: %+v", d)
	}
	if _, d := situated("complaint #recall", expert("kim", func(e *directdial.Expert) { e.Grants = []directdial.Grant{grant("*")} })).decide(); d.Outcome != directdial.ToPark {
		t.Errorf("a restricted topic that is granted to nobody: %+v", d)
	}
}

func TestWhatCannotBeToldIsLeftToTheCoachIfTheySaySo(t *testing.T) {
	coach := func(d *directdial.Directory) { d.Coaches, d.Rules.UnsureToCoach = []string{"bo"}, true }
	if _, d := situated("complaint", coach).decide(); d.Outcome != directdial.ToPark || d.Reason != directdial.NotSure || d.Owner != "bo" || !d.Unsure {
		t.Errorf("a tag without a topic: %+v", d)
	}
	foreign := situated("complaint #billing", coach)
	foreign.subject.classification = testClassify("complaint #billing", "it")
	if _, d := foreign.decide(); d.Outcome != directdial.ToPark || d.Owner != "bo" || d.Topic != "billing" {
		t.Errorf("a topic whose owner is ana, in a language without lexicon: %+v", d)
	}
	if d := wantDial(t, "what is sure", situated("complaint #billing", coach), "ana"); d.Unsure {
		t.Errorf("what is sure: %+v", d)
	}
}

func TestWhatCannotBeToldGoesToTheFallbackMarkedUnsure(t *testing.T) {
	foreign := func(text string) *situation {
		s := situated(text)
		s.subject.classification = testClassify(text, "it")
		return s
	}
	for name, s := range map[string]*situation{
		"a language without lexicon": foreign("complaint #billing"), "such a language, no tag": foreign("ciao"),
		"a tag without a topic": situated("complaint"),
	} {
		if d := wantDial(t, name, s, "kim"); !d.Unsure || verdictOf(d, "ana").Reason == "" {
			t.Errorf("%s: %+v", name, d)
		}
	}
	s := foreign("ciao")
	s.directory.Experts[2].Grants[0].Tags = []directdial.Tag{directdial.Ambassador}
	wantDial(t, "no tag that a grant could be held to", s, "kim")
	s.directory.Rules.Fallback = ""
	if _, d := s.decide(); d.Outcome != directdial.ToPark || d.Reason != directdial.NobodyEnabled || d.Owner != "kim" {
		t.Errorf("without a fallback: %+v", d)
	}
	if _, d := situated("hello #billing").decide(); d.Outcome != directdial.ToSuppress || d.Reason != directdial.NoTag {
		t.Errorf("no tag in a language with a lexicon: %+v", d)
	}
	if _, d := situated("complaint cartoon").decide(); d.Outcome != directdial.ToSuppress || d.Reason != directdial.NotAboutUs {
		t.Errorf("another Acme: %+v", d)
	}
}

func TestOldAndOwnAndImportedIsHeardButNeverDialled(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*situation)
		want   directdial.Reason
	}{
		"as old as may be": {func(s *situation) { s.subject.mention.Said = noon.Add(-72 * time.Hour) }, ""},
		"older":            {func(s *situation) { s.subject.mention.Said = noon.Add(-72*time.Hour - time.Millisecond) }, directdial.TooOld},
		"age is off": {func(s *situation) {
			s.subject.mention.Said, s.directory.Rules.MaxAge = longAgo, 0
		}, ""},
		"imported":    {func(s *situation) { s.subject.mention.History = true }, directdial.History},
		"own account": {func(s *situation) { s.subject.mention.Own = true }, directdial.OwnAccount},
		"own account in a thread": {func(s *situation) {
			s.subject.mention.Own = true
			s.dialled(directdial.Offered, "ana")
		}, directdial.OwnAccount},
	} {
		s := situated("complaint #billing")
		test.change(s)
		_, d := s.decide()
		if d.Outcome == directdial.ToSuppress && d.Reason != test.want || d.Outcome != directdial.ToSuppress && test.want != "" {
			t.Errorf("%s: %s (%s), want %q", name, d.Outcome, d.Reason, test.want)
		}
	}
}

// The card must not be sent when the grant, the duty or the deadline is over.
func TestSendBeforeIsTheEarliestEnd(t *testing.T) {
	grantEnds := expert("ana", func(e *directdial.Expert) { e.Grants[0].Until = noon.Add(time.Hour) })
	dutyEnds := expert("ana", func(e *directdial.Expert) { e.Hours = []string{"9-15"} })
	accept := func(d *directdial.Directory) {
		d.Rules.AcceptWithin = map[directdial.Tag]time.Duration{directdial.Complaint: 2 * time.Hour}
		d.Rules.AnswerWithin = map[directdial.Tag]time.Duration{directdial.Complaint: 4 * time.Hour}
	}
	never := expert("ana", func(e *directdial.Expert) { e.Grants[0].Until = time.Time{} })
	for name, test := range map[string]struct {
		changes []func(*directdial.Directory)
		want    time.Time
	}{
		"never":               {[]func(*directdial.Directory){never}, time.Time{}},
		"end of the grant":    {[]func(*directdial.Directory){grantEnds, dutyEnds, accept}, noon.Add(time.Hour)},
		"end of duty":         {[]func(*directdial.Directory){never, dutyEnds}, noon.Add(3 * time.Hour)},
		"the accept deadline": {[]func(*directdial.Directory){dutyEnds, accept}, noon.Add(2 * time.Hour)},
	} {
		d := wantDial(t, name, situated("complaint #billing", test.changes...), "ana")
		if !d.SendBefore.Equal(test.want) {
			t.Errorf("%s: before %s, want %s", name, d.SendBefore, test.want)
		}
	}
	d := wantDial(t, "clocks", situated("complaint #billing", accept), "ana")
	if !d.AcceptBy.Equal(noon.Add(2*time.Hour)) || !d.AnswerBy.Equal(noon.Add(4*time.Hour)) {
		t.Errorf("accept by %s, answer by %s", d.AcceptBy, d.AnswerBy)
	}
	if d := wantDial(t, "clocks are off for questions", situated("question #billing", accept, never), "ana"); !d.AcceptBy.IsZero() || !d.AnswerBy.IsZero() {
		t.Errorf("accept by %s, answer by %s", d.AcceptBy, d.AnswerBy)
	}
}

func TestEveryoneButTheChosenHasAReason(t *testing.T) {
	d := wantDial(t, "all may", situated("complaint #billing"), "ana")
	if len(d.Next) != 2 || d.Next[0] != "bo" || d.Next[1] != "kim" {
		t.Errorf("second and third choice are %v", d.Next)
	}
	for _, v := range d.Verdicts {
		if (v.Reason == "") != (v.Expert == "ana") {
			t.Errorf("%s: %q", v.Expert, v.Reason)
		}
	}
}
