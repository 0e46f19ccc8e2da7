package monitoring

import "github.com/directdial/directdial/internal/metric"

// process are the labels that Prometheus gives what one process shows.
var process = map[string]string{"instance": "a", "job": "directdial"}

// of adds these labels, and more, to a name.
func of(name string, more ...string) string {
	s := name + `{instance="a", job="directdial"`
	for _, m := range more {
		s += ", " + m
	}
	return s + "}"
}

var processAlerts = []Alert{
	{
		Name: "DirectdialDown", Severity: Critical, For: "2m",
		When:    []Condition{{`up{job="directdial"}`, "== 0"}},
		Summary: "directdial on {{ $labels.instance }} does not answer.",
		Impact:  "Nothing is heard and nobody is dialled. What was accepted is on disk and waits.",
		Fires:   Scene{Series: map[string]string{of("up"): "1 0+0x5 1+0x5"}, At: "4m", Labels: process, Over: "8m"},
		Quiet:   Scene{Series: map[string]string{of("up"): "1 0 1+0x5"}, At: "4m"}, // a restart
	},
	{
		Name: "DirectdialLogDown", Severity: Critical, For: "1m",
		When:    []Condition{{metric.LogUp, "== 0"}},
		Summary: "The log of {{ $labels.instance }} cannot be written.",
		Impact:  "The webhook answers 503, sources wait, nothing is decided. Nothing that was accepted is lost.",
		Fires:   Scene{Series: map[string]string{of(metric.LogUp): "1 0+0x5 1+0x5"}, At: "3m", Labels: process, Over: "8m"},
		Quiet:   Scene{Series: map[string]string{of(metric.LogUp): "1 0 1+0x5"}, At: "2m"},
	},
	{
		Name: "DirectdialLogWritesRetried", Severity: Warning, For: "10m",
		When:    []Condition{{"increase(" + metric.LogWriteRetries + "[10m])", "> 3"}},
		Summary: "Writes to the log of {{ $labels.instance }} fail and are tried again.",
		Impact:  "Decisions are late. A disk or a cluster is about to give up.",
		Fires:   Scene{Series: map[string]string{of(metric.LogWriteRetries): "0+1x30 30+0x30"}, At: "25m", Labels: process, Over: "50m"},
		Quiet:   Scene{Series: map[string]string{of(metric.LogWriteRetries): "0 2+0x60"}, At: "25m"}, // one reconnect
	},
	{
		Name: "DirectdialLogUnknownEvents", Severity: Warning,
		When:    []Condition{{"increase(" + metric.LogUnknownEvents + "[1h])", "> 0"}},
		Summary: "The log holds events that {{ $labels.instance }} does not know.",
		Impact:  "An older build reads what a newer one wrote: it skips these events, and shows less than there is.",
		Fires:   Scene{Series: map[string]string{of(metric.LogUnknownEvents): "0+0x5 4+0x120"}, At: "10m", Labels: process, Over: "100m"},
		Quiet:   Scene{Series: map[string]string{of(metric.LogUnknownEvents): "4+0x120"}, At: "10m"},
	},
	{
		Name: "DirectdialLogAlmostFull", Severity: Warning, For: "15m",
		When: []Condition{{
			sumBy("instance", metric.LogRoom) + " / (" + sumBy("instance", metric.LogRoom) + " + " + sumBy("instance", metric.StreamBytes) + ")", "< 0.1",
		}},
		Summary: "The log of {{ $labels.instance }} has less than a tenth of its room left.",
		Impact:  "When it is full, the webhook answers 503 and sources wait.",
		Fires: Scene{
			Series: map[string]string{
				of(metric.LogRoom): "500+0x30 5000+0x30", of(metric.StreamBytes, `stream="MENTIONS"`): "9000+0x60",
			},
			At: "20m", Labels: map[string]string{"instance": "a"}, Over: "35m",
		},
		Quiet: Scene{
			Series: map[string]string{of(metric.LogRoom): "5000+0x60", of(metric.StreamBytes, `stream="MENTIONS"`): "9000+0x60"},
			At:     "20m",
		},
	},
	{
		Name: "DirectdialConfigRefused", Severity: Warning, For: "5m",
		When:    []Condition{{metric.ReloadSuccess, "== 0"}},
		Summary: "The configuration of {{ $labels.instance }} was refused; the one before it is in force.",
		Impact:  "What was changed does not hold: a grant that was ended by the change still counts.",
		Fires:   Scene{Series: map[string]string{of(metric.ReloadSuccess): "1 0+0x10 1+0x10"}, At: "8m", Labels: process, Over: "13m"},
		Quiet:   Scene{Series: map[string]string{of(metric.ReloadSuccess): "1 0+0x2 1+0x10"}, At: "8m"},
	},
}
