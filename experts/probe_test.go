package experts

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
)

// sonar is a channel that reaches whom reach says.
type sonar struct {
	medium
	mu    sync.Mutex
	reach map[string]directdial.Reachability
	asked []time.Time
}

func (s *sonar) Check(_ context.Context, people []directdial.Expert) []directdial.Finding {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, time.Now())
	found := []directdial.Finding{directdial.Found("slack", "works")}
	for _, e := range people {
		found = append(found, directdial.Finding{What: "slack " + e.ID, Says: "user not found", Expert: e.ID, Reach: s.reach[e.ID]})
	}
	return found
}

// register is an exchange that takes what a probe says.
type register struct {
	people []directdial.Expert
	lost   map[string][]string
	told   []directdial.Action
}

func (r *register) People() []directdial.Expert        { return r.people }
func (r *register) Unreachable(expert string) []string { return r.lost[expert] }

func (r *register) Act(_ context.Context, a directdial.Action) (directdial.Judgement, error) {
	r.told = append(r.told, a)
	if a.Kind == directdial.ActUnreachable {
		r.lost[a.Expert] = append(r.lost[a.Expert], a.Channel)
	} else {
		r.lost[a.Expert] = slices.DeleteFunc(r.lost[a.Expert], func(c string) bool { return c == a.Channel })
	}
	return directdial.Judgement{}, nil
}

func TestProbeTellsEachDayWhatHasChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		person := func(id string) directdial.Expert {
			return directdial.Expert{ID: id, Addresses: map[string]string{"slack": id}}
		}
		r := &register{people: []directdial.Expert{person("ana"), person("bo"), person("kim"), {ID: "post"}}, lost: map[string][]string{"kim": {"slack"}}}
		s := &sonar{reach: map[string]directdial.Reachability{
			"ana": directdial.ReachesNot, "bo": "", "kim": directdial.Reaches, "post": directdial.ReachesNot,
		}}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- Probe(ctx, r, func() map[string]Channel { return map[string]Channel{"slack": s, "terminal": &medium{}} }, zerolog.Nop())
		}()
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if len(r.told) != 2 || r.told[0].Kind != directdial.ActUnreachable || r.told[0].Expert != "ana" ||
			r.told[0].Detail != "user not found" || r.told[1].Kind != directdial.ActReachable || r.told[1].Expert != "kim" {
			t.Errorf("told %+v", r.told)
		}
		time.Sleep(72 * time.Hour)
		synctest.Wait()
		if len(r.told) != 2 || len(s.asked) < 4 || len(s.asked) > 5 {
			t.Errorf("in three days it asked %d times, and told %d things", len(s.asked), len(r.told))
		}
		s.mu.Lock()
		s.reach["ana"] = directdial.Reaches
		s.mu.Unlock()
		time.Sleep(25 * time.Hour)
		synctest.Wait()
		if last := r.told[len(r.told)-1]; len(r.told) != 3 || last.Kind != directdial.ActReachable || last.Expert != "ana" {
			t.Errorf("told %+v", r.told)
		}
		cancel()
		<-ended
	})
}
