package experts

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
)

func TestPlan(t *testing.T) {
	at := func(s int) time.Time { return monday.Add(time.Duration(s) * time.Second) }
	claim := func(n, s int) directdial.Action {
		return directdial.Action{Kind: directdial.ActClaim, Attempt: n, At: at(s)}
	}
	is := func(kind directdial.ActionKind, n int) directdial.Action {
		return directdial.Action{Kind: kind, Attempt: n}
	}
	retry := func(n, until int) directdial.Action {
		return directdial.Action{Kind: directdial.ActRetry, Attempt: n, Until: at(until)}
	}
	type log = []directdial.Action
	for _, tt := range []struct {
		name    string
		log     log
		canFind bool
		policy  Ambiguity
		want    plan
		late    plan // once it is too late
	}{
		{"new", nil, false, Hold, plan{deed: send, attempt: 1}, plan{deed: lapse, attempt: 1}},
		{"delivered", log{claim(1, 0), is(directdial.ActDelivered, 1)}, false, Hold, plan{}, plan{}},
		{"failed", log{claim(1, 0), is(directdial.ActFailed, 1)}, false, Repeat, plan{}, plan{}},
		{"lapsed", log{is(directdial.ActLapsed, 1)}, true, Repeat, plan{}, plan{}},
		{"refused for now", log{claim(1, 0), retry(1, 60)}, false, Hold, plan{deed: send, attempt: 2, after: at(60)}, plan{deed: lapse, attempt: 2}},
		{
			"open, hold",
			log{claim(1, 0)},
			false, Hold,
			plan{deed: hold, attempt: 1, after: at(0), settled: at(0), open: []int{1}},
			plan{deed: hold, attempt: 1, after: at(0), settled: at(0), open: []int{1}},
		},
		{
			"open, repeat",
			log{claim(1, 0)},
			false, Repeat,
			plan{deed: send, attempt: 2, after: at(5), settled: at(0), open: []int{1}},
			plan{deed: hold, attempt: 1, after: at(0), open: []int{1}},
		},
		{
			"open, look up",
			log{claim(1, 0)},
			true, Hold,
			plan{deed: find, attempt: 1, after: at(5), settled: at(0), open: []int{1}},
			plan{deed: find, attempt: 1, after: at(5), settled: at(0), open: []int{1}},
		},
		{
			"open, repeated and refused",
			log{claim(1, 0), claim(2, 5), retry(2, 60)},
			false, Repeat,
			plan{deed: send, attempt: 3, after: at(60), settled: at(0), open: []int{1}},
			plan{deed: hold, attempt: 1, after: at(0), open: []int{1}},
		},
		{
			"open twice",
			log{claim(1, 0), claim(2, 9)},
			false, Repeat,
			plan{deed: send, attempt: 3, after: at(14), settled: at(9), open: []int{1, 2}},
			plan{deed: hold, attempt: 2, after: at(9), open: []int{1, 2}},
		},
		{
			"open three times: enough",
			log{claim(1, 0), claim(2, 9), claim(3, 18)},
			false, Repeat,
			plan{deed: hold, attempt: 3, after: at(18), settled: at(18), open: []int{1, 2, 3}},
			plan{deed: hold, attempt: 3, after: at(18), settled: at(18), open: []int{1, 2, 3}},
		},
		{"left for a person", log{claim(1, 0), is(directdial.ActAmbiguous, 1)}, true, Repeat, plan{}, plan{}},
		{
			"killed between the two reports of a repeat",
			log{claim(1, 0), claim(2, 5), is(directdial.ActAmbiguous, 1)},
			false, Hold,
			plan{deed: hold, attempt: 2, after: at(5), settled: at(5), open: []int{2}},
			plan{deed: hold, attempt: 2, after: at(5), settled: at(5), open: []int{2}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := planOf(tt.log, tt.canFind, tt.policy, 0)
			same := cmp.AllowUnexported(plan{})
			if diff := cmp.Diff(tt.want, got, same); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if diff := cmp.Diff(tt.late, got.late(), same); diff != "" {
				t.Errorf("late: -want +got:\n%s", diff)
			}
		})
	}
}

// TestPlanWaitsForAnotherProcess gives a claim of somebody else the time that a
// send can take.
func TestPlanWaitsForAnotherProcess(t *testing.T) {
	log := []directdial.Action{{Kind: directdial.ActClaim, Attempt: 1, At: monday}}
	if p := planOf(log, false, Hold, time.Minute); p.deed != hold || !p.after.Equal(monday.Add(time.Minute)) {
		t.Errorf("%+v", p)
	}
	if p := planOf(log, true, Hold, time.Minute); p.deed != find || !p.after.Equal(monday.Add(time.Minute+settle)) {
		t.Errorf("%+v", p)
	}
}
