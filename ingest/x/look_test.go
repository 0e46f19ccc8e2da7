package x

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
	"github.com/directdial/directdial/ingest/x/xtest"
)

// reply makes a post below another.
func (b *bench) reply(author, text, to string) xtest.Written {
	return b.x.Post(xtest.Post{Author: author, Text: text, InReplyTo: to})
}

// look looks at a post.
func (b *bench) look(p ingest.Post) []directdial.Item {
	b.Helper()
	items, err := b.Look(b.Context(), p)
	if err != nil {
		b.Fatal(err)
	}
	return items
}

func TestALookBringsThePostAndTheRepliesBelowIt(t *testing.T) {
	listen(t, 1000, func(b *bench) {
		root := b.write("acme billed me twice")
		time.Sleep(time.Minute)
		one := b.reply("user2", "me too", root.ID)
		b.reply("user3", "beside it", root.ID)
		time.Sleep(time.Minute)
		since := time.Now()
		b.reply("kim", "we are sorry", one.ID)
		time.Sleep(time.Second)
		b.reply("user1", "it was corrected", root.ID)
		p := ingest.Post{ID: root.ID, Thread: root.ID, Since: root.At}
		if got := sourcetest.Texts(b.look(p)); !slices.Equal(got, []string{"acme billed me twice", "me too", "beside it", "we are sorry", "it was corrected"}) {
			b.Errorf("of the first post: %q", got)
		}
		p.Since = since
		if got := sourcetest.Texts(b.look(p)); !slices.Equal(got, []string{"acme billed me twice", "we are sorry", "it was corrected"}) {
			b.Errorf("since a time: %q", got)
		}
		items := b.look(ingest.Post{ID: one.ID, Thread: root.ID, Since: one.At})
		if got := sourcetest.Texts(items); !slices.Equal(got, []string{"me too", "we are sorry"}) {
			b.Fatalf("of a reply: %q", got)
		}
		m := items[1].(*directdial.Mention)
		if m.InReplyTo != one.ID || m.Thread != root.ID || m.Author.ID != b.x.Account("kim") {
			b.Errorf("got %+v", m)
		}
	})
}

func TestALookSeesTheLastVersionUnderTheFirstID(t *testing.T) {
	listen(t, 1000, func(b *bench) {
		w := b.write("acme broek")
		b.x.Edit(w.ID, "acme broke")
		b.x.Edit(w.ID, "acme broke, twice")
		b.reply("kim", "we are sorry", w.ID)
		items := b.look(ingest.Post{ID: w.ID, Thread: w.ID})
		if got := sourcetest.Texts(items); !slices.Equal(got, []string{"acme broke, twice", "we are sorry"}) {
			b.Fatalf("got %q", got)
		}
		if m := items[0].(*directdial.Mention); m.ID != w.ID || m.EditedAt.IsZero() {
			b.Errorf("got %+v", m)
		}
	})
}

func TestWhatIsNotToBeSeenAnyMoreIsDeleted(t *testing.T) {
	for name, hide := range map[string]func(*xtest.Server, string){
		"deleted":             func(x *xtest.Server, id string) { x.Delete(id) },
		"a suspended account": func(x *xtest.Server, _ string) { x.Suspend("user1") },
		"a protected account": func(x *xtest.Server, _ string) { x.Protect("user1") },
	} {
		t.Run(name, func(t *testing.T) {
			listen(t, 1000, func(b *bench) {
				w := b.write("acme")
				b.reply("kim", "we are sorry", w.ID)
				hide(b.x, w.ID)
				items := b.look(ingest.Post{ID: w.ID, Thread: w.ID})
				if d, ok := items[0].(*directdial.Deletion); !ok || len(items) != 1 || d.ID != w.ID || d.Platform != "x" || !d.At.Equal(time.Now()) {
					b.Errorf("got %v", items)
				}
			})
		})
	}
}

func TestALookThatFailsDeletesNothing(t *testing.T) {
	for name, body := range map[string]string{
		"null": `null`, "another post": `{"data":[{"id":"1","text":"a"}]}`, "no data": `{"data":[]}`,
		"an error of another post": `{"errors":[{"resource_id":"1","type":"https://api.x.com/2/problems/resource-not-found"}]}`,
		"another error":            `{"errors":[{"type":"https://api.x.com/2/problems/operational"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			listen(t, 1000, func(b *bench) {
				w := b.write("acme")
				b.spoil = func(w http.ResponseWriter, _ *http.Request) bool {
					_, _ = w.Write([]byte(body))
					return true
				}
				if items, err := b.Look(b.Context(), ingest.Post{ID: w.ID}); err == nil || len(items) > 0 {
					b.Errorf("%v, %v", items, err)
				}
			})
		})
	}
}

func TestALookKeepsThePostIfTheConversationFails(t *testing.T) {
	listen(t, 1000, func(b *bench) {
		w := b.write("acme")
		b.spoil = func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.Contains(r.URL.Path, "search") {
				return false
			}
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		}
		items, err := b.Look(b.Context(), ingest.Post{ID: w.ID})
		if !slices.Equal(sourcetest.Texts(items), []string{"acme"}) || directdial.KindOf(err) != directdial.Temporary {
			b.Errorf("%v, %v", items, err)
		}
	})
}

func TestALookAtAnOldPostSearchesSevenDays(t *testing.T) {
	listen(t, 1000, func(b *bench) {
		w := b.write("acme")
		b.reply("user2", "too old", w.ID)
		time.Sleep(9 * 24 * time.Hour)
		b.reply("kim", "we are sorry", w.ID)
		if got := sourcetest.Texts(b.look(ingest.Post{ID: w.ID, Thread: w.ID, Since: w.At})); !slices.Equal(got, []string{"acme", "we are sorry"}) {
			b.Errorf("got %q", got)
		}
	})
}

func TestALookKeepsWithinTheCap(t *testing.T) {
	listen(t, 100, func(b *bench) {
		w := b.write("acme")
		for range 300 {
			b.reply("user2", "me too", w.ID)
		}
		items, err := b.Look(b.Context(), ingest.Post{ID: w.ID, Thread: w.ID})
		if directdial.KindOf(err) != directdial.Temporary || len(items) == 0 {
			b.Errorf("%d items, %v", len(items), err)
		}
		if n := b.x.Charged(time.Now()); n > 100 {
			b.Errorf("%d posts are charged", n)
		}
		if _, err := b.Look(b.Context(), ingest.Post{ID: w.ID}); directdial.KindOf(err) != directdial.Temporary {
			b.Errorf("over the cap: %v", err)
		}
	})
}

func TestALookIsAtPostsOfX(t *testing.T) {
	listen(t, 100, func(b *bench) {
		if _, err := b.Look(b.Context(), ingest.Post{ID: "https://acme.example/1"}); directdial.KindOf(err) != directdial.Invalid {
			b.Error(err)
		}
	})
}
