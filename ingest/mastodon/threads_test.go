package mastodon

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/mastodon/mastodontest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

// reply posts an answer.
func (l *listener) reply(to mastodontest.Written, text string) mastodontest.Written {
	return l.server.Post(mastodontest.Post{Author: "user2@social.example", Text: text, InReplyTo: to.ID})
}

// one polls and returns the mention of that text.
func (l *listener) one(text string) *directdial.Mention {
	l.Helper()
	items, err := l.poll()
	if err != nil {
		l.Fatal(err)
	}
	for _, it := range items {
		if m, ok := it.(*directdial.Mention); ok && m.Text == text {
			return m
		}
	}
	l.Fatalf("%q is not among %q", text, sourcetest.Texts(items))
	return nil
}

func TestAReplyNamesItsParentAndItsThread(t *testing.T) {
	listen(t, withToken(), func(l *listener) {
		root := l.server.Post(by("user1", "a post that is not for us"))
		middle := l.reply(root, "an answer that is not for us")
		l.want()
		l.reply(middle, "@acme third")
		m := l.one("@acme third")
		if m.InReplyTo != middle.URI || m.Thread != root.URI {
			l.Errorf("in reply to %q in thread %q", m.InReplyTo, m.Thread)
		}
	})
}

func TestAThreadIsAskedForOnce(t *testing.T) {
	listen(t, withToken(), func(l *listener) {
		l.want()
		root := l.server.Post(by("user1", "@acme one"))
		last := l.reply(root, "@acme two")
		for i := range 5 {
			last = l.reply(last, fmt.Sprint("@acme ", i))
		}
		for range 10 {
			l.hear()
		}
		if n := l.asked("/context"); n != 0 {
			l.Errorf("%d requests for a thread that was heard from its first post on", n)
		}
		elsewhere := l.server.Post(by("user1", "not for us"))
		l.reply(elsewhere, "@acme a")
		l.reply(elsewhere, "@acme b")
		for range 10 {
			l.hear()
		}
		if n := l.asked("/context"); n != 1 {
			l.Errorf("%d requests for one thread", n)
		}
	})
}

func TestTheUpperEndOfALongThreadIsNotTakenForItsFirstPost(t *testing.T) {
	listen(t, tags("acme"), func(l *listener) {
		last := l.server.Post(by("user1", "the first of many"))
		for i := range 60 {
			last = l.reply(last, fmt.Sprint(i))
		}
		l.want()
		l.reply(last, "#acme")
		if m := l.one("#acme"); m.InReplyTo != last.URI || m.Thread != "" {
			l.Errorf("in reply to %q in thread %q", m.InReplyTo, m.Thread)
		}
	})
}

func TestAReplyIsHeardWhereItsThreadIsNot(t *testing.T) {
	for name, status := range map[string]int{"not found": 404, "forbidden": 403, "broken": 500, "too slow": 504} {
		t.Run(name, func(t *testing.T) {
			listen(t, withToken(), func(l *listener) {
				root := l.server.Post(by("user1", "not for us"))
				l.want()
				l.spoil = func(w http.ResponseWriter, r *http.Request) bool {
					if strings.HasSuffix(r.URL.Path, "/context") {
						w.WriteHeader(status)
						return true
					}
					return false
				}
				l.reply(root, "@acme answer")
				l.server.Post(by("user1", "@acme after"))
				var heard []string
				for range 4 {
					items, _ := l.poll()
					heard = append(heard, sourcetest.Texts(items)...)
					if len(heard) > 0 {
						break
					}
				}
				if diff := cmp.Diff([]string{"@acme answer", "@acme after"}, heard); diff != "" {
					l.Error(diff)
				}
			})
		})
	}
}

func TestAThreadThatCanBeHadTheNextTimeIsHad(t *testing.T) {
	listen(t, withToken(), func(l *listener) {
		root := l.server.Post(by("user1", "not for us"))
		l.want()
		failures := 2
		l.spoil = func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasSuffix(r.URL.Path, "/context") && failures > 0 {
				failures--
				w.WriteHeader(http.StatusBadGateway)
				return true
			}
			return false
		}
		l.reply(root, "@acme answer")
		for failures > 0 {
			if items, err := l.poll(); err == nil || len(items) > 0 {
				l.Errorf("%v and %q", err, sourcetest.Texts(items))
			}
		}
		if m := l.one("@acme answer"); m.Thread != root.URI {
			l.Errorf("in thread %q", m.Thread)
		}
	})
}
