package stackexchange

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/stackexchange/stackexchangetest"
)

// ref is a post as a mention names it.
func ref(w stackexchangetest.Written) ingest.Post {
	p := ingest.Post{ID: postID(w.Site, w.ID)}
	if w.AnswerTo != 0 {
		p.Thread = postID(w.Site, w.AnswerTo)
	}
	if w.CommentOn != 0 {
		p.ID, p.Thread = commentID(w.Site, w.ID), postID(w.Site, w.CommentOn)
	}
	return p
}

// see looks at a post and returns the texts of the post and of the replies.
func (b *bench) see(p ingest.Post) []string {
	b.Helper()
	items, err := b.look(p)
	if err != nil {
		b.Fatal(err)
	}
	for _, it := range items {
		if m := it.(*directdial.Mention); m.ID != p.ID && m.Thread == "" {
			b.Errorf("%s stands in no thread", m.ID)
		}
	}
	return texts(items)
}

func TestALookBringsThePostAndWhatStandsBelowIt(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		q := b.ask("acme?")
		old := b.answer("user2", "an old answer", q)
		time.Sleep(time.Hour)
		since := time.Now()
		b.comment("kim", "on the question", q)
		time.Sleep(time.Second)
		b.comment("user1", "on the old answer", old)
		time.Sleep(time.Second)
		fresh := b.answer("kim", "a new answer", q)
		own := b.comment("user1", "thanks", fresh)
		b.comment("kim", "you are welcome", fresh)

		at := func(w stackexchangetest.Written) ingest.Post {
			p := ref(w)
			p.Since = since
			return p
		}
		if got := b.see(at(q)); !slices.Equal(got, []string{"acme?", "on the question", "on the old answer", "a new answer", "thanks", "you are welcome"}) {
			b.Errorf("of the question: %q", got)
		}
		time.Sleep(time.Minute)
		if got := b.see(at(old)); !slices.Equal(got, []string{"an old answer", "on the old answer"}) {
			b.Errorf("of an answer: %q", got)
		}
		time.Sleep(time.Minute)
		if got := b.see(at(own)); !slices.Equal(got, []string{"thanks", "you are welcome"}) {
			b.Errorf("of a comment: %q", got)
		}
	})
}

func TestALookKnowsWhoAnswered(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		q := b.ask("acme?")
		b.answer("user1", "it was me", q)
		items, err := b.look(ref(q))
		if err != nil || len(items) != 2 {
			b.Fatal(items, err)
		}
		m, reply := items[0].(*directdial.Mention), items[1].(*directdial.Mention)
		if reply.Author.Identity() != m.Author.Identity() || reply.Author.Identity() != "stackoverflow/12345" || reply.InReplyTo != m.ID || reply.Thread != m.ID {
			b.Errorf("got %+v", reply)
		}
	})
}

func TestAnEditAndADeletionAreSeenByLooking(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		q := b.ask("acme?")
		a := b.answer("user2", "acme!", q)
		time.Sleep(time.Hour)
		edited := b.server.Edit(q.ID, "acme??")
		items, err := b.look(ref(q))
		if err != nil || !items[0].(*directdial.Mention).EditedAt.Equal(edited) || texts(items)[0] != "acme??" {
			b.Fatal(items, err)
		}
		c := b.comment("user3", "acme…", q)
		for _, w := range []stackexchangetest.Written{a, c, q} {
			b.server.Delete(w.ID)
			items, err := b.look(ref(w))
			if err != nil || len(items) != 1 {
				b.Fatal(items, err)
			}
			if d, ok := items[0].(*directdial.Deletion); !ok || d.ID != ref(w).ID || d.Platform != platform {
				b.Errorf("got %+v", items[0])
			}
		}
		b.allowed = true // the question was looked at twice within a minute
	})
}

func TestALookAtManyAnswersReadsAll(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		q := b.ask("acme?")
		var last stackexchangetest.Written
		for i := range 250 {
			last = b.answer("user2", fmt.Sprint("answer ", i), q)
		}
		time.Sleep(time.Hour)
		p := ref(q)
		p.Since = time.Now()
		b.comment("kim", "below the last", last)
		if got := b.see(p); !slices.Equal(got, []string{"acme?", "below the last"}) {
			b.Errorf("got %q", got)
		}
	})
}

func TestAFailureInTheMiddleOfALookIsAnError(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		q := b.ask("acme?")
		b.answer("user2", "acme!", q)
		b.spoil = func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, "/comments") {
				return false
			}
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		}
		items, err := b.look(ref(q))
		if directdial.KindOf(err) != directdial.Temporary || !slices.Equal(texts(items), []string{"acme?", "acme!"}) {
			b.Errorf("got %q, %v", texts(items), err)
		}
		for _, id := range []string{"", "stackoverflow", "stackoverflow/x", "stackoverflow/-1", "a/b/1", "stackoverflow/comment-", "../1"} {
			if _, err := b.look(ingest.Post{ID: id}); directdial.KindOf(err) != directdial.Invalid {
				b.Errorf("%q: %v", id, err)
			}
		}
	})
}
