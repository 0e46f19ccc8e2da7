package ingest

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/web"
)

// Hook is the webhook of a platform that posts what happens to a post as a
// signed delivery, one a request, of the form D in JSON. What is not taken the
// platform sends again; what came before is not emitted twice. A nil Hook is no
// address.
type Hook[D any] struct {
	Verifier *web.Verifier
	Now      func() time.Time
	// Name of a delivery, as an error has it.
	Name string
	// Limit bounds a delivery, in bytes.
	Limit int64
	// Within is how long the answer may take.
	Within time.Duration
	// Status of the answer to what was taken.
	Status int
	// Told returns what a delivery says, nil if it is not for us. It is asked of
	// one delivery at a time, so that two of one post keep their order. The
	// signature covers the body, and not the header.
	Told func(d *D, h http.Header) directdial.Item
	// Latest is for Told, of a platform whose deliveries overtake each other.
	Latest Latest

	mu      sync.Mutex // held until what was told is on disk
	replays web.Replays
}

// hooked is the body of the answer.
type hooked struct {
	Accepted int `json:"accepted"`
	Known    int `json:"duplicates"`
}

// Handler is the Handler of a Receiver.
func (k *Hook[D]) Handler(emit Emit) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if k == nil || r.URL.Path != "/" {
			web.NewProblem(http.StatusNotFound, "").Write(w)
			return
		}
		body, signed, ok := k.Verifier.Receive(w, r, k.Limit, k.Now())
		if !ok {
			return
		}
		payload, ok := web.Payload(r.Header, body)
		if !ok {
			web.NewProblem(http.StatusUnsupportedMediaType, "The content type must be application/json or application/x-www-form-urlencoded.").Write(w)
			return
		}
		var d D
		if err := json.Unmarshal(payload, &d); err != nil {
			web.NewProblem(http.StatusBadRequest, "The payload is no "+k.Name+".").Write(w)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), k.Within)
		defer cancel()
		taken, err := k.take(ctx, &d, r.Header, signed, emit)
		if err != nil {
			web.ProblemOf(&directdial.Error{Kind: directdial.Temporary, Err: err}).Write(w)
			return
		}
		web.WriteJSON(w, k.Status, hooked{taken.Accepted, taken.Known})
	})
}

// take emits what a delivery says, unless it came before.
func (k *Hook[D]) take(ctx context.Context, d *D, h http.Header, signed web.Signed, emit Emit) (directdial.Taken, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.replays.Seen(signed, k.Now()) {
		return directdial.Taken{Known: 1}, nil
	}
	var taken directdial.Taken
	if item := k.Told(d, h); item != nil {
		var err error
		if taken, err = emit(ctx, item); err != nil {
			return directdial.Taken{}, err
		}
	}
	k.replays.Add(signed, k.Now())
	return taken, nil
}
