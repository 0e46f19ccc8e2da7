package hackernews

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/hackernews/hackernewstest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func (b *bench) reply(author, text string, to int64) int64 {
	return b.server.Post(hackernewstest.Post{Author: author, Text: text, InReplyTo: to})
}

func ref(id int64) ingest.Post { return ingest.Post{ID: strconv.FormatInt(id, 10)} }

// see looks at a post and returns the texts of the post and of the replies.
func (b *bench) see(p ingest.Post) []string {
	b.Helper()
	items, err := b.look(p)
	if err != nil {
		b.Fatal(err)
	}
	return sourcetest.Texts(items)
}

func TestALookBringsThePostAndTheRepliesBelowIt(t *testing.T) {
	listen(t, []string{"acme"}, func(b *bench) {
		story := b.write("Acme billed me twice")
		time.Sleep(time.Minute)
		one := b.reply("user2", "me too", story)
		b.reply("user3", "not below", story)
		time.Sleep(time.Minute)
		since := time.Now()
		b.reply("kim", "we are sorry", one)
		time.Sleep(time.Second)
		b.reply("user1", "it was corrected", story)
		b.server.Kill(b.reply("user4", "spam", story))
		p := ref(story)
		if got := b.see(p); !slices.Equal(got, []string{"Acme billed me twice", "me too", "not below", "we are sorry", "it was corrected"}) {
			b.Errorf("of the story: %q", got)
		}
		p.Since = since
		if got := b.see(p); !slices.Equal(got, []string{"Acme billed me twice", "we are sorry", "it was corrected"}) {
			b.Errorf("of the story, since: %q", got)
		}
		p = ref(one)
		items, err := b.look(p)
		if err != nil || !slices.Equal(sourcetest.Texts(items), []string{"me too", "we are sorry"}) {
			b.Fatalf("of a comment: %q, %v", sourcetest.Texts(items), err)
		}
		m := items[1].(*directdial.Mention)
		if m.InReplyTo != p.ID || m.Thread != ref(story).ID || m.Author.Identity() != "kim" {
			b.Errorf("got %+v", m)
		}
	})
}

func TestAPostThatIsGoneIsADeletion(t *testing.T) {
	for name, remove := range map[string]func(*hackernewstest.Server, int64){
		"deleted": (*hackernewstest.Server).Delete, "dead": (*hackernewstest.Server).Kill,
	} {
		t.Run(name, func(t *testing.T) {
			listen(t, []string{"acme"}, func(b *bench) {
				id := b.write("Acme")
				b.reply("user2", "what?", id)
				remove(b.server, id)
				items, err := b.look(ref(id))
				if err != nil || len(items) != 2 {
					b.Fatal(items, err)
				}
				if d, ok := items[0].(*directdial.Deletion); !ok || d.ID != ref(id).ID || d.Platform != "hackernews" {
					b.Errorf("got %+v", items[0])
				}
			})
		})
	}
}

func TestAPostThatIsNotThereIsNotDeleted(t *testing.T) {
	listen(t, []string{"acme"}, func(b *bench) {
		id := b.write("Acme")
		b.server.Hide(id, true)
		if items, err := b.look(ref(id)); directdial.KindOf(err) != directdial.NotFound || len(items) != 0 {
			b.Errorf("got %v, %v", items, err)
		}
		for _, id := range []string{"", "x", "-1", "../maxitem"} {
			if _, err := b.look(ingest.Post{ID: id}); directdial.KindOf(err) != directdial.Invalid {
				b.Errorf("%q: %v", id, err)
			}
		}
	})
}

func TestTheEndOfALargeThreadComesFromTheIndex(t *testing.T) {
	listen(t, []string{"acme"}, func(b *bench) {
		story := b.write("Acme")
		aside := b.reply("user2", "aside", story)
		comment := b.reply("user2", "comment", story)
		for i := range 2 * maxLook {
			b.reply("user3", fmt.Sprint("reply ", i), comment)
		}
		time.Sleep(time.Hour)
		since := time.Now()
		last := b.reply("kim", "we are sorry", comment)
		b.reply("user2", "thanks", last)
		b.reply("user2", "not below", aside)
		p := ref(comment)
		p.Thread, p.Since = ref(story).ID, since
		if got := b.see(p); !slices.Equal(got, []string{"comment", "we are sorry", "thanks"}) {
			b.Errorf("got %q", got)
		}
		if n := len(b.asked("/v0/item/")); n != maxLook+1 {
			b.Errorf("%d posts were read from the tree", n)
		}
	})
}

func TestAFailureInTheMiddleOfALookIsAnError(t *testing.T) {
	listen(t, []string{"acme"}, func(b *bench) {
		story := b.write("Acme")
		b.reply("user2", "one", story)
		b.reply("user2", "two", story)
		n := 0
		b.spoil = func(w http.ResponseWriter, _ *http.Request) bool {
			if n++; n == 3 {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
			return n == 3
		}
		items, err := b.look(ref(story))
		if directdial.KindOf(err) != directdial.Temporary || !slices.Equal(sourcetest.Texts(items), []string{"Acme", "one"}) {
			b.Errorf("got %q, %v", sourcetest.Texts(items), err)
		}
	})
}
