package monitoring

import (
	"slices"
	"strings"

	"github.com/directdial/directdial/internal/metric"
)

// Recording is a rule that keeps a result under a name of its own, because it
// is too long to be asked each time or is needed in several places.
type Recording struct {
	Record string `yaml:"record"`
	Expr   string `yaml:"expr"`
}

// Names of recordings that alerts use.
const (
	recordedDirect      = "directdial:direct_share:ratio1d"
	recordedSwitchboard = "directdial:switchboard_share:ratio1d"
)

// Recordings lists the recording rules: what a company looks at over months,
// when the series behind it are long gone.
func Recordings() []Recording {
	slow := func(histogram, by string) string {
		return "histogram_quantile(0.9, " + sumBy("le, "+by, "rate("+histogram+"_bucket[1h])") + ")"
	}
	return []Recording{
		{"directdial:mentions_accepted:rate5m", sumBy("source", "rate("+metric.SourceItems+`{kind="mention", outcome="accepted"}[5m])`)},
		{"directdial:dials_opened:rate1h", "max(rate(" + metric.DialsOpened + "[1h]))"},
		{recordedDirect, "sum(increase(" + metric.Answers + `{direct="true"}[1d])) / sum(increase(` + metric.Answers + "[1d]))"},
		{recordedSwitchboard, "sum(increase(" + metric.DialsToFallback + "[1d])) / max(increase(" + metric.DialsOpened + "[1d]))"},
		{"directdial:coverage_holes:count", "count(" + maxBy("topic, tag", metric.CoverageEnabled) + " == 0) or vector(0)"},
		{"directdial:publication_to_acceptance_seconds:p90_1h", slow(metric.PublicationToAcceptance, "source")},
		{"directdial:acceptance_to_card_seconds:p90_1h", slow(metric.AcceptanceToCard, "channel")},
		{"directdial:card_to_accept_seconds:p90_1h", slow(metric.CardToAccept, "tag")},
		{"directdial:accept_to_answer_seconds:p90_1h", slow(metric.AcceptToAnswer, "tag")},
	}
}

// Alert is a rule that calls somebody. Its runbook is docs/runbooks/<Name>.md.
type Alert struct {
	Name     string
	Severity Severity
	When     []Condition // all of them hold
	Unless   []Condition // or one of these holds
	For      string      // how long
	// Summary says what is wrong and Impact what it means for people.
	// {{ $labels.x }} stands for a label.
	Summary, Impact string

	Fires Scene // in which it fires, and stops to
	Quiet Scene // that looks alike, and in which it does not
}

// Severity says who has to do what.
type Severity string

// The severities.
const (
	Critical Severity = "critical" // ops, now: mentions or cards do not get through
	Warning  Severity = "warning"  // ops, today
	Info     Severity = "info"     // the coach, this week
)

// Condition is a value and what of it is too much. The value alone is never
// empty while a daemon runs, so that a misspelt one is found.
type Condition struct {
	Value string
	Is    string // "> 0"
}

// Expr is the expression of the rule.
func (a Alert) Expr() string {
	join := func(all []Condition, word string) string {
		parts := make([]string, len(all))
		for i, c := range all {
			parts[i] = c.Value + " " + c.Is
		}
		return strings.Join(parts, "\n"+word+" ")
	}
	expr := join(a.When, "and")
	if len(a.Unless) > 0 {
		expr += "\nunless " + join(a.Unless, "unless")
	}
	return expr
}

// runbooks is where the runbooks can be read.
const runbooks = "https://github.com/directdial/directdial/blob/main/docs/runbooks/"

// Alerts lists all alerts.
func Alerts() []Alert {
	return slices.Concat(processAlerts, ledgerAlerts, sourceAlerts, channelAlerts, peopleAlerts)
}
