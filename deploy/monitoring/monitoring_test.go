package monitoring_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/directdial/directdial/deploy/monitoring"
)

const root = "../.."

func TestFilesAreWhatThisPackageMakes(t *testing.T) {
	files, err := monitoring.Files()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(got, want) {
			t.Errorf("%s is stale: go generate ./deploy/monitoring", name)
		}
	}
	boards, err := filepath.Glob(root + "/deploy/grafana/dashboards/*")
	if err != nil || len(boards) != len(monitoring.Dashboards()) {
		t.Errorf("the folder of dashboards holds others, too: %q %v", boards, err)
	}
}

func TestEveryAlertHasItsRunbook(t *testing.T) {
	runbooks, err := filepath.Glob(root + "/docs/runbooks/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range monitoring.Alerts() {
		path := filepath.Join(root, "docs", "runbooks", a.Name+".md")
		text, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, part := range []string{"# " + a.Name + "\n", "\n## What it means\n", "\n## What to look at\n", "\n## What to type\n"} {
			if !strings.Contains(string(text), part) {
				t.Errorf("%s has no %q", path, part)
			}
		}
		runbooks = slices.DeleteFunc(runbooks, func(r string) bool { return filepath.Base(r) == a.Name+".md" })
	}
	for _, r := range runbooks {
		if filepath.Base(r) != "README.md" {
			t.Errorf("%s is of no alert", r)
		}
	}
}

// What nobody looks at need not be measured.
func TestEveryMetricIsOnADashboard(t *testing.T) {
	var all strings.Builder
	for _, q := range queries() {
		all.WriteString(q.expr + "\n")
	}
	for _, name := range named(t) {
		if !strings.Contains(all.String(), name) {
			t.Errorf("%s is on no dashboard and in no rule", name)
		}
	}
}

// The files are provisioned as they are: a panel outside the grid, or a number
// that stands twice, Grafana would move silently.
func TestPanelsLieInTheGrid(t *testing.T) {
	for _, d := range monitoring.Dashboards() {
		for _, r := range d.Rows {
			titles := map[string]bool{}
			for _, p := range r.Panels {
				if titles[p.Title] {
					t.Errorf("%s, %s: two panels %q", d.Title, r.Title, p.Title)
				}
				titles[p.Title] = true
				if p.Width > 24 || p.Help == "" || len(p.Queries) == 0 {
					t.Errorf("%s, %s: %+v", d.Title, r.Title, p)
				}
			}
		}
	}
}

// query is one of a panel or a rule.
type query struct {
	where, expr string
	over        bool // asked for a range of time
}

// queries are all of the dashboards and rules, as their readers send them.
func queries() (all []query) {
	// What Grafana fills in: at a scrape each second, over the last minute.
	fill := strings.NewReplacer("$__rate_interval", "15s", "$__range", "1m")
	for _, d := range monitoring.Dashboards() {
		for _, r := range d.Rows {
			for _, p := range r.Panels {
				for _, q := range p.Queries {
					all = append(all, query{d.Title + ", " + p.Title, fill.Replace(q.Expr), p.Kind == monitoring.TimeSeries})
				}
			}
		}
	}
	for _, r := range monitoring.Recordings() {
		all = append(all, query{r.Record, r.Expr, false}, query{"what keeps " + r.Record, r.Record, false})
	}
	for _, a := range monitoring.Alerts() {
		for _, c := range slices.Concat(a.When, a.Unless) {
			all = append(all, query{a.Name, c.Value, false})
		}
	}
	return all
}
