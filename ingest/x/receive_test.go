package x

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
	"github.com/directdial/directdial/ingest/x/xtest"
)

// receiver is a source that is posted to, and what it emitted.
type receiver struct {
	*testing.T
	x      *xtest.Server
	source *source
	items  []directdial.Item
	answer *httptest.ResponseRecorder
	fails  error // of the exchange
}

// receiving runs a test in fake time.
func receiving(t *testing.T, test func(r *receiver)) {
	synctest.Test(t, func(t *testing.T) {
		x := newX()
		s, err := New(sourcetest.Setup(t, "secret: "+xtest.Secret+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		test(&receiver{T: t, x: x, source: s.(*source)})
	})
}

// post delivers a request and returns the status.
func (r *receiver) post(req *http.Request) int {
	r.Helper()
	r.items, r.answer = nil, httptest.NewRecorder()
	req.URL.Path = "/"
	r.source.Handler(func(_ context.Context, items ...directdial.Item) (directdial.Taken, error) {
		if r.fails != nil {
			return directdial.Taken{}, r.fails
		}
		r.items = append(r.items, items...)
		return directdial.Taken{Accepted: len(items)}, nil
	}).ServeHTTP(r.answer, req.WithContext(r.Context()))
	return r.answer.Code
}

// tell delivers an event about a post, and returns the item that comes of it.
func (r *receiver) tell(event string, w xtest.Written) directdial.Item {
	r.Helper()
	if code := r.post(r.delivery(event, w)); code != http.StatusOK {
		r.Fatalf("%s: %d", event, code)
	}
	if len(r.items) == 0 {
		return nil
	}
	return r.items[0]
}

func (r *receiver) delivery(event string, w xtest.Written) *http.Request {
	return r.x.Delivery("https://hook.example/", event, w.ID, r.x.Account("acme"))
}

func TestTheReceiverProvesThatItHasTheSecret(t *testing.T) {
	receiving(t, func(r *receiver) {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?crc_token=abc123-_", nil)
		var got map[string]string
		if code := r.post(req); code != 200 || json.Unmarshal(r.answer.Body.Bytes(), &got) != nil {
			t.Fatalf("%d: %s", code, r.answer.Body)
		}
		if want := "sha256=" + xtest.Signature(xtest.Secret, []byte("abc123-_")); got["response_token"] != want {
			t.Errorf("got %q, want %q", got["response_token"], want)
		}
	})
}

func TestAWebhookTellsOfPostsAndDeletions(t *testing.T) {
	receiving(t, func(r *receiver) {
		root := r.x.Post(xtest.Post{Author: "user1", Text: "@acme <broke> & burnt"})
		m, _ := r.tell("post.mention.create", root).(*directdial.Mention)
		if m == nil || m.ID != root.ID || m.Text != "@acme <broke> & burnt" || m.Thread != root.ID || m.URL != root.URL ||
			m.Author.ID != root.Author || m.Author.Followers != 12 || !m.CreatedAt.Equal(root.At) {
			t.Errorf("mention %+v", m)
		}
		answer := r.x.Post(xtest.Post{Author: "acme", Text: "we are sorry", InReplyTo: root.ID})
		if m, _ = r.tell("post.create", answer).(*directdial.Mention); m == nil || m.InReplyTo != root.ID || m.Thread != root.ID {
			t.Errorf("answer %+v", m)
		}
		repost := r.x.Post(xtest.Post{Author: "user2", Repost: root.ID})
		if m, _ = r.tell("post.repost.create", repost).(*directdial.Mention); m == nil || m.RepostOf != root.ID || m.Text != "@acme <broke> & burnt" {
			t.Errorf("repost %+v", m)
		}
		quote := r.x.Post(xtest.Post{Author: "user3", Quote: root.ID})
		if m, _ = r.tell("post.quote.create", quote).(*directdial.Mention); m == nil || m.RepostOf != root.ID || m.Text != "@acme <broke> & burnt" {
			t.Errorf("quote %+v", m)
		}
		if d, _ := r.tell("post.delete", root).(*directdial.Deletion); d == nil || d.ID != root.ID || d.Platform != "x" {
			t.Errorf("deletion %+v", d)
		}
	})
}

func TestWhatIsNotHeard(t *testing.T) {
	receiving(t, func(r *receiver) {
		own := r.x.Post(xtest.Post{Author: "kim", Text: "lunch"})
		if it := r.tell("post.create", own); it != nil {
			t.Errorf("what a colleague says to nobody is heard: %+v", it)
		}
		r.x.Protect("user1")
		if it := r.tell("post.mention.create", r.x.Post(xtest.Post{Author: "user1", Text: "@acme"})); it != nil {
			t.Errorf("a protected account is heard: %+v", it)
		}
		for _, body := range []string{
			`{}`, `{"data":null}`, `{"data":{"event_type":"post.create","payload":{},"includes":{}}}`,
			`{"data":{"event_type":"dm.received","payload":{"id":"1234567890123456789","text":"a secret"}}}`,
			`{"data":{"event_type":"like.create","payload":{"id":"1234567890123456789","text":"a"}}}`,
			`{"data":{"event_type":"post.mention.create","payload":{"id":1234567890123456789,"text":"a number"}}}`,
			`{"data":{"event_type":"post.unknown","payload":{"id":"1234567890123456789","text":"a"}}}`,
		} {
			if code := r.post(xtest.Sign("https://hook.example/", xtest.Secret, json.RawMessage(body))); code != 200 || len(r.items) > 0 {
				t.Errorf("%s: %d, %v", body, code, r.items)
			}
		}
	})
}

func TestADeliveryIsTakenOnce(t *testing.T) {
	receiving(t, func(r *receiver) {
		w := r.x.Post(xtest.Post{Author: "user1", Text: "@acme"})
		r.fails = directdial.Errorf(directdial.Temporary, "the stream is full")
		if code := r.post(r.delivery("post.mention.create", w)); code != http.StatusServiceUnavailable {
			t.Errorf("not stored: %d", code)
		}
		r.fails = nil
		if it := r.tell("post.mention.create", w); it == nil {
			t.Error("again: nothing")
		}
		if it := r.tell("post.mention.create", w); it != nil {
			t.Errorf("a replay: %v", it)
		}
	})
}

func TestAnOldTextDoesNotTakeThePlaceOfANewOne(t *testing.T) {
	receiving(t, func(r *receiver) {
		first := r.x.Post(xtest.Post{Author: "user1", Text: "@acme broek"})
		synctest.Wait()
		second := r.x.Edit(first.ID, "@acme broke")
		if m, _ := r.tell("post.mention.create", second).(*directdial.Mention); m == nil || m.ID != first.ID || m.Text != "@acme broke" {
			t.Errorf("edit %+v", m)
		}
		r.x.Delete(first.ID)
		if r.tell("post.delete", first) == nil {
			t.Error("no deletion")
		}
		if it := r.tell("post.mention.create", first); it != nil {
			t.Errorf("the first version after the deletion: %+v", it)
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	receiving(t, func(r *receiver) {
		w := r.x.Post(xtest.Post{Author: "user1", Text: "@acme"})
		const header = "X-Twitter-Webhooks-Signature"
		for name, c := range map[string]struct {
			change func(*http.Request)
			want   int
		}{
			"another secret": {func(q *http.Request) { q.Header.Set(header, "sha256="+xtest.Signature("another secret", nil)) }, 401},
			"hex": {func(q *http.Request) {
				q.Header.Set(header, "sha256="+hex.EncodeToString([]byte(strings.Repeat("a", 32))))
			}, 401},
			"no signature": {func(q *http.Request) { q.Header.Del(header) }, 401},
			"no JSON":      {func(q *http.Request) { q.Header.Set("Content-Type", "text/plain") }, 415},
			"a PUT":        {func(q *http.Request) { q.Method = http.MethodPut }, 405},
			"an empty GET": {func(q *http.Request) { q.Method = http.MethodGet }, 400},
		} {
			req := r.delivery("post.mention.create", w)
			c.change(req)
			if code := r.post(req); code != c.want || len(r.items) > 0 {
				t.Errorf("%s: %d, %v", name, code, r.items)
			}
		}
		s, err := New(sourcetest.Setup(t, "queries: [acme]\ntoken: a\n"))
		if err != nil {
			t.Fatal(err)
		}
		answer := httptest.NewRecorder()
		s.(ingest.Receiver).Handler(nil).ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil))
		if answer.Code != 404 {
			t.Errorf("a source without a secret: %d", answer.Code)
		}
	})
}

// TestRecordedEvents maps events of X's documents: testdata/webhook/<event>.json
// with the .golden beside it.
func TestRecordedEvents(t *testing.T) {
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
			receiving(t, func(r *receiver) {
				if code := r.post(xtest.Sign("https://hook.example/", xtest.Secret, json.RawMessage(text))); code != 200 {
					t.Fatal(code)
				}
				sourcetest.Golden(t, *update, strings.TrimSuffix(file, ".json")+".golden", r.items)
			})
		})
	}
}
