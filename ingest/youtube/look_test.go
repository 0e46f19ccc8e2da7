package youtube

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
	"github.com/directdial/directdial/ingest/youtube/youtubetest"
)

func (b *bench) look(id string, since time.Time, url string) ([]directdial.Item, error) {
	return b.client.look(b.Context(), ingest.Post{ID: id, Since: since, URL: url})
}

func TestALookBringsThePostAndWhatStandsBelowIt(t *testing.T) {
	listen(t, owner(), func(b *bench) {
		v := b.upload()
		c := b.say("acme?", v)
		b.reply("user2", "old", c)
		time.Sleep(time.Hour)
		since := time.Now()
		for i := range 6 {
			b.reply("user2", fmt.Sprint("reply ", i), c)
		}
		time.Sleep(time.Second)
		answer := b.reply("kim", "we fix it", c)
		items, err := b.look(c.ID, since, "https://www.youtube.com/watch?v="+v.ID+"&lc="+c.ID)
		if got := sourcetest.Texts(items); err != nil || len(got) != 8 || got[0] != "acme?" || got[7] != "we fix it" || slices.Contains(got, "old") {
			b.Fatal(got, err)
		}
		m := items[7].(*directdial.Mention)
		if m.ID != answer.ID || m.InReplyTo != c.ID || m.Author.ID != youtubetest.ChannelID("kim") || !strings.Contains(m.URL, "v="+v.ID) {
			b.Errorf("got %+v", m)
		}
		time.Sleep(time.Second)
		other := b.say("another", v)
		items, err = b.look(v.ID, since, "")
		if got := sourcetest.Texts(items); err != nil || len(got) != 9 || got[0] != "Our widget" {
			b.Fatal(got, err)
		}
		if m := items[8].(*directdial.Mention); m.ID != other.ID || m.InReplyTo != v.ID || m.Thread != v.ID {
			b.Errorf("got %+v", m)
		}
	})
}

func TestWhatIsDeletedIsADeletionAndWhatIsEditedAnEdit(t *testing.T) {
	listen(t, owner(), func(b *bench) {
		v := b.upload()
		gone, edited := b.say("one", v), b.say("two", v)
		reply := b.reply("user2", "three", edited)
		b.want("one", "two", "three")
		b.server.Delete(gone.ID)
		b.server.Delete(reply.ID)
		w := b.server.Edit(edited.ID, "two, edited")
		for _, id := range []string{gone.ID, reply.ID, "00000000000"} {
			if items, err := b.look(id, time.Time{}, ""); err != nil || !slices.Equal(sourcetest.Deletions(items), []string{id}) {
				b.Errorf("%s: %v, %v", id, items, err)
			}
		}
		b.restart() // what was emitted stands in the state
		time.Sleep(rereadEvery)
		items := b.hear()
		ids := sourcetest.Deletions(items)
		if slices.Sort(ids); !slices.Equal(ids, []string{gone.ID, reply.ID}) {
			b.Errorf("got %q", ids)
		}
		at := time.Time{}
		for _, it := range items {
			if m, ok := it.(*directdial.Mention); ok && m.Text == "two, edited" {
				at = m.EditedAt
			}
		}
		if !at.Equal(w.Edited) {
			b.Errorf("edited at %v", at)
		}
		time.Sleep(rereadEvery)
		if ids := sourcetest.Deletions(b.hear()); len(ids) != 0 {
			b.Errorf("told again: %q", ids)
		}
	})
}

// An answer that was cut short and a channel that was closed look the same.
func TestThatNoPostIsThereAnyMoreIsBelievedTheSecondTime(t *testing.T) {
	listen(t, owner(), func(b *bench) {
		v := b.upload()
		b.say("one", v)
		b.say("two", v)
		b.want("one", "two")
		none := func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, "/comments") {
				return false
			}
			_, _ = w.Write([]byte(`{"items":[]}`))
			return true
		}
		sourcetest.Unbelieved(b, 2, func(gone bool) int {
			if b.spoil = nil; gone {
				b.spoil = none
			}
			time.Sleep(rereadEvery)
			return len(sourcetest.Deletions(b.hear()))
		})
	})
}

func TestALookThatIsNotAnsweredIsAnError(t *testing.T) {
	listen(t, owner(), func(b *bench) {
		off := b.server.Upload(youtubetest.Video{Channel: "owner", Title: "Quiet", Disabled: true})
		if items, err := b.look(off.ID, time.Time{}, ""); err != nil || len(items) != 1 {
			b.Errorf("comments turned off: %v, %v", items, err)
		}
		for _, id := range []string{"", "short", "../../etc", strings.Repeat("a", 11) + ",b", "Ugz.x"} {
			if _, err := b.look(id, time.Time{}, ""); directdial.KindOf(err) != directdial.Invalid {
				b.Errorf("%q: %v", id, err)
			}
		}
		for _, body := range []string{`null`, `{}`, `{"items":null}`, `{"items":[{}]}`, `<html>`} {
			b.spoil = func(w http.ResponseWriter, _ *http.Request) bool {
				_, _ = w.Write([]byte(body))
				return true
			}
			if _, err := b.look(off.ID, time.Time{}, ""); directdial.KindOf(err) != directdial.Invalid {
				b.Errorf("%s: %v", body, err)
			}
		}
	})
}
