package x

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
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

// posted is what a receiver remembers. One delivery is taken at a time, so that
// two of one post keep their order.
type posted struct {
	mu      sync.Mutex
	replays web.Replays
	latest  ingest.Latest
}

// delivery is the body of a webhook.
type delivery struct {
	Data struct {
		Type     string          `json:"event_type"`
		Payload  json.RawMessage `json:"payload"`
		Includes includes        `json:"includes"`
	} `json:"data"`
}

// received is the body of a 200; X takes no other status for an answer.
type received struct {
	Accepted int `json:"accepted"`
	Known    int `json:"duplicates"`
}

// Handler implements ingest.Receiver. X asks by GET, once an hour, for a proof
// that the receiver has the secret.
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
			web.NewProblem(http.StatusUnsupportedMediaType, "The content type must be application/json.").Write(w)
			return
		}
		var d delivery
		if err := json.Unmarshal(payload, &d); err != nil {
			web.NewProblem(http.StatusBadRequest, "The payload is no event of X.").Write(w)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
		defer cancel()
		taken, err := s.take(ctx, &d, signed, emit)
		if err != nil {
			web.ProblemOf(&directdial.Error{Kind: directdial.Temporary, Err: err}).Write(w)
			return
		}
		web.WriteJSON(w, http.StatusOK, received{taken.Accepted, taken.Known})
	})
}

// take emits what a delivery says, unless it came before.
func (s *source) take(ctx context.Context, d *delivery, signed web.Signed, emit ingest.Emit) (directdial.Taken, error) {
	s.posted.mu.Lock()
	defer s.posted.mu.Unlock()
	if s.posted.replays.Seen(signed, s.now()) {
		return directdial.Taken{Known: 1}, nil
	}
	var taken directdial.Taken
	if item := s.told(d); item != nil {
		var err error
		if taken, err = emit(ctx, item); err != nil {
			return directdial.Taken{}, err
		}
		if m, ok := item.(*directdial.Mention); ok && s.recheck > 0 {
			s.heard.add(parseID(m.ID))
		}
	}
	s.posted.replays.Add(signed, s.now())
	return taken, nil
}

// told returns what an event says; nil if it is not for us: another event, a
// message, a like, what an account of ours says to nobody in particular.
func (s *source) told(d *delivery) directdial.Item {
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
		s.posted.latest.Gone(first)
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
	if m == nil || s.posted.latest.Late(first, one.ID.time()) {
		return nil
	}
	s.report.Newest(m.CreatedAt)
	return m
}
