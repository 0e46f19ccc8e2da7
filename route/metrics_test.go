package route

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/metric"
)

func counterValue(t *testing.T, c prometheus.Counter) float64 {
	t.Helper()
	var m dto.Metric
	if err := c.Write(&m); err != nil {
		t.Fatal(err)
	}
	return m.GetCounter().GetValue()
}

// gather is a scrape now.
func gather(t *testing.T, x *exchange) []*dto.MetricFamily {
	t.Helper()
	m := x.router.metrics
	reg := prometheus.NewRegistry()
	reg.MustRegister(state{x.router}, m.toTake, m.answer)
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	return families
}

// wantMetrics checks all series of some metrics, in the text format and sorted.
func wantMetrics(t *testing.T, x *exchange, names []string, want ...string) {
	t.Helper()
	var got []string
	for _, f := range gather(t, x) {
		if !slices.Contains(names, f.GetName()) {
			continue
		}
		for _, m := range f.Metric {
			got = append(got, fmt.Sprint(f.GetName(), labels(m), " ", m.GetGauge().GetValue()+m.GetCounter().GetValue()))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func labels(m *dto.Metric) string {
	var pairs []string
	for _, l := range m.Label {
		pairs = append(pairs, fmt.Sprintf("%s=%q", l.GetName(), l.GetValue()))
	}
	if len(pairs) == 0 {
		return ""
	}
	return "{" + strings.Join(pairs, ",") + "}"
}

func TestMetricsShowBothSidesOfTheLedger(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"}) // a repeat
		x.hear(directdial.Mention{ID: "2", Text: "small talk"})
		wantMetrics(t, x, []string{metric.LedgerDifference, metric.Mentions, metric.MentionsPosition, metric.MentionsWaiting, metric.MentionRepeats},
			`directdial_ledger_difference{equation="dials"} 0`,
			`directdial_ledger_difference{equation="mentions"} 0`,
			`directdial_mention_repeats_total 1`,
			`directdial_mentions{reason="no tag",state="suppressed"} 1`,
			`directdial_mentions{reason="none",state="dead-lettered"} 0`,
			`directdial_mentions{reason="none",state="dialled"} 1`,
			`directdial_mentions{reason="none",state="erased"} 0`,
			`directdial_mentions{reason="none",state="parked"} 0`,
			`directdial_mentions_position 3`,
			`directdial_mentions_waiting 0`,
		)
		if err := x.stop(); err != nil {
			t.Fatal(err)
		}
		x.post(directdial.Mention{ID: "3", Text: "complaint #billing"})
		wantMetrics(t, x, []string{metric.MentionsWaiting},
			`directdial_mentions_waiting 1`,
		)
		x.run()
	})
}

func TestMetricsShowADifferenceIfAMentionIsMissing(t *testing.T) {
	damagedInBubble(t, office(), func(t *testing.T, x *exchange) {
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		tx := x.db.Begin()
		add(tx, stateCount(directdial.Dialled, ""), -1)
		tx.Confirm()
		wantMetrics(t, x, []string{metric.LedgerDifference},
			`directdial_ledger_difference{equation="dials"} 0`,
			`directdial_ledger_difference{equation="mentions"} 1`,
		)
	})
}

func TestMetricsShowOpenDialsByAgeAndWhatIsLate(t *testing.T) {
	d := change(func(d *directdial.Directory) { d.Rules.MaxHops = 1 })
	inBubble(t, d, func(t *testing.T, x *exchange) {
		old := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		x.do(directdial.Action{Kind: directdial.ActPass, Dial: x.dialOf(old).ID, By: "ana"})
		time.Sleep(5 * time.Hour)
		x.hear(directdial.Mention{ID: "2", Text: "complaint #billing"})
		var seen []string
		for _, f := range gather(t, x) {
			for _, m := range f.Metric {
				if m.GetGauge().GetValue() == 1 && (f.GetName() == metric.DialsOpen || f.GetName() == metric.DialsLate) {
					seen = append(seen, f.GetName()+labels(m))
				}
			}
		}
		want := []string{
			`directdial_dials_late{tag="complaint"}`,
			`directdial_dials_open{age="0-1h",tag="complaint"}`,
			`directdial_dials_open{age="4-24h",tag="complaint"}`,
		}
		if !slices.Equal(seen, want) {
			t.Errorf("open and late: %q, want %q", seen, want)
		}
	})
}

func TestAnswerIsDirectOnlyIfTheFirstColleagueDialledGivesIt(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(x *exchange, dial string)
		want string
	}{
		"the first colleague": {func(x *exchange, dial string) {
			x.do(directdial.Action{Kind: directdial.ActTake, Dial: dial, By: "ana"})
			x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: dial, By: "ana"})
		}, "true"},
		"the second": {func(x *exchange, dial string) {
			x.do(directdial.Action{Kind: directdial.ActPass, Dial: dial, By: "ana"})
			x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: dial, By: "bo"})
		}, "false"},
		"the coach": {func(x *exchange, dial string) {
			x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: dial, By: "kim"})
		}, "false"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, office(), func(t *testing.T, x *exchange) {
				key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
				c.do(x, x.dialOf(key).ID)
				for _, direct := range []string{"true", "false"} {
					want := 0.0
					if direct == c.want {
						want = 1
					}
					if got := counterValue(t, x.router.metrics.answers.WithLabelValues("complaint", direct)); got != want {
						t.Errorf("answers with direct=%s: %v, want %v", direct, got, want)
					}
				}
			})
		})
	}
}

func TestOnlyWhatNobodyElseCouldTakeWentToTheFallback(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		x.hear(directdial.Mention{ID: "2", Text: "complaint #recall"}) // Kim's own topic, who is the fallback, too
		x.hear(directdial.Mention{ID: "3", Text: "complaint"})
		if got := counterValue(t, x.router.metrics.toFallback.WithLabelValues("complaint")); got != 1 {
			t.Errorf("%v dials went to the fallback, want 1", got)
		}
	})
}

func TestTimeToTakeIsCountedFromTheCardOn(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		time.Sleep(time.Hour) // the channel was down
		x.deliver(x.outbox()[0])
		time.Sleep(time.Minute)
		x.do(directdial.Action{Kind: directdial.ActTake, Dial: x.dialOf(key).ID, By: "ana"})
		unseen := x.hear(directdial.Mention{ID: "2", Text: "complaint #billing"})
		x.do(directdial.Action{Kind: directdial.ActTake, Dial: x.dialOf(unseen).ID, By: x.dialOf(unseen).Holder})
		for _, f := range gather(t, x) {
			if f.GetName() == metric.CardToAccept {
				h := f.Metric[0].GetHistogram()
				if h.GetSampleCount() != 1 || h.GetSampleSum() != 60 || len(h.GetPositiveDelta()) == 0 {
					t.Errorf("observed %v, want one minute, native too", h)
				}
				return
			}
		}
		t.Error("nothing was observed")
	})
}

func TestCoverageCountsGrantsThatAreInForce(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		today := time.Now()
		x.configure(change(
			expert("ana", func(e *directdial.Expert) { e.Grants[0].Tags = []directdial.Tag{directdial.Complaint} }),
			expert("bo", func(e *directdial.Expert) { e.Grants[0].Until = today }),
			expert("kim", func(e *directdial.Expert) { e.Grants = e.Grants[:1]; e.Grants[0].Topics = []string{"*"} }),
		))
		wantMetrics(t, x, []string{metric.CoverageEnabled},
			`directdial_coverage_enabled_experts{tag="ambassador",topic="billing"} 1`,
			`directdial_coverage_enabled_experts{tag="ambassador",topic="recall"} 0`,
			`directdial_coverage_enabled_experts{tag="complaint",topic="billing"} 2`,
			`directdial_coverage_enabled_experts{tag="complaint",topic="recall"} 0`,
			`directdial_coverage_enabled_experts{tag="question",topic="billing"} 1`,
			`directdial_coverage_enabled_experts{tag="question",topic="recall"} 0`,
		)
	})
}

func TestMetricsShowTheLoadWithoutNames(t *testing.T) {
	inBubble(t, change(
		expert("ana", func(e *directdial.Expert) { e.Budget = directdial.Budget{PerHour: 1, PerDay: 1} }),
		expert("bo", func(e *directdial.Expert) { e.Hours = []string{"1-2"} }),
	), func(t *testing.T, x *exchange) {
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		wantMetrics(t, x, []string{metric.Experts, metric.ExpertsBudgetSpent, metric.ExpertsByOpenDials},
			`directdial_experts{duty="off"} 1`,
			`directdial_experts{duty="on"} 2`,
			`directdial_experts_budget_spent 1`,
			`directdial_experts_by_open_dials{open="0"} 2`,
			`directdial_experts_by_open_dials{open="1"} 1`,
			`directdial_experts_by_open_dials{open="2-4"} 0`,
			`directdial_experts_by_open_dials{open="5+"} 0`,
		)
	})
}
