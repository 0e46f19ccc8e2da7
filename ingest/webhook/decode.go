package webhook

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/directdial/directdial"
)

// wire is a mention as it is sent. Names that are not among these are ignored,
// as is usual for webhooks: a sender may add what others need.
type wire struct {
	ID        string `json:"id"`
	Platform  string `json:"platform"`
	URL       string `json:"url"`
	Text      string `json:"text"`
	Lang      string `json:"lang"`
	CreatedAt string `json:"created_at"`
	EditedAt  string `json:"edited_at"`
	InReplyTo string `json:"in_reply_to"`
	Thread    string `json:"thread"`
	Author    struct {
		ID        string `json:"id"`
		Handle    string `json:"handle"`
		Name      string `json:"name"`
		URL       string `json:"url"`
		Followers int    `json:"followers"`
		Verified  bool   `json:"verified"`
	} `json:"author"`
	Reach struct {
		Likes   int `json:"likes"`
		Reposts int `json:"reposts"`
		Replies int `json:"replies"`
		Views   int `json:"views"`
	} `json:"reach"`
	Deleted bool `json:"deleted"`
}

// batch is what the elements of a request are.
type batch struct {
	items    []directdial.Item
	index    []int // of each item in the request
	rejected []directdial.Rejected
}

// reject adds a refusal in the order of the request.
func (b *batch) reject(r directdial.Rejected) {
	i, _ := slices.BinarySearchFunc(b.rejected, r.Index, func(x directdial.Rejected, index int) int { return x.Index - index })
	b.rejected = slices.Insert(b.rejected, i, r)
}

// decode makes items of the elements, each for itself.
func (s *Source) decode(elements [][]byte) *batch {
	b := &batch{rejected: []directdial.Rejected{}}
	for i, raw := range elements {
		item, err := s.item(raw)
		if err != nil {
			r := directdial.Rejected{Index: i, Error: err.Error()}
			var e *directdial.Error
			if errors.As(err, &e) && e.Field != "" {
				r.Field, r.Error = e.Field, e.Msg
			}
			b.rejected = append(b.rejected, r)
			continue
		}
		b.items, b.index = append(b.items, item), append(b.index, i)
	}
	return b
}

// item makes an item of one element, or an error with the field that is wrong.
func (s *Source) item(raw []byte) (directdial.Item, error) {
	if kind := jsontext.Value(raw).Kind(); kind != '{' {
		return nil, invalid("", "a mention is a JSON object")
	}
	var in wire
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, notAMention(raw, err)
	}
	m, err := in.mention()
	if err != nil {
		return nil, err
	}
	if in.Deleted && strings.TrimSpace(m.Text) == "" {
		m.Text = "-" // optional: what is gone is named, not told
	}
	m.Normalize(s.setup.Name)
	if err := m.Check(); err != nil {
		return nil, err
	}
	if !s.mayWriteAs(m.Platform) {
		return nil, invalid("platform", "this source may not write as "+m.Platform)
	}
	if in.Deleted {
		return &directdial.Deletion{Platform: m.Platform, ID: m.ID, At: m.EditedAt}, nil
	}
	return m, nil
}

func (in *wire) mention() (*directdial.Mention, error) {
	m := &directdial.Mention{
		ID: in.ID, Platform: in.Platform, URL: in.URL, Text: in.Text, Lang: in.Lang,
		InReplyTo: in.InReplyTo, Thread: in.Thread,
		Author: directdial.Author(in.Author), Reach: directdial.Reach(in.Reach),
	}
	for _, f := range []struct {
		name, value string
		into        *time.Time
	}{{"created_at", in.CreatedAt, &m.CreatedAt}, {"edited_at", in.EditedAt, &m.EditedAt}} {
		if f.value == "" {
			continue
		}
		t, err := time.Parse(time.RFC3339Nano, f.value)
		if err != nil {
			return nil, invalid(f.name, "must be a time of RFC 3339 like 2026-11-21T10:00:00Z, in the years 1970 to 9999")
		}
		*f.into = t
	}
	return m, nil
}

// notAMention says what is wrong with an element that cannot be decoded, in
// our words: those of the decoder repeat what was sent.
func notAMention(raw []byte, err error) error {
	var semantic *json.SemanticError
	if errors.As(err, &semantic) {
		return invalid(field(semantic.JSONPointer), "must be "+wanted[semantic.GoType.Kind()])
	}
	var syntactic *jsontext.SyntacticError
	if !errors.As(err, &syntactic) {
		return invalid("", "is not valid JSON")
	}
	name := field(syntactic.JSONPointer)
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return invalid(name, "stands there twice")
	case !utf8.Valid(raw):
		return invalid(name, "is not valid UTF-8")
	case strings.Contains(err.Error(), "surrogate"):
		return invalid(name, "holds half of a surrogate pair, as of an emoji that was cut in two")
	}
	return invalid(name, "is not valid JSON")
}

// wanted names what a field must be.
var wanted = map[reflect.Kind]string{
	reflect.String: "a string",
	reflect.Int:    "a whole number of at most 63 bits",
	reflect.Bool:   "true or false",
	reflect.Struct: "an object",
}

// field names what a pointer points to: author.followers. A name that is none
// of ours may be of any length.
func field(p jsontext.Pointer) string {
	name := strings.Join(slices.Collect(p.Tokens()), ".")
	if len(name) > 80 {
		name = strings.ToValidUTF8(name[:80], "") + "…"
	}
	return name
}
