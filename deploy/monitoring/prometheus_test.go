package monitoring_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial/deploy/monitoring"
	"github.com/directdial/directdial/internal/metric"
)

// installed finds a program of Debian's package prometheus, or skips the test.
func installed(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("NOT CHECKED: %s is not installed (Debian: apt-get install prometheus)", program)
	}
	return path
}

func TestPrometheusTakesTheRulesAndEachAlertFiresAndStops(t *testing.T) {
	promtool := installed(t, "promtool")
	for _, args := range [][]string{
		{"check", "config", "prometheus.yml"},
		{"check", "rules", "--lint-fatal", "rules.yml"},
		{"test", "rules", "rules_test.yml"},
	} {
		cmd := exec.Command(promtool, args...)
		cmd.Dir = filepath.Join(root, "deploy", "prometheus")
		out, err := cmd.CombinedOutput()
		t.Logf("promtool %s\n%s", strings.Join(args, " "), out)
		if err != nil {
			t.Error(err)
		}
	}
}

// A test of an alert that cannot fail shows nothing: rules that never fire must
// fail all of them that should.
func TestTestsOfAlertsFailIfTheRulesNeverFire(t *testing.T) {
	promtool := installed(t, "promtool")
	files, err := monitoring.Files()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	dead := files["deploy/prometheus/rules.yml"]
	for _, a := range monitoring.Alerts() {
		dead = bytes.ReplaceAll(dead, []byte("alert: "+a.Name+"\n"), []byte("alert: "+a.Name+"Never\n"))
	}
	for name, data := range map[string][]byte{"rules.yml": dead, "rules_test.yml": files["deploy/prometheus/rules_test.yml"]} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(promtool, "test", "rules", "rules_test.yml")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Errorf("promtool is content with rules that never fire:\n%s", out)
	}
	for _, a := range monitoring.Alerts() {
		if !strings.Contains(string(out), "alertname: "+a.Name+",") {
			t.Errorf("the test of %s does not notice", a.Name)
		}
	}
}

// server is a real Prometheus.
type server struct{ base string }

func TestEveryQueryFindsSomething(t *testing.T) {
	if testing.Short() {
		t.Skip("it needs a daemon under load and a Prometheus for a minute")
	}
	program := installed(t, "prometheus")
	l := startLive(t)
	p := startPrometheus(t, program, l.status.Admin)
	missing := queries()
	t.Cleanup(func() {
		for _, q := range missing {
			t.Logf("found nothing: %s\n%s", q.where, q.expr)
		}
	})
	await(t, "every query finds something", func() bool {
		var still []query
		for _, q := range missing {
			switch found, err := p.finds(t.Context(), q); {
			case err != nil:
				t.Fatalf("%s\n%s\n%v", q.where, q.expr, err)
			case !found && !strings.Contains(q.expr, metric.SourceExpected): // which takes weeks to learn
				still = append(still, q)
			}
		}
		missing = still
		return len(missing) == 0
	})
	t.Logf("%d queries, none in error, none empty", len(queries()))
	p.checkRules(t)
	p.checkLedger(t)
}

// startPrometheus runs a Prometheus that asks the daemon each second.
func startPrometheus(t testing.TB, program, target string) *server {
	t.Helper()
	rules, err := filepath.Abs(filepath.Join(root, "deploy", "prometheus", "rules.yml"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "prometheus.yml")
	text := fmt.Sprintf(`global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [%q]
scrape_configs: [{ job_name: directdial, static_configs: [{ targets: [%q] }] }]
`, rules, target)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := ln.Addr().String()
	ln.Close()
	var log bytes.Buffer
	cmd := exec.Command(program, "--config.file="+file, "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+address)
	cmd.Stderr = &log
	startProcess(t, cmd, &log)
	p := &server{"http://" + address}
	await(t, "Prometheus answers", func() bool {
		_, err := p.ask(t.Context(), "query", url.Values{"query": {"up"}})
		return err == nil
	})
	return p
}

// series is one series of an answer: the samples of a range, or one of an
// instant.
type series struct {
	Metric map[string]string
	Values [][2]any
	Value  [2]any
}

func (p *server) ask(ctx context.Context, what string, q url.Values) ([]series, error) {
	var answer struct {
		Data struct {
			Result []series
		}
		Error string
	}
	err := ask(ctx, p.base+"/api/v1/"+what+"?"+q.Encode(), &answer)
	if err == nil && answer.Error != "" {
		err = fmt.Errorf("%s", answer.Error)
	}
	return answer.Data.Result, err
}

// rangeOf asks for the last time of a length.
func (p *server) rangeOf(ctx context.Context, expr string, back, step time.Duration) ([]series, error) {
	now := time.Now()
	unix := func(t time.Time) string { return strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', 3, 64) }
	return p.ask(ctx, "query_range", url.Values{
		"query": {expr}, "start": {unix(now.Add(-back))}, "end": {unix(now)}, "step": {strconv.FormatFloat(step.Seconds(), 'f', 3, 64)},
	})
}

// finds reports whether a query finds at least one number.
func (p *server) finds(ctx context.Context, q query) (bool, error) {
	var found []series
	var err error
	if q.over {
		found, err = p.rangeOf(ctx, q.expr, time.Minute, time.Second)
	} else {
		found, err = p.ask(ctx, "query", url.Values{"query": {q.expr}})
	}
	for _, s := range found {
		if s.Values == nil {
			s.Values = [][2]any{s.Value}
		}
		for _, v := range s.Values {
			text, _ := v[1].(string)
			if n, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(n) && !math.IsInf(n, 0) {
				return true, nil
			}
		}
	}
	return false, err
}

// checkRules looks at the rules as the server has evaluated them.
func (p *server) checkRules(t *testing.T) {
	t.Helper()
	var answer struct {
		Data struct {
			Groups []struct {
				Rules []struct {
					Name, Health, LastError string
				}
			}
		}
	}
	if err := ask(t.Context(), p.base+"/api/v1/rules", &answer); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, g := range answer.Data.Groups {
		for _, r := range g.Rules {
			n++
			if r.Health != "ok" {
				t.Errorf("the rule %s is %s: %s", r.Name, r.Health, r.LastError)
			}
		}
	}
	if want := len(monitoring.Alerts()) + len(monitoring.Recordings()); n != want {
		t.Errorf("the server has %d rules, want %d", n, want)
	}
}

// checkLedger: at no scrape under load did the two sides differ.
func (p *server) checkLedger(t *testing.T) {
	t.Helper()
	found, err := p.ask(t.Context(), "query", url.Values{"query": {"max_over_time(abs(directdial_ledger_difference)[10m:1s])"}})
	if err != nil || len(found) != 2 {
		t.Fatalf("%v %v", found, err)
	}
	for _, s := range found {
		if s.Value[1] != "0" {
			text, _ := json.Marshal(s)
			t.Errorf("the ledger differed: %s", text)
		}
	}
}
