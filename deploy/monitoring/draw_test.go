package monitoring_test

import (
	"fmt"
	"html/template"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial/deploy/monitoring"
)

var colors = []string{"#73bf69", "#f2cc0c", "#5794f2", "#ff9830", "#f2495c", "#b877d9", "#8ab8ff", "#c0d8ff", "#96d98d", "#fade2a", "#ffa6b0", "#ca95e5"}

// shape is a line of a chart, and what it stands on.
type shape struct{ points, base [][2]float64 }

// frame is what part of time and how high a value a chart shows.
type frame struct{ from, to, top float64 }

// layOut puts areas one on the other, if they are to be stacked.
func layOut(stacked bool, lines []line) (shapes []shape, f frame) {
	f = frame{from: math.Inf(1), to: math.Inf(-1)}
	floor := map[float64]float64{} // what the areas below add up to
	shapes = make([]shape, len(lines))
	for i, l := range lines {
		for _, p := range l.points {
			if math.IsNaN(p[1]) {
				continue
			}
			low := 0.0
			if stacked {
				low = floor[p[0]]
				floor[p[0]] += p[1]
			}
			f = frame{min(f.from, p[0]), max(f.to, p[0]), max(f.top, low+p[1])}
			shapes[i].points = append(shapes[i].points, [2]float64{p[0], low + p[1]})
			shapes[i].base = append(shapes[i].base, [2]float64{p[0], low})
		}
	}
	if f.top == 0 {
		f.top = 1
	}
	return shapes, f
}

// chart draws lines over time, or areas one on the other.
func chart(panel monitoring.Panel, lines []line, w, h int) template.HTML {
	const left, bottom = 62, 16
	shapes, f := layOut(panel.Stacked, lines)
	x := func(t float64) float64 { return left + (t-f.from)/max(f.to-f.from, 1)*float64(w-left-6) }
	y := func(v float64) float64 { return float64(h-bottom) - v/(f.top*1.08)*float64(h-bottom-6) }
	path := func(points [][2]float64) string {
		var b strings.Builder
		for _, p := range points {
			fmt.Fprintf(&b, "%.1f,%.1f ", x(p[0]), y(p[1]))
		}
		return b.String()
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg width="%d" height="%d">`, w, h)
	for i, anchor := range []string{"start", "middle", "middle", "end"} {
		v, t := f.top*float64(i)/3, f.from+(f.to-f.from)*float64(i)/3
		fmt.Fprintf(&b, `<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" class="grid"/><text x="%d" y="%.1f" text-anchor="end">%s</text>`, left, w-6, y(v), y(v), left-6, y(v)+4, format(panel.Unit, v))
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="%s">%s</text>`, x(t), h-2, anchor, time.Unix(int64(t), 0).UTC().Format(time.TimeOnly))
	}
	for i, s := range shapes {
		color := colors[i%len(colors)]
		if panel.Stacked {
			slices.Reverse(s.base)
			fmt.Fprintf(&b, `<polygon points="%s" fill="%s" fill-opacity=".4"/>`, path(append(slices.Clone(s.points), s.base...)), color)
		}
		fmt.Fprintf(&b, `<polyline points="%s" stroke="%s" fill="none" stroke-width="1.5"/>`, path(s.points), color)
	}
	b.WriteString(`</svg><div class="legend">`)
	for i, l := range lines {
		fmt.Fprintf(&b, `<span><i style="background:%s"></i>%s</span>`, colors[i%len(colors)], template.HTMLEscapeString(l.name))
	}
	b.WriteString(`</div>`)
	return template.HTML(b.String())
}

func stats(panel monitoring.Panel, lines []line) template.HTML {
	var b strings.Builder
	b.WriteString(`<div class="stats">`)
	for _, l := range lines {
		text := format(panel.Unit, l.last())
		if name, ok := panel.Names[text]; ok {
			text = name
		}
		name := template.HTMLEscapeString(l.name)
		if len(lines) == 1 {
			name = ""
		}
		fmt.Fprintf(&b, `<div><small>%s</small><b style="color:%s">%s</b></div>`, name, colorOf(panel, l.last()), text)
	}
	b.WriteString(`</div>`)
	return template.HTML(b.String())
}

func bars(panel monitoring.Panel, lines []line) template.HTML {
	top := 1.0
	for _, l := range lines {
		top = max(top, l.last())
	}
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&b, `<div class="bar"><span>%s</span><div><i style="width:%.0f%%;background:%s"></i></div><b>%s</b></div>`,
			template.HTMLEscapeString(l.name), 100*l.last()/top, colorOf(panel, l.last()), format(panel.Unit, l.last()))
	}
	return template.HTML(b.String())
}

func table(panel monitoring.Panel, lines []line) template.HTML {
	var b strings.Builder
	b.WriteString("<table>")
	for i, l := range lines {
		keys := slices.Sorted(maps.Keys(l.labels))
		if i == 0 {
			b.WriteString("<tr><th>" + strings.Join(keys, "<th>"))
			if !panel.NoValue {
				b.WriteString("<th>Value")
			}
		}
		b.WriteString("<tr>")
		for _, k := range keys {
			b.WriteString("<td>" + template.HTMLEscapeString(l.labels[k]))
		}
		if !panel.NoValue {
			b.WriteString("<td>" + format("", l.last()))
		}
	}
	b.WriteString("</table>")
	return template.HTML(b.String())
}

func colorOf(panel monitoring.Panel, v float64) string {
	color := colors[0]
	for i, s := range panel.Steps {
		if i == 0 || v >= s.From {
			color = map[string]string{"green": "#73bf69", "orange": "#ff9830", "red": "#f2495c"}[s.Color]
		}
	}
	return color
}

// format writes a value as Grafana does in its unit, near enough.
func format(unit string, v float64) string {
	switch unit {
	case "percentunit":
		return fmt.Sprintf("%.1f %%", 100*v)
	case "s":
		return scaled(v, []step{{1e-6, "µs"}, {1e-3, "ms"}, {1, "s"}, {60, "min"}, {3600, "h"}})
	case "bytes":
		return scaled(v, []step{{1, "B"}, {1 << 10, "KiB"}, {1 << 20, "MiB"}, {1 << 30, "GiB"}})
	case "cps", "reqps":
		return fmt.Sprintf("%.3g/s", v)
	case "dateTimeFromNow":
		return time.Since(time.UnixMilli(int64(v))).Round(time.Second).String() + " ago"
	}
	return fmt.Sprintf("%.4g", v)
}

type step struct {
	size float64
	name string
}

func scaled(v float64, steps []step) string {
	best := steps[0]
	for _, s := range steps {
		if math.Abs(v) >= s.size {
			best = s
		}
	}
	if v == 0 {
		return "0"
	}
	return fmt.Sprintf("%.3g %s", v/best.size, best.name)
}

var pageTemplate = template.Must(template.New("page").Parse(`<!doctype html><meta charset="utf-8"><title>{{.Title}}</title><style>
body{background:#111217;color:#ccccdc;font:12px system-ui,sans-serif;margin:16px;width:1168px}
h1{font-size:18px;margin:0 0 4px} p{margin:0 0 8px;color:#8e8e9e} h2{font-size:14px;margin:12px 0 8px}
.row{display:grid;grid-template-columns:repeat(24,1fr);gap:8px}
.panel{background:#181b1f;border:1px solid #2c3235;border-radius:3px;padding:8px;overflow:hidden;box-sizing:border-box}
h3{font-size:12px;margin:0 0 6px;font-weight:600} svg text{fill:#8e8e9e;font-size:10px} .grid{stroke:#2c3235}
.legend{display:flex;flex-wrap:wrap;gap:0 10px;font-size:10px;max-height:26px;overflow:hidden} .legend i{display:inline-block;width:10px;height:3px;margin:0 4px 3px 0}
.stats{display:flex;justify-content:space-around;align-items:center;height:70px;text-align:center;flex-wrap:wrap} .stats b{font-size:24px;display:block;font-weight:500}
.bar{display:flex;align-items:center;gap:8px;margin:3px 0} .bar span{width:40%;text-align:right} .bar div{flex:1;background:#22252b} .bar i{display:block;height:12px} .bar b{width:60px}
table{border-collapse:collapse;width:100%} th,td{text-align:left;padding:2px 8px;border-bottom:1px solid #2c3235} th{color:#6e9fff}
</style><h1>{{.Title}}</h1><p>{{.Help}}</p>
{{range .Rows}}<h2>{{.Title}}</h2><div class="row">{{range .Panels}}<div class="panel" style="grid-column:span {{.Width}};height:{{.Height}}px"><h3>{{.Title}}</h3>{{.Body}}</div>{{end}}</div>{{end}}`))
