package x

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/web"
)

const (
	// maxDelivery bounds a delivery. One post comes with what it refers to.
	maxDelivery = 1 << 20
	// answerWithin is less than the ten seconds after which X gives up.
	answerWithin = 9 * time.Second
)

// delivery is the body of a webhook.
type delivery struct {
	Data struct {
		Type     string          `json:"event_type"`
		Payload  json.RawMessage `json:"payload"`
		Includes includes        `json:"includes"`
	} `json:"data"`
}

// Handler implements ingest.Receiver. X asks by GET, once an hour, for a proof
// that the receiver has the secret. What was told is looked at again as what was
// found.
func (s *source) Handler(emit ingest.Emit) http.Handler {
	return s.hook.Handler(func(ctx context.Context, items ...directdial.Item) (directdial.Taken, error) {
		taken, err := emit(ctx, items...)
		if err != nil || s.recheck == 0 {
			return taken, err
		}
		for _, it := range items {
			if m, ok := it.(*directdial.Mention); ok {
				s.heard.add(parseID(m.ID))
			}
		}
		return taken, nil
	})
}

// newHook makes the webhook. X takes no answer but 200.
func (s *source) newHook(v *web.Verifier) *ingest.Hook[delivery] {
	return &ingest.Hook[delivery]{
		Verifier: v, Now: s.now, Name: "event of X",
		Limit: maxDelivery, Within: answerWithin, Status: http.StatusOK, Told: s.told,
	}
}

// told returns what an event says; nil if it is not for us: another event, a
// message, a like, what an account of ours says to nobody in particular.
func (s *source) told(d *delivery, _ http.Header) directdial.Item {
	if !strings.HasPrefix(d.Data.Type, "post.") {
		return nil
	}
	one := decodePost(d.Data.Payload)
	if one.ID == 0 {
		return nil
	}
	first := one.first().String()
	switch d.Data.Type {
	case "post.delete":
		s.hook.Latest.Gone(first)
		return &directdial.Deletion{Platform: platform, ID: first, At: s.now()}
	case "post.create":
		if one.refers("replied_to") == 0 {
			return nil
		}
	case "post.mention.create", "post.reply.create", "post.quote.create", "post.repost.create":
	default:
		return nil
	}
	m := d.Data.Includes.page().mention(one)
	if m == nil || s.hook.Latest.Late(first, one.ID.time()) {
		return nil
	}
	s.report.Newest(m.CreatedAt)
	return m
}
