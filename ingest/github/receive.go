package github

import (
	"net/http"
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

// Handler implements ingest.Receiver.
func (s *source) Handler(emit ingest.Emit) http.Handler { return s.hook.Handler(emit) }

func (s *source) newHook(v *web.Verifier) *ingest.Hook[delivery] {
	return &ingest.Hook[delivery]{
		Verifier: v, Now: s.now, Name: "delivery of GitHub",
		Limit: maxDelivery, Within: answerWithin, Status: http.StatusAccepted, Told: s.told,
	}
}

// told returns what a delivery says; nil if it is not for us: another event,
// a change of a label, a private repository.
func (s *source) told(d *delivery, h http.Header) directdial.Item {
	p, thread := d.about(h.Get("X-GitHub-Event"))
	if p == nil || thread == nil || p.NodeID == "" || d.Repository.Private ||
		d.Repository.Visibility != "" && d.Repository.Visibility != "public" {
		return nil
	}
	switch d.Action {
	case "deleted", "transferred": // transferred: it is another post elsewhere
		s.hook.Latest.Gone(p.NodeID)
		return &directdial.Deletion{Platform: platform, ID: p.NodeID, At: s.now()}
	case "edited":
		p.edited = p.Updated.Time
	case "created", "opened", "reopened":
	default:
		return nil
	}
	if !p.heard() || s.hook.Latest.Late(p.NodeID, p.Updated.Time) {
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
