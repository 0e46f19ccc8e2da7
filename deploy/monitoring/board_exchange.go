package monitoring

import "github.com/directdial/directdial/internal/metric"

func exchangeBoard() Dashboard {
	return Dashboard{
		UID: "directdial-exchange", Title: "directdial: Exchange",
		Help: "What comes in, what becomes of it, and how long it takes from the post to the answer.",
		Rows: []Row{
			{"At a glance", exchangeStats()},
			{"The ledger and the flow", exchangeFlow()},
			{"From the post to the answer", exchangeTimes()},
			{"Dials and cards", exchangeDials()},
		},
	}
}

func exchangeStats() []Panel {
	return []Panel{
		ledgerPanel,
		{
			Title: "Waiting", Help: "Mentions that are accepted and not decided yet.", Kind: Stat,
			Steps: []Step{{0, "green"}, {100, "orange"}, {10_000, "red"}}, Queries: one("max("+metric.MentionsWaiting+")", "waiting"),
		},
		{
			Title: "Mentions", Help: "All that were ever accepted, without repeats.", Kind: Stat,
			Queries: one("max(sum by (instance) ("+metric.Mentions+"))", "mentions"),
		},
		{
			Title: "Open dials", Help: "Dials that wait for somebody.", Kind: Stat,
			Queries: one("max(sum by (instance) ("+metric.DialsOpen+"))", "open"),
		},
		{
			Title: "Direct", Help: "Share of the answers, in the time shown, that the first colleague dialled gave. This is what the exchange is for.", Kind: Stat,
			Unit: "percentunit", Steps: []Step{{0, "red"}, {0.5, "orange"}, {0.8, "green"}}, Queries: one(directShare, "direct"),
		},
		{
			Title: "Switchboard", Help: "Share of the dials, in the time shown, that went to the fallback because nobody else could take them.", Kind: Stat,
			Unit: "percentunit", Steps: []Step{{0, "green"}, {0.2, "orange"}, {0.5, "red"}}, Queries: one(switchboardShare, "switchboard"),
		},
	}
}

func exchangeFlow() []Panel {
	return []Panel{
		{
			Title: "Mentions accepted", Help: "On disk, by source; known ones are repeats.", Kind: TimeSeries, Unit: "cps", Stacked: true,
			Queries: one(sumBy("source, outcome", rate(metric.SourceItems+`{kind="mention"}`)), "{{source}} {{outcome}}"),
		},
		{
			Title: "What was decided", Help: "Events written to the log.", Kind: TimeSeries, Unit: "cps",
			Queries: one(sumBy("event", rate(metric.Events)), "{{event}}"),
		},
		{
			Title: "Mentions by state", Help: "Each mention is in exactly one.", Kind: Bars,
			Queries: one("max by (state) ("+sumBy("state, instance", metric.Mentions)+")", "{{state}}"),
		},
		{
			Title: "Waiting", Help: "Mentions that are accepted and not decided yet.", Kind: TimeSeries,
			Queries: one("max("+metric.MentionsWaiting+")", "waiting"),
		},
		{
			Title: "Messages decided", Help: "Of the stream MENTIONS, and how many of them were a repeat or an edit of a known mention.", Kind: TimeSeries, Unit: "cps",
			Queries: []Query{
				{"max(clamp_min(deriv(" + metric.MentionsPosition + "[$__rate_interval]), 0))", "decided"},
				{"max(" + rate(metric.MentionRepeats) + ")", "repeats and edits"},
			},
		},
		{
			Title: "Dialled, by topic", Help: "Offers to colleagues by the topic that decided.", Kind: TimeSeries, Unit: "cps", Stacked: true,
			Queries: one(sumBy("topic", rate(metric.Events+`{event="offered"}`)), "{{topic}}"),
		},
		{
			Title: "Not dialled, and why", Kind: Table, Width: 24,
			Help:    "Mentions that are suppressed, parked, dead-lettered or erased, by reason.",
			Queries: one(maxBy("state, reason", metric.Mentions+`{state!="dialled"}`)+" > 0", ""),
		},
	}
}

func exchangeTimes() []Panel {
	return []Panel{
		{
			Title: "Post to acceptance", Help: "From the publication of a mention to its acceptance, by source.",
			Kind: TimeSeries, Unit: "s", Width: 12, Queries: quantiles(metric.PublicationToAcceptance, "source"),
		},
		{
			Title: "Acceptance to card", Help: "From the acceptance of a mention to its first card, by channel.",
			Kind: TimeSeries, Unit: "s", Width: 12, Queries: quantiles(metric.AcceptanceToCard, "channel"),
		},
		{
			Title: "Card to accept", Help: "From the arrival of a card to the moment somebody takes the dial, by tag.",
			Kind: TimeSeries, Unit: "s", Width: 12, Queries: quantiles(metric.CardToAccept, "tag"),
		},
		{
			Title: "Accept to answer", Help: "From taking a dial to its answer, by tag.",
			Kind: TimeSeries, Unit: "s", Width: 12, Queries: quantiles(metric.AcceptToAnswer, "tag"),
		},
	}
}

func exchangeDials() []Panel {
	return []Panel{
		{
			Title: "Channel", Help: "Whether the channel fails for everybody.", Kind: Stat, Width: 12,
			Steps: bad(1), Names: map[string]string{"0": "works", "1": "down"},
			Queries: one(maxBy("channel", metric.ChannelDown), "{{channel}}"),
		},
		{
			Title: "Ambiguous sends", Help: "In the time shown. Nobody knows whether these cards arrived; each is looked up, repeated or left for a person, as configured.",
			Kind: Stat, Width: 12, Steps: bad(1), Queries: one(counted("channel", metric.ChannelAmbiguous), "{{channel}}"),
		},
		{
			Title: "Dials by state", Kind: Bars, Help: "All dials that were ever opened.",
			Queries: one(maxBy("state", metric.Dials), "{{state}}"),
		},
		agePanel,
		latePanel,
		{
			Title: "Attempts to send a card", Help: "By channel.", Kind: TimeSeries, Unit: "cps",
			Queries: one(sumBy("channel", rate(metric.ChannelAttempts)), "{{channel}}"),
		},
		{
			Title: "What became of the attempts", Help: "Also of changes of a card that is there. An ambiguous send is one of which nobody knows whether it arrived.",
			Kind: TimeSeries, Unit: "cps", Queries: one(sumBy("channel, outcome", rate(metric.ChannelOutcomes)), "{{channel}} {{outcome}}"),
		},
		{
			Title: "Cards waiting", Help: "Not delivered yet, or show an older state.", Kind: TimeSeries,
			Queries: []Query{
				{maxBy("channel", metric.ChannelWaiting), "{{channel}}"},
				{"max(" + metric.CardsWaiting + ")", "all"},
			},
		},
		{
			Title: "Cards", Help: "All cards by what became of them.", Kind: Bars,
			Queries: one(maxBy("outcome", metric.Cards), "{{outcome}}"),
		},
		{
			Title: "Refused actions", Help: "What people, notifiers and sources asked for and what changed nothing, by reason.", Kind: TimeSeries, Unit: "cps",
			Queries: one(sumBy("reason", rate(metric.ActionsRefused)), "{{reason}}"),
		},
	}
}
