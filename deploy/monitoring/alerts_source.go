package monitoring

import "github.com/directdial/directdial/internal/metric"

var fediverse = map[string]string{"source": "fediverse"}

var sourceAlerts = []Alert{
	{
		Name: "DirectdialSourceFails", Severity: Warning, For: "15m",
		When:    []Condition{{maxBy("source", metric.SourceUp), "== 0"}},
		Summary: "The source {{ $labels.source }} fails.",
		Impact:  "Nothing is heard from it. It is tried again, and most platforms give later what was said meanwhile.",
		Fires: Scene{
			Series: map[string]string{of(metric.SourceUp, `source="fediverse"`): "1 0+0x20 1+0x20"},
			At:     "18m", Labels: fediverse, Over: "25m",
		},
		Quiet: Scene{Series: map[string]string{of(metric.SourceUp, `source="fediverse"`): "1 0+0x5 1+0x20"}, At: "18m"},
	},
	{
		Name: "DirectdialSourceSilent", Severity: Warning, For: "5m",
		When: []Condition{{
			"(time() - " + maxBy("source", metric.SourceLastSuccess) + ") * on (source) group_left (type) " +
				maxBy("source, type", metric.SourceInfo+`{type!="webhook"}`), "> 7200",
		}},
		Summary: "The source {{ $labels.source }} has not got through for two hours.",
		Impact:  "It may hang: it does not say that it fails.",
		Fires: Scene{
			Series: map[string]string{
				of(metric.SourceLastSuccess, `source="fediverse"`): "0+0x140 8400+0x60", of(metric.SourceInfo, `source="fediverse"`, `type="mastodon"`): "1+0x200",
			},
			At: "130m", Labels: map[string]string{"source": "fediverse", "type": "mastodon"}, Over: "150m",
		},
		Quiet: Scene{ // nobody posted to a webhook
			Series: map[string]string{
				of(metric.SourceLastSuccess, `source="crm"`): "0+0x200", of(metric.SourceInfo, `source="crm"`, `type="webhook"`): "1+0x200",
			},
			At: "130m",
		},
	},
	{
		Name: "DirectdialSourceTooQuiet", Severity: Warning, For: "30m",
		When:    []Condition{{maxBy("source", metric.SourceTooQuiet), "== 1"}},
		Summary: "The source {{ $labels.source }} is too quiet.",
		Impact:  "It says that it works and brings far less than its own past lets expect. It may hear nothing.",
		Fires: Scene{
			Series: map[string]string{of(metric.SourceTooQuiet, `source="fediverse"`): "0 1+0x40 0+0x20"},
			At:     "35m", Labels: fediverse, Over: "50m",
		},
		Quiet: Scene{Series: map[string]string{of(metric.SourceTooQuiet, `source="fediverse"`): "0 1+0x10 0+0x40"}, At: "35m"},
	},
	{
		Name: "DirectdialSourceGap", Severity: Warning,
		When:    []Condition{{sumBy("source", "increase("+metric.SourceItems+`{kind="gap"}[1h])`), "> 0"}},
		Summary: "The source {{ $labels.source }} may have missed something.",
		Impact:  "What was said in the gap may never be heard.",
		Fires: Scene{
			Series: map[string]string{of(metric.SourceItems, `source="fediverse"`, `kind="gap"`, `outcome="accepted"`): "0+0x5 1+0x120"},
			At:     "10m", Labels: fediverse, Over: "100m",
		},
		Quiet: Scene{Series: map[string]string{of(metric.SourceItems, `source="fediverse"`, `kind="mention"`, `outcome="accepted"`): "0+1x120"}, At: "10m"},
	},
	{
		Name: "DirectdialSourceLags", Severity: Warning, For: "15m",
		When: []Condition{{
			"histogram_quantile(0.5, " + sumBy("le, source", "rate("+metric.PublicationToAcceptance+"_bucket[1h])") + ")", "> 3600",
		}},
		Summary: "What the source {{ $labels.source }} brings is more than an hour old.",
		Impact:  "Colleagues are dialled when the conversation is over.",
		Fires: Scene{
			Series: map[string]string{
				of(metric.PublicationToAcceptance+"_bucket", `source="fediverse"`, `le="3600"`):  "0+0x60 0+10x200",
				of(metric.PublicationToAcceptance+"_bucket", `source="fediverse"`, `le="14400"`): "0+1x60 60+10x200",
				of(metric.PublicationToAcceptance+"_bucket", `source="fediverse"`, `le="+Inf"`):  "0+1x60 60+10x200",
			},
			At: "50m", Labels: fediverse, Over: "200m",
		},
		Quiet: Scene{
			Series: map[string]string{
				of(metric.PublicationToAcceptance+"_bucket", `source="fediverse"`, `le="3600"`):  "0+9x60",
				of(metric.PublicationToAcceptance+"_bucket", `source="fediverse"`, `le="14400"`): "0+10x60",
				of(metric.PublicationToAcceptance+"_bucket", `source="fediverse"`, `le="+Inf"`):  "0+10x60",
			},
			At: "50m",
		},
	},
}
