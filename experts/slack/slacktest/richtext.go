package slacktest

import (
	"encoding/json"
	"fmt"
)

// richText checks one element of a rich_text block.
func (o object) richText() {
	switch o.kind() {
	case "rich_text_section":
		o.only("elements")
	case "rich_text_quote":
		o.only("elements", "border")
	case "rich_text_preformatted":
		o.only("elements", "border", "language")
	case "rich_text_list":
		o.only("elements", "style", "indent", "border", "offset")
		if style := o.text("style", 10, false); style != "bullet" && style != "ordered" {
			o.c.fault(o.at, "is a list of the style %q", style)
		}
		for _, e := range o.list("elements", 1, 200) {
			e.richText()
		}
		return
	default:
		o.c.fault(o.at, "is no element of rich text but %q", o.kind())
		return
	}
	for _, e := range o.list("elements", 1, 200) {
		e.inline()
	}
}

// inline checks what stands in a line of rich text.
func (o object) inline() {
	o.style()
	switch o.kind() {
	case "text":
		o.only("text", "style")
		o.text("text", maxSection, false)
	case "link":
		o.only("url", "text", "style", "unsafe")
		o.link("url")
		o.text("text", maxSection, true)
	case "emoji":
		o.only("name", "unicode", "skin_tone", "style")
		o.text("name", 100, false)
	case "date":
		o.only("timestamp", "format", "timezone", "url", "fallback", "style")
		if n, ok := o.fields["timestamp"].(json.Number); !ok {
			o.c.fault(o.at, "the timestamp is no number")
		} else if _, err := n.Int64(); err != nil {
			o.c.fault(o.at, "the timestamp is no whole number")
		}
		o.text("format", maxID, false)
		o.text("fallback", maxID, true)
	case "user":
		o.only("user_id", "style")
		o.text("user_id", 20, false)
	case "usergroup":
		o.only("usergroup_id", "style")
		o.text("usergroup_id", 20, false)
	case "channel":
		o.only("channel_id", "style")
		o.text("channel_id", 20, false)
	case "broadcast":
		o.only("range", "style")
		o.text("range", 10, false)
	default:
		o.c.fault(o.at, "is of the unknown type %q", o.kind())
	}
}

func (o object) style() {
	v, there := o.fields["style"]
	if !there {
		return
	}
	style, ok := v.(map[string]any)
	if !ok {
		o.c.fault(o.at, "the style is no object")
	}
	for name, on := range style {
		if _, isBool := on.(bool); !isBool {
			o.c.fault(o.at, "the style %q is %s", name, fmt.Sprint(on))
		}
	}
}
