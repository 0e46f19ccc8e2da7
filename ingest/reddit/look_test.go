package reddit

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func (b *bench) look(name string, since time.Time) ([]directdial.Item, error) {
	return b.client.look(b.Context(), ingest.Post{ID: name, Since: since})
}

// see looks at a post and returns the texts of the post and of the replies.
func (b *bench) see(name string, since time.Time) []string {
	b.Helper()
	items, err := b.look(name, since)
	if err != nil {
		b.Fatal(err)
	}
	return texts(items)
}

func TestALookBringsThePostAndWhatStandsBelowIt(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		q := b.say("acme?")
		old := b.reply("user2", "an old reply", q)
		time.Sleep(time.Hour)
		since := time.Now()
		fresh := b.reply("kim", "below the old one", old)
		time.Sleep(time.Second)
		b.reply("user1", "thanks", fresh)
		time.Sleep(time.Second)
		gone := b.reply("user3", "gone", q)
		b.server.Delete(gone.Name)
		last := b.reply("kim", "on the post", q)
		if got := b.see(q.Name, since); !slices.Equal(got, []string{"acme?", "below the old one", "thanks", "on the post"}) {
			b.Errorf("of the post: %q", got)
		}
		if got := b.see(old.Name, since); !slices.Equal(got, []string{"an old reply", "below the old one", "thanks"}) {
			b.Errorf("of a comment: %q", got)
		}
		items, err := b.look(q.Name, last.At)
		if err != nil {
			b.Fatal(err)
		}
		m := items[len(items)-1].(*directdial.Mention)
		if m.InReplyTo != q.Name || m.Thread != q.Name || m.Author.Handle != "kim" || m.Author.ID == "" {
			b.Errorf("got %+v", m)
		}
	})
}

func TestALookReadsWhatTheTreeLeavesOut(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		b.server.Width, b.server.Depth = 5, 3
		q := b.say("acme?")
		want := []string{"acme?"}
		for i := range 40 {
			b.reply("user2", fmt.Sprint("wide ", i), q)
			want = append(want, fmt.Sprint("wide ", i))
			time.Sleep(time.Second)
		}
		above := q
		for i := range 9 {
			above = b.reply("user2", fmt.Sprint("deep ", i), above)
			want = append(want, fmt.Sprint("deep ", i))
			time.Sleep(time.Second)
		}
		if got := b.see(q.Name, time.Time{}); !slices.Equal(got, want) {
			b.Errorf("got %q", got)
		}
		before := len(b.server.Requests())
		for range 3000 {
			b.reply("user2", "many", q)
		}
		b.see(q.Name, time.Time{})
		if n := len(b.server.Requests()) - before; n > maxRequests+1 {
			b.Errorf("%d requests", n)
		}
	})
}

func TestADeletionAndAnEditAreSeenByLooking(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		q := b.say("acme?")
		c := b.reply("user2", "acme!", q)
		edited := b.server.Edit(q.Name, "acme??")
		items, err := b.look(q.Name, time.Time{})
		if err != nil || !items[0].(*directdial.Mention).EditedAt.Equal(edited) || texts(items)[0] != "acme??" {
			b.Fatal(items, err)
		}
		b.server.Delete(q.Name)
		b.server.Remove(c.Name)
		for _, name := range []string{q.Name, c.Name, "t3_never"} {
			items, err := b.look(name, time.Time{})
			if err != nil || !slices.Equal(sourcetest.Deletions(items), []string{name}) {
				b.Errorf("%s: %v, %v", name, items, err)
			}
		}
	})
}

func TestALookThatIsNotAnsweredIsAnError(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		b.server.Width = 1
		q := b.say("acme?")
		b.reply("user2", "one", q)
		b.reply("user2", "two", q)
		for path, body := range map[string]string{
			"/api/info":               `{"kind":"Listing","data":null}`,
			"/comments/" + q.Name[3:]: `[]`,
			// Errors come with status 200.
			"/api/morechildren": `{"json":{"errors":[["RATELIMIT","you are doing that too much. try again in 9 minutes.","ratelimit"]]}}`,
		} {
			b.spoil = func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path != path {
					return false
				}
				_, _ = w.Write([]byte(body))
				return true
			}
			if _, err := b.look(q.Name, time.Time{}); err == nil {
				b.Errorf("%s: no error", path)
			}
		}
		b.spoil = nil
		for _, id := range []string{"", "t3_", "t5_abc", "../t3_abc", "t3_abc,t3_def"} {
			if _, err := b.look(id, time.Time{}); directdial.KindOf(err) != directdial.Invalid {
				b.Errorf("%q: %v", id, err)
			}
		}
	})
}
