package stackexchange

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// FuzzAnswer holds whatever the API answers: no panic, and a mention passes the
// limits of the exchange.
func FuzzAnswer(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
		var w struct{ Items []json.RawMessage }
		if err := json.Unmarshal(data, &w); err != nil {
			f.Fatal(err)
		}
		for _, item := range w.Items {
			f.Add([]byte(`{"items":[` + string(item) + `]}`))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var w wrapper
		if json.Unmarshal(data, &w) != nil {
			return
		}
		for i := range w.Items {
			if p := &w.Items[i]; p.id() <= 0 && p.Comment <= 0 || p.Created <= 0 {
				return
			}
		}
		p := &position{Until: 1}
		p.pass(1, 1, &w)
		for _, it := range mentions("stackoverflow", w.Items) {
			m := it.(*directdial.Mention)
			m.Normalize("test")
			if err := m.Check(); err != nil {
				t.Errorf("%v: %+v", err, m)
			}
		}
	})
}

// FuzzIdentity holds whatever stands in the log as an identity.
func FuzzIdentity(f *testing.F) {
	f.Add("stackoverflow/1", "")
	f.Add("unix/comment-1", "unix/2")
	f.Fuzz(func(t *testing.T, id, thread string) {
		site, method, n, err := parseID(ingest.Post{ID: id, Thread: thread})
		var e *directdial.Error
		if err != nil && (!errors.As(err, &e) || e.Kind != directdial.Invalid) {
			t.Errorf("got %v", err)
		}
		if err == nil && (n <= 0 || site == "" || method == "") {
			t.Errorf("%q is read as %q, %q, %d", id, site, method, n)
		}
	})
}

// FuzzThrottle holds whatever sentence tells how long to wait.
func FuzzThrottle(f *testing.F) {
	f.Add("too many requests from this IP, more requests available in 83 seconds")
	f.Fuzz(func(t *testing.T, message string) {
		if wait := waitOf(message); wait < 0 || wait > 24*time.Hour {
			t.Errorf("%q: wait %v", message, wait)
		}
	})
}
