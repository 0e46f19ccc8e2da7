package monitoring

import "github.com/directdial/directdial/internal/metric"

var complaint = map[string]string{"tag": "complaint"}

var peopleAlerts = []Alert{
	{
		Name: "DirectdialDialsLate", Severity: Warning, For: "1h",
		When:    []Condition{{maxBy("tag", metric.DialsLate), "> 0"}},
		Summary: "Dials ({{ $labels.tag }}) have no next holder.",
		Impact:  "Somebody in public waits for an answer that nobody works on. The dials are with the owner of the topic or the fallback.",
		Fires: Scene{
			Series: map[string]string{of(metric.DialsLate, `tag="complaint"`): "0 2+0x90 0+0x10"},
			At:     "80m", Labels: complaint, Over: "95m",
		},
		Quiet: Scene{Series: map[string]string{of(metric.DialsLate, `tag="complaint"`): "0 2+0x30 0+0x60"}, At: "80m"},
	},
	{
		Name: "DirectdialDialsOld", Severity: Info, For: "1h",
		When:    []Condition{{maxBy("tag", metric.DialsOpen+`{age="72h+"}`), "> 0"}},
		Summary: "Dials ({{ $labels.tag }}) are open for more than three days.",
		Impact:  "Whoever holds them has forgotten them, or has answered and not said so.",
		Fires: Scene{
			Series: map[string]string{of(metric.DialsOpen, `tag="complaint"`, `age="72h+"`): "0 1+0x90 0+0x10"},
			At:     "80m", Labels: complaint, Over: "95m",
		},
		Quiet: Scene{Series: map[string]string{of(metric.DialsOpen, `tag="complaint"`, `age="24-72h"`): "9+0x90"}, At: "80m"},
	},
	{
		Name: "DirectdialCoverageHole", Severity: Info, For: "1h",
		When:    []Condition{{maxBy("topic", metric.CoverageEnabled), "== 0"}},
		Summary: "Nobody is enabled for the topic {{ $labels.topic }}.",
		Impact:  "What is said about it goes to the fallback, or is parked.",
		Fires: Scene{
			Series: map[string]string{
				of(metric.CoverageEnabled, `topic="billing"`, `tag="complaint"`): "1 0+0x90 1+0x10",
				of(metric.CoverageEnabled, `topic="billing"`, `tag="question"`):  "0+0x101",
			},
			At: "80m", Labels: map[string]string{"topic": "billing"}, Over: "95m",
		},
		Quiet: Scene{
			Series: map[string]string{
				of(metric.CoverageEnabled, `topic="billing"`, `tag="complaint"`):  "1+0x101",
				of(metric.CoverageEnabled, `topic="billing"`, `tag="ambassador"`): "0+0x101",
			},
			At: "80m",
		},
	},
	{
		Name: "DirectdialCalendarsFailing", Severity: Info, For: "2h",
		When:    []Condition{{"max(" + metric.CalendarsFailing + ")", "> 0"}},
		Summary: "Calendars of leave or holidays cannot be read.",
		Impact:  "What was read of them before holds. Leave that was entered since is not known, and who is on it is dialled.",
		Fires: Scene{
			Series: map[string]string{metric.CalendarsFailing: "0 1+0x180 0+0x10"},
			At:     "140m", Over: "185m",
		},
		Quiet: Scene{Series: map[string]string{metric.CalendarsFailing: "0 1+0x60 0+0x120"}, At: "140m"},
	},
	{
		Name: "DirectdialSwitchboard", Severity: Info, For: "1h",
		When: []Condition{
			{recordedSwitchboard, "> 0.5"},
			{"max(increase(" + metric.DialsOpened + "[1d]))", "> 20"},
		},
		Summary: "More than half of the dials of a day went to the fallback.",
		Impact:  "The fallback has become the switchboard that this program is to spare.",
		Fires: Scene{
			Series: map[string]string{
				of(metric.DialsToFallback, `tag="complaint"`): "0+1x200 200+0x2000", of(metric.DialsOpened): "0+1x200 200+1x2000",
			},
			At: "100m", Over: "700m",
		},
		Quiet: Scene{ // a quiet day
			Series: map[string]string{of(metric.DialsToFallback, `tag="complaint"`): "0 3+0x200", of(metric.DialsOpened): "0 4+0x200"},
			At:     "100m",
		},
	},
}
