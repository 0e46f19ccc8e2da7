package route

import (
	"testing"

	"github.com/directdial/directdial"
)

func TestWhatMayHarmGoesToItsOwnerOrTheFirstCoachAlone(t *testing.T) {
	named := func(id string) func(*directdial.Directory) {
		return expert(id, func(e *directdial.Expert) { e.Grants = append(e.Grants, grant("harm")) })
	}
	owned := func(by string) func(*directdial.Directory) {
		return func(d *directdial.Directory) {
			d.Topics = append(d.Topics, directdial.Topic{Name: "harm", Owner: by})
		}
	}
	away := func(id string) func(*directdial.Directory) {
		return expert(id, func(e *directdial.Expert) { e.Hours, e.Deputy = []string{"1-2"}, "ana" })
	}
	for name, test := range map[string]struct {
		text  string
		rules []func(*directdial.Directory)
		to    string // "": parked
		owner string
	}{
		"the coach, granted it by name":     {"complaint #harm", []func(*directdial.Directory){named("kim"), named("ana")}, "kim", ""},
		"the coach, granted everything":     {"complaint #harm", nil, "", "kim"},
		"others who are granted it":         {"complaint #harm", []func(*directdial.Directory){named("ana"), named("bo")}, "", "kim"},
		"its owner":                         {"complaint #harm", []func(*directdial.Directory){owned("bo"), named("bo"), named("kim")}, "bo", ""},
		"an owner without a grant":          {"complaint #harm", []func(*directdial.Directory){owned("bo"), named("kim")}, "", "bo"},
		"no deputy, no fallback":            {"complaint #harm", []func(*directdial.Directory){named("kim"), named("ana"), away("kim")}, "", "kim"},
		"before a better topic":             {"complaint #billing #harm", []func(*directdial.Directory){named("kim")}, "kim", ""},
		"before a restricted topic":         {"complaint #recall #harm", []func(*directdial.Directory){named("kim"), named("ana")}, "kim", ""},
		"also if it is no complaint":        {"#harm", []func(*directdial.Directory){named("kim")}, "kim", ""},
		"also if it is praise":              {"ambassador #harm", []func(*directdial.Directory){named("kim")}, "kim", ""},
		"also in a language not understood": {"#harm", []func(*directdial.Directory){named("kim"), func(*directdial.Directory) {}}, "kim", ""},
	} {
		s := situated(test.text, test.rules...)
		if name == "also in a language not understood" {
			s.subject.classification = testClassify(test.text, "xx")
		}
		_, d := s.decide()
		switch {
		case test.to != "" && (d.Outcome != directdial.ToDial || d.Expert != test.to || d.Tag != directdial.Complaint):
			t.Errorf("%s: %s %s (%s) as %q, want %s; %+v", name, d.Outcome, d.Expert, d.Reason, d.Tag, test.to, d.Verdicts)
		case test.to == "" && (d.Outcome != directdial.ToPark || d.Owner != test.owner):
			t.Errorf("%s: %s %s, kept by %q, want it parked with %s", name, d.Outcome, d.Expert, d.Owner, test.owner)
		}
	}
}

// What may harm does not join the dial of somebody else, in whatever thread it
// is said; and who holds it cannot pass it to anybody.
func TestWhatMayHarmIsADialOfItsOwn(t *testing.T) {
	coach := expert("kim", func(e *directdial.Expert) { e.Grants = append(e.Grants, grant("harm")) })
	all := expert("ana", func(e *directdial.Expert) { e.Grants = append(e.Grants, grant("harm")) })
	inBubble(t, change(coach, all), func(t *testing.T, x *exchange) {
		u := directdial.Author{Handle: "u"}
		first := x.dialOf(x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: u}))
		x.do(directdial.Action{Kind: directdial.ActAnswered, By: first.Holder, Dial: first.ID})
		d := x.dialOf(x.hear(directdial.Mention{ID: "2", Thread: "1", Text: "#harm", Author: u}))
		if d.ID == first.ID || d.Holder != "kim" || d.Topic != directdial.Harm {
			t.Fatalf("it is with %s in %s about %s", d.Holder, d.ID, d.Topic)
		}
		if reason := x.refusedWith(directdial.Action{Kind: directdial.ActPass, By: "kim", Dial: d.ID, To: "ana"}); reason != directdial.OtherTeam {
			t.Errorf("passing it on is refused with %q", reason)
		}
		if reason := x.refusedWith(directdial.Action{Kind: directdial.ActTake, By: "ana", Dial: d.ID}); reason != directdial.OtherTeam {
			t.Errorf("taking it is refused with %q", reason)
		}
		x.do(directdial.Action{Kind: directdial.ActPass, By: "kim", Dial: d.ID})
		if d, _ := x.router.Dial(d.ID); d.Holder != "kim" || !d.Late {
			t.Errorf("passed on to nobody, it is with %s, late: %v", d.Holder, d.Late)
		}
		if joined := x.dialOf(x.hear(directdial.Mention{ID: "3", Thread: "2", Text: "complaint #billing"})); joined.ID != d.ID {
			t.Errorf("what is said to it went to %s", joined.ID)
		}
	})
}
