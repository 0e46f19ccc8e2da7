package monitoring

import "github.com/directdial/directdial/internal/metric"

var ledgerAlerts = []Alert{
	{
		Name: "DirectdialLedgerDiffers", Severity: Critical, For: "2m",
		When:    []Condition{{maxBy("equation", "abs("+metric.LedgerDifference+")"), "> 0"}},
		Summary: "The ledger of {{ $labels.equation }} does not balance.",
		Impact:  "What was accepted and what is in a state are not the same. This cannot happen by use, only by damage.",
		Fires: Scene{
			Series: map[string]string{of(metric.LedgerDifference, `equation="mentions"`): "0 -1+0x5 0+0x5"},
			At:     "4m", Labels: map[string]string{"equation": "mentions"}, Over: "8m",
		},
		Quiet: Scene{Series: map[string]string{of(metric.LedgerDifference, `equation="mentions"`): "0+0x10"}, At: "4m"},
	},
	{
		Name: "DirectdialMentionsWait", Severity: Critical, For: "5m",
		When: []Condition{
			{"min_over_time(" + metric.MentionsWaiting + "[10m])", "> 0"},
			{"delta(" + metric.MentionsPosition + "[10m])", "== 0"},
		},
		Summary: "Mentions wait on {{ $labels.instance }}, and none is decided.",
		Impact:  "They are safe on disk, but nobody is dialled.",
		Fires: Scene{
			Series: map[string]string{of(metric.MentionsWaiting): "0 5+0x30 0+0x30", of(metric.MentionsPosition): "100+0x31 105+0x30"},
			At:     "20m", Labels: process, Over: "35m",
		},
		Quiet: Scene{ // busy, and at it
			Series: map[string]string{of(metric.MentionsWaiting): "500+0x60", of(metric.MentionsPosition): "100+50x60"}, At: "20m",
		},
	},
	{
		Name: "DirectdialDeadLetters", Severity: Warning,
		When:    []Condition{{maxBy("reason", metric.Mentions+`{state="dead-lettered"}`), "> 0"}},
		Summary: "Mentions could not be read or decided ({{ $labels.reason }}).",
		Impact:  "They are in the ledger and on disk, but nobody was dialled for them.",
		Fires: Scene{
			Series: map[string]string{of(metric.Mentions, `state="dead-lettered"`, `reason="unreadable"`): "0 2+0x5 0+0x5"},
			At:     "3m", Labels: map[string]string{"reason": "unreadable"}, Over: "8m",
		},
		Quiet: Scene{Series: map[string]string{of(metric.Mentions, `state="dead-lettered"`, `reason="none"`): "0+0x5"}, At: "3m"},
	},
	{
		Name: "DirectdialErasuresWait", Severity: Warning, For: "1h",
		When:    []Condition{{metric.ErasuresWaiting, "> 0"}},
		Summary: "Erasures on {{ $labels.instance }} are not carried out.",
		Impact:  "Somebody asked to be forgotten. Nobody is shown their text any more, but it is still on the disk.",
		Fires:   Scene{Series: map[string]string{of(metric.ErasuresWaiting): "0 7+0x90 0+0x10"}, At: "80m", Labels: process, Over: "95m"},
		Quiet:   Scene{Series: map[string]string{of(metric.ErasuresWaiting): "0 7+0x10 0+0x90"}, At: "80m"},
	},
	{
		Name: "DirectdialWebhookRefuses", Severity: Critical, For: "5m",
		When:    []Condition{{sumBy("instance", "increase("+metric.HTTPRequests+`{listener="public", code="503"}[10m])`), "> 0"}},
		Summary: "The webhook of {{ $labels.instance }} answers 503.",
		Impact:  "Senders must repeat. One that does not repeat loses its mentions.",
		Fires: Scene{
			Series: map[string]string{of(metric.HTTPRequests, `listener="public"`, `code="503"`): "0+1x15 15+0x30"},
			At:     "12m", Labels: map[string]string{"instance": "a"}, Over: "40m",
		},
		Quiet: Scene{Series: map[string]string{of(metric.HTTPRequests, `listener="public"`, `code="503"`): "15+0x30"}, At: "12m"},
	},
}
