package discourse

import (
	"net/http"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/web"
)

// maxDelivery bounds a delivery: a post as it was written and as it is shown.
const maxDelivery = 2 << 20

// delivery is the body of a webhook.
type delivery struct {
	Post *post `json:"post"`
}

// Handler implements ingest.Receiver.
func (s *source) Handler(emit ingest.Emit) http.Handler { return s.hook.Handler(emit) }

func (s *source) newHook(v *web.Verifier) *ingest.Hook[delivery] {
	return &ingest.Hook[delivery]{
		Verifier: v, Now: s.now, Name: "delivery of Discourse",
		Limit: maxDelivery, Within: web.HandlerTimeout, Status: http.StatusAccepted, Told: s.told,
	}
}

// told returns what an event says of a post; nil if it is not for us. The
// signature does not cover the name of the event, so that what the post says
// of itself counts first.
func (s *source) told(d *delivery, h http.Header) directdial.Item {
	p, event := d.Post, h.Get("X-Discourse-Event")
	if p == nil || p.ID <= 0 {
		return nil
	}
	id := s.forum.id(p.ID)
	switch event {
	case "post_destroyed":
		if p.Deleted.IsZero() && !p.UserDeleted {
			p.Deleted = when{s.now()}
		}
	case "post_created", "post_edited", "post_recovered":
	default:
		return nil
	}
	if p.gone() {
		s.hook.Latest.Gone(id)
		return s.item(p)
	}
	if event == "post_recovered" {
		s.hook.Latest.Back(id)
	}
	if s.hook.Latest.Late(id, p.Updated.Time) {
		return nil
	}
	return s.item(p)
}
