package cloudevent

import (
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"
)

// IsBinary reports whether a request that is of none of the media types of
// CloudEvents claims to be an event in the binary mode.
func IsBinary(h http.Header) bool { return h.Get("Ce-Specversion") != "" }

// ParseBinary reads an event in the binary mode: its attributes are headers, its
// data is the body. Errors are as those of Parse.
func ParseBinary(h http.Header, body []byte) (Event, error) {
	e := Event{Attributes: map[string]string{}, Data: body}
	for header, values := range h {
		name, ok := strings.CutPrefix(strings.ToLower(header), "ce-")
		if !ok {
			continue
		}
		if name == "datacontenttype" {
			return Event{}, invalid(name, "is the Content-Type in this mode, and no ce- header")
		}
		value, ok := decodeHeader(values[0])
		if !ok || len(values) > 1 {
			return Event{}, invalid(clip(name), "cannot be read from its header")
		}
		e.Attributes[name] = value
	}
	if c := h.Get("Content-Type"); c != "" {
		e.Attributes["datacontenttype"] = c
	}
	return e, e.check()
}

// decodeHeader undoes quotes, which older senders use, then one round of
// percent-encoding. What is no UTF-8 after that is refused.
func decodeHeader(value string) (string, bool) {
	value = strings.TrimSpace(value)
	if len(value) >= 2 && strings.HasPrefix(value, `"`) && strings.HasSuffix(value, `"`) {
		value = unquote(value[1 : len(value)-1])
	}
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		high, low := -1, -1
		if value[i] == '%' && i+2 < len(value) {
			high, low = unhex(value[i+1]), unhex(value[i+2])
		}
		switch {
		case value[i] != '%':
			b.WriteByte(value[i])
		case high < 0 || low < 0:
			return "", false
		default:
			b.WriteByte(byte(high<<4 | low))
			i += 2
		}
	}
	return b.String(), utf8.ValidString(b.String())
}

// unquote takes backslashes out of a quoted string.
func unquote(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// unhex returns the value of a hexadecimal digit, -1 for anything else.
func unhex(c byte) int {
	n, err := strconv.ParseUint(string(rune(c)), 16, 4)
	if err != nil {
		return -1
	}
	return int(n)
}
