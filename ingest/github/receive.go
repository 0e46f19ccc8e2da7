package github

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/web"
)

const (
	// maxDelivery bounds a delivery. One comment has at most 64 KiB, and comes
	// with its issue and what stood there before an edit.
	maxDelivery = 2 << 20
	// answerWithin is less than the ten seconds after which GitHub gives up.
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
	Action     string `json:"action"`
	Issue      *post  `json:"issue"`
	Pull       *post  `json:"pull_request"`
	Discussion *post  `json:"discussion"`
	Comment    *post  `json:"comment"`
	Repository struct {
		Private    bool   `json:"private"`
		Visibility string `json:"visibility"` // public, private, internal; not everywhere
	} `json:"repository"`
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
		var d delivery
		if err := json.Unmarshal(payload, &d); err != nil {
			web.NewProblem(http.StatusBadRequest, "The payload is no delivery of GitHub.").Write(w)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
		defer cancel()
		taken, err := s.take(ctx, &d, r.Header.Get("X-GitHub-Event"), signed, emit)
		if err != nil {
			web.ProblemOf(&directdial.Error{Kind: directdial.Temporary, Err: err}).Write(w)
			return
		}
		web.WriteJSON(w, http.StatusAccepted, received{taken.Accepted, taken.Known})
	})
}

// take emits what a delivery says, unless it came before.
func (s *source) take(ctx context.Context, d *delivery, event string, signed web.Signed, emit ingest.Emit) (directdial.Taken, error) {
	s.posted.mu.Lock()
	defer s.posted.mu.Unlock()
	if s.posted.replays.Seen(signed, s.now()) {
		return directdial.Taken{Known: 1}, nil
	}
	var taken directdial.Taken
	if item := s.itemOf(d, event); item != nil {
		var err error
		if taken, err = emit(ctx, item); err != nil {
			return directdial.Taken{}, err
		}
	}
	s.posted.replays.Add(signed, s.now())
	return taken, nil
}

// itemOf returns what a delivery says; nil if it is not for us: another event,
// a change of a label, a private repository.
func (s *source) itemOf(d *delivery, event string) directdial.Item {
	p, thread := d.about(event)
	if p == nil || thread == nil || p.NodeID == "" || d.Repository.Private ||
		d.Repository.Visibility != "" && d.Repository.Visibility != "public" {
		return nil
	}
	switch d.Action {
	case "deleted", "transferred": // transferred: it is another post elsewhere
		s.posted.latest.Gone(p.NodeID)
		return &directdial.Deletion{Platform: platform, ID: p.NodeID, At: s.now()}
	case "edited":
		p.edited = p.Updated.Time
	case "created", "opened", "reopened":
	default:
		return nil
	}
	if !p.heard() || s.posted.latest.Late(p.NodeID, p.Updated.Time) {
		return nil
	}
	s.report.Newest(p.Created.Time)
	return p.mention(thread.NodeID)
}

// about returns the post that an event is about, and the first of its thread;
// nil for events that are not heard, and where the body is of another one: the
// signature does not cover the header with the event.
func (d *delivery) about(event string) (p, thread *post) {
	switch event {
	case "issues":
		p, thread = d.Issue, d.Issue
	case "pull_request":
		p, thread = d.Pull, d.Pull
	case "discussion":
		p, thread = d.Discussion, d.Discussion
	case "issue_comment":
		return d.Comment, d.Issue
	case "discussion_comment":
		return d.Comment, d.Discussion
	default:
		return nil, nil
	}
	if d.Comment != nil {
		return nil, nil
	}
	return p, thread
}
