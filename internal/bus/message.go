package bus

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/directdial/directdial"
)

// Bounds of one message, in bytes.
const (
	// MaxMessage bounds subject, header and data together. It leaves room for
	// the headers that this package adds.
	MaxMessage = maxPayload - 1<<10
	// MaxHeader bounds the header, which the server bounds at 64 KiB.
	MaxHeader  = 60 << 10
	maxPayload = 1 << 20
	maxSubject = 1 << 10
)

// reserved begins the headers that are NATS's own.
const reserved = "Nats-"

// outgoing checks messages and makes them ready for s, all or none, so that
// nothing that could have been known spoils a batch that is under way.
func outgoing(s Stream, msgs []Message) ([]*nats.Msg, error) {
	out := make([]*nats.Msg, len(msgs))
	for i, m := range msgs {
		if err := m.check(s); err != nil {
			return nil, &directdial.Error{Kind: directdial.Invalid, Field: fmt.Sprintf("message %d", i), Err: err}
		}
		out[i] = &nats.Msg{Subject: m.Subject, Data: m.Data, Header: make(nats.Header, len(m.Header))}
		for k, v := range m.Header {
			out[i].Header[k] = []string{v}
		}
	}
	return out, nil
}

func (m *Message) check(s Stream) error {
	if err := checkSubject(s, m.Subject); err != nil {
		return err
	}
	header := 0
	for k, v := range m.Header {
		if err := checkHeader(k, v); err != nil {
			return err
		}
		header += headerSize(k, v)
	}
	if header > MaxHeader {
		return fmt.Errorf("the header has %d bytes, at most %d are possible", header, MaxHeader)
	}
	if n := len(m.Subject) + header + len(m.Data); n > MaxMessage {
		return fmt.Errorf("%d bytes, at most %d are possible", n, MaxMessage)
	}
	return nil
}

// checkSubject wants a subject of s that names one thing: a wildcard or an
// empty token would make it mean another one.
func checkSubject(s Stream, subject string) error {
	rest, ok := strings.CutPrefix(subject, s.prefix())
	switch {
	case !ok:
		return fmt.Errorf("a subject of %s begins with %q", s, s.prefix())
	case len(subject) > maxSubject:
		return fmt.Errorf("the subject has %d bytes, at most %d are possible", len(subject), maxSubject)
	case s == Sources && strings.Contains(rest, "."):
		return fmt.Errorf("a subject of %s has two tokens", s)
	}
	for token := range strings.SplitSeq(rest, ".") {
		if token == "" || strings.ContainsAny(token, "*>") || strings.ContainsFunc(token, invisible) {
			return fmt.Errorf("a token of the subject is empty or has a character that cannot stand in it")
		}
	}
	return nil
}

func invisible(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || r == unicode.ReplacementChar
}

// checkHeader wants what comes back as it went: the protocol trims values and
// folds lines.
func checkHeader(key, value string) error {
	switch {
	case strings.HasPrefix(strings.ToLower(key), strings.ToLower(reserved)):
		return fmt.Errorf("the header %q is reserved", key)
	case key == "" || strings.ContainsFunc(key, func(r rune) bool { return !strings.ContainsRune(inKeys, r) }):
		return fmt.Errorf("%q cannot be the name of a header", key)
	case strings.TrimSpace(value) != value || strings.ContainsFunc(value, unicode.IsControl):
		return fmt.Errorf("the value of the header %q has a control character, or a space at an end", key)
	}
	return nil
}

const inKeys = "-_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// headerSize is what a header takes on the wire: "key: value\r\n".
func headerSize(key, value string) int { return len(key) + len(value) + 4 }

// size is about what a message takes, on the wire and in the store.
func size(m *nats.Msg) int {
	n := overhead + len(m.Subject) + len(m.Data)
	for k, v := range m.Header {
		n += headerSize(k, v[0])
	}
	return n
}

// with returns a copy of m with one more header. The copy shares the data.
func with(m *nats.Msg, key, value string) *nats.Msg {
	h := make(nats.Header, len(m.Header)+4)
	for k, v := range m.Header {
		h[k] = v
	}
	h[key] = []string{value}
	return &nats.Msg{Subject: m.Subject, Header: h, Data: m.Data}
}

// incoming is a stored message without the headers that are NATS's own.
func incoming(s Stream, m *jetstream.RawStreamMsg) *Message {
	return &Message{
		Stream: s, Seq: m.Sequence, Subject: m.Subject,
		Header: ownHeader(m.Header), Data: m.Data, Time: m.Time,
	}
}

func ownHeader(h nats.Header) map[string]string {
	var own map[string]string
	for k, v := range h {
		if len(v) == 0 || strings.HasPrefix(k, reserved) {
			continue
		}
		if own == nil {
			own = make(map[string]string, len(h))
		}
		own[k] = v[0]
	}
	return own
}
