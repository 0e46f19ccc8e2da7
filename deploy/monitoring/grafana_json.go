package monitoring

import (
	"bytes"
	"encoding/json"
)

// object is a part of Grafana's JSON. Its keys are written in order of the
// alphabet, so that a change of a dashboard is a small change of its file.
type object = map[string]any

// schemaVersion is of Grafana 11; later ones migrate it when they read it.
const schemaVersion = 39

// prometheus is the data source that the reader picks at the top of the page.
var prometheus = object{"type": "prometheus", "uid": "${datasource}"}

// JSON is the dashboard as Grafana provisions it.
func (d Dashboard) JSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(object{
		"uid": d.UID, "title": d.Title, "description": d.Help, "tags": []string{"directdial"},
		"schemaVersion": schemaVersion, "version": 1, "editable": true, "graphTooltip": 1,
		"refresh": "30s", "time": object{"from": "now-6h", "to": "now"}, "timezone": "browser",
		"links": []object{{
			"title": "directdial", "type": "dashboards", "tags": []string{"directdial"},
			"asDropdown": false, "includeVars": true, "keepTime": true, "targetBlank": false,
			"icon": "external link", "tooltip": "",
		}},
		"templating": object{"list": []object{{
			"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus",
			"hide": 0, "refresh": 1,
		}}},
		"annotations": object{"list": []object{}},
		"panels":      d.panels(),
	})
	return b.Bytes(), err
}

// panels places the panels on the grid, which is 24 wide.
func (d Dashboard) panels() []object {
	var all []object
	y := 0
	place := func(o object, x, w, h int) {
		o["id"] = len(all) + 1
		o["gridPos"] = object{"x": x, "y": y, "w": w, "h": h}
		all = append(all, o)
	}
	for _, r := range d.Rows {
		place(object{"type": "row", "title": r.Title, "collapsed": false, "panels": []object{}}, 0, 24, 1)
		y++
		x, high := 0, 0
		for _, p := range r.Panels {
			w, h := p.size()
			if x+w > 24 {
				x, y = 0, y+high
				high = 0
			}
			place(p.object(), x, w, h)
			x, high = x+w, max(high, h)
		}
		y += high
	}
	return all
}

func (p Panel) size() (w, h int) {
	w, h = 8, 8
	switch p.Kind {
	case Stat:
		w, h = 4, 4
	case Table:
		h = 6
	}
	if p.Width > 0 {
		w = p.Width
	}
	return w, h
}

func (p Panel) object() object {
	unit := p.Unit
	if unit == "" {
		unit = "short"
	}
	defaults := object{"unit": unit, "custom": object{}, "color": object{"mode": "palette-classic"}}
	o := object{
		"type": string(p.Kind), "title": p.Title, "description": p.Help, "datasource": prometheus,
		"targets": p.targets(), "fieldConfig": object{"defaults": defaults, "overrides": []object{}},
	}
	if len(p.Steps) > 0 {
		defaults["color"] = object{"mode": "thresholds"}
		defaults["thresholds"] = object{"mode": "absolute", "steps": p.steps()}
	}
	if len(p.Names) > 0 {
		names := object{}
		for value, name := range p.Names {
			names[value] = object{"text": name}
		}
		defaults["mappings"] = []object{{"type": "value", "options": names}}
	}
	last := object{"calcs": []string{"lastNotNull"}, "fields": "", "values": false}
	switch p.Kind {
	case TimeSeries:
		defaults["min"] = 0
		defaults["custom"] = p.lines()
		o["options"] = object{
			"legend":  object{"displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": []string{}},
			"tooltip": object{"mode": "multi", "sort": "desc"},
		}
	case Stat:
		o["options"] = object{"reduceOptions": last, "colorMode": "value", "graphMode": "none", "textMode": "auto", "orientation": "auto"}
	case Bars:
		defaults["min"] = 0
		o["options"] = object{"reduceOptions": last, "orientation": "horizontal", "displayMode": "basic", "showUnfilled": true}
	case Table:
		o["options"] = object{"showHeader": true, "cellHeight": "sm"}
		o["transformations"] = []object{{"id": "organize", "options": object{"excludeByName": object{"Time": true, "Value": p.NoValue}}}}
	}
	return o
}

// lines draws a series; stacked ones are filled.
func (p Panel) lines() object {
	if p.Stacked {
		return object{"drawStyle": "line", "lineWidth": 1, "fillOpacity": 40, "showPoints": "never", "stacking": object{"mode": "normal", "group": "A"}}
	}
	return object{"drawStyle": "line", "lineWidth": 2, "fillOpacity": 5, "showPoints": "never", "stacking": object{"mode": "none", "group": "A"}}
}

func (p Panel) steps() []object {
	steps := make([]object, len(p.Steps))
	for i, s := range p.Steps {
		steps[i] = object{"color": s.Color, "value": s.From}
		if i == 0 {
			steps[i]["value"] = nil // from below
		}
	}
	return steps
}

func (p Panel) targets() []object {
	targets := make([]object, len(p.Queries))
	for i, q := range p.Queries {
		t := object{
			"refId": string(rune('A' + i)), "expr": q.Expr, "legendFormat": q.Legend, "datasource": prometheus,
			"range": p.Kind == TimeSeries, "instant": p.Kind != TimeSeries,
		}
		if p.Kind == Table {
			t["format"] = "table"
		}
		targets[i] = t
	}
	return targets
}
