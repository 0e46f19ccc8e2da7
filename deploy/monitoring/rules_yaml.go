package monitoring

import (
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// The files of Prometheus, as it reads them.
type (
	ruleFile struct {
		Groups []ruleGroup `yaml:"groups"`
	}
	ruleGroup struct {
		Name  string `yaml:"name"`
		Rules []any  `yaml:"rules"`
	}
	alertRule struct {
		Alert       string            `yaml:"alert"`
		Expr        string            `yaml:"expr"`
		For         string            `yaml:"for,omitempty"`
		Labels      map[string]string `yaml:"labels"`
		Annotations map[string]string `yaml:"annotations"`
	}
)

func rulesYAML() ([]byte, error) {
	recordings, alerts := ruleGroup{Name: "directdial-recordings"}, ruleGroup{Name: "directdial-alerts"}
	for _, r := range Recordings() {
		recordings.Rules = append(recordings.Rules, r)
	}
	for _, a := range Alerts() {
		alerts.Rules = append(alerts.Rules, alertRule{
			Alert: a.Name, Expr: a.Expr(), For: a.For,
			Labels: map[string]string{"severity": string(a.Severity)}, Annotations: a.annotations(),
		})
	}
	return marshal(ruleFile{[]ruleGroup{recordings, alerts}})
}

func (a Alert) annotations() map[string]string {
	return map[string]string{"summary": a.Summary, "impact": a.Impact, "runbook_url": runbooks + a.Name + ".md"}
}

func marshal(v any) ([]byte, error) {
	return yaml.MarshalWithOptions(v, yaml.UseLiteralStyleIfMultiline(true), yaml.IndentSequence(true))
}

// Scene is what Prometheus sees, a sample a minute, in a test of an alert.
type Scene struct {
	Series map[string]string // values in promtool's notation: from+stepxtimes
	At     string            // when the alert is looked for
	Labels map[string]string // with which it fires
	Over   string            // when it has stopped
}

// The test file of promtool.
type (
	testFile struct {
		RuleFiles          []string   `yaml:"rule_files"`
		EvaluationInterval string     `yaml:"evaluation_interval"`
		Tests              []ruleTest `yaml:"tests"`
	}
	ruleTest struct {
		Name   string       `yaml:"name"`
		Every  string       `yaml:"interval"`
		Series []testSeries `yaml:"input_series"`
		Alerts []alertTest  `yaml:"alert_rule_test"`
	}
	testSeries struct {
		Series string `yaml:"series"`
		Values string `yaml:"values"`
	}
	alertTest struct {
		At     string          `yaml:"eval_time"`
		Name   string          `yaml:"alertname"`
		Alerts []expectedAlert `yaml:"exp_alerts"`
	}
	expectedAlert struct {
		Labels      map[string]string `yaml:"exp_labels"`
		Annotations map[string]string `yaml:"exp_annotations"`
	}
)

func testsYAML() ([]byte, error) {
	file := testFile{RuleFiles: []string{"rules.yml"}, EvaluationInterval: "1m"}
	for _, a := range Alerts() {
		file.Tests = append(file.Tests,
			a.Fires.test(a.Name+" fires, and stops", alertTest{a.Fires.At, a.Name, []expectedAlert{a.expected()}}, alertTest{a.Fires.Over, a.Name, []expectedAlert{}}),
			a.Quiet.test(a.Name+" stays quiet", alertTest{a.Quiet.At, a.Name, []expectedAlert{}}),
		)
	}
	return marshal(file)
}

func (s Scene) test(name string, alerts ...alertTest) ruleTest {
	t := ruleTest{Name: name, Every: "1m", Alerts: alerts}
	for _, series := range slices.Sorted(maps.Keys(s.Series)) {
		t.Series = append(t.Series, testSeries{series, s.Series[series]})
	}
	return t
}

// expected is the alert as it fires in its scene.
func (a Alert) expected() expectedAlert {
	labels := maps.Clone(a.Fires.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	e := expectedAlert{Annotations: a.annotations()}
	for key, text := range e.Annotations {
		for label, value := range labels {
			text = strings.ReplaceAll(text, "{{ $labels."+label+" }}", value)
		}
		e.Annotations[key] = text
	}
	labels["severity"] = string(a.Severity)
	e.Labels = labels
	return e
}
