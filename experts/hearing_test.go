package experts

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
)

// ear is a channel that listens: each call ends with the next of its errors,
// the last one when ctx does.
type ear struct {
	medium
	errs  []error
	calls atomic.Int32
	since time.Time
	last  time.Duration // from the first call to the newest
}

func (e *ear) Listen(ctx context.Context, _ Replies) error {
	n := int(e.calls.Add(1))
	if n == 1 {
		e.since = time.Now()
	}
	e.last = time.Since(e.since)
	if n <= len(e.errs) {
		return e.errs[n-1]
	}
	<-ctx.Done()
	return ctx.Err()
}

func (e *ear) Handler(Replies) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "heard") })
}

func TestChannelThatFailsIsListenedToAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone := &ear{errs: []error{directdial.Errorf(directdial.Gone, "the app is uninstalled")}}
		limited := &ear{errs: []error{
			errors.New("the socket broke"),
			&directdial.Error{Kind: directdial.Temporary, Msg: "rate limited", After: time.Hour},
		}}
		h := NewHearing(nil, map[string]Channel{"slack": gone, "email": limited}, zerolog.Nop())
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- h.Run(ctx) }()
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if n := gone.calls.Load(); n != 1 {
			t.Errorf("a channel that is gone was asked %d times", n)
		}
		if n := limited.calls.Load(); n != 3 || limited.last < time.Hour {
			t.Errorf("the other was asked %d times, the last after %s", n, limited.last)
		}
		h.Use(map[string]Channel{"slack": &ear{}, "email": limited})
		synctest.Wait()
		if n := limited.calls.Load(); n != 4 {
			t.Errorf("after a reload it was asked %d times", n)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestAnswersOverHTTPReachTheirChannel(t *testing.T) {
	h := NewHearing(nil, map[string]Channel{"slack": &ear{}}, zerolog.Nop())
	mux := http.NewServeMux()
	mux.Handle("/v1/channels/{channel}/", h.Handler())
	for path, want := range map[string]int{"/v1/channels/slack/actions": 200, "/v1/channels/pigeon/x": 404} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, nil))
		if w.Code != want {
			t.Errorf("POST %s: %d, want %d", path, w.Code, want)
		}
	}
}
