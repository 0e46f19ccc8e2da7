package monitoring

import "github.com/directdial/directdial/internal/metric"

func peopleBoard() Dashboard {
	return Dashboard{
		UID: "directdial-people", Title: "directdial: People",
		Help: "Whether there is somebody for every topic, how the load lies, and what is late. It names nobody, and shows no times by topic: a topic with one expert is a person.",
		Rows: []Row{
			{"Is there somebody?", peopleCoverage()},
			{"How does the load lie?", peopleLoad()},
			{"How does it go?", peopleTimes()},
		},
	}
}

func peopleCoverage() []Panel {
	return []Panel{
		{
			Title: "Holes in the coverage", Help: "Pairs of topic and tag for which nobody has a grant in force.", Kind: Stat, Steps: bad(1),
			Queries: one("count("+maxBy("topic, tag", metric.CoverageEnabled)+" == 0) or vector(0)", "holes"),
		},
		{
			Title: "On duty", Help: "Experts who are at work now.", Kind: Stat, Steps: good(1),
			Queries: one("max("+metric.Experts+`{duty="on"})`, "on duty"),
		},
		{
			Title: "No budget left", Help: "Experts who have had as many dials as they want for now.", Kind: Stat,
			Queries: one("max("+metric.ExpertsBudgetSpent+")", "no budget left"),
		},
		{
			Title: "Calendars not read", Help: "Calendars of leave and holidays that could not be read last; what was read before holds.", Kind: Stat, Width: 3, Steps: bad(1),
			Queries: one("max("+metric.CalendarsFailing+")", "calendars"),
		},
		{
			Title: "Parked", Help: "Mentions that nobody could take; their owner has a notice.", Kind: Stat, Width: 3,
			Steps:   []Step{{0, "green"}, {1, "orange"}},
			Queries: one("max(sum by (instance) ("+metric.Mentions+`{state="parked"}))`, "parked"),
		},
		{
			Title: "Direct", Help: "Share of the answers, in the time shown, that the first colleague dialled gave.", Kind: Stat, Width: 3, Unit: "percentunit",
			Steps: []Step{{0, "red"}, {0.5, "orange"}, {0.8, "green"}}, Queries: one(directShare, "direct"),
		},
		{
			Title: "Switchboard", Help: "Share of the dials, in the time shown, that went to the fallback because nobody else could take them.", Kind: Stat, Width: 3, Unit: "percentunit",
			Steps: []Step{{0, "green"}, {0.2, "orange"}, {0.5, "red"}}, Queries: one(switchboardShare, "switchboard"),
		},
		{
			Title: "Enabled experts by topic and tag", Help: "How many have a grant in force. 0 is a hole, 1 a person who may not fall ill.", Kind: Bars, Width: 12,
			Steps:   []Step{{0, "red"}, {1, "orange"}, {2, "green"}},
			Queries: one(maxBy("topic, tag", metric.CoverageEnabled), "{{topic}}, {{tag}}"),
		},
		{
			Title: "Experts on duty", Help: "By their hours.", Kind: TimeSeries, Width: 12, Stacked: true,
			Queries: one(maxBy("duty", metric.Experts), "{{duty}} duty"),
		},
	}
}

func peopleLoad() []Panel {
	return []Panel{
		{
			Title: "Experts by open dials", Help: "How many experts hold how many open dials.", Kind: TimeSeries, Stacked: true,
			Queries: one(maxBy("open", metric.ExpertsByOpenDials), "{{open}} open"),
		},
		agePanel,
		latePanel,
	}
}

func peopleTimes() []Panel {
	return []Panel{
		{
			Title: "Card to accept", Help: "From the arrival of a card to the moment somebody takes the dial.", Kind: TimeSeries, Unit: "s", Width: 12,
			Queries: quantiles(metric.CardToAccept, "tag"),
		},
		{
			Title: "Accept to answer", Help: "From taking a dial to its answer.", Kind: TimeSeries, Unit: "s", Width: 12,
			Queries: quantiles(metric.AcceptToAnswer, "tag"),
		},
		{
			Title: "What people do", Help: "Taken, handed on, answered, declined, opened again, left late.", Kind: TimeSeries, Unit: "cps", Width: 12,
			Queries: one(sumBy("event", rate(metric.Events+`{event=~"accepted|handed_off|answered|declined|reopened|late"}`)), "{{event}}"),
		},
		{
			Title: "Answers", Help: "By the first colleague dialled, or by somebody else.", Kind: TimeSeries, Unit: "cps", Width: 12, Stacked: true,
			Queries: []Query{
				{"sum(" + rate(metric.Answers+`{direct="true"}`) + ")", "the first colleague dialled"},
				{"sum(" + rate(metric.Answers+`{direct="false"}`) + ")", "somebody else"},
			},
		},
	}
}
