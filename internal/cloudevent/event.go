// Package cloudevent reads CloudEvents 1.0 as they come over HTTP: structured,
// in a batch, and binary (github.com/cloudevents/spec). The SDK of that project
// brings a client, a logger and protocols of its own; to receive, this is all
// there is.
package cloudevent

import (
	"encoding/base64"
	"errors"
	"maps"
	"mime"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/directdial/directdial"
)

// Media types of the structured modes.
const (
	MediaType      = "application/cloudevents+json"
	MediaTypeBatch = "application/cloudevents-batch+json"
	prefix         = "application/cloudevents"
)

// IsMediaType reports whether a media type without its parameters is one of
// CloudEvents, whether or not of a format that is known here.
func IsMediaType(kind string) bool { return strings.HasPrefix(kind, prefix) }

// Event is one event.
type Event struct {
	// Attributes by name, with the extensions, as their canonical strings.
	Attributes map[string]string
	// Data is the data as bytes; nil if there is none.
	Data []byte
}

// ContentType is the media type of the data, "" where the event does not say.
func (e Event) ContentType() string { return e.Attributes["datacontenttype"] }

// IsJSON reports whether a media type, perhaps with parameters, declares JSON.
func IsJSON(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && (strings.HasSuffix(kind, "/json") || strings.HasSuffix(kind, "+json"))
}

// Parse reads an event in the JSON format. An error is of kind Invalid and names
// the attribute; it repeats nothing that was sent.
func Parse(raw []byte) (Event, error) {
	var members map[string]jsontext.Value
	if err := json.Unmarshal(raw, &members, jsontext.AllowInvalidUTF8(true)); err != nil || members == nil {
		if errors.Is(err, jsontext.ErrDuplicateName) {
			return Event{}, invalid("", "has a name twice")
		}
		return Event{}, invalid("", "an event is a JSON object")
	}
	e := Event{Attributes: map[string]string{}}
	data, plain := members["data"]
	encoded, binary := members["data_base64"]
	if plain && binary {
		return Event{}, invalid("data_base64", "stands beside data; an event has one of them")
	}
	delete(members, "data")
	delete(members, "data_base64")
	for _, name := range slices.Sorted(maps.Keys(members)) {
		value, given, err := attribute(members[name])
		if err != nil {
			return Event{}, invalid(clip(name), err.Error())
		}
		if given {
			e.Attributes[name] = value
		}
	}
	if err := e.check(); err != nil {
		return Event{}, err
	}
	if plain {
		return e, e.takeData(data)
	}
	if binary {
		return e, e.takeBase64(encoded)
	}
	return e, nil
}

// attribute makes the canonical string of an attribute; null is left out.
func attribute(v jsontext.Value) (value string, given bool, err error) {
	switch v.Kind() {
	case 'n':
		return "", false, nil
	case 't', 'f':
		return string(v), true, nil
	case '0':
		if _, err := strconv.ParseInt(string(v), 10, 32); err != nil {
			return "", false, errors.New("must be a whole number of 32 bits")
		}
		return string(v), true, nil
	case '"':
		text, err := jsontext.AppendUnquote(nil, v)
		if err != nil || !utf8.Valid(text) {
			return "", false, errors.New("is not valid UTF-8")
		}
		return string(text), true, nil
	}
	return "", false, errors.New("must be a string, a whole number, or true or false")
}

// takeData takes the member data: JSON as it is, any other content out of its
// string.
func (e *Event) takeData(v jsontext.Value) error {
	if e.ContentType() == "" || IsJSON(e.ContentType()) {
		e.Data = v
		return nil
	}
	if v.Kind() != '"' {
		return invalid("data", "must be a string, as datacontenttype is no JSON")
	}
	text, err := jsontext.AppendUnquote(nil, v)
	if err != nil {
		return invalid("data", "is not valid UTF-8")
	}
	e.Data = text
	return nil
}

func (e *Event) takeBase64(v jsontext.Value) error {
	if v.Kind() != '"' {
		return invalid("data_base64", "must be a string")
	}
	text, err := jsontext.AppendUnquote(nil, v)
	if err == nil {
		e.Data, err = base64.StdEncoding.DecodeString(string(text))
	}
	if err != nil {
		return invalid("data_base64", "is not base64")
	}
	return nil
}

// check holds what every event must have.
func (e *Event) check() error {
	for _, name := range []string{"specversion", "id", "source", "type"} {
		if e.Attributes[name] == "" {
			return invalid(name, "is required in an event")
		}
	}
	if e.Attributes["specversion"] != "1.0" {
		return invalid("specversion", "must be 1.0")
	}
	for _, name := range slices.Sorted(maps.Keys(e.Attributes)) {
		if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789") != "" || name == "" {
			return invalid(clip(name), "is no name of an attribute, which is of a-z and 0-9")
		}
	}
	if t, ok := e.Attributes["time"]; ok {
		if _, err := time.Parse(time.RFC3339Nano, t); err != nil {
			return invalid("time", "must be a time of RFC 3339")
		}
	}
	if c, ok := e.Attributes["datacontenttype"]; ok {
		if _, _, err := mime.ParseMediaType(c); err != nil {
			return invalid("datacontenttype", "must be a media type")
		}
	}
	return nil
}

func invalid(field, msg string) error {
	return &directdial.Error{Kind: directdial.Invalid, Field: field, Msg: msg}
}

// clip bounds a name that somebody else chose.
func clip(name string) string {
	if len(name) > 80 {
		name = name[:80] + "…"
	}
	return strings.ToValidUTF8(name, "")
}
