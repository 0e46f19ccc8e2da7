package slacktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"unicode/utf16"
)

// Limits of Block Kit in characters, counted here in UTF-16 units, the
// strictest reading.
const (
	maxBlocks     = 50
	maxID         = 255
	maxHeader     = 150
	maxSection    = 3000
	maxField      = 2000
	maxFields     = 10
	maxContext    = 10
	maxActions    = 25
	maxButton     = 75
	maxValue      = 2000
	maxLink       = 3000
	maxAllStrings = 10_000 // of all blocks together; Slack's own bound is not documented, 11,341 were refused
)

// object is a JSON object of a block, with the fields that were looked at, so
// that those nobody knows are found.
type object struct {
	at     string
	fields map[string]any
	c      *check
}

// check gathers what is wrong with the blocks of one message.
type check struct {
	faults []string
	ids    map[string]bool // block_id and action_id that were used
	length int             // of all strings
	view   bool            // the blocks stand in a view
	within string          // block in which ids of actions must differ
}

// CheckBlocks says what Slack would refuse in the blocks of a message, and the
// code of the refusal, "" if they are fine.
func CheckBlocks(raw []byte) (faults []string, code string) {
	var blocks []any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&blocks); err != nil {
		return []string{"the blocks are no JSON array"}, "invalid_blocks_format"
	}
	if _, err := d.Token(); err != io.EOF {
		return []string{"something follows the blocks"}, "invalid_blocks_format"
	}
	c := &check{ids: map[string]bool{}}
	if len(blocks) > maxBlocks {
		c.fault("", "%d blocks, more than %d", len(blocks), maxBlocks)
	}
	for i, b := range blocks {
		c.block(c.object(fmt.Sprintf("/blocks/%d", i), b))
	}
	switch {
	case len(c.faults) > 0:
		return c.faults, "invalid_blocks"
	case c.length > maxAllStrings:
		return []string{fmt.Sprintf("the blocks have %d characters, more than %d", c.length, maxAllStrings)}, "msg_blocks_too_long"
	}
	return nil, ""
}

func (c *check) fault(at, format string, args ...any) {
	c.faults = append(c.faults, at+": "+fmt.Sprintf(format, args...))
}

func (c *check) object(at string, v any) object {
	fields, ok := v.(map[string]any)
	if !ok {
		c.fault(at, "is no object")
	}
	return object{at, fields, c}
}

// only reports fields that do not belong there.
func (o object) only(names ...string) {
	known := map[string]bool{"type": true}
	for _, n := range names {
		known[n] = true
	}
	for name := range o.fields {
		if !known[name] {
			o.c.fault(o.at, "has no field %q", name)
		}
	}
}

func (o object) kind() string {
	k, _ := o.fields["type"].(string)
	return k
}

// text returns a field of 1 to limit characters; optional fields may be
// absent, but not empty.
func (o object) text(name string, limit int, optional bool) string {
	v, there := o.fields[name]
	if !there && optional {
		return ""
	}
	s, ok := v.(string)
	n := len(utf16.Encode([]rune(s)))
	o.c.length += n
	switch {
	case !ok:
		o.c.fault(o.at, "wants the text %q", name)
	case n == 0:
		o.c.fault(o.at, "%q is empty", name)
	case n > limit:
		o.c.fault(o.at, "%q has %d characters, more than %d", name, n, limit)
	}
	return s
}

// list returns the objects of an array of least to most elements.
func (o object) list(name string, least, most int) []object {
	items, ok := o.fields[name].([]any)
	if !ok || len(items) < least || len(items) > most {
		o.c.fault(o.at, "%q wants %d to %d elements and has %d", name, least, most, len(items))
	}
	objects := make([]object, len(items))
	for i, item := range items {
		objects[i] = o.c.object(fmt.Sprintf("%s/%s/%d", o.at, name, i), item)
	}
	return objects
}

// unique checks an id that must not stand twice: that of a block in the message,
// that of an action in its block.
func (o object) unique(name string) {
	if _, there := o.fields[name]; !there {
		return
	}
	id := o.text(name, maxID, false)
	key := name + " " + id
	if name == "action_id" {
		key = o.c.within + " " + key
	}
	if o.c.ids[key] {
		o.c.fault(o.at, "%q %q is used twice", name, id)
	}
	o.c.ids[key] = true
}

func (o object) link(name string) {
	s := o.text(name, maxLink, false)
	if u, err := url.Parse(s); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		o.c.fault(o.at, "%q is no address: %q", name, s)
	}
}

// textObject checks a plain_text or mrkdwn object.
func (o object) textObject(limit int, plainOnly bool) {
	switch o.kind() {
	case "plain_text":
		o.only("text", "emoji")
	case "mrkdwn":
		o.only("text", "verbatim")
		if plainOnly {
			o.c.fault(o.at, "must be plain_text")
		}
	default:
		o.c.fault(o.at, "is no text object but %q", o.kind())
	}
	o.text("text", limit, false)
}

// block checks one block of the kinds that directdial uses or will use.
func (c *check) block(o object) {
	o.unique("block_id")
	c.within = o.at
	switch o.kind() {
	case "rich_text":
		o.only("block_id", "elements")
		for _, e := range o.list("elements", 1, 100) {
			e.richText()
		}
	case "section":
		o.only("block_id", "text", "fields", "accessory")
		if _, there := o.fields["text"]; there {
			c.object(o.at+"/text", o.fields["text"]).textObject(maxSection, false)
		} else if o.fields["fields"] == nil {
			c.fault(o.at, "wants text or fields")
		}
		if _, there := o.fields["fields"]; there {
			for _, f := range o.list("fields", 1, maxFields) {
				f.textObject(maxField, false)
			}
		}
		if a, there := o.fields["accessory"]; there {
			c.object(o.at+"/accessory", a).button()
		}
	case "header":
		o.only("block_id", "text")
		c.object(o.at+"/text", o.fields["text"]).textObject(maxHeader, true)
	case "context":
		o.only("block_id", "elements")
		for _, e := range o.list("elements", 1, maxContext) {
			e.textObject(maxSection, false)
		}
	case "actions":
		o.only("block_id", "elements")
		for _, e := range o.list("elements", 1, maxActions) {
			e.element()
		}
	case "input":
		o.input()
	case "divider":
		o.only("block_id")
	default:
		c.fault(o.at, "is of the unknown type %q", o.kind())
	}
}

func (o object) button() {
	if o.kind() != "button" {
		o.c.fault(o.at, "is no button but %q", o.kind())
		return
	}
	if s, there := o.fields["style"]; there && s != "primary" && s != "danger" {
		o.c.fault(o.at, "is a button of the style %v", s)
	}
	o.only("text", "action_id", "url", "value", "style", "accessibility_label", "confirm")
	if c, there := o.fields["confirm"]; there {
		o.c.object(o.at+"/confirm", c).confirm()
	}
	o.c.object(o.at+"/text", o.fields["text"]).textObject(maxButton, true)
	o.unique("action_id")
	if _, there := o.fields["url"]; there {
		o.link("url")
	}
	o.text("value", maxValue, true)
}
