package route

import (
	"testing"
	"time"

	"github.com/directdial/directdial"
)

// TestParkedUntilTheFirstIsBack: and for the better one, if two are back at
// the same time.
func TestParkedUntilTheFirstIsBack(t *testing.T) {
	all := func(hours ...string) func(*directdial.Directory) {
		return func(d *directdial.Directory) {
			d.Rules.Fallback = ""
			for i, h := range hours {
				d.Experts[i].Hours = []string{h}
			}
			d.Experts[2].Grants = nil
		}
	}
	at := func(hour int) time.Time { return noon.Add(time.Duration(hour-12) * time.Hour) }
	for name, test := range map[string]struct {
		change func(*situation)
		rules  []func(*directdial.Directory)
		who    string
		until  time.Time
		reason directdial.Reason
	}{
		"the first":            {nil, []func(*directdial.Directory){all("16-17", "15-17")}, "bo", at(15), directdial.NobodyOnDuty},
		"tomorrow":             {nil, []func(*directdial.Directory){all("9-10", "8-10")}, "bo", at(32), directdial.NobodyOnDuty},
		"two at the same time": {nil, []func(*directdial.Directory){all("15-17", "15-17")}, "ana", at(15), directdial.NobodyOnDuty},
		"two, one has less to do": {
			func(s *situation) { s.index.put(bExperts, "ana", loaded(2, 0)) },
			[]func(*directdial.Directory){all("15-17", "15-17")},
			"bo", at(15), directdial.NobodyOnDuty,
		},
		"not for a grant that ends before": {nil, []func(*directdial.Directory){all("16-17", "15-17"), expert("bo", func(e *directdial.Expert) {
			e.Grants[0].Until = at(15)
		})}, "ana", at(16), directdial.NobodyOnDuty},
		"until the budget has room": {
			func(s *situation) {
				s.index.put(bExperts, "ana", load{Dials: []time.Time{noon.Add(-90 * time.Minute), noon.Add(-20 * time.Minute), noon.Add(-10 * time.Minute)}})
			},
			[]func(*directdial.Directory){all("9-17", "1-2"), expert("ana", func(e *directdial.Expert) { e.Budget = directdial.Budget{PerHour: 2, PerDay: 5} })},
			"ana", noon.Add(40 * time.Minute), directdial.NobodyFree,
		},
		"until the day has room": {
			func(s *situation) {
				s.index.put(bExperts, "ana", load{Dials: []time.Time{noon.Add(-23 * time.Hour), noon.Add(-22 * time.Hour), noon.Add(-10 * time.Minute)}})
			},
			[]func(*directdial.Directory){all("9-17", "1-2"), expert("ana", func(e *directdial.Expert) { e.Budget = directdial.Budget{PerHour: 2, PerDay: 3} })},
			"ana", noon.Add(time.Hour), directdial.NobodyFree,
		},
	} {
		s := situated("complaint #billing", test.rules...)
		if test.change != nil {
			test.change(s)
		}
		_, d := s.decide()
		if d.Outcome != directdial.ToPark || d.For != test.who || !d.Until.Equal(test.until) || d.Reason != test.reason || d.Owner != "ana" {
			t.Errorf("%s: %s for %s until %s (%s) with %s", name, d.Outcome, d.For, d.Until, d.Reason, d.Owner)
		}
	}
}

func TestNobodyComesBackToABudgetOfNone(t *testing.T) {
	_, d := situated("complaint #billing", func(d *directdial.Directory) {
		for i := range d.Experts {
			d.Experts[i].Budget = directdial.Budget{}
		}
	}).decide()
	if d.Outcome != directdial.ToPark || d.Reason != directdial.NobodyEnabled || !d.Until.IsZero() {
		t.Errorf("%+v", d)
	}
}

func TestFallbackIsParkedForLast(t *testing.T) {
	night := func(d *directdial.Directory) {
		for i := range d.Experts {
			d.Experts[i].Hours = []string{"15-17"}
		}
	}
	if _, d := situated("complaint #billing", night).decide(); d.For != "ana" {
		t.Errorf("parked for %s", d.For)
	}
	// The fallback is back earlier, and would take it; but somebody else may.
	units := func(d *directdial.Directory) {
		d.Topics[0].Mode = directdial.Units
		d.Experts[2].Hours = []string{"13-17"}
	}
	if _, d := situated("complaint #billing", night, units).decide(); d.For != "ana" || !d.Until.Equal(noon.Add(3*time.Hour)) {
		t.Errorf("parked for %s until %s", d.For, d.Until)
	}
	if _, d := situated("complaint", night).decide(); d.Outcome != directdial.ToPark || d.For != "kim" || d.Owner != "kim" || !d.Unsure {
		t.Errorf("%+v", d)
	}
}

func TestMentionInAConversation(t *testing.T) {
	for name, test := range map[string]struct {
		state   directdial.DialState
		author  directdial.Key
		text    string
		rules   []func(*directdial.Directory)
		outcome directdial.Outcome
		expert  string
	}{
		"joins what is offered":            {directdial.Offered, someAuthor, "thanks", nil, directdial.ToJoin, ""},
		"joins what was taken":             {directdial.Accepted, someAuthor, "complaint #garden", nil, directdial.ToJoin, ""},
		"joins what was declined":          {directdial.Declined, someAuthor, "complaint #billing", nil, directdial.ToJoin, ""},
		"somebody else joins an answered":  {directdial.Answered, someRoot, "complaint #billing", nil, directdial.ToJoin, ""},
		"nobody known joins an answered":   {directdial.Answered, "", "complaint #billing", nil, directdial.ToJoin, ""},
		"the author reopens an answered":   {directdial.Answered, someAuthor, "still broken", nil, directdial.ToReopen, "bo"},
		"also with another topic":          {directdial.Answered, someAuthor, "question #garden", nil, directdial.ToReopen, "bo"},
		"but for a restricted one":         {directdial.Answered, someAuthor, "question #recall", nil, directdial.ToDial, "kim"},
		"also without a lexicon":           {directdial.Answered, someAuthor, "lang:it ciao", nil, directdial.ToReopen, "bo"},
		"not in a language they speak not": {directdial.Answered, someAuthor, "lang:it ciao", []func(*directdial.Directory){expert("bo", func(e *directdial.Expert) { e.Languages = []string{"en"} })}, directdial.ToDial, "ana"},
		"not for a grant of another tag":   {directdial.Answered, someAuthor, "question #billing", []func(*directdial.Directory){expert("bo", func(e *directdial.Expert) { e.Grants[0].Tags = []directdial.Tag{directdial.Question} })}, directdial.ToDial, "ana"},
		"after the grant ended":            {directdial.Answered, someAuthor, "still broken", []func(*directdial.Directory){expert("bo", func(e *directdial.Expert) { e.Grants[0].Until = noon })}, directdial.ToDial, "ana"},
		"off duty, over budget":            {directdial.Answered, someAuthor, "still broken", []func(*directdial.Directory){expert("bo", func(e *directdial.Expert) { e.Hours, e.Budget = []string{"1-2"}, directdial.Budget{} })}, directdial.ToReopen, "bo"},
		"gone from the company":            {directdial.Answered, someAuthor, "still broken", []func(*directdial.Directory){func(d *directdial.Directory) { d.Experts = d.Experts[:1] }}, directdial.ToDial, "ana"},
		"everybody gone":                   {directdial.Answered, someAuthor, "still broken", []func(*directdial.Directory){func(d *directdial.Directory) { d.Experts = nil }}, directdial.ToStay, ""},
		"a withdrawn dial takes nobody":    {directdial.Withdrawn, someAuthor, "complaint #billing", nil, directdial.ToDial, "ana"},
		"nor keeps what has no tag":        {directdial.Withdrawn, someAuthor, "hello", nil, directdial.ToSuppress, ""},
	} {
		s := situated(test.text, test.rules...)
		if text, ok := trimLang(test.text); ok {
			s.subject.classification = testClassify(text, "it")
		}
		s.dialled(test.state, "bo")
		s.subject.author = test.author
		_, d := s.decide()
		if d.Outcome != test.outcome || d.Expert != test.expert {
			t.Errorf("%s: %s %s (%s), want %s %s", name, d.Outcome, d.Expert, d.Reason, test.outcome, test.expert)
		}
		if joins := d.Outcome != directdial.ToSuppress && test.state != directdial.Withdrawn && d.Topic != "recall"; (d.Dial == "d0") != joins {
			t.Errorf("%s: the dial is %q", name, d.Dial)
		}
	}
}

func trimLang(text string) (string, bool) {
	const mark = "lang:it "
	if len(text) > len(mark) && text[:len(mark)] == mark {
		return text[len(mark):], true
	}
	return text, false
}

func TestBurstTakesInWhatIsSure(t *testing.T) {
	many := func(d *directdial.Directory) { d.Rules.Burst = directdial.Burst{Window: time.Hour, Cards: 2} }
	opened := func(s *situation, state directdial.DialState, times ...time.Duration) {
		b := burst{Dial: "d1"}
		for _, ago := range times {
			b.Opened = append(b.Opened, noon.Add(-ago))
		}
		s.index.put(bBursts, "billing", b)
		s.index.put(bDials, "d1", directdial.Dial{ID: "d1", State: state})
	}
	for name, test := range map[string]struct {
		text  string
		state directdial.DialState
		times []time.Duration
		joins bool
	}{
		"as many as may be":    {"complaint #billing", directdial.Offered, []time.Duration{time.Minute}, false},
		"more":                 {"complaint #billing", directdial.Offered, []time.Duration{2 * time.Minute, time.Minute}, true},
		"more, but longer ago": {"complaint #billing", directdial.Offered, []time.Duration{time.Hour, time.Minute}, false},
		"the last is closed":   {"complaint #billing", directdial.Answered, []time.Duration{2 * time.Minute, time.Minute}, false},
		"another topic":        {"complaint #recall", directdial.Offered, []time.Duration{2 * time.Minute, time.Minute}, false},
		"no tag":               {"hello #billing", directdial.Offered, []time.Duration{2 * time.Minute, time.Minute}, false},
	} {
		s := situated(test.text, many)
		opened(s, test.state, test.times...)
		_, d := s.decide()
		if (d.Outcome == directdial.ToJoin) != test.joins || d.Burst != test.joins {
			t.Errorf("%s: %+v", name, d)
		}
	}
	s := situated("complaint #billing", many)
	s.subject.classification.Lexicon = false
	opened(s, directdial.Offered, 2*time.Minute, time.Minute)
	if _, d := s.decide(); d.Outcome != directdial.ToDial || d.Expert != "kim" {
		t.Errorf("what is unsure: %+v", d)
	}
}

func TestNextHop(t *testing.T) {
	open := directdial.Dial{ID: "d0", State: directdial.Offered, Tag: directdial.Complaint, Topic: "billing", Holder: "ana", Hop: 1}
	for name, test := range map[string]struct {
		text    string
		rules   []func(*directdial.Directory)
		dial    func(*directdial.Dial)
		hop     hop
		outcome directdial.Outcome
		expert  string
		owner   string
	}{
		"to the next best":                     {hop: hop{why: directdial.TooBusy, held: []string{"ana"}}, outcome: directdial.ToDial, expert: "bo"},
		"not back":                             {hop: hop{why: directdial.TooBusy, held: []string{"ana", "bo"}}, outcome: directdial.ToDial, expert: "kim"},
		"after the last, its owner":            {hop: hop{why: directdial.TooBusy, held: []string{"ana", "bo", "kim"}}, outcome: directdial.ToStay, owner: "ana"},
		"to a named colleague":                 {hop: hop{why: directdial.TooBusy, to: "kim", held: []string{"ana"}}, outcome: directdial.ToDial, expert: "kim"},
		"not to another instead":               {hop: hop{why: directdial.TooBusy, to: "ana", held: []string{"ana"}}, outcome: directdial.ToStay, owner: "ana"},
		"named beyond max_hops":                {dial: func(d *directdial.Dial) { d.Previous = []string{"x", "y", "z"} }, hop: hop{why: directdial.TooBusy, to: "bo", held: []string{"ana"}}, outcome: directdial.ToDial, expert: "bo"},
		"max_hops reached":                     {dial: func(d *directdial.Dial) { d.Previous = []string{"x", "y"} }, hop: hop{why: directdial.TooBusy, held: []string{"ana"}}, outcome: directdial.ToStay, owner: "ana"},
		"max_hops is off":                      {rules: []func(*directdial.Directory){func(d *directdial.Directory) { d.Rules.MaxHops = 0 }}, dial: func(d *directdial.Dial) { d.Previous = []string{"x", "y"} }, hop: hop{why: directdial.TooBusy, held: []string{"ana"}}, outcome: directdial.ToDial, expert: "bo"},
		"no owner: the fallback":               {rules: []func(*directdial.Directory){func(d *directdial.Directory) { d.Topics[0].Owner, d.Coaches = "", []string{"bo"} }}, hop: hop{why: directdial.TooBusy, held: []string{"ana", "bo", "kim"}}, outcome: directdial.ToStay, owner: "kim"},
		"the topic is gone":                    {rules: []func(*directdial.Directory){func(d *directdial.Directory) { d.Topics = nil }}, hop: hop{why: directdial.TooBusy, held: []string{"ana"}}, outcome: directdial.ToDial, expert: "bo"},
		"unsure: only the fallback":            {text: "complaint", dial: func(d *directdial.Dial) { d.Unsure, d.Topic, d.Holder = true, "", "bo" }, hop: hop{why: directdial.TooBusy, held: []string{"bo"}}, outcome: directdial.ToDial, expert: "kim"},
		"unsure: nobody else":                  {text: "complaint", dial: func(d *directdial.Dial) { d.Unsure, d.Topic, d.Holder = true, "", "kim" }, hop: hop{why: directdial.TooBusy, held: []string{"kim"}}, outcome: directdial.ToStay, owner: "kim"},
		"taken by hand, off duty, over budget": {rules: []func(*directdial.Directory){expert("bo", func(e *directdial.Expert) { e.Budget, e.Hours = directdial.Budget{}, []string{"1-2"} })}, hop: hop{why: directdial.TakenOver, to: "bo"}, outcome: directdial.ToDial, expert: "bo"},
		"another channel":                      {rules: []func(*directdial.Directory){expert("ana", func(e *directdial.Expert) { e.Addresses["email"] = "a@b.example" })}, hop: hop{why: directdial.Undelivered, to: "ana", tried: []string{"terminal"}}, outcome: directdial.ToDial, expert: "ana"},
		"no other channel":                     {hop: hop{why: directdial.Undelivered, to: "ana", tried: []string{"terminal"}}, outcome: directdial.ToStay, owner: "ana"},
		"its budget was spent on it":           {rules: []func(*directdial.Directory){expert("ana", func(e *directdial.Expert) { e.Budget = directdial.Budget{}; e.Addresses["email"] = "a@b.example" })}, hop: hop{why: directdial.Undelivered, to: "ana", tried: []string{"terminal"}}, outcome: directdial.ToDial, expert: "ana"},
	} {
		text := test.text
		if text == "" {
			text = "complaint #billing"
		}
		// The rules change after the dial was opened.
		s := situated(text)
		past, _ := s.decide()
		for _, change := range test.rules {
			change(s.directory)
		}
		d := open
		if test.dial != nil {
			test.dial(&d)
		}
		got := Decide(s.rules().nextCase(s.index, s.at, past, &d, test.hop))
		if got.Outcome != test.outcome || got.Expert != test.expert || got.Owner != test.owner {
			t.Errorf("%s: %s %s %s, want %s %s %s; %+v", name, got.Outcome, got.Expert, got.Owner, test.outcome, test.expert, test.owner, got.Verdicts)
		}
	}
}

// Duty that says "again at nine" at ten would have it decided again and again.
func TestNobodyIsBackInThePast(t *testing.T) {
	c := passing()
	c.Candidates[0].Duty = directdial.Duty{Next: noon.Add(-time.Hour)}
	if d := Decide(c); d.Outcome != directdial.ToPark || !d.Until.IsZero() || d.Reason != directdial.NobodyEnabled {
		t.Errorf("%+v", d)
	}
}
