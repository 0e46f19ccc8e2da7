package slacktest

import (
	"bytes"
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"time"
	"unicode/utf8"
)

// Limits of a message.
const (
	maxText   = 40_000 // characters; Slack cuts what is longer
	paceEvery = time.Second
)

// post answers chat.postMessage. A post to the id of a member goes to the direct
// messages with them, whose id the answer names.
func (s *Server) post(args map[string]string) any {
	channel := args["channel"]
	if s.user(channel) != nil {
		s.open(map[string]string{"users": channel})
		channel = "D" + channel[1:]
	}
	member, open := s.dms[channel]
	if !open {
		return refuse("channel_not_found")
	}
	if u := s.user(member); u == nil || u.Deleted {
		return refuse("channel_not_found")
	}
	now := s.now()
	if last, ok := s.lastPost[channel]; s.paced && ok && now.Sub(last) < paceEvery {
		return tooFast{strconv.Itoa(int(math.Ceil((paceEvery - now.Sub(last)).Seconds())))}
	}
	content, code := s.content("chat.postMessage", args)
	if code != "" {
		return refuse(code)
	}
	if content.Text == "" && content.Blocks == nil {
		s.problem("chat.postMessage: neither text nor blocks")
		return refuse("no_text")
	}
	thread := args["thread_ts"]
	if thread != "" && args["reply_broadcast"] != "true" {
		s.problem("chat.postMessage: a reply that only its thread shows, which conversations.history does not list")
	}
	s.lastPost[channel] = now
	m := &Message{Thread: thread, Channel: channel, User: member, TS: s.timestamp(now), Content: content}
	s.messages = append(s.messages, m)
	return reply{"ok": true, "channel": channel, "ts": m.TS, "message": m.wire(true)}
}

// update answers chat.update. Blocks and metadata that are left out are
// retained, an empty list of blocks removes them. (Slack's reference has said
// both of blocks left out beside a text; a client that always names them is
// right either way.)
func (s *Server) update(args map[string]string) any {
	if _, open := s.dms[args["channel"]]; !open {
		return refuse("channel_not_found")
	}
	var m *Message
	for _, candidate := range s.messages {
		if candidate.Channel == args["channel"] && candidate.TS == args["ts"] {
			m = candidate
		}
	}
	if m == nil {
		return refuse("message_not_found")
	}
	next, code := s.content("chat.update", args)
	if code != "" {
		return refuse(code)
	}
	if _, named := args["blocks"]; !named {
		next.Blocks = m.Blocks
	}
	if _, named := args["metadata"]; !named {
		next.Metadata = m.Metadata
	}
	if next.Text == "" && next.Blocks == nil {
		s.problem("chat.update: neither text nor blocks")
		return refuse("no_text")
	}
	m.Earlier = append(m.Earlier, m.Content)
	m.Content = next
	return reply{"ok": true, "channel": m.Channel, "ts": m.TS, "text": m.Text, "message": m.wire(true)}
}

// content checks what the message is to consist of. It returns the code of
// the refusal, if it is refused.
func (s *Server) content(method string, args map[string]string) (c Content, code string) {
	c.Text = args["text"]
	if !utf8.ValidString(c.Text) {
		s.problem("%s: the text is not UTF-8", method)
	}
	if runes := []rune(c.Text); len(runes) > maxText {
		c.Text = string(runes[:maxText])
	}
	if raw := args["blocks"]; raw != "" {
		faults, code := CheckBlocks([]byte(raw))
		for _, f := range faults {
			s.problem("%s: %s", method, f)
		}
		if code != "" {
			return c, code
		}
		if compact := new(bytes.Buffer); json.Compact(compact, []byte(raw)) == nil && compact.String() != "[]" {
			c.Blocks = json.RawMessage(raw)
		}
	}
	if raw := args["metadata"]; raw != "" {
		c.Metadata = new(Metadata)
		if json.Unmarshal([]byte(raw), c.Metadata) != nil || !eventType.MatchString(c.Metadata.EventType) || c.Metadata.EventPayload == nil {
			s.problem("%s: metadata %s", method, raw)
			return c, "invalid_metadata_format"
		}
	}
	return c, ""
}

var eventType = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)
