package monitoring

import "github.com/directdial/directdial/internal/metric"

func sourcesBoard() Dashboard {
	return Dashboard{
		UID: "directdial-sources", Title: "directdial: Sources",
		Help: "Whether each source hears, how far it is behind, and what it may have missed.",
		Rows: []Row{
			{"Do they hear?", sourcesUp()},
			{"How far behind?", sourcesLag()},
			{"What was missed, and how much may still be asked", sourcesGaps()},
		},
	}
}

func sourcesUp() []Panel {
	return []Panel{
		{
			Title: "Sources", Help: "Whether the source works. A webhook works as soon as it can be reached.", Kind: Stat, Width: 24,
			Steps: good(1), Names: map[string]string{"0": "fails", "1": "works"},
			Queries: one(maxBy("source", metric.SourceUp), "{{source}}"),
		},
		{
			Title: "Too quiet", Help: "Whether a source that works brings far less than its own past lets expect. It may read nothing although it gets through.", Kind: Stat, Width: 24,
			Steps: bad(1), Names: map[string]string{"0": "as usual", "1": "too quiet"},
			Queries: one(maxBy("source", metric.SourceTooQuiet), "{{source}}"),
		},
		{
			Title: "Mentions an hour", Help: "New mentions an hour over the last six hours, and what the same hours of past weeks let expect.", Kind: TimeSeries, Width: 6,
			Queries: []Query{
				{Expr: maxBy("source", metric.SourcePerHour), Legend: "{{source}}"},
				{Expr: maxBy("source", metric.SourceExpected), Legend: "{{source}}, expected"},
			},
		},
		{
			Title: "Sources and their types", NoValue: true, Kind: Table, Width: 6, Help: "What runs.",
			Queries: one(maxBy("source, type", metric.SourceInfo), ""),
		},
		{
			Title: "Failures", Help: "Times a source failed and is tried again.", Kind: TimeSeries, Width: 6, Unit: "cps",
			Queries: one(sumBy("source", rate(metric.SourceRetries)), "{{source}}"),
		},
		{
			Title: "Items", Help: "What sources brought, by kind and by what became of it: accepted, known (a repeat), rejected.", Kind: TimeSeries, Width: 6, Unit: "cps",
			Queries: one(sumBy("source, kind, outcome", rate(metric.SourceItems)), "{{source}} {{kind}} {{outcome}}"),
		},
	}
}

func sourcesLag() []Panel {
	return []Panel{
		{
			Title: "Post to acceptance", Help: "How old mentions were when they were accepted.", Kind: TimeSeries, Unit: "s",
			Queries: quantiles(metric.PublicationToAcceptance, "source"),
		},
		{
			Title: "Lag", Help: "Age that the newest mention of the last batch had. After an outage it shows the source catching up.", Kind: TimeSeries, Unit: "s",
			Queries: one(maxBy("source", metric.SourceLag), "{{source}}"),
		},
		{
			Title: "Since the last success", Help: "How long ago the source last got through.", Kind: TimeSeries, Unit: "s",
			Queries: one("time() - "+maxBy("source", metric.SourceLastSuccess), "{{source}}"),
		},
		{
			Title: "Since the newest item", Help: "How long ago the newest mention that the source brought was made. A long time can also mean that nobody said anything.", Kind: TimeSeries, Unit: "s", Width: 24,
			Queries: one("time() - "+maxBy("source", metric.SourceNewestItem), "{{source}}"),
		},
	}
}

func sourcesGaps() []Panel {
	return []Panel{
		{
			Title: "Gaps", Help: "Times a source missed something, or may have, in the time shown. Gaps in which everything was fetched later do not count.", Kind: Stat, Width: 8, Steps: bad(1),
			Queries: one(counted("source", metric.SourceItems+`{kind="gap"}`), "{{source}}"),
		},
		{
			Title: "Missed", Help: "Mentions that sources report to have missed, as far as they can tell, in the time shown.", Kind: Stat, Width: 8, Steps: bad(1),
			Queries: one(counted("source", metric.SourceMissing), "{{source}}"),
		},
		{
			Title: "Rejected", Help: "Mentions that a sender sent and that could not be taken, in the time shown. The answer names each with its field.", Kind: Stat, Width: 8,
			Steps:   []Step{{0, "green"}, {1, "orange"}},
			Queries: one(counted("source", metric.SourceItems+`{kind="mention", outcome="rejected"}`), "{{source}}"),
		},
		{
			Title: "Requests", Help: "Requests that sources send to their platforms.", Kind: TimeSeries, Unit: "reqps", Width: 24,
			Queries: []Query{
				{Expr: sumBy("source", rate(metric.SourceRequests)), Legend: "{{source}}"},
				{Expr: sumBy("source", rate(metric.SourceLooks)), Legend: "{{source}}, posts looked at again"},
			},
		},
		{
			Title: "Rate budget left", Help: "Requests that the platform still allows. Only platforms that say so have one.", Kind: TimeSeries, Width: 12,
			Queries: one("min by (source) ("+metric.SourceRateLeft+")", "{{source}}"),
		},
		{
			Title: "Until the budget is full again", Help: "When the platform allows the full number of requests again.", Kind: TimeSeries, Unit: "s", Width: 12,
			Queries: one("clamp_min("+maxBy("source", metric.SourceRateReset)+" - time(), 0)", "{{source}}"),
		},
	}
}
