package ingest

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/web"
)

// Submitted is what the elements of one request are.
type Submitted struct {
	// Source is whose they are.
	Source string
	// MayWriteAs says whether the sender may write mentions of a platform; nil:
	// of any.
	MayWriteAs func(platform string) bool
	// Items are those that were taken.
	Items []directdial.Item
	// Rejected are those that were refused, in the order of the request.
	Rejected []directdial.Rejected

	index []int // of each item in the request
}

// Add takes the JSON of a Submission, which stands at index in the request.
func (s *Submitted) Add(index int, raw []byte) {
	item, err := ParseSubmission(raw, s.Source)
	if err == nil {
		err = s.allowed(item)
	}
	if err != nil {
		s.Reject(index, err)
		return
	}
	s.Items, s.index = append(s.Items, item), append(s.index, index)
}

func (s *Submitted) allowed(item directdial.Item) error {
	platform := ""
	switch item := item.(type) {
	case *directdial.Mention:
		platform = item.Platform
	case *directdial.Deletion:
		platform = item.Platform
	}
	if s.MayWriteAs != nil && !s.MayWriteAs(platform) {
		return refused("platform", "this source may not write as "+platform)
	}
	return nil
}

// Reject refuses what stands at index in the request.
func (s *Submitted) Reject(index int, err error) {
	r := directdial.Rejected{Index: index, Error: err.Error()}
	var e *directdial.Error
	if errors.As(err, &e) && e.Field != "" {
		r.Field, r.Error = e.Field, e.Msg
	}
	s.reject(r)
}

func (s *Submitted) reject(r directdial.Rejected) {
	i := len(s.Rejected)
	for i > 0 && s.Rejected[i-1].Index > r.Index {
		i--
	}
	s.Rejected = slices.Insert(s.Rejected, i, r)
}

// Acceptance is the body of a 202.
type Acceptance struct {
	Accepted   int                   `json:"accepted"`
	Duplicates int                   `json:"duplicates"`
	Rejected   []directdial.Rejected `json:"rejected"`
}

// Publish hands the items to the exchange and answers: 202 once they are on
// disk, 503 if nothing is known to be stored. It reports whether they are.
func (s *Submitted) Publish(ctx context.Context, w http.ResponseWriter, report Report, emit Emit) bool {
	report.Rejected(len(s.Rejected))
	ctx, cancel := context.WithTimeout(ctx, web.HandlerTimeout)
	defer cancel()
	taken, err := emit(ctx, s.Items...)
	if err != nil {
		cannotStore(err).Write(w)
		return false
	}
	for _, rejected := range taken.Rejected {
		rejected.Index = s.index[rejected.Index]
		s.reject(rejected)
	}
	s.answer(w, Acceptance{Accepted: taken.Accepted, Duplicates: taken.Known})
	return true
}

// Repeat answers a request that was taken before.
func (s *Submitted) Repeat(w http.ResponseWriter) {
	s.answer(w, Acceptance{Duplicates: len(s.Items)})
}

func (s *Submitted) answer(w http.ResponseWriter, a Acceptance) {
	a.Rejected = append([]directdial.Rejected{}, s.Rejected...) // an array, also if it is empty
	web.WriteJSON(w, http.StatusAccepted, a)
}

// cannotStore is the answer when the exchange has not taken the items, whatever
// the cause: the sender can do nothing but send them again, and their identity
// absorbs what was stored all the same.
func cannotStore(err error) web.Problem {
	p := web.NewProblem(http.StatusServiceUnavailable, "Nothing is known to be stored. Send the same request again later.")
	p.RetryAfter = max(directdial.After(err), time.Second)
	return p
}

// trials is the answer to a dry run.
type trials struct {
	Results  []trial               `json:"results"`
	Rejected []directdial.Rejected `json:"rejected"`
}

// trial says what would become of one element.
type trial struct {
	Index   int  `json:"index"` // in the request
	Deleted bool `json:"deleted,omitempty"`
	*Trial
}

// Try answers what would become of the items, and stores nothing.
func (s *Submitted) Try(w http.ResponseWriter, ask Exchange, now time.Time) {
	t := trials{Results: []trial{}, Rejected: append([]directdial.Rejected{}, s.Rejected...)}
	for i, item := range s.Items {
		m, ok := item.(*directdial.Mention)
		if !ok {
			t.Results = append(t.Results, trial{Index: s.index[i], Deleted: true})
			continue
		}
		m.Source, m.AcceptedAt = s.Source, directdial.Clock(now)
		result := ask.Try(*m)
		if result.Tags == nil {
			result.Tags = []directdial.TagScore{}
		}
		if result.Topics == nil {
			result.Topics = []directdial.TopicScore{}
		}
		t.Results = append(t.Results, trial{Index: s.index[i], Trial: &result})
	}
	web.WriteJSON(w, http.StatusOK, t)
}

// DryRun reads the parameter dry_run of a request.
func DryRun(r *http.Request) (bool, *web.Problem) {
	q := r.URL.Query()
	if !q.Has("dry_run") {
		return false, nil
	}
	switch q.Get("dry_run") {
	case "", "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	p := web.NewProblem(http.StatusBadRequest, "dry_run must be true or false.")
	p.Field = "dry_run"
	return false, &p
}
