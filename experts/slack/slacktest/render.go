package slacktest

import (
	"fmt"
	"html"
	"strconv"
	"strings"
	"time"
)

// Render draws a message as plain text, as its receiver sees it: quotes behind
// a bar, the address of a link in brackets, a mention that notifies people
// marked as PING. For transcripts and comparisons.
func Render(m Message) string { return render(seen(m.Content)) }

// RenderView draws a modal or a Home tab in the same way.
func RenderView(v View) string {
	out := render(seen(Content{Blocks: v.Blocks}))
	if v.Kind == "modal" {
		out = "== " + v.Title + " ==\n" + out + "[" + v.Close + "] [" + v.Submit + "]\n"
	}
	return out
}

func render(parts []part) string {
	var out strings.Builder
	for _, p := range parts {
		line := ""
		for _, s := range p.Spans {
			line += plain(s)
		}
		line = strings.TrimRight(line, "\n ")
		switch p.Kind {
		case "quote":
			line = "│ " + strings.ReplaceAll(line, "\n", "\n│ ")
		case "small":
			line = "  " + strings.ReplaceAll(line, "\n", "\n  ")
		case "divider":
			line = "───"
		}
		out.WriteString(line + "\n")
	}
	return out.String()
}

func plain(s span) string {
	switch {
	case s.Button:
		return "[" + s.Text + "] "
	case s.Ping:
		return "PING(" + s.Text + ")"
	case s.URL != "" && s.URL != s.Text:
		return s.Text + " [" + s.URL + "]"
	}
	return s.Text
}

// Pings lists whom a message notifies beside its receiver, by its blocks and
// by its text. It must be empty: text from outside is data.
func Pings(m Message) []string {
	var pings []string
	parts := seen(m.Content)
	if m.Blocks != nil {
		parts = append(parts, part{Spans: mrkdwn(m.Text)})
	}
	for _, p := range parts {
		for _, s := range p.Spans {
			if s.Ping {
				pings = append(pings, s.Text)
			}
		}
	}
	return pings
}

// HTML draws messages as a page that looks like Slack's window, light or dark.
func HTML(dark bool, messages ...Message) string {
	var out strings.Builder
	theme := "light"
	if dark {
		theme = "dark"
	}
	fmt.Fprintf(&out, "<!doctype html><html class=%q><meta charset=\"utf-8\"><title>slacktest</title><style>%s</style>", theme, stylesheet)
	for _, m := range messages {
		out.WriteString(`<article><div class="icon">D</div><div class="body"><div class="name">Direct Dial <span class="app">APP</span> <time>` + clock(m.TS) + `</time></div>`)
		if m.Ephemeral {
			out.WriteString(`<div class="small">Only visible to you</div>`)
		}
		draw(&out, seen(m.Content))
		out.WriteString("</div></article>")
	}
	return out.String()
}

// HTMLViews draws modals and Home tabs as pages in the same way.
func HTMLViews(dark bool, views ...View) string {
	out := strings.Builder{}
	out.WriteString(HTML(dark))
	for _, v := range views {
		out.WriteString(`<section class="` + v.Kind + `">`)
		if v.Kind == "modal" {
			out.WriteString(`<div class="header">` + html.EscapeString(v.Title) + `</div>`)
		}
		draw(&out, seen(Content{Blocks: v.Blocks}))
		if v.Kind == "modal" {
			out.WriteString(`<div class="buttons end">` + markup(span{Text: v.Close, Button: true}) + markup(span{Text: v.Submit, Button: true, Bold: true}) + `</div>`)
		}
		out.WriteString("</section>")
	}
	return out.String()
}

func draw(out *strings.Builder, parts []part) {
	for _, p := range parts {
		out.WriteString(`<div class="` + p.Kind + `">`)
		for _, s := range p.Spans {
			out.WriteString(markup(s))
		}
		out.WriteString("</div>")
	}
}

// clock shows a timestamp as the time of day, in UTC.
func clock(ts string) string {
	seconds, _, _ := strings.Cut(ts, ".")
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return ""
	}
	return time.Unix(unix, 0).UTC().Format("15:04")
}

func markup(s span) string {
	t := html.EscapeString(s.Text)
	if s.Button {
		class := "button"
		if s.Bold {
			class += " primary"
		}
		return `<span class="` + class + `">` + t + `</span>`
	}
	for _, w := range []struct {
		on  bool
		tag string
	}{{s.Bold, "b"}, {s.Italic, "i"}, {s.Strike, "s"}, {s.Code, "code"}, {s.Ping, "mark"}} {
		if w.on {
			t = "<" + w.tag + ">" + t + "</" + w.tag + ">"
		}
	}
	if s.URL != "" {
		t = `<a href="` + html.EscapeString(s.URL) + `">` + t + "</a>"
	}
	return t
}

const stylesheet = `
html { --paper: #fff; --ink: #1d1c1d; --soft: #616061; --bar: #ddd; --link: #1264a3; --chip: #e8e8e8; }
html.dark { --paper: #1a1d21; --ink: #d1d2d3; --soft: #ababad; --bar: #4d5054; --link: #1d9bd1; --chip: #35373b; }
body { margin: 0; padding: 16px 20px; background: var(--paper); color: var(--ink); font: 15px/1.46668 Lato, "Noto Sans", sans-serif; width: 640px; }
article { display: flex; gap: 8px; padding: 8px 0; }
.icon { width: 36px; height: 36px; border-radius: 8px; background: #2b5c4f; color: #fff; font-weight: 700; font-size: 20px; line-height: 36px; text-align: center; flex: none; }
.body { min-width: 0; }
.name { font-weight: 900; }
.app { font-size: 10px; font-weight: 700; background: var(--chip); color: var(--soft); border-radius: 2px; padding: 1px 3px; vertical-align: 2px; }
time { font-size: 12px; font-weight: 400; color: var(--soft); }
.text, .quote, .small, .header { white-space: pre-wrap; overflow-wrap: anywhere; margin-bottom: 4px; }
.quote { border-left: 4px solid var(--bar); border-radius: 2px; padding-left: 12px; margin: 4px 0; }
.small { font-size: 12px; line-height: 1.5; color: var(--soft); }
.header { font-size: 18px; font-weight: 900; }
.divider { border-top: 1px solid var(--bar); margin: 8px 0; }
.buttons { margin: 6px 0 8px; white-space: pre-wrap; }
.buttons.end { text-align: right; }
.button { display: inline-block; border: 1px solid var(--bar); border-radius: 4px; padding: 3px 12px; margin: 2px 8px 2px 0; font-weight: 700; }
.button.primary { background: #007a5a; border-color: #007a5a; color: #fff; }
.label { font-weight: 700; margin-top: 8px; }
section { border: 1px solid var(--bar); border-radius: 8px; padding: 12px 20px; margin: 8px 0; }
section.modal { width: 480px; }
a { color: var(--link); text-decoration: none; }
mark { background: #f2c74466; }
code { background: var(--chip); border-radius: 3px; padding: 2px 3px; font-size: 12px; }
`
