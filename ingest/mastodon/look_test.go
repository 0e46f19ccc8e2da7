package mastodon

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/mastodon/mastodontest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func ref(w mastodontest.Written) ingest.Post { return ingest.Post{ID: w.URI, URL: w.URL} }

// see looks at a post and returns the texts of the post and of the replies.
func (l *listener) see(p ingest.Post) []string {
	l.Helper()
	items, err := l.look(l.Context(), p)
	if err != nil {
		l.Fatal(err)
	}
	return sourcetest.Texts(items)
}

// lost reports whether a look says that a post is gone.
func (l *listener) lost(w mastodontest.Written) bool {
	l.Helper()
	items, err := l.look(l.Context(), ref(w))
	if err != nil {
		l.Fatal(err)
	}
	if len(items) != 1 {
		return false
	}
	d, ok := items[0].(*directdial.Deletion)
	return ok && d.ID == w.URI && d.Platform == platform
}

func TestALookBringsThePostAndTheRepliesBelowIt(t *testing.T) {
	listen(t, withToken(), func(l *listener) {
		l.hear()
		above := l.server.Post(by("user3", "what is acme?"))
		post := l.reply(above, "@acme billed me twice")
		l.hear()
		time.Sleep(time.Minute)
		one := l.reply(post, "me too")
		l.reply(above, "not below")
		time.Sleep(time.Minute)
		p := ref(post)
		p.Since = time.Now()
		answer := l.server.Post(mastodontest.Post{Author: "kim@social.example", Text: "we are sorry", InReplyTo: one.ID})
		time.Sleep(time.Second)
		l.reply(post, "it was corrected")
		l.server.Edit(post.ID, "@acme billed me three times")
		l.server.Delete(l.reply(post, "spam").ID)
		l.server.Post(mastodontest.Post{Author: "user2@social.example", Text: "@acme in private", InReplyTo: post.ID, Visibility: "direct"})
		if got := l.see(p); !slices.Equal(got, []string{"@acme billed me three times", "we are sorry", "it was corrected"}) {
			l.Errorf("since: %q", got)
		}
		p.Since = time.Time{}
		items, err := l.look(l.Context(), p)
		if err != nil || len(items) != 4 {
			l.Fatal(sourcetest.Texts(items), err)
		}
		self, reply := items[0].(*directdial.Mention), items[2].(*directdial.Mention)
		if self.ID != post.URI || self.InReplyTo != above.URI || self.Thread != above.URI || self.EditedAt.IsZero() {
			l.Errorf("the post is %+v", self)
		}
		if reply.ID != answer.URI || reply.InReplyTo != one.URI || reply.Thread != above.URI || reply.Author.Identity() != "kim@social.example" {
			l.Errorf("the reply is %+v", reply)
		}
	})
}

func TestAPostThatIsGoneIsADeletion(t *testing.T) {
	listen(t, withToken(), func(l *listener) {
		l.hear()
		a, b := l.server.Post(by("user1@social.example", "@acme a")), l.server.Post(by("user1", "@acme b"))
		l.want("@acme a", "@acme b")
		if l.lost(a) || l.lost(b) {
			l.Error("they are there")
		}
		l.server.Delete(a.ID)
		l.server.Edit(b.ID, "")
		if !l.lost(a) || !l.lost(b) {
			l.Error("one is deleted, of the other nothing is left")
		}
		if n := l.asked("/api/v2/search"); n > 0 {
			l.Errorf("searched %d times for what is known", n)
		}
	})
}

func TestAPostIsFoundByItsURIAfterARestart(t *testing.T) {
	listen(t, withToken(), func(l *listener) {
		l.hear()
		far, near := l.server.Post(by("user1@social.example", "@acme far")), l.server.Post(by("user1", "@acme near"))
		l.hear()
		l.restart()
		if got := l.see(ref(far)); !slices.Equal(got, []string{"@acme far"}) {
			l.Errorf("got %q", got)
		}
		l.server.Delete(near.ID)
		l.see(ref(far))
		if n := l.asked("/api/v2/search"); n != 1 {
			l.Errorf("searched %d times, want once", n)
		}
		// Where nothing is found, the post may be there all the same.
		l.restart()
		l.server.Delete(far.ID)
		if items, err := l.look(l.Context(), ref(far)); err != nil || len(items) > 0 {
			l.Errorf("got %v, %v", items, err)
		}
	})
}

func TestALookThatIsRefusedSaysNothingOfThePost(t *testing.T) {
	for name, c := range map[string]struct {
		settings Settings
		scopes   []string
		spoil    func(w http.ResponseWriter, r *http.Request) bool
		says     string
		kind     directdial.Kind
	}{
		"no token":    {settings: tags("acme"), says: "read:search", kind: directdial.Denied},
		"less scopes": {settings: withToken(), scopes: []string{"read:statuses", "read:notifications"}, says: "read:search", kind: directdial.Denied},
		"busy": {settings: withToken(), kind: directdial.Temporary, spoil: func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasSuffix(r.URL.Path, "/context") {
				w.WriteHeader(http.StatusServiceUnavailable)
				return true
			}
			return false
		}},
		"no API": {settings: withToken(), says: "no Mastodon API", kind: directdial.NotFound, spoil: func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasPrefix(r.URL.Path, "/api/v1/statuses/") {
				http.NotFound(w, r)
				return true
			}
			return false
		}},
		"another post": {settings: withToken(), says: "another post", kind: directdial.Invalid, spoil: func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasPrefix(r.URL.Path, "/api/v1/statuses/") {
				_, _ = w.Write([]byte(`{"id":"1","uri":"https://social.example/1"}`))
				return true
			}
			return false
		}},
	} {
		t.Run(name, func(t *testing.T) {
			listen(t, c.settings, func(l *listener) {
				l.hear()
				w := l.server.Post(by("user1@social.example", "@acme #acme"))
				l.hear()
				if c.spoil == nil {
					l.restart() // so that it must be searched for
				}
				l.server.Scopes, l.spoil = c.scopes, c.spoil
				items, err := l.look(l.Context(), ref(w))
				if err == nil || directdial.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.says) || len(items) > 0 {
					l.Errorf("got %v, %v", items, err)
				}
			})
		})
	}
}

func TestALookSparesTheLimit(t *testing.T) {
	listen(t, withToken(), func(l *listener) {
		w := l.server.Post(by("user1", "@acme"))
		l.hear()
		l.server.Use(mastodontest.Limit)
		l.hearFails()
		if _, err := l.look(l.Context(), ref(w)); directdial.After(err) <= 0 {
			l.Errorf("got %v", err)
		}
	})
}

// hearFails polls and demands an error.
func (l *listener) hearFails() {
	l.Helper()
	if _, err := l.poll(); err == nil {
		l.Fatal("it does not fail")
	}
}
