package monitoring

import "github.com/directdial/directdial/internal/metric"

// rate is the increase a second, over as long as the page needs.
func rate(series string) string { return "rate(" + series + "[$__rate_interval])" }

// sumBy adds up what processes have counted.
func sumBy(labels, expr string) string { return "sum by (" + labels + ") (" + expr + ")" }

// maxBy takes one of the processes, which all show the same.
func maxBy(labels, expr string) string { return "max by (" + labels + ") (" + expr + ")" }

// quantiles shows the middle and the slow end of a histogram by a label.
func quantiles(histogram, label string) []Query {
	of := func(q string) string {
		return "histogram_quantile(" + q + ", " + sumBy("le, "+label, rate(histogram+"_bucket")) + ")"
	}
	return []Query{
		{of("0.5"), "half, {{" + label + "}}"},
		{of("0.9"), "9 of 10, {{" + label + "}}"},
	}
}

// counted is how often something happened in the time that the page shows.
// Prometheus extrapolates to its ends, and half a gap there is not.
func counted(labels, counter string) string {
	return "round(" + sumBy(labels, "increase("+counter+"[$__range])") + ")"
}

// share is a part of a whole over the time that the page shows.
func share(part, whole string) string {
	return "sum(increase(" + part + "[$__range])) / sum(increase(" + whole + "[$__range]))"
}

// What several pages show.
var (
	directShare      = share(metric.Answers+`{direct="true"}`, metric.Answers)
	switchboardShare = "sum(increase(" + metric.DialsToFallback + "[$__range])) / max(increase(" + metric.DialsOpened + "[$__range]))"

	ledgerPanel = Panel{
		Title: "Ledger", Help: "Balanced: every mention that was accepted is in exactly one state, every dial too. Anything else is damage: see `directdial ledger`.",
		Kind: Stat, Steps: bad(1), Names: map[string]string{"0": "balanced"},
		Queries: one("max(abs("+metric.LedgerDifference+"))", "difference"),
	}
	latePanel = Panel{
		Title: "Late", Help: "Open dials without a next holder, by tag. They stay with the owner of the topic or the fallback, on the coach's list.",
		Kind: TimeSeries, Stacked: true,
		Queries: one(maxBy("tag", metric.DialsLate), "{{tag}}"),
	}
	agePanel = Panel{
		Title: "Open dials by age", Help: "How long ago the open dials were opened.",
		Kind: TimeSeries, Stacked: true,
		Queries: one("max by (age) ("+sumBy("age, instance", metric.DialsOpen)+")", "{{age}}"),
	}
)
