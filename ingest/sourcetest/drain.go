package sourcetest

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// Drain does what ingest.Poll does at its turn, without the schedule: it fetches
// until there is no more, and keeps the state behind what it returns. A fetch
// that asks for more and gets nowhere fails the test.
func Drain(t testing.TB, state *[]byte, fetch ingest.Fetch) (all []directdial.Item, err error) {
	t.Helper()
	for range 1000 {
		items, next, err := fetch(t.Context(), *state)
		all = append(all, items...)
		more := errors.Is(err, ingest.ErrMore)
		if more && bytes.Equal(next, *state) {
			t.Fatal("it asks for more and gets nowhere")
		}
		if next != nil {
			*state = next
		}
		if !more {
			return all, err
		}
	}
	t.Fatal("it never comes to an end")
	return nil, nil
}

// Answer answers a request without a network, in an http.RoundTripper: by the
// platform, unless spoil, which may be nil, has answered it and says so.
func Answer(r *http.Request, spoil func(http.ResponseWriter, *http.Request) bool, platform http.Handler) *http.Response {
	w := httptest.NewRecorder()
	if spoil == nil || !spoil(w, r) {
		platform.ServeHTTP(w, r)
	}
	resp := w.Result()
	resp.Request = r
	return resp
}

// Texts are the texts of the mentions among items.
func Texts(items []directdial.Item) (texts []string) {
	for _, it := range items {
		if m, ok := it.(*directdial.Mention); ok {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// Gaps are the gaps among items.
func Gaps(items []directdial.Item) (gaps []*directdial.Gap) {
	for _, it := range items {
		if g, ok := it.(*directdial.Gap); ok {
			gaps = append(gaps, g)
		}
	}
	return gaps
}

// Deletions are the ids of what is deleted, among items.
func Deletions(items []directdial.Item) (ids []string) {
	for _, it := range items {
		if d, ok := it.(*directdial.Deletion); ok {
			ids = append(ids, d.ID)
		}
	}
	return ids
}
