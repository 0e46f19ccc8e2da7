package ingest

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

// Submission is a mention as it is posted. Names that are not among these are
// ignored, as is usual for webhooks: a sender may add what others need.
type Submission struct {
	// Unique in the world on its platform. Left out: the normalised url.
	ID string `json:"id" yaml:"id"`
	// Where it was said. Left out: the name of the source.
	Platform string `json:"platform" yaml:"platform"`
	// Where it can be read.
	URL string `json:"url" yaml:"url"`
	// What was said, as plain text.
	Text string `json:"text" yaml:"text"`
	// A BCP 47 tag; a hint.
	Lang string `json:"lang" yaml:"lang"`
	// When it was said, RFC 3339.
	CreatedAt string `json:"created_at" yaml:"created_at"`
	// When it was edited or deleted, RFC 3339.
	EditedAt string `json:"edited_at" yaml:"edited_at"`
	// The id of the post that it answers.
	InReplyTo string `json:"in_reply_to" yaml:"in_reply_to"`
	// The id of the first post of its thread.
	Thread string `json:"thread" yaml:"thread"`
	// Who said it.
	Author SubmittedAuthor `json:"author" yaml:"author"`
	// How many people it reached so far.
	Reach SubmittedReach `json:"reach" yaml:"reach"`
	// The post is gone from its platform; then text is optional.
	Deleted bool `json:"deleted" yaml:"deleted"`
}

// SubmittedAuthor is the author of a Submission.
type SubmittedAuthor struct {
	// Immutable on its platform, if there is such a thing.
	ID string `json:"id" yaml:"id"`
	// Name of the account.
	Handle string `json:"handle" yaml:"handle"`
	// Name to show.
	Name string `json:"name" yaml:"name"`
	// Page of the account.
	URL string `json:"url" yaml:"url"`
	// How many follow the account.
	Followers int `json:"followers" yaml:"followers"`
	// The platform has verified the account.
	Verified bool `json:"verified" yaml:"verified"`
}

// SubmittedReach is the reach of a Submission.
type SubmittedReach struct {
	// Likes.
	Likes int `json:"likes" yaml:"likes"`
	// Reposts.
	Reposts int `json:"reposts" yaml:"reposts"`
	// Replies.
	Replies int `json:"replies" yaml:"replies"`
	// Views.
	Views int `json:"views" yaml:"views"`
}

// ParseSubmission makes an item of the JSON of a Submission: a *Mention that is
// normalised and checked, or a *Deletion. source is whose it is. An error is of
// kind Invalid with the field that is wrong.
func ParseSubmission(raw []byte, source string) (directdial.Item, error) {
	if kind := jsontext.Value(raw).Kind(); kind != '{' {
		return nil, refused("", "a mention is a JSON object")
	}
	var in Submission
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, notAMention(raw, err)
	}
	return in.Item(source)
}

// Item is ParseSubmission of one that was read already.
func (in *Submission) Item(source string) (directdial.Item, error) {
	m, err := in.mention()
	if err != nil {
		return nil, err
	}
	if in.Deleted && strings.TrimSpace(m.Text) == "" {
		m.Text = "-" // optional: what is gone is named, not told
	}
	m.Normalize(source)
	if err := m.Check(); err != nil {
		return nil, err
	}
	if in.Deleted {
		return &directdial.Deletion{Platform: m.Platform, ID: m.ID, At: m.EditedAt}, nil
	}
	return m, nil
}

func (in *Submission) mention() (*directdial.Mention, error) {
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
			return nil, refused(f.name, "must be a time of RFC 3339 like 2026-11-21T10:00:00Z, in the years 1970 to 9999")
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
		return refused(field(semantic.JSONPointer), "must be "+wanted[semantic.GoType.Kind()])
	}
	var syntactic *jsontext.SyntacticError
	if !errors.As(err, &syntactic) {
		return refused("", "is not valid JSON")
	}
	name := field(syntactic.JSONPointer)
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return refused(name, "stands there twice")
	case !utf8.Valid(raw):
		return refused(name, "is not valid UTF-8")
	case strings.Contains(err.Error(), "surrogate"):
		return refused(name, "holds half of a surrogate pair, as of an emoji that was cut in two")
	}
	return refused(name, "is not valid JSON")
}

// wanted names what a field must be.
var wanted = map[reflect.Kind]string{
	reflect.String: "a string",
	reflect.Int:    "a whole number of at most 63 bits",
	reflect.Bool:   "true or false",
	reflect.Struct: "an object",
}

func refused(field, msg string) error {
	return &directdial.Error{Kind: directdial.Invalid, Field: field, Msg: msg}
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
