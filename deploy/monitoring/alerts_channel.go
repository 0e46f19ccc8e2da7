package monitoring

import "github.com/directdial/directdial/internal/metric"

// What the scenes of cards show.
var (
	slack     = map[string]string{"channel": "slack"}
	waiting   = of(metric.ChannelWaiting, `channel="slack"`)
	delivered = of(metric.ChannelOutcomes, `channel="slack"`, `outcome="delivered"`)
)

var channelAlerts = []Alert{
	{
		Name: "DirectdialChannelDown", Severity: Critical, For: "5m",
		When:    []Condition{{maxBy("channel", metric.ChannelDown), "== 1"}},
		Summary: "The channel {{ $labels.channel }} fails for everybody.",
		Impact:  "Nobody gets a card by it. Cards wait until they lapse; then the router decides anew.",
		Fires: Scene{
			Series: map[string]string{of(metric.ChannelDown, `channel="slack"`): "0 1+0x10 0+0x10"},
			At:     "8m", Labels: slack, Over: "13m",
		},
		Quiet: Scene{Series: map[string]string{of(metric.ChannelDown, `channel="slack"`): "0 1+0x2 0+0x10"}, At: "8m"},
	},
	{
		Name: "DirectdialCardsWait", Severity: Warning, For: "5m",
		When:    []Condition{{maxBy("channel", "min_over_time("+metric.ChannelWaiting+"[30m])"), "> 0"}},
		Unless:  []Condition{{sumBy("channel", "increase("+metric.ChannelOutcomes+`{outcome="delivered"}[30m])`), "> 0"}},
		Summary: "Cards for {{ $labels.channel }} wait, and none was delivered for half an hour.",
		Impact:  "Colleagues do not see what is theirs.",
		Fires:   Scene{Series: map[string]string{waiting: "3+0x60 0+0x30", delivered: "7+0x90"}, At: "40m", Labels: slack, Over: "65m"},
		Quiet:   Scene{Series: map[string]string{waiting: "3+0x60", delivered: "7+1x60"}, At: "40m"}, // paced
	},
	{
		Name: "DirectdialAmbiguousSends", Severity: Warning,
		When:    []Condition{{sumBy("channel", "increase("+metric.ChannelAmbiguous+"[1h])"), "> 0"}},
		Summary: "Of cards by {{ $labels.channel }} nobody knows whether they arrived.",
		Impact:  "A colleague may have a card twice, or not at all.",
		Fires: Scene{
			Series: map[string]string{of(metric.ChannelAmbiguous, `channel="slack"`): "0+0x5 1+0x120"},
			At:     "10m", Labels: slack, Over: "100m",
		},
		Quiet: Scene{Series: map[string]string{of(metric.ChannelAmbiguous, `channel="slack"`): "1+0x120"}, At: "10m"},
	},
}
