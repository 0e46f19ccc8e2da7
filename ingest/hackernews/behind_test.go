package hackernews

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/hackernews/hackernewstest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

// stall makes the index stand still for so long that nobody waits for it.
func (b *bench) stall() {
	b.server.Stall()
	time.Sleep(patience)
}

func TestWhileTheIndexLagsTheTreeIsRead(t *testing.T) {
	listen(t, []string{"acme", "widget"}, func(b *bench) {
		story := b.write("Show HN: a plug")
		b.stall()
		above := b.server.Post(hackernewstest.Post{Author: "user2", Text: "what is it?", InReplyTo: story})
		b.server.Post(hackernewstest.Post{Author: "user3", Text: "an acme widget", InReplyTo: above})
		b.server.Kill(b.write("acme is dead"))
		b.server.Delete(b.write("acme is gone"))
		b.server.Post(hackernewstest.Post{Author: "acme", Title: "Acme is hiring", Kind: "job"})
		b.server.Hide(b.write("acme is not there yet"), true)
		b.write("acme works")
		early := b.hear()
		if got := sourcetest.Texts(early); !slices.Equal(got, []string{"an acme widget", "acme works"}) {
			b.Fatalf("got %q", got)
		}
		b.want() // nothing is read twice
		b.write("acme later")
		b.want("acme later")

		b.server.Resume()
		late := b.hear()
		for _, it := range early {
			m := it.(*directdial.Mention)
			i := slices.IndexFunc(late, func(o directdial.Item) bool { return o.(*directdial.Mention).ID == m.ID })
			if i < 0 {
				b.Fatalf("%s does not come by the index", m.ID)
			}
			if diff := cmp.Diff(it, late[i]); diff != "" {
				b.Errorf("the tree and the index disagree (-tree +index):\n%s", diff)
			}
		}
		if !slices.Contains(sourcetest.Texts(late), "acme is not there yet") {
			b.Error("what the tree did not have comes by the index")
		}
	})
}

func TestALagOfManyPostsIsReadInParts(t *testing.T) {
	listen(t, []string{"acme"}, func(b *bench) {
		b.stall()
		for range 3*maxPosts + 7 {
			b.write("acme")
		}
		if n := len(b.hear()); n != 3*maxPosts+7 {
			b.Errorf("heard %d", n)
		}
	})
}

func TestAQuietHourIsNoLag(t *testing.T) {
	listen(t, []string{"acme"}, func(b *bench) {
		time.Sleep(time.Hour)
		before := len(b.server.Requests())
		b.want()
		if n := len(b.server.Requests()) - before; n != 3 { // head, word, highest number
			b.Errorf("%d requests", n)
		}
	})
}
