package monitoring_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"html/template"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial/deploy/monitoring"
)

var (
	pictures = flag.String("pictures", "", "draw the dashboards into this folder: as PNG where chromium is installed, else as pages")
	history  = flag.Duration("history", 3*time.Minute, "with -pictures: how long the daemon works before")
)

// Pictures of the dashboards for whoever has no Grafana at hand: the same
// queries, asked of a real Prometheus, drawn by a page of our own.
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("nobody asked: -pictures FOLDER")
	}
	l := startLive(t)
	p := startPrometheus(t, installed(t, "prometheus"), l.status.Admin)
	work := time.NewTimer(*history)
	defer work.Stop()
	<-work.C
	for _, d := range monitoring.Dashboards() {
		page, height := p.page(t, d)
		file, err := filepath.Abs(filepath.Join(*pictures, strings.TrimPrefix(d.UID, "directdial-")+".html"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, page, 0o600); err != nil {
			t.Fatal(err)
		}
		photograph(t, file, height)
	}
}

func photograph(t *testing.T, file string, height int) {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Log("chromium is not installed: pages only")
		return
	}
	png := strings.TrimSuffix(file, ".html") + ".png"
	out, err := exec.CommandContext(t.Context(), chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
		"--screenshot="+png, fmt.Sprintf("--window-size=1200,%d", height), "file://"+file).CombinedOutput()
	if err != nil {
		t.Errorf("chromium: %v\n%s", err, out)
		return
	}
	_ = os.Remove(file)
}

// board is a dashboard with its numbers.
type board struct {
	Title, Help string
	Rows        []boardRow
}

type boardRow struct {
	Title  string
	Panels []boardPanel
}

type boardPanel struct {
	Title         string
	Width, Height int
	Body          template.HTML
}

// page asks all queries of a dashboard and draws the answers.
func (p *server) page(t *testing.T, d monitoring.Dashboard) (page []byte, height int) {
	t.Helper()
	b := board{Title: d.Title, Help: d.Help}
	height = 70
	for _, r := range d.Rows {
		row := boardRow{Title: r.Title}
		x, high := 0, 0
		height += 44
		for _, panel := range r.Panels {
			w, h := 8, 230
			switch panel.Kind {
			case monitoring.Stat:
				w, h = 4, 110
			case monitoring.Table:
				h = 130
			}
			if panel.Width > 0 {
				w = panel.Width
			}
			if x+w > 24 {
				height, x, high = height+high+8, 0, 0
			}
			x, high = x+w, max(high, h)
			row.Panels = append(row.Panels, boardPanel{panel.Title, w, h, p.draw(t, panel, w*48-24, h-62)})
		}
		height += high + 8
		b.Rows = append(b.Rows, row)
	}
	var out bytes.Buffer
	if err := pageTemplate.Execute(&out, b); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), height
}

// draw draws one panel.
func (p *server) draw(t *testing.T, panel monitoring.Panel, w, h int) template.HTML {
	t.Helper()
	fill := strings.NewReplacer("$__rate_interval", "15s", "$__range", fmt.Sprintf("%.0fs", history.Seconds()))
	var lines []line
	for _, q := range panel.Queries {
		found, err := p.look(t.Context(), fill.Replace(q.Expr), panel.Kind == monitoring.TimeSeries)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range found {
			lines = append(lines, s.line(q.Legend))
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int { return strings.Compare(a.name, b.name) })
	switch panel.Kind {
	case monitoring.TimeSeries:
		return chart(panel, lines, w, h)
	case monitoring.Bars:
		return bars(panel, lines)
	case monitoring.Table:
		return table(panel, lines)
	}
	return stats(panel, lines)
}

func (p *server) look(ctx context.Context, expr string, over bool) ([]series, error) {
	if over {
		return p.rangeOf(ctx, expr, *history, max(*history/120, time.Second))
	}
	return p.ask(ctx, "query", url.Values{"query": {expr}})
}

// line is one series with its name.
type line struct {
	name   string
	labels map[string]string
	points [][2]float64 // time and value
}

func (l line) last() float64 { return l.points[len(l.points)-1][1] }

func (s series) line(legend string) line {
	l := line{name: legend, labels: s.Metric}
	for _, k := range slices.Sorted(maps.Keys(s.Metric)) {
		l.name = strings.ReplaceAll(l.name, "{{"+k+"}}", s.Metric[k])
	}
	values := s.Values
	if values == nil {
		values = [][2]any{s.Value}
	}
	for _, v := range values {
		at, _ := v[0].(float64)
		text, _ := v[1].(string)
		n, err := strconv.ParseFloat(text, 64)
		if err == nil {
			l.points = append(l.points, [2]float64{at, n})
		}
	}
	return l
}
