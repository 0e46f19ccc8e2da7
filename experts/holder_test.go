package experts_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

func TestHolderIsOfferedWhatTheStateOfTheGrantLeavesToThem(t *testing.T) {
	agreed := directdial.Grant{Topics: []string{"billing"}, Agreed: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)}
	paused := agreed
	paused.Paused = true
	fewer := agreed
	fewer.Fewer = &directdial.Budget{PerHour: 2, PerDay: 4}
	for name, c := range map[string]struct {
		grant  experts.Grant
		labels []string
		terms  string
	}{
		"in force": {experts.Grant{Grant: agreed}, []string{"Fewer", "Pause", "End"}, ""},
		"fewer": {
			experts.Grant{Grant: fewer, Coach: "Kim Strand"},
			[]string{"As many as before", "Pause", "End"},
			"Fewer, as you wish: at most 2 an hour and 4 a day, of all grants together. Coach: Kim Strand.",
		},
		"paused":                  {experts.Grant{Grant: paused, State: directdial.GrantPaused}, []string{"Fewer", "Go on", "End"}, "Nothing of it comes to you: paused."},
		"paused, not practised":   {experts.Grant{Grant: paused, State: directdial.NotPractised}, []string{"Fewer", "Go on", "End"}, "Nothing of it comes to you: not practised, and paused."},
		"the time of pause over":  {experts.Grant{Grant: paused}, []string{"Fewer", "Pause", "End"}, ""},
		"asked, no yes":           {experts.Grant{State: directdial.NotAgreed}, []string{"Yes", "Yes, but fewer", "End"}, "Nothing of it comes to you: not agreed."},
		"paused, no yes":          {experts.Grant{Grant: directdial.Grant{Paused: true}, State: directdial.NotAgreed}, []string{"Yes", "Yes, but fewer", "Go on", "End"}, "Nothing of it comes to you: not agreed, and paused."},
		"ended while it was so":   {experts.Grant{Grant: paused, State: directdial.GrantEnded}, nil, "Nothing of it comes to you: grant ended."},
		"ended before it was yes": {experts.Grant{State: directdial.GrantEnded}, nil, "Nothing of it comes to you: grant ended."},
	} {
		var labels []string
		for _, o := range c.grant.Choices() {
			labels = append(labels, o.Label)
		}
		if diff := cmp.Diff(c.labels, labels); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
		if terms := c.grant.Terms("UTC"); terms != c.terms {
			t.Errorf("%s: %q, want %q", name, terms, c.terms)
		}
	}
}
