package ingest

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/directdial/directdial"
)

// encodeMention makes the message of a mention that was checked; platform is
// the name that stands in the subject for where it was said.
func encodeMention(m *directdial.Mention, platform string, key, author directdial.Key) (Message, error) {
	data, err := encode(m)
	if err != nil {
		return Message{}, err
	}
	if len(data) > directdial.MaxMention {
		// A text within its limit grows sixfold if all of it is control
		// characters.
		return Message{}, &directdial.Error{
			Kind: directdial.Invalid, Field: "text",
			Msg: "the mention is longer than 262144 bytes when it is encoded as JSON",
		}
	}
	header := map[string]string{directdial.HeaderMention: string(key)}
	if author != "" {
		header[directdial.HeaderAuthor] = string(author)
	}
	return Message{Subject: "mentions." + platform + "." + m.Source, Header: header, Data: data}, nil
}

// encodeAction makes the message of what a source reports besides mentions.
func encodeAction(a *directdial.Action) (Message, error) {
	data, err := encode(a)
	return Message{Subject: "actions.source." + a.Source + "." + string(a.Kind), Data: data}, err
}

// encode is JSON without HTML escaping, which would make six bytes of a "<".
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// action makes the action of an item that is no mention, or says what is wrong
// with the item.
func (in *intake) action(source string, item directdial.Item, now time.Time) (directdial.Action, error) {
	a := directdial.Action{V: directdial.ActionVersion, Source: source}
	switch item := item.(type) {
	case *directdial.Deletion:
		if err := checkID("id", item.Platform, item.ID); err != nil {
			return a, err
		}
		a.Kind, a.At = directdial.ActDeletion, past(item.At, now)
		a.Mention = in.keyer.Mention(item.Platform, item.ID)
		a.ID = "deletion-" + string(a.Mention)
	case *directdial.Answer:
		if err := checkAnswer(item); err != nil {
			return a, err
		}
		a.Kind, a.At, a.Account = directdial.ActAnswer, past(item.At, now), item.Account
		a.Mention = in.keyer.Mention(item.Platform, item.InReplyTo)
		if item.Thread != "" {
			a.Thread = in.keyer.Mention(item.Platform, item.Thread)
		}
		a.ID = "answer-" + string(in.keyer.Mention(item.Platform, item.ID))
	case *directdial.Gap:
		if len(item.Query) > directdial.MaxName || len(item.Cause) > directdial.MaxName {
			return a, &directdial.Error{Kind: directdial.Invalid, Field: "query", Msg: "query or cause is longer than 512 bytes"}
		}
		a.Kind, a.At, a.Query, a.Detail, a.Count = directdial.ActGap, directdial.Clock(now), item.Query, item.Cause, item.Missing
		a.From, a.Until = past(item.From, now), past(item.To, now)
	default:
		return a, directdial.Errorf(directdial.Internal, "a source emitted a %T", item)
	}
	return a, nil
}

func checkAnswer(a *directdial.Answer) error {
	if err := checkID("id", a.Platform, a.ID); err != nil {
		return err
	}
	if err := checkID("in_reply_to", a.Platform, a.InReplyTo); err != nil {
		return err
	}
	if len(a.Thread) > directdial.MaxID || len(a.Account) > directdial.MaxID {
		return &directdial.Error{Kind: directdial.Invalid, Field: "account", Msg: "account or thread is longer than 2048 bytes"}
	}
	return nil
}

// checkID checks an identity that is only pointed to.
func checkID(field, platform, id string) error {
	m := directdial.Mention{Platform: platform, ID: id, Text: "-"}
	if id == "" {
		return &directdial.Error{Kind: directdial.Invalid, Field: field, Msg: "is required"}
	}
	return m.Check()
}

// past is a time of a platform as a message may hold it: now if it says
// nothing, lies ahead, or is no year that JSON can write.
func past(t, now time.Time) time.Time {
	if t.IsZero() || t.After(now) || t.Year() < 1970 {
		return directdial.Clock(now)
	}
	return directdial.Clock(t)
}
