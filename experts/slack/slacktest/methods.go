package slacktest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Metadata is what an app attaches to a message for itself.
type Metadata struct {
	EventType    string         `json:"event_type"`
	EventPayload map[string]any `json:"event_payload"`
}

// Content is what one version of a message consists of.
type Content struct {
	Text     string
	Blocks   json.RawMessage // nil: none
	Metadata *Metadata
}

// Message is a message in a direct message channel.
type Message struct {
	Channel string
	User    string // id of its receiver
	TS      string
	Thread  string // timestamp of the message whose thread it stands in; "": in none
	Content
	Earlier   []Content // what an edit replaced, oldest first
	Ephemeral bool      // its receiver alone sees it, until they look elsewhere
}

// Payload returns a text of the payload of the metadata, "" if it has none of
// that name.
func (m Message) Payload(name string) string {
	if m.Metadata == nil {
		return ""
	}
	text, _ := m.Metadata.EventPayload[name].(string)
	return text
}

// known lists the arguments of each method, as the public reference does.
var known = map[string][]string{
	"auth.test":             {},
	"users.info":            {"user", "include_locale"},
	"users.lookupByEmail":   {"email"},
	"conversations.open":    {"channel", "users", "return_im", "prevent_creation"},
	"conversations.history": {"channel", "cursor", "include_all_metadata", "inclusive", "latest", "limit", "oldest"},
	"chat.postMessage": {
		"channel", "text", "blocks", "attachments", "metadata", "parse", "link_names", "mrkdwn",
		"unfurl_links", "unfurl_media", "thread_ts", "reply_broadcast", "username", "icon_emoji", "icon_url",
	},
	"chat.postEphemeral":    {"channel", "user", "text", "blocks", "attachments", "parse", "link_names", "thread_ts", "username", "icon_emoji", "icon_url"},
	"views.open":            {"trigger_id", "view"},
	"views.publish":         {"user_id", "view", "hash"},
	"apps.connections.open": {},
	"chat.update":           {"channel", "ts", "text", "blocks", "attachments", "metadata", "parse", "link_names", "reply_broadcast"},
}

// answer does what the call asks for.
func (s *Server) answer(r *http.Request, method, token string, args map[string]string) any {
	names, exists := known[method]
	if !exists {
		s.problem("unexpected method %q", method)
		return refuse("unknown_method")
	}
	right := Token
	if method == "apps.connections.open" {
		right = AppToken
	}
	switch token {
	case right:
	case "":
		s.problem("%s: without a token", method)
		return refuse("not_authed")
	default:
		s.problem("%s: with a wrong token", method)
		return refuse("invalid_auth")
	}
	for name := range maps.Keys(args) {
		if !slices.Contains(names, name) {
			s.problem("%s: unknown argument %q", method, name)
		}
	}
	switch method {
	case "users.info":
		return s.info(args)
	case "users.lookupByEmail":
		return s.lookup(args)
	case "conversations.open":
		return s.open(args)
	case "conversations.history":
		return s.history(args)
	case "chat.postMessage":
		return s.post(args)
	case "chat.update":
		return s.update(args)
	case "chat.postEphemeral":
		return s.ephemeral(args)
	case "views.open":
		return s.openView(args)
	case "views.publish":
		return s.publish(args)
	case "apps.connections.open":
		return s.connect(r)
	}
	return reply{
		"ok": true, "url": "https://acme.slack.example/", "team": "Acme", "user": "directdial",
		"team_id": "T0ACME", "user_id": "U0DIAL", "bot_id": "B0DIAL",
	}
}

func (s *Server) info(args map[string]string) reply {
	u := s.user(args["user"])
	if u == nil {
		return refuse("user_not_found")
	}
	return reply{"ok": true, "user": u.wire()}
}

// lookup does not find a deactivated member, as Slack does not.
func (s *Server) lookup(args map[string]string) reply {
	for _, u := range s.users {
		if args["email"] != "" && strings.EqualFold(u.Email, args["email"]) && !u.Deleted {
			return reply{"ok": true, "user": u.wire()}
		}
	}
	return refuse("users_not_found")
}

func (u User) wire() map[string]any {
	return map[string]any{
		"id": u.ID, "team_id": "T0ACME", "name": u.Name, "real_name": u.Name, "deleted": u.Deleted,
		"is_bot": u.Bot, "is_restricted": u.Guest, "is_ultra_restricted": false,
		"profile": map[string]any{"email": u.Email, "real_name": u.Name},
	}
}

func (s *Server) user(id string) *User {
	for i := range s.users {
		if s.users[i].ID == id {
			return &s.users[i]
		}
	}
	return nil
}

// open is idempotent: the channel's id is that of the member, with a D.
func (s *Server) open(args map[string]string) reply {
	if strings.Contains(args["users"], ",") {
		s.problem("conversations.open: for several members")
		return refuse("not_enough_users")
	}
	u := s.user(args["users"])
	switch {
	case args["users"] == "":
		return refuse("users_list_not_supplied")
	case u == nil:
		return refuse("user_not_found")
	case u.Deleted:
		return refuse("user_disabled")
	}
	id := "D" + u.ID[1:]
	_, already := s.dms[id]
	s.dms[id] = u.ID
	return reply{"ok": true, "no_op": already, "already_open": already, "channel": map[string]any{"id": id}}
}

// history returns messages from the newest to the oldest, in pages.
func (s *Server) history(args map[string]string) reply {
	if _, open := s.dms[args["channel"]]; !open {
		return refuse("channel_not_found")
	}
	limit, _ := strconv.Atoi(args["limit"])
	if limit <= 0 || limit > 999 {
		limit = 100
	}
	skip := 0
	if c := args["cursor"]; c != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(c, "page:"))
		if err != nil {
			return refuse("invalid_cursor")
		}
		skip = n
	}
	page, more := []any{}, false
	for _, m := range slices.Backward(s.messages) {
		if m.Channel != args["channel"] || args["oldest"] != "" && m.TS <= args["oldest"] || args["latest"] != "" && m.TS >= args["latest"] {
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		if len(page) == limit {
			more = true
			break
		}
		page = append(page, m.wire(args["include_all_metadata"] == "1" || args["include_all_metadata"] == "true"))
	}
	answer := reply{"ok": true, "messages": page, "has_more": more}
	if more {
		seen, _ := strconv.Atoi(strings.TrimPrefix(args["cursor"], "page:"))
		answer["response_metadata"] = map[string]any{"next_cursor": fmt.Sprintf("page:%d", seen+len(page))}
	}
	return answer
}

func (m *Message) wire(metadata bool) map[string]any {
	w := map[string]any{"type": "message", "ts": m.TS, "text": m.Text, "bot_id": "B0DIAL", "user": "U0DIAL"}
	if m.Blocks != nil {
		w["blocks"] = m.Blocks
	}
	if m.Thread != "" {
		w["thread_ts"], w["subtype"] = m.Thread, "thread_broadcast"
	}
	if metadata && m.Metadata != nil {
		w["metadata"] = m.Metadata
	}
	return w
}

// timestamp is unique and grows, as Slack's are on one channel.
func (s *Server) timestamp(now time.Time) string {
	s.lastTS = max(s.lastTS+1, now.UnixMicro())
	return fmt.Sprintf("%d.%06d", s.lastTS/1e6, s.lastTS%1e6)
}
