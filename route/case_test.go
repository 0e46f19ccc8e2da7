package route

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

// An expert may have any number of grants; three stand in the case, and the
// decision is the one that all of them would give.
func TestGrantsThatDecideAreAmongThoseInTheCase(t *testing.T) {
	var grants []directdial.Grant
	for i := range 5 {
		g := grant("*")
		g.Until, g.Platforms = noon.Add(time.Duration(10+i)*time.Hour), []string{"mastodon", fmt.Sprint("other", i)}
		grants = append(grants, g)
	}
	byName := grant("billing")
	byName.Until = noon.Add(time.Hour)
	ended := grant("billing")
	ended.Until, ended.Tags = noon, []directdial.Tag{directdial.Complaint}
	grants = append(grants, ended, byName)
	c, d := situated("complaint #billing", expert("ana", func(e *directdial.Expert) { e.Grants = grants })).decide()
	k := c.Candidates[0]
	if len(k.Grants) != directdial.MaxCaseGrants || d.Expert != "ana" {
		t.Fatalf("%d grants, dialled %s", len(k.Grants), d.Expert)
	}
	v := verdictOf(d, "ana")
	if !v.GrantEnds.Equal(noon.Add(14 * time.Hour)) {
		t.Errorf("the last of them ends at %s", v.GrantEnds)
	}
	if v.Score.Topic != c.Topic.Score {
		t.Errorf("granted by name counts %d of %d", v.Score.Topic, c.Topic.Score)
	}
}

func TestExpertsWhoAreNoCandidatesAreCounted(t *testing.T) {
	for name, test := range map[string]struct {
		rules []func(*directdial.Directory)
		want  string
	}{
		"all are candidates": {nil, "map[]"},
		"some have no grant": {[]func(*directdial.Directory){crowd(40, "garden")}, "map[no grant:40]"},
		"more than can be":   {[]func(*directdial.Directory){crowd(40, "billing")}, "map[not asked:25]"},
	} {
		c, _ := situated("complaint #billing", test.rules...).decide()
		if got := fmt.Sprint(c.Others); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
		n := len(c.Candidates)
		for _, others := range c.Others {
			n += others
		}
		if s := situated("", test.rules...); n != len(s.directory.Experts) {
			t.Errorf("%s: %d of %d are counted", name, n, len(s.directory.Experts))
		}
	}
}

// crowd adds n colleagues with a grant.
func crowd(n int, topic string) func(*directdial.Directory) {
	return func(d *directdial.Directory) {
		for i := range n {
			d.Experts = append(d.Experts, person(fmt.Sprintf("p%05d", i), topic))
		}
	}
}

func TestCandidatesOfManyAreTheGrantedByNameOnDutyDialledLongestAgo(t *testing.T) {
	s := situated("complaint #billing", crowd(100, "billing"), func(d *directdial.Directory) {
		for i := range d.Experts {
			e := &d.Experts[i]
			switch {
			case i%2 == 0:
				e.Hours = []string{"1-2"}
			case i%3 == 0:
				e.Grants[0].Topics = []string{"*"}
			}
		}
		d.Rules.Fallback, d.Topics[0].Owner = "", ""
	})
	for i := range 100 {
		s.index.put(bExperts, fmt.Sprintf("p%05d", i), load{Dials: []time.Time{noon.Add(-time.Duration(i+1) * time.Minute)}})
	}
	c, d := s.decide()
	if len(c.Candidates) != maxTopical {
		t.Fatalf("%d candidates", len(c.Candidates))
	}
	for _, k := range c.Candidates {
		if !k.Duty.On || !k.Grants[0].Named {
			t.Errorf("%s is a candidate: %+v", k.Expert, k)
		}
	}
	if d.Expert != "bo" { // the only one who was never dialled
		t.Errorf("dialled %s", d.Expert)
	}
}

func TestReceiptFitsItsBoundAndDecidesEqual(t *testing.T) {
	long := strings.Repeat("n", 61) // with three digits the longest name there can be
	s := situated("complaint #billing", func(d *directdial.Directory) {
		d.Experts = nil
		for i := range 500 {
			e := person(fmt.Sprintf("%s%03d", long, i), "billing")
			e.Deputy = fmt.Sprintf("%s%03d", long, (i+250)%500)
			e.Hours = []string{"9-17"}
			e.Languages = []string{"en", "sv", "de"}
			e.Addresses = map[string]string{"email": "e@acme.example", "slack": "U1", "terminal": "t"}
			for j := range 9 {
				g := grant("billing", "*")
				g.From, g.Until = longAgo.Add(time.Duration(i)*time.Millisecond), farOff.Add(time.Duration(j)*time.Millisecond)
				e.Grants = append(e.Grants, g)
			}
			d.Experts = append(d.Experts, e)
		}
		d.Rules.Fallback, d.Topics[0].Owner, d.Coaches = long+"498", long+"499", []string{long + "497"}
	})
	for i := range directdial.MaxKeywords {
		s.subject.classification.Keywords = append(s.subject.classification.Keywords, directdial.Keyword{
			Word: strings.Repeat("k", 100), For: "topic:" + long, Start: 60000 + i, End: 61000 + i, Weight: -1000,
		})
	}
	for i := range directdial.MaxTopics {
		s.subject.classification.Topics = append(s.subject.classification.Topics, directdial.TopicScore{Topic: fmt.Sprint(long, i), Score: 900})
	}
	for _, e := range s.directory.Experts {
		var l load
		for i := range maxLoad {
			l.Dials = append(l.Dials, noon.Add(-time.Duration(i)*time.Second-time.Millisecond))
		}
		l.Open = 1000
		s.index.put(bExperts, e.ID, l)
	}
	s.dialled(directdial.Answered, long+"000")
	c, d := s.decide()
	if len(c.Candidates) != directdial.MaxCandidates {
		t.Errorf("%d candidates", len(c.Candidates))
	}
	data := receipt(&c)
	if len(data) > directdial.MaxCase {
		t.Errorf("the receipt has %d bytes, at most %d may be", len(data), directdial.MaxCase)
	}
	if got := decideReceipt(t, data); string(got) != string(encode(d)) {
		t.Errorf("the receipt decides\n%s, want\n%s", got, encode(d))
	}
}

func TestAccountsAreRecognisedInEverySpelling(t *testing.T) {
	x := situated("").rules()
	for name, test := range map[string]struct {
		platform string
		author   directdial.Author
		want     bool
	}{
		"as configured":    {"mastodon", directdial.Author{Handle: "@acme@mastodon.example"}, true},
		"without the sign": {"mastodon", directdial.Author{Handle: "acme@mastodon.example"}, true},
		"in capitals":      {"mastodon", directdial.Author{Handle: "ACME@Mastodon.example"}, true},
		"by id":            {"mastodon", directdial.Author{ID: "acme@mastodon.example", Handle: "other"}, true},
		"elsewhere":        {"bluesky", directdial.Author{Handle: "@acme@mastodon.example"}, false},
		"somebody else":    {"mastodon", directdial.Author{Handle: "@acme@social.example"}, false},
		"nobody":           {"mastodon", directdial.Author{}, false},
	} {
		if got := x.ours(test.platform, test.author); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// The score of a topic with learned weights is a probability, and some topic is
// always a little probable.
func TestATopicThatIsHardlyProbableDecidesNothing(t *testing.T) {
	for score, want := range map[int]string{leastProbable - 1: "", leastProbable: "billing"} {
		s := situated("complaint #billing")
		s.subject.classification.Topics[0].Score, s.subject.classification.Topics[0].Base = score, -3000
		if c, _ := s.decide(); c.Topic.Name != want {
			t.Errorf("at %d the topic is %q, want %q", score, c.Topic.Name, want)
		}
	}
}
