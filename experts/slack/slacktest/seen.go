package slacktest

import (
	"encoding/json"
	"regexp"
	"strings"
)

// span is a piece of a line as the receiver sees it.
type span struct {
	Text                       string
	URL                        string
	Bold, Italic, Strike, Code bool
	Ping                       bool // it notifies somebody
	Button                     bool // it can be pressed
}

// part is a paragraph as the receiver sees it.
type part struct {
	Kind  string // "text", "quote", "small", "header", "divider", "buttons", "label"
	Spans []span
}

// seen parses what the receiver of a message sees: its blocks, or its text if
// it has none. It knows the markup of Slack and nothing of how directdial
// writes it.
func seen(c Content) []part {
	if c.Blocks == nil {
		return []part{{"text", mrkdwn(c.Text)}}
	}
	var blocks []map[string]any
	if json.Unmarshal(c.Blocks, &blocks) != nil {
		return nil
	}
	var parts []part
	for _, b := range blocks {
		switch b["type"] {
		case "rich_text":
			parts = append(parts, richParts(b)...)
		case "section":
			parts = append(parts, part{"text", textObject(b["text"])})
		case "header":
			parts = append(parts, part{"header", textObject(b["text"])})
		case "divider":
			parts = append(parts, part{Kind: "divider"})
		case "context":
			p := part{Kind: "small"}
			for i, e := range objects(b["elements"]) {
				if i > 0 {
					p.Spans = append(p.Spans, span{Text: "  "})
				}
				p.Spans = append(p.Spans, textObject(e)...)
			}
			parts = append(parts, p)
		case "actions":
			p := part{Kind: "buttons"}
			for _, e := range objects(b["elements"]) {
				p.Spans = append(p.Spans, control(e)...)
			}
			parts = append(parts, p)
		case "input":
			e, _ := b["element"].(map[string]any)
			parts = append(parts, part{"label", textObject(b["label"])}, part{"buttons", control(e)})
		}
	}
	return parts
}

// control is what can be pressed or chosen, with what is chosen already.
func control(e map[string]any) []span {
	switch e["type"] {
	case "button":
		s := textObject(e["text"])
		for i := range s {
			s[i].Button, s[i].Bold = true, e["style"] != nil
		}
		return s
	case "radio_buttons":
		var all []span
		first, _ := e["initial_option"].(map[string]any)
		for _, o := range objects(e["options"]) {
			mark := "○ "
			if first != nil && o["value"] == first["value"] {
				mark = "◉ "
			}
			all = append(all, span{Text: mark})
			all = append(all, textObject(o["text"])...)
			if o["description"] != nil {
				all = append(all, span{Text: " – "})
				all = append(all, textObject(o["description"])...)
			}
			all = append(all, span{Text: "\n"})
		}
		return all
	}
	s := textObject(e["placeholder"])
	for i := range s {
		s[i].Button = true
		s[i].Text += " ▾"
	}
	return s
}

func objects(v any) []map[string]any {
	items, _ := v.([]any)
	all := make([]map[string]any, 0, len(items))
	for _, item := range items {
		if o, ok := item.(map[string]any); ok {
			all = append(all, o)
		}
	}
	return all
}

func textObject(v any) []span {
	o, _ := v.(map[string]any)
	text, _ := o["text"].(string)
	if o["type"] == "mrkdwn" {
		return mrkdwn(text)
	}
	return []span{{Text: unescape(text)}}
}

// richParts reads a rich_text block. Its texts are no markup: what looks like
// an entity or a mention in them is shown as it stands.
func richParts(block map[string]any) []part {
	var parts []part
	for _, e := range objects(block["elements"]) {
		p := part{Kind: "text"}
		switch e["type"] {
		case "rich_text_quote":
			p.Kind = "quote"
		case "rich_text_list":
			for _, item := range objects(e["elements"]) {
				p.Spans = append(p.Spans, span{Text: "• "})
				p.Spans = append(p.Spans, richSpans(item)...)
				p.Spans = append(p.Spans, span{Text: "\n"})
			}
			parts = append(parts, p)
			continue
		}
		p.Spans = richSpans(e)
		parts = append(parts, p)
	}
	return parts
}

func richSpans(element map[string]any) []span {
	var spans []span
	for _, e := range objects(element["elements"]) {
		style, _ := e["style"].(map[string]any)
		on := func(name string) bool { b, _ := style[name].(bool); return b }
		get := func(name string) string { s, _ := e[name].(string); return s }
		s := span{Bold: on("bold"), Italic: on("italic"), Strike: on("strike"), Code: on("code")}
		switch e["type"] {
		case "text":
			s.Text = get("text")
		case "link":
			s.URL, s.Text = get("url"), get("text")
			if s.Text == "" {
				s.Text = s.URL
			}
		case "emoji":
			s.Text = emoji(get("name"))
		case "date":
			s.Text = get("fallback")
		default:
			s.Text, s.Ping = "@"+get("user_id")+get("usergroup_id")+get("range"), true
		}
		spans = append(spans, s)
	}
	return spans
}

var circles = map[string]string{
	"red_circle": "🔴", "large_blue_circle": "🔵", "large_green_circle": "🟢", "white_circle": "⚪",
}

func emoji(name string) string {
	if c, known := circles[name]; known {
		return c
	}
	return ":" + name + ":"
}

func unescape(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}

// Slack's markup: a control sequence in angle brackets, or text between two
// markers that touch it on the inside and no letter on the outside.
var (
	sequences = regexp.MustCompile(`<([^<>\n]*)>`)
	styled    = regexp.MustCompile("(^|[^\\pL\\pN])([*_~`])([^\\s*_~`](?:[^\\n*_~`]*[^\\s*_~`])?)([*_~`])($|[^\\pL\\pN])")
)

// mrkdwn reads a text in Slack's markup.
func mrkdwn(text string) []span {
	var spans []span
	end := 0
	for _, m := range sequences.FindAllStringSubmatchIndex(text, -1) {
		spans = append(spans, style(text[end:m[0]])...)
		spans = append(spans, sequence(text[m[2]:m[3]]))
		end = m[1]
	}
	return append(spans, style(text[end:])...)
}

func sequence(s string) span {
	target, label, labelled := strings.Cut(s, "|")
	switch {
	case strings.HasPrefix(target, "!date^"):
		return span{Text: unescape(label)}
	case strings.HasPrefix(target, "@"), strings.HasPrefix(target, "#"), strings.HasPrefix(target, "!"):
		return span{Text: "@" + strings.TrimLeft(target, "@#!"), Ping: true}
	case labelled:
		return span{Text: unescape(label), URL: unescape(target)}
	}
	return span{Text: unescape(target), URL: unescape(target)}
}

func style(text string) []span {
	var spans []span
	for text != "" {
		m := styled.FindStringSubmatchIndex(text)
		if m == nil || text[m[4]:m[5]] != text[m[8]:m[9]] {
			return append(spans, span{Text: unescape(text)})
		}
		marker := text[m[4]]
		spans = append(spans, span{Text: unescape(text[:m[4]])}, span{
			Text: unescape(text[m[6]:m[7]]),
			Bold: marker == '*', Italic: marker == '_', Strike: marker == '~', Code: marker == '`',
		})
		text = text[m[9]:]
	}
	return spans
}

// Styled lists the pieces of a text that Slack's markup would style.
func Styled(text string) []string {
	var pieces []string
	for _, s := range mrkdwn(text) {
		if s.Bold || s.Italic || s.Strike || s.Code {
			pieces = append(pieces, s.Text)
		}
	}
	return pieces
}
