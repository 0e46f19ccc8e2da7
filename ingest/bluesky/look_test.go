package bluesky

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/bluesky/blueskytest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func reply(author, text string, to blueskytest.Written) blueskytest.Post {
	p := by(author, text)
	p.ReplyTo = to.URI
	return p
}

func TestALookShowsThePostAndWhoReplied(t *testing.T) {
	listen(t, withAccount(), func(l *listener) {
		root := l.server.Post(by("user2.example", "who knows widgets?"))
		w := l.server.Post(reply("user1.example", "my widget broke", root))
		l.server.Post(reply("user4.example", "beside it", root))
		early := l.server.Post(reply("user2.example", "too early", w))
		time.Sleep(time.Minute)
		since := time.Now()
		first := l.server.Post(reply("acme.example", "We are sorry", w))
		time.Sleep(time.Second)
		l.server.Post(reply("user1.example", "thank you", first))
		late := reply("user3.example", "dated back", early)
		late.At = time.Now().Add(-48 * time.Hour)
		l.server.Post(late)
		l.server.Post(reply("blocks.example", "not to be seen", w))
		gone := l.server.Post(reply("user3.example", "deleted", w))
		l.server.Delete(gone.URI)
		l.server.Block("blocks.example")
		items, err := l.look(t.Context(), ingest.Post{ID: w.URI, Since: since})
		if err != nil {
			t.Fatal(err)
		}
		if got := sourcetest.Texts(items); !slices.Equal(got, []string{"my widget broke", "dated back", "We are sorry", "thank you"}) {
			t.Errorf("got %q", got)
		}
		if m := items[2].(*directdial.Mention); m.InReplyTo != w.URI || m.Thread != root.URI || m.Author.ID != blueskytest.DID("acme.example") {
			t.Errorf("%+v", m)
		}
	})
}

func TestALookAtWhatIsGoneIsADeletion(t *testing.T) {
	for name, happens := range map[string]func(s *blueskytest.Server, uri string){
		"deleted":         func(s *blueskytest.Server, uri string) { s.Delete(uri) },
		"account deleted": func(s *blueskytest.Server, _ string) { s.DeleteAccount("user1.example") },
		"taken down":      func(s *blueskytest.Server, _ string) { s.Label("user1.example", "!takedown") },
	} {
		t.Run(name, func(t *testing.T) {
			listen(t, withAccount(), func(l *listener) {
				w := l.server.Post(by("user1.example", "my widget broke"))
				happens(l.server, w.URI)
				items, err := l.look(t.Context(), ingest.Post{ID: w.URI})
				if err != nil || !slices.Equal(sourcetest.Deletions(items), []string{w.URI}) || len(items) != 1 {
					t.Errorf("%v, %v", items, err)
				}
			})
		})
	}
}

func TestALookReadsWhatAServerMayAnswer(t *testing.T) {
	const uri = "at://did:plc:a/app.bsky.feed.post/1"
	for name, c := range map[string]struct {
		answer  string
		deleted int
		fails   bool
	}{
		"not found":          {`{"thread":{"$type":"app.bsky.feed.defs#notFoundPost","uri":"` + uri + `","notFound":true}}`, 1, false},
		"blocked":            {`{"thread":{"$type":"app.bsky.feed.defs#blockedPost","uri":"` + uri + `","blocked":true,"author":{"did":"did:plc:a"}}}`, 0, false},
		"another post":       {`{"thread":{"post":{"uri":"at://did:plc:a/app.bsky.feed.post/2"}}}`, 0, true},
		"no thread":          {`{}`, 0, true},
		"null":               {`null`, 0, true},
		"a list":             {`[]`, 0, true},
		"a page":             {`<!doctype html>`, 0, true},
		"a thread that is 7": {`{"thread":7}`, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			listen(t, withAccount(), func(l *listener) {
				l.spoil = answering(c.answer)
				items, err := l.look(t.Context(), ingest.Post{ID: uri})
				if (err != nil) != c.fails || len(items) != c.deleted {
					t.Errorf("%v, %v", items, err)
				}
			})
		})
	}
}

func TestALookAtARepostShowsNothing(t *testing.T) {
	listen(t, withAccount(), func(l *listener) {
		requests := len(l.requests)
		items, err := l.look(t.Context(), ingest.Post{ID: "at://did:plc:a/app.bsky.feed.repost/1"})
		if err != nil || len(items) > 0 || len(l.requests) > requests {
			t.Errorf("%v, %v", items, err)
		}
	})
}

func TestALookMakesNoSession(t *testing.T) {
	listen(t, withAccount(), func(l *listener) {
		w := l.server.Post(by("user1.example", "my widget broke"))
		l.server.Revoke()
		for range 2 {
			_, err := l.look(t.Context(), ingest.Post{ID: w.URI})
			if directdial.KindOf(err) != directdial.Temporary || directdial.After(err) != l.every {
				t.Errorf("%v", err)
			}
			l.restart() // nobody has polled yet
		}
		sessions(l, 1, 0)
		l.hear()
		if items, err := l.look(t.Context(), ingest.Post{ID: w.URI}); err != nil || len(items) != 1 {
			t.Errorf("%v, %v", items, err)
		}
	})
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	for settings, field := range map[string]string{
		"search: []":                                               "search",
		"account: acme":                                            "account",
		"account: acme.example":                                    "password",
		"password: x\nsearch: [acme]":                              "account",
		"search: [acme]\nnotifications: true":                      "notifications",
		"search: [acme, ' ACME ']":                                 "search",
		"search: ['']":                                             "search",
		"search: [" + strings.Repeat("a", 201) + "]":               "search",
		"search: [acme]\nevery: 1s":                                "every",
		"search: [acme]\nserver: bsky.social":                      "server",
		"search: [acme]\nserver: https://user@bsky.social":         "server",
		"account: acme.example\npassword: x\nnotifications: false": "search",
		"search: [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u]": "search",
	} {
		_, err := ingest.Make("bluesky", sourcetest.Setup(t, settings))
		if directdial.KindOf(err) != directdial.Invalid || !strings.HasPrefix(err.Error(), field+":") {
			t.Errorf("%s: %v", settings, err)
		}
	}
	for _, settings := range []string{
		"search: [acme]", "account: '@Acme.Bsky.Social'\npassword: x", "account: did:plc:mlnethr2ro5nsg24sugwkxlc\npassword: x",
		"account: did:web:acme.example\npassword: x\nsearch: ['\"acme widget\"']",
	} {
		if _, err := ingest.Make("bluesky", sourcetest.Setup(t, settings)); err != nil {
			t.Errorf("%s: %v", settings, err)
		}
	}
}
