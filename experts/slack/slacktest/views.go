package slacktest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// View is a modal or a Home tab.
type View struct {
	ID       string
	User     string // who sees it
	Kind     string // modal, home
	Title    string
	Submit   string
	Close    string
	Callback string
	Private  string
	Blocks   json.RawMessage
}

// Views returns the open modals, the oldest first.
func (s *Server) Views() []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.views)
}

// Home returns the Home tab that a member sees; ok is false before the app
// published one.
func (s *Server) Home(user string) (v View, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok = s.homes[user]
	return v, ok
}

// wire is the view as the app gets it back.
func (v View) wire(values map[string]any) map[string]any {
	if values == nil {
		values = map[string]any{}
	}
	return map[string]any{
		"id": v.ID, "team_id": "T0ACME", "type": v.Kind, "callback_id": v.Callback, "private_metadata": v.Private,
		"blocks": v.Blocks, "hash": "1.abc", "state": map[string]any{"values": values},
		"title": map[string]any{"type": "plain_text", "text": v.Title},
	}
}

// openView answers views.open. A trigger opens one modal, within three seconds.
func (s *Server) openView(args map[string]string) any {
	t := s.triggers[args["trigger_id"]]
	switch {
	case t == nil:
		return refuse("invalid_trigger_id")
	case t.used:
		return refuse("exchanged_trigger_id")
	case s.now().After(t.until):
		return refuse("expired_trigger_id")
	}
	v, answer := s.readView("views.open", args["view"], "modal")
	if answer != nil {
		return answer
	}
	t.used = true
	s.lastView++
	v.ID, v.User = fmt.Sprintf("V%08d", s.lastView), t.user
	s.views = append(s.views, v)
	return reply{"ok": true, "view": v.wire(nil)}
}

// publish answers views.publish.
func (s *Server) publish(args map[string]string) any {
	if s.user(args["user_id"]) == nil {
		return refuse("user_not_found")
	}
	v, answer := s.readView("views.publish", args["view"], "home")
	if answer != nil {
		return answer
	}
	v.ID, v.User = "VHOME"+args["user_id"], args["user_id"]
	s.homes[v.User] = v
	return reply{"ok": true, "view": v.wire(nil)}
}

func (s *Server) readView(method, raw, kind string) (v View, refused any) {
	faults, code := CheckView([]byte(raw))
	var view struct {
		Type                 string
		Title, Submit, Close map[string]any
		Callback             string `json:"callback_id"`
		Private              string `json:"private_metadata"`
		Blocks               json.RawMessage
	}
	if code == "" && (json.Unmarshal([]byte(raw), &view) != nil || view.Type != kind) {
		faults, code = []string{"is of the type " + view.Type}, "invalid_arguments"
	}
	for _, f := range faults {
		s.problem("%s: %s", method, f)
	}
	if code != "" {
		return v, refuse(code)
	}
	return View{
		Kind: kind, Title: plainOf(view.Title), Submit: plainOf(view.Submit), Close: plainOf(view.Close),
		Callback: view.Callback, Private: view.Private, Blocks: view.Blocks,
	}, nil
}

// Limits of a view in characters and blocks.
const (
	maxViewBlocks = 100
	maxViewTitle  = 24
	maxPrivate    = 3000
	maxInputLabel = 2000
	maxSelect     = 100
	maxRadio      = 10

	maxConfirmTitle  = 100
	maxConfirmText   = 300
	maxConfirmButton = 30

	maxOptionText = 75
	maxOptionID   = 75 // Slack's pages say 75 and 150; the stricter holds
)

// CheckView says what Slack would refuse in a view, and the code of the refusal,
// "" if it is fine.
func CheckView(raw []byte) (faults []string, code string) {
	var view map[string]any
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	if d.Decode(&view) != nil {
		return []string{"the view is no JSON object"}, "invalid_arguments"
	}
	c := &check{ids: map[string]bool{}, view: true}
	o := c.object("/view", view)
	o.only("title", "submit", "close", "blocks", "callback_id", "private_metadata", "clear_on_close", "notify_on_close", "external_id")
	if o.kind() == "modal" {
		c.object("/view/title", view["title"]).textObject(maxViewTitle, true)
		for _, name := range []string{"submit", "close"} {
			if v, there := view[name]; there {
				c.object("/view/"+name, v).textObject(maxViewTitle, true)
			}
		}
	} else if o.kind() != "home" {
		c.fault("/view", "is of the type %q", o.kind())
	}
	o.text("private_metadata", maxPrivate, true)
	o.text("callback_id", maxID, true)
	for _, b := range o.list("blocks", 1, maxViewBlocks) {
		c.block(b)
	}
	if len(c.faults) > 0 {
		return c.faults, "invalid_arguments"
	}
	return nil, ""
}

// input checks a block of a form.
func (o object) input() {
	o.only("block_id", "label", "hint", "element", "optional", "dispatch_action")
	if !o.c.view {
		o.c.fault(o.at, "stands in a message")
	}
	o.c.object(o.at+"/label", o.fields["label"]).textObject(maxInputLabel, true)
	o.c.object(o.at+"/element", o.fields["element"]).element()
}

// element checks what a person can use.
func (o object) element() {
	switch o.kind() {
	case "button":
		o.button()
		return
	case "static_select":
		o.only("action_id", "placeholder", "options", "initial_option", "confirm", "focus_on_load")
		o.options(maxSelect)
	case "external_select":
		o.only("action_id", "placeholder", "min_query_length", "initial_option", "confirm", "focus_on_load")
	case "radio_buttons":
		o.only("action_id", "options", "initial_option", "confirm", "focus_on_load")
		o.options(maxRadio)
	default:
		o.c.fault(o.at, "is of the unknown type %q", o.kind())
		return
	}
	o.unique("action_id")
	if p, there := o.fields["placeholder"]; there {
		o.c.object(o.at+"/placeholder", p).textObject(150, true)
	}
}

// confirm checks the question that is asked before something is done.
func (o object) confirm() {
	for _, part := range []struct {
		name string
		most int
	}{{"title", maxConfirmTitle}, {"text", maxConfirmText}, {"confirm", maxConfirmButton}, {"deny", maxConfirmButton}} {
		o.c.object(o.at+"/"+part.name, o.fields[part.name]).textObject(part.most, part.name != "text")
	}
}

func (o object) options(most int) {
	var initial string
	if i, ok := o.fields["initial_option"]; ok {
		data, _ := json.Marshal(i)
		initial = string(data)
	}
	found := initial == ""
	for _, item := range o.list("options", 1, most) {
		item.option()
		data, _ := json.Marshal(item.fields)
		found = found || string(data) == initial
	}
	if !found {
		o.c.fault(o.at, "the initial option is none of the options")
	}
}

func (o object) option() {
	for name := range o.fields {
		if name != "text" && name != "value" && name != "description" {
			o.c.fault(o.at, "has no field %q", name)
		}
	}
	o.c.object(o.at+"/text", o.fields["text"]).textObject(maxOptionText, false)
	o.text("value", maxOptionID, false)
	if d, there := o.fields["description"]; there {
		o.c.object(o.at+"/description", d).textObject(maxOptionText, false)
	}
}

// CheckOptions says what Slack would refuse in the answer to a search.
func CheckOptions(raw []byte) []string {
	var answer map[string]any
	if json.Unmarshal(raw, &answer) != nil {
		return []string{"the options are no JSON object"}
	}
	c := &check{ids: map[string]bool{}}
	for _, o := range c.object("", answer).list("options", 0, maxSelect) {
		o.option()
	}
	return c.faults
}
