package directdial

import "testing"

func TestGrantIsNamedByWhatItCoversInAnyOrder(t *testing.T) {
	for want, g := range map[string]Grant{
		"billing": {Topics: []string{"billing"}, Training: "social-101"},
		"*,recall tags=complaint,question": {
			Topics: []string{"recall", "*", "recall"}, Tags: []Tag{Question, Complaint},
		},
		"billing platforms=mastodon languages=en,sv": {
			Topics: []string{"billing"}, Platforms: []string{"mastodon"}, Languages: []string{"sv", "en"},
		},
	} {
		if got := g.ID(); got != want {
			t.Errorf("the grant %v is %q, want %q", g, got, want)
		}
	}
}
