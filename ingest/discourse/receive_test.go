package discourse

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/discourse/discoursetest"
)

const hookSecret = "a secret of the webhook"

// post delivers a request, and returns the status and what was emitted.
func (l *listener) post(r *http.Request, fails error) (code int, items []directdial.Item) {
	r.URL.Path = "/"
	w := httptest.NewRecorder()
	l.source.Handler(func(_ context.Context, got ...directdial.Item) (directdial.Taken, error) {
		if fails != nil {
			return directdial.Taken{}, fails
		}
		items = append(items, got...)
		return directdial.Taken{Accepted: len(got)}, nil
	}).ServeHTTP(w, r.WithContext(l.Context()))
	return w.Code, items
}

// tell delivers an event, and returns what comes of it.
func (l *listener) tell(event string, id int64) []string {
	l.Helper()
	code, items := l.post(l.forum.Delivery("http://hook.example/", hookSecret, event, id, false), nil)
	if code != http.StatusAccepted {
		l.Fatalf("%s: %d", event, code)
	}
	return said(items)
}

// said are the texts of mentions; a deletion is "gone".
func said(items []directdial.Item) (texts []string) {
	for _, it := range items {
		switch it := it.(type) {
		case *directdial.Mention:
			texts = append(texts, it.Text)
		case *directdial.Deletion:
			texts = append(texts, "gone "+it.ID)
		}
	}
	return texts
}

func TestAWebhookTellsOfPostsEditsAndDeletions(t *testing.T) {
	listen(t, "secret: "+hookSecret+"\n", func(l *listener) {
		root := l.forum.Post(discoursetest.Post{Title: "Acme", Text: "broke"})
		post := l.forum.Post(discoursetest.Post{Topic: root.Topic, Text: "me too", ReplyTo: 1})
		var got [][]string
		step := func(event string, id int64) { got = append(got, l.tell(event, id)); time.Sleep(time.Second) }
		step("post_created", root.ID)
		step("post_created", post.ID)
		created := l.forum.Delivery("http://hook.example/", hookSecret, "post_created", post.ID, true)
		l.forum.Edit(post.ID, "not me")
		step("post_edited", post.ID)
		l.forum.Delete(post.ID, false)
		step("post_destroyed", post.ID)
		l.forum.Recover(post.ID)
		step("post_recovered", post.ID)
		l.forum.Delete(root.ID, true)
		step("post_edited", root.ID)
		step("topic_edited", root.ID)
		want := [][]string{{"Acme\n\nbroke"}, {"me too"}, {"not me"}, {"gone forum.example/2"}, {"not me"}, {"gone forum.example/1"}, nil}
		if diff := cmp.Diff(want, got); diff != "" {
			l.Error(diff)
		}
		if code, items := l.post(created, nil); code != 202 || len(items) > 0 {
			l.Errorf("an old text: %d, %v", code, said(items))
		}
	})
}

func TestADeliveryIsTakenOnceAndNotLost(t *testing.T) {
	listen(t, "secret: "+hookSecret+"\n", func(l *listener) {
		w := l.forum.Post(discoursetest.Post{Text: "acme"})
		deliver := func(fails error) (int, int) {
			// The content type says that it is a form, and the body is JSON.
			code, items := l.post(l.forum.Delivery("http://hook.example/", hookSecret, "post_created", w.ID, true), fails)
			return code, len(items)
		}
		if code, _ := deliver(directdial.Errorf(directdial.Temporary, "the stream is full")); code != http.StatusServiceUnavailable {
			l.Errorf("not stored: %d", code)
		}
		for i, want := range []int{1, 0} {
			if code, n := deliver(nil); code != 202 || n != want {
				l.Errorf("%d: %d, %d items", i, code, n)
			}
		}
	})
}

func TestDeliveriesThatAreNotHeard(t *testing.T) {
	listen(t, "secret: "+hookSecret+"\n", func(l *listener) {
		message := map[string]any{"id": 1, "topic_id": 1, "post_type": 1, "cooked": "acme", "topic_archetype": "private_message", "updated_at": "2026-11-21T10:00:00Z"}
		for name, r := range map[string]*http.Request{
			"a ping":    discoursetest.Sign("http://hook.example/", hookSecret, "ping", "ping", 1, map[string]any{"ping": "OK"}, false),
			"a topic":   discoursetest.Sign("http://hook.example/", hookSecret, "topic", "topic_created", 2, map[string]any{"topic": map[string]any{"id": 1}}, false),
			"a message": discoursetest.Sign("http://hook.example/", hookSecret, "post", "post_created", 3, map[string]any{"post": message}, false),
		} {
			if code, items := l.post(r, nil); code != 202 || len(items) > 0 {
				l.Errorf("%s: %d, %v", name, code, said(items))
			}
		}
		r := discoursetest.Sign("http://hook.example/", "another secret", "ping", "ping", 1, map[string]any{"ping": "OK"}, false)
		if code, _ := l.post(r, nil); code != 401 {
			l.Errorf("another secret: %d", code)
		}
		r = discoursetest.Sign("http://hook.example/", hookSecret, "post", "post_created", 1, []int{1}, false)
		if code, _ := l.post(r, nil); code != 400 {
			l.Errorf("no object: %d", code)
		}
	})
}

func TestAPostIsLookedAtWithWhatWasRepliedSince(t *testing.T) {
	listen(t, "latest: true\n", func(l *listener) {
		root := l.forum.Post(discoursetest.Post{Title: "Acme", Text: "broke"})
		l.forum.Post(discoursetest.Post{Topic: root.Topic, Text: "an old one"})
		time.Sleep(time.Hour)
		since := time.Now()
		reply := l.forum.Post(discoursetest.Post{Topic: root.Topic, Text: "is it plugged in?", Author: "user2", ReplyTo: 1})
		l.forum.Post(discoursetest.Post{Topic: root.Topic, Text: "beep", Author: "system"})
		l.forum.Post(discoursetest.Post{Topic: root.Topic, Text: "oh, thanks"})
		l.forum.Edit(root.ID, "broke, solved")
		items, err := l.look(root, since)
		if diff := cmp.Diff([]string{"Acme\n\nbroke, solved", "is it plugged in?", "oh, thanks"}, said(items)); diff != "" || err != nil {
			l.Errorf("%v\n%s", err, diff)
		}
		if m := items[1].(*directdial.Mention); m.InReplyTo != "forum.example/1" || m.Thread != "forum.example/t/"+strconv.FormatInt(root.Topic, 10) {
			l.Errorf("a reply: %+v", m)
		}
		items, err = l.look(reply, since)
		if diff := cmp.Diff([]string{"is it plugged in?", "oh, thanks"}, said(items)); diff != "" || err != nil {
			l.Errorf("a reply: %v\n%s", err, diff)
		}
		l.forum.Delete(reply.ID, true)
		if items, err = l.look(reply, since); err != nil || said(items)[0] != "gone forum.example/3" {
			l.Errorf("deleted by its author: %v, %v", said(items), err)
		}
		l.forum.Delete(reply.ID, false)
		if items, err = l.look(reply, since); err != nil || len(items) != 1 || said(items)[0] != "gone forum.example/3" {
			l.Errorf("deleted: %v, %v", said(items), err)
		}
		l.forum.Hide(root.Topic)
		if items, err = l.look(root, since); err != nil || len(items) != 1 || said(items)[0] != "gone forum.example/1" {
			l.Errorf("not public any more: %v, %v", said(items), err)
		}
		for _, answer := range []string{"{}", "null", "<html>", `{"post_stream":{}}`} {
			l.spoil = refuseWith("", 200, answer)
			if items, err := l.look(root, since); err == nil {
				l.Errorf("%s: %v", answer, said(items))
			}
		}
		l.spoil = refuseWith("", 404, "<html>")
		if items, err := l.look(root, since); err == nil {
			l.Errorf("a forum that is away: %v", said(items))
		}
		root.URL = "https://forum.example/about"
		if _, err := l.look(root, since); err == nil {
			l.Error("an address of no post")
		}
	})
}
