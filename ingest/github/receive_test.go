package github

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/github/githubtest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

const hookSecret = "It's a Secret to Everybody"

// receiver is a source that is posted to, and what it emitted.
type receiver struct {
	*testing.T
	github *githubtest.Server
	source *source
	items  []directdial.Item
	fails  error // of the exchange
}

func newReceiver(t *testing.T) *receiver {
	s, err := New(sourcetest.Setup(t, "secret: \""+hookSecret+"\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	return &receiver{T: t, github: githubtest.New(), source: s.(*source)}
}

// post delivers a request and returns the status.
func (r *receiver) post(req *http.Request) int {
	r.Helper()
	r.items = nil
	w := httptest.NewRecorder()
	req.URL.Path = "/"
	r.source.Handler(func(_ context.Context, items ...directdial.Item) (directdial.Taken, error) {
		if r.fails != nil {
			return directdial.Taken{}, r.fails
		}
		r.items = append(r.items, items...)
		return directdial.Taken{Accepted: len(items)}, nil
	}).ServeHTTP(w, req.WithContext(r.Context()))
	return w.Code
}

// tell delivers an action on a post, and returns the item that comes of it.
func (r *receiver) tell(action string, w githubtest.Written) directdial.Item {
	r.Helper()
	if code := r.post(r.github.Delivery("http://hook.example/", hookSecret, action, w.ID, false)); code != http.StatusAccepted {
		r.Fatalf("%s: %d", action, code)
	}
	if len(r.items) == 0 {
		return nil
	}
	return r.items[0]
}

func TestAWebhookTellsOfPostsEditsAndDeletions(t *testing.T) {
	for _, kind := range []string{githubtest.Issue, githubtest.Pull, githubtest.Discussion} {
		t.Run(kind, func(t *testing.T) {
			r := newReceiver(t)
			root := r.github.Open(githubtest.Post{Kind: kind, Title: "Acme", Body: "**broke**"})
			comment := r.github.Comment(root, "user2", "same here")
			action := "opened"
			if kind == githubtest.Discussion {
				action = "created"
			}
			m, _ := r.tell(action, root).(*directdial.Mention)
			if m == nil || m.ID != root.ID || m.Text != "Acme\n\nbroke" || m.Thread != root.ID || m.InReplyTo != "" || m.URL != root.URL {
				t.Errorf("post: %+v", m)
			}
			m, _ = r.tell("created", comment).(*directdial.Mention)
			if m == nil || m.ID != comment.ID || m.Text != "same here" || m.Thread != root.ID || m.InReplyTo != root.ID || m.URL != comment.URL {
				t.Errorf("comment: %+v", m)
			}
			r.github.Edit(comment.ID, "same here, too")
			m, _ = r.tell("edited", comment).(*directdial.Mention)
			if m == nil || m.Text != "same here, too" || m.EditedAt.IsZero() {
				t.Errorf("edit: %+v", m)
			}
			for _, w := range []githubtest.Written{comment, root} {
				if d, _ := r.tell("deleted", w).(*directdial.Deletion); d == nil || d.ID != w.ID || d.Platform != "github" {
					t.Errorf("deletion: %+v", d)
				}
			}
			if it := r.tell("labeled", root); it != nil {
				t.Errorf("a label is %+v", it)
			}
		})
	}
}

func TestAFormIsTaken(t *testing.T) {
	r := newReceiver(t)
	w := r.github.Open(githubtest.Post{Title: "Acme & co", Body: "a+b = 100%"})
	if code := r.post(r.github.Delivery("http://hook.example/", hookSecret, "opened", w.ID, true)); code != 202 || len(r.items) != 1 {
		t.Fatalf("%d, %v", code, r.items)
	}
	if m := r.items[0].(*directdial.Mention); m.Text != "Acme & co\n\na+b = 100%" {
		t.Errorf("text %q", m.Text)
	}
}

func TestWhatIsNotHeard(t *testing.T) {
	r := newReceiver(t)
	w := r.github.Open(githubtest.Post{Repo: "acme/secret", Title: "Acme"})
	bot := r.github.Open(githubtest.Post{Title: "Bump acme", Author: "dependabot[bot]"})
	if it := r.tell("opened", bot); it != nil {
		t.Errorf("a program is heard: %+v", it)
	}
	r.github.Hide("acme/secret")
	if it := r.tell("opened", w); it != nil {
		t.Errorf("a private repository is heard: %+v", it)
	}
	for event, body := range map[string]any{
		"ping":          map[string]any{"zen": "Keep it logically awesome.", "hook_id": 1},
		"push":          map[string]any{"ref": "refs/heads/main"},
		"issues":        map[string]any{"action": "opened"},
		"issue_comment": map[string]any{"action": "created", "comment": map[string]any{"node_id": "IC_1", "body": "a"}},
		// The signature does not cover the name of the event.
		"discussion": map[string]any{"action": "created", "discussion": map[string]any{"node_id": "D_1", "title": "a"}, "comment": map[string]any{"node_id": "DC_1", "body": "a"}},
	} {
		if code := r.post(githubtest.Sign("http://hook.example/", hookSecret, event, "d", body, false)); code != 202 || len(r.items) > 0 {
			t.Errorf("%s: %d, %v", event, code, r.items)
		}
	}
}

func TestADeliveryIsTakenOnce(t *testing.T) {
	r := newReceiver(t)
	w := r.github.Open(githubtest.Post{Title: "Acme"})
	deliver := func() int {
		return r.post(githubtest.Sign("http://hook.example/", hookSecret, "issues", "d1", map[string]any{
			"action": "opened", "issue": map[string]any{"node_id": w.ID, "title": "Acme", "updated_at": "2026-11-21T10:00:00Z"},
		}, false))
	}
	r.fails = directdial.Errorf(directdial.Temporary, "the stream is full")
	if code := deliver(); code != http.StatusServiceUnavailable {
		t.Errorf("not stored: %d", code)
	}
	r.fails = nil
	if code := deliver(); code != 202 || len(r.items) != 1 {
		t.Errorf("again: %d, %d items", code, len(r.items))
	}
	if code := deliver(); code != 202 || len(r.items) != 0 {
		t.Errorf("a replay: %d, %d items", code, len(r.items))
	}
}

func TestAnOldTextDoesNotTakeThePlaceOfANewOne(t *testing.T) {
	r := newReceiver(t)
	tell := func(action, body, updated string) int {
		code := r.post(githubtest.Sign("http://hook.example/", hookSecret, "issue_comment", updated, map[string]any{
			"action": action, "issue": map[string]any{"node_id": "I_1"},
			"comment": map[string]any{"node_id": "IC_1", "body": body, "updated_at": updated, "created_at": "2026-11-21T10:00:00Z"},
		}, false))
		if code != 202 {
			t.Fatal(code)
		}
		return len(r.items)
	}
	for _, c := range []struct {
		action, body, updated string
		items                 int
	}{
		{"edited", "third", "2026-11-21T10:00:03Z", 1},
		{"edited", "second", "2026-11-21T10:00:02Z", 0},
		{"edited", "fourth", "2026-11-21T10:00:03Z", 1},
		{"deleted", "fourth", "2026-11-21T10:00:03Z", 1},
		{"created", "first", "2026-11-21T10:00:00Z", 0},
		{"edited", "fifth", "2026-11-21T10:00:09Z", 0},
	} {
		if n := tell(c.action, c.body, c.updated); n != c.items {
			t.Errorf("%s %s: %d items", c.action, c.body, n)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	r := newReceiver(t)
	w := r.github.Open(githubtest.Post{Title: "Acme"})
	for name, c := range map[string]struct {
		change func(*http.Request)
		want   int
	}{
		"another secret":    {func(q *http.Request) { q.Header.Set("X-Hub-Signature-256", "sha256="+strings.Repeat("0", 64)) }, 401},
		"no signature":      {func(q *http.Request) { q.Header.Del("X-Hub-Signature-256") }, 401},
		"the old signature": {func(q *http.Request) { q.Header.Del("X-Hub-Signature-256"); q.Header.Set("X-Hub-Signature", "sha1=00") }, 401},
		"no content type":   {func(q *http.Request) { q.Header.Del("Content-Type") }, 415},
		"a GET":             {func(q *http.Request) { q.Method = http.MethodGet }, 405},
	} {
		req := r.github.Delivery("http://hook.example/", hookSecret, "opened", w.ID, false)
		c.change(req)
		if code := r.post(req); code != c.want || len(r.items) > 0 {
			t.Errorf("%s: %d, %v", name, code, r.items)
		}
	}
	if code := r.post(githubtest.Sign("http://hook.example/", hookSecret, "issues", "d", []int{1}, false)); code != 400 {
		t.Errorf("no object: %d", code)
	}
	s, err := New(sourcetest.Setup(t, "queries: [acme]\n"))
	if err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	s.(ingest.Receiver).Handler(nil).ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil))
	if answer.Code != 404 {
		t.Errorf("a source without a secret: %d", answer.Code)
	}
}

// TestRecordedDeliveries maps bodies that GitHub sent, from
// @octokit/webhooks-examples (MIT), without the addresses of its API: testdata/webhook/<event>.<what>.json
// with the .golden beside it.
func TestRecordedDeliveries(t *testing.T) {
	files, err := filepath.Glob("testdata/webhook/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var body json.RawMessage = text
			event, _, _ := strings.Cut(name, ".")
			r := newReceiver(t)
			if code := r.post(githubtest.Sign("http://hook.example/", hookSecret, event, "d", body, false)); code != 202 || len(r.items) != 1 {
				t.Fatalf("%d, %v", code, r.items)
			}
			if d, ok := r.items[0].(*directdial.Deletion); ok {
				r.items[0] = &directdial.Deletion{Platform: d.Platform, ID: d.ID}
			}
			sourcetest.Golden(t, *update, strings.TrimSuffix(file, ".json")+".golden", r.items[0])
		})
	}
}
