package route

import (
	"testing"
	"time"

	"github.com/directdial/directdial"
)

// passing is a case with one candidate who may take it.
func passing() directdial.Case {
	return directdial.Case{
		V: directdial.DecideVersion, At: noon,
		Mention: directdial.CaseMention{Key: someMention, Platform: "mastodon", Said: noon},
		Classification: directdial.Classification{
			Lang: "en", Lexicon: true, Tags: []directdial.TagScore{{Tag: directdial.Complaint, Score: 900}},
		},
		Topic: directdial.CaseTopic{Name: "billing", Owner: "kim", Mode: directdial.Direct, Score: 900},
		Candidates: []directdial.Candidate{{
			Expert: "ana", Role: directdial.RoleTopic, Speaks: true, Duty: directdial.Duty{On: true}, Channels: []string{"email"},
			Budget: directdial.Budget{PerHour: 3, PerDay: 8},
			Grants: []directdial.CaseGrant{{
				Named: true, Tag: true, Platform: true, Language: true, Agreed: longAgo, Until: farOff,
			}},
		}},
	}
}

func TestGateAsksEachQuestion(t *testing.T) {
	type c = directdial.Case
	type k = directdial.Candidate
	for name, test := range map[string]struct {
		change func(*c, *k)
		want   directdial.Reason
	}{
		"nothing against it":              {func(*c, *k) {}, ""},
		"no grant at all":                 {func(_ *c, k *k) { k.Grants = nil }, directdial.NoGrant},
		"a grant for another topic":       {func(_ *c, k *k) { k.Grants[0].Named = false }, directdial.NoGrant},
		"a grant for every topic":         {func(_ *c, k *k) { k.Grants[0].Named, k.Grants[0].Any = false, true }, ""},
		"restricted, granted by name":     {func(c *c, _ *k) { c.Topic.Restricted = true }, ""},
		"restricted, every topic granted": {func(c *c, k *k) { c.Topic.Restricted, k.Grants[0].Named, k.Grants[0].Any = true, false, true }, directdial.Restricted},
		"for another tag":                 {func(_ *c, k *k) { k.Grants[0].Tag = false }, directdial.WrongTag},
		"for another platform":            {func(_ *c, k *k) { k.Grants[0].Platform = false }, directdial.WrongPlatform},
		"for another language":            {func(_ *c, k *k) { k.Grants[0].Language = false }, directdial.WrongLanguage},
		"does not speak it":               {func(_ *c, k *k) { k.Speaks = false }, directdial.WrongLanguage},
		"has not said yes":                {func(_ *c, k *k) { k.Grants[0].Agreed = time.Time{} }, directdial.NotAgreed},
		"says yes tomorrow":               {func(_ *c, k *k) { k.Grants[0].Agreed = noon.Add(24 * time.Hour) }, directdial.NotAgreed},
		"says yes at this moment":         {func(_ *c, k *k) { k.Grants[0].Agreed = noon }, ""},
		"begins later":                    {func(_ *c, k *k) { k.Grants[0].From = noon.Add(time.Millisecond) }, directdial.NotYet},
		"begins at this moment":           {func(_ *c, k *k) { k.Grants[0].From = noon }, ""},
		"ends at this moment":             {func(_ *c, k *k) { k.Grants[0].Until = noon }, directdial.GrantEnded},
		"ends a moment later":             {func(_ *c, k *k) { k.Grants[0].Until = noon.Add(time.Millisecond) }, ""},
		"never ends":                      {func(_ *c, k *k) { k.Grants[0].Until = time.Time{} }, ""},
		"central, and not the owner":      {func(c *c, _ *k) { c.Topic.Mode = directdial.Central }, directdial.OtherTeam},
		"central, the owner's team":       {func(c *c, k *k) { c.Topic.Mode, k.Team = directdial.Central, true }, directdial.OtherTeam},
		"central, and the owner":          {func(c *c, k *k) { c.Topic.Mode = directdial.Central; k.Role |= directdial.RoleOwner }, ""},
		"units, another team":             {func(c *c, _ *k) { c.Topic.Mode = directdial.Units }, directdial.OtherTeam},
		"units, the owner's team":         {func(c *c, k *k) { c.Topic.Mode, k.Team = directdial.Units, true }, ""},
		"units, and the owner":            {func(c *c, k *k) { c.Topic.Mode = directdial.Units; k.Role |= directdial.RoleOwner }, ""},
		"central, and named":              {func(c *c, k *k) { c.Topic.Mode = directdial.Central; k.Role |= directdial.RoleNamed }, ""},
		"the language has no lexicon":     {func(c *c, _ *k) { c.Classification.Lexicon = false }, directdial.NotSure},
		"no lexicon, and the fallback":    {func(c *c, k *k) { c.Classification.Lexicon = false; k.Role |= directdial.RoleFallback }, ""},
		"held it before":                  {func(_ *c, k *k) { k.Held = true }, directdial.HeldBefore},
		"no channel":                      {func(_ *c, k *k) { k.Channels = nil }, directdial.Unreachable},
		"off duty":                        {func(_ *c, k *k) { k.Duty.On = false }, directdial.OffDuty},
		"off duty, but takes it by hand": {func(c *c, k *k) {
			k.Duty.On = false
			c.Dial = &directdial.CaseDial{State: directdial.Offered, Tag: directdial.Complaint, Next: directdial.TakenOver, To: "ana"}
		}, ""},
		"off duty, and holds what is opened again": {func(c *c, k *k) {
			k.Duty.On = false
			c.Dial = &directdial.CaseDial{State: directdial.Answered, SameAuthor: true, Holder: "ana"}
		}, ""},
		"off duty, and it is tried by another channel": {func(c *c, k *k) {
			k.Duty.On = false
			c.Dial = &directdial.CaseDial{State: directdial.Offered, Holder: "ana", Next: directdial.Undelivered, To: "ana"}
		}, directdial.OffDuty},
		"off duty, and another holds what is opened again": {func(c *c, k *k) {
			k.Duty.On = false
			c.Dial = &directdial.CaseDial{State: directdial.Answered, SameAuthor: true, Holder: "bo"}
		}, directdial.OffDuty},
		"off duty, and holds what somebody else joins": {func(c *c, k *k) {
			k.Duty.On = false
			c.Dial = &directdial.CaseDial{State: directdial.Answered, Holder: "ana"}
		}, directdial.OffDuty},
	} {
		c := passing()
		test.change(&c, &c.Candidates[0])
		if got, _ := gate(&c, &c.Candidates[0]); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestBudgetBoundsHourAndDay(t *testing.T) {
	for name, test := range map[string]struct {
		budget    directdial.Budget
		hour, day int
		want      bool
	}{
		"none used":        {directdial.Budget{PerHour: 3, PerDay: 8}, 0, 0, true},
		"one left":         {directdial.Budget{PerHour: 3, PerDay: 8}, 2, 7, true},
		"hour used up":     {directdial.Budget{PerHour: 3, PerDay: 8}, 3, 3, false},
		"day used up":      {directdial.Budget{PerHour: 3, PerDay: 8}, 0, 8, false},
		"off":              {directdial.Budget{Off: true}, 1000, 1000, true},
		"a budget of none": {directdial.Budget{}, 0, 0, false},
	} {
		if got := budget(&directdial.Candidate{Budget: test.budget, Hour: test.hour, Day: test.day}); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// One grant that covers is enough; of several the last end counts; of several
// that do not cover, the closest tells why.
func TestGrantsAreTakenTogether(t *testing.T) {
	covers := directdial.CaseGrant{Named: true, Tag: true, Platform: true, Language: true, Agreed: longAgo, Until: noon.Add(time.Hour)}
	longer, ended, never, wrong, other := covers, covers, covers, covers, covers
	longer.Until = noon.Add(24 * time.Hour)
	ended.Until = noon
	never.Until = time.Time{}
	wrong.Tag = false
	other.Named = false
	for name, test := range map[string]struct {
		grants []directdial.CaseGrant
		want   directdial.Reason
		ends   time.Time
	}{
		"the longer, after":       {[]directdial.CaseGrant{covers, longer}, "", longer.Until},
		"the longer, before":      {[]directdial.CaseGrant{longer, covers}, "", longer.Until},
		"never, after":            {[]directdial.CaseGrant{longer, never}, "", time.Time{}},
		"never, before":           {[]directdial.CaseGrant{never, longer}, "", time.Time{}},
		"one of them ended":       {[]directdial.CaseGrant{ended, covers}, "", covers.Until},
		"the closest, before":     {[]directdial.CaseGrant{ended, wrong, other}, directdial.GrantEnded, time.Time{}},
		"the closest, after":      {[]directdial.CaseGrant{other, wrong, ended}, directdial.GrantEnded, time.Time{}},
		"the closest, in between": {[]directdial.CaseGrant{other, wrong}, directdial.WrongTag, time.Time{}},
	} {
		c := passing()
		c.Candidates[0].Grants = test.grants
		if got, p := gate(&c, &c.Candidates[0]); got != test.want || !p.ends.Equal(test.ends) {
			t.Errorf("%s: %q until %s, want %q until %s", name, got, p.ends, test.want, test.ends)
		}
	}
}
