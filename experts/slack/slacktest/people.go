package slacktest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Deed is something that a person does in the fake workspace, as the app is told
// of it. It is made by Press, Choose, Submit, Search, Type and OpenHome, and
// told by Tell, as often and in whatever order a test likes.
type Deed struct {
	Type    string // of the envelope: interactive, slash_commands, events_api
	Payload map[string]any
}

// Where is what a person looks at: a message, or a view.
type Where struct {
	message *Message
	view    *View
	block   string // only in this block; "": anywhere
}

// Block is the same place, narrowed to the block with that id.
func (w Where) Block(id string) Where {
	w.block = id
	return w
}

// On is a message.
func On(m Message) Where { return Where{message: &m} }

// In is a view: a modal, or the Home tab.
func In(v View) Where { return Where{view: &v} }

// Press is a press of the button with that label by a member; it panics if there
// is none, as a person cannot press what is not there.
func (s *Server) Press(user string, where Where, label string) Deed {
	return s.act(user, where, func(e map[string]any) (map[string]any, bool) {
		if e["type"] != "button" || plainOf(e["text"]) != label {
			return nil, false
		}
		return map[string]any{"type": "button", "value": e["value"], "text": e["text"]}, true
	}, label)
}

// Choose is the choice of an option in a menu outside of a form.
func (s *Server) Choose(user string, where Where, label string) Deed {
	return s.act(user, where, func(e map[string]any) (map[string]any, bool) {
		for _, o := range objects(e["options"]) {
			if plainOf(o["text"]) == label {
				return map[string]any{"type": e["type"], "selected_option": o}, true
			}
		}
		return nil, false
	}, label)
}

// Pick is the choice of an option that the app offered in a menu which it fills
// itself; value is that of the option.
func (s *Server) Pick(user string, where Where, label, value string) Deed {
	return s.act(user, where, func(e map[string]any) (map[string]any, bool) {
		if e["type"] != "external_select" || plainOf(e["placeholder"]) != label {
			return nil, false
		}
		option := map[string]any{"value": value, "text": map[string]any{"type": "plain_text", "text": value}}
		return map[string]any{"type": e["type"], "selected_option": option}, true
	}, label)
}

// SearchIn is a person who opens such a menu in a message, and types words. Tell
// returns what the app offers.
func (s *Server) SearchIn(user string, where Where, label, words string) Deed {
	d := s.Pick(user, where, label, words)
	action := d.Payload["actions"].([]any)[0].(map[string]any)
	d.Payload["type"], d.Payload["value"] = "block_suggestion", words
	d.Payload["block_id"], d.Payload["action_id"] = action["block_id"], action["action_id"]
	for _, field := range []string{"actions", "trigger_id", "response_url"} {
		delete(d.Payload, field)
	}
	return d
}

// act makes the block_actions of the first element that fits.
func (s *Server) act(user string, where Where, fits func(map[string]any) (map[string]any, bool), label string) Deed {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.payload("block_actions", user)
	raw := json.RawMessage(nil)
	switch {
	case where.view != nil:
		raw = where.view.Blocks
		p["container"] = map[string]any{"type": "view", "view_id": where.view.ID}
		p["view"] = where.view.wire(nil)
	default:
		m := where.message
		raw = m.Blocks
		p["container"] = map[string]any{"type": "message", "message_ts": m.TS, "channel_id": m.Channel, "is_ephemeral": m.Ephemeral}
		p["channel"] = map[string]any{"id": m.Channel, "name": "directmessage"}
		p["response_url"] = s.respondAt(user, m.Channel)
	}
	var blocks []map[string]any
	_ = json.Unmarshal(raw, &blocks)
	for n, b := range blocks {
		id, named := b["block_id"].(string)
		if where.block != "" && where.block != id {
			continue
		}
		if !named {
			id = fmt.Sprintf("b%d", n)
		}
		for _, e := range objects(b["elements"]) {
			action, ok := fits(e)
			if !ok {
				continue
			}
			action["action_id"], action["block_id"] = e["action_id"], id
			action["action_ts"] = s.timestamp(s.now())
			p["actions"] = []any{action}
			return Deed{"interactive", p}
		}
	}
	panic(fmt.Sprintf("slacktest: %s sees no %q in %s", user, label, raw))
}

// payload is what all payloads of interactivity have. It brings a trigger.
func (s *Server) payload(kind, user string) map[string]any {
	return map[string]any{
		"type": kind, "api_app_id": "A0DIAL", "trigger_id": s.trigger(user),
		"team": map[string]any{"id": "T0ACME", "domain": "acme"},
		"user": map[string]any{"id": user, "username": strings.ToLower(user), "team_id": "T0ACME"},
	}
}

// triggerLife is how long a trigger opens a modal, and respondLife how long an
// address for answers takes up to maxResponses of them.
const (
	triggerLife  = 3 * time.Second
	respondLife  = 30 * time.Minute
	maxResponses = 5
)

type trigger struct {
	user  string
	until time.Time
	used  bool
}

func (s *Server) trigger(user string) string {
	id := fmt.Sprintf("%d.trigger", len(s.triggers)+1)
	s.triggers[id] = &trigger{user: user, until: s.now().Add(triggerLife)}
	return id
}

// Submit is a form sent with what was chosen in it: the value of an option by the
// block that it is in. What the app proposes there is chosen unless named; "" is
// nothing. A form cannot be sent without its obligatory fields.
func (s *Server) Submit(user string, v View, chosen map[string]string) Deed {
	s.mu.Lock()
	defer s.mu.Unlock()
	values := map[string]any{}
	var blocks []map[string]any
	_ = json.Unmarshal(v.Blocks, &blocks)
	for _, b := range blocks {
		id, _ := b["block_id"].(string)
		e, _ := b["element"].(map[string]any)
		if b["type"] != "input" {
			continue
		}
		option, _ := e["initial_option"].(map[string]any)
		if value, named := chosen[id]; named {
			option = map[string]any{"value": value, "text": map[string]any{"type": "plain_text", "text": value}}
			if value == "" {
				option = nil
			}
		}
		if optional, _ := b["optional"].(bool); option == nil && !optional {
			panic(fmt.Sprintf("slacktest: the form cannot be sent without %q", id))
		}
		act, _ := e["action_id"].(string)
		values[id] = map[string]any{act: map[string]any{"type": e["type"], "selected_option": orNil(option)}}
	}
	for id := range maps.Keys(chosen) {
		if values[id] == nil {
			panic(fmt.Sprintf("slacktest: the form has no field %q", id))
		}
	}
	p := s.payload("view_submission", user)
	p["view"] = v.wire(values)
	p["response_urls"] = []any{}
	s.views = slices.DeleteFunc(s.views, func(open View) bool { return open.ID == v.ID })
	return Deed{"interactive", p}
}

func orNil(option map[string]any) any {
	if option == nil {
		return nil
	}
	return option
}

// Search is a person who types words into a field of a form that the app fills
// with options. Tell returns them.
func (s *Server) Search(user string, v View, block, words string) Deed {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.payload("block_suggestion", user)
	delete(p, "trigger_id")
	p["view"], p["block_id"], p["action_id"], p["value"] = v.wire(nil), block, block, words
	p["container"] = map[string]any{"type": "view", "view_id": v.ID}
	return Deed{"interactive", p}
}

// Type is a slash command, typed in the direct messages with the app.
func (s *Server) Type(user, command string) Deed {
	s.mu.Lock()
	defer s.mu.Unlock()
	verb, text, _ := strings.Cut(command, " ")
	return Deed{"slash_commands", map[string]any{
		"token": "deprecated", "team_id": "T0ACME", "team_domain": "acme", "channel_id": "D" + user[1:], "channel_name": "directmessage",
		"user_id": user, "user_name": strings.ToLower(user), "command": verb, "text": text, "api_app_id": "A0DIAL",
		"response_url": s.respondAt(user, "D"+user[1:]), "trigger_id": s.trigger(user),
	}}
}

// OpenHome is a person who opens the Home tab of the app.
func (s *Server) OpenHome(user string) Deed {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastEvent++
	return Deed{"events_api", map[string]any{
		"type": "event_callback", "event_id": fmt.Sprintf("Ev%08d", s.lastEvent), "event_time": s.now().Unix(), "team_id": "T0ACME", "api_app_id": "A0DIAL",
		"event": map[string]any{"type": "app_home_opened", "user": user, "channel": "D" + user[1:], "tab": "home", "event_ts": s.timestamp(s.now())},
	}}
}

func plainOf(v any) string {
	o, _ := v.(map[string]any)
	text, _ := o["text"].(string)
	return unescape(text)
}
