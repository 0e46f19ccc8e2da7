package discourse

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/web"
)

// maxDelivery bounds a delivery: a post as it was written and as it is shown.
const maxDelivery = 2 << 20

// posted is what a receiver remembers. One delivery is taken at a time, so that
// two of one post keep their order.
type posted struct {
	mu      sync.Mutex
	replays web.Replays
	latest  ingest.Latest
}

// received is the body of a 202.
type received struct {
	Accepted int `json:"accepted"`
	Known    int `json:"duplicates"`
}

// Handler implements ingest.Receiver.
func (s *source) Handler(emit ingest.Emit) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.verifier == nil || r.URL.Path != "/" {
			web.NewProblem(http.StatusNotFound, "").Write(w)
			return
		}
		body, signed, ok := s.verifier.Receive(w, r, maxDelivery, s.now())
		if !ok {
			return
		}
		payload, ok := web.Payload(r.Header, body)
		if !ok {
			web.NewProblem(http.StatusUnsupportedMediaType, "The content type must be application/json or application/x-www-form-urlencoded.").Write(w)
			return
		}
		var d struct {
			Post *post `json:"post"`
		}
		if err := json.Unmarshal(payload, &d); err != nil {
			web.NewProblem(http.StatusBadRequest, "The payload is no delivery of Discourse.").Write(w)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), web.HandlerTimeout)
		defer cancel()
		taken, err := s.take(ctx, d.Post, r.Header.Get("X-Discourse-Event"), signed, emit)
		if err != nil {
			web.ProblemOf(&directdial.Error{Kind: directdial.Temporary, Err: err}).Write(w)
			return
		}
		web.WriteJSON(w, http.StatusAccepted, received{taken.Accepted, taken.Known})
	})
}

// take emits what a delivery says, unless it came before.
func (s *source) take(ctx context.Context, p *post, event string, signed web.Signed, emit ingest.Emit) (directdial.Taken, error) {
	s.posted.mu.Lock()
	defer s.posted.mu.Unlock()
	if s.posted.replays.Seen(signed, s.now()) {
		return directdial.Taken{Known: 1}, nil
	}
	var taken directdial.Taken
	if item := s.told(p, event); item != nil {
		var err error
		if taken, err = emit(ctx, item); err != nil {
			return directdial.Taken{}, err
		}
	}
	s.posted.replays.Add(signed, s.now())
	return taken, nil
}

// told returns what an event says of a post; nil if it is not for us. The
// signature does not cover the name of the event, so that what the post says
// of itself counts first.
func (s *source) told(p *post, event string) directdial.Item {
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
		s.posted.latest.Gone(id)
		return s.item(p)
	}
	if event == "post_recovered" {
		s.posted.latest.Back(id)
	}
	if s.posted.latest.Late(id, p.Updated.Time) {
		return nil
	}
	return s.item(p)
}
