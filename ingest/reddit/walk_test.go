package reddit

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/reddit/reddittest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

// Reddit answers nothing to who asks for what is newer than a deleted post.
func TestTheNewestPostIsDeletedAndTheNextAreHeard(t *testing.T) {
	listen(t, gadgets(), func(b *bench) {
		w := b.say("one")
		b.want("one")
		b.server.Delete(w.Name)
		b.want()
		b.say("two")
		b.want("two")
		for _, r := range b.server.Requests() {
			if strings.Contains(r, "before=") {
				b.Errorf("asked %s", r)
			}
		}
	})
}

func TestThePostAtTheEndOfAPageIsDeletedWhileItIsRead(t *testing.T) {
	for _, deleted := range []int{1, reserve} {
		listen(t, gadgets(), func(b *bench) {
			var all []reddittest.Written
			for i := range 250 {
				all = append(all, b.say(fmt.Sprint("post ", i)))
			}
			pages := 0
			b.spoil = func(_ http.ResponseWriter, r *http.Request) bool {
				if strings.HasSuffix(r.URL.Path, "/new") {
					if pages++; pages == 2 {
						for i := range deleted {
							b.server.Delete(all[150+i].Name)
						}
					}
				}
				return false
			}
			items := b.hear()
			if got := texts(items); len(heard(got)) != 250 || len(sourcetest.Gaps(items)) != 0 {
				b.Errorf("%d deleted: heard %d, gaps %v", deleted, len(heard(got)), sourcetest.Gaps(items))
			}
		})
	}
}

// If all that could be named is deleted, what was not read is recorded.
func TestAPlaceThatIsLostIsAGap(t *testing.T) {
	listen(t, gadgets(), func(b *bench) {
		first := b.say("first")
		b.want("first")
		time.Sleep(2 * time.Hour)
		var all []reddittest.Written
		for i := range 250 {
			time.Sleep(time.Second)
			all = append(all, b.say(fmt.Sprint("post ", i)))
		}
		pages := 0
		b.spoil = func(_ http.ResponseWriter, r *http.Request) bool {
			if strings.HasSuffix(r.URL.Path, "/new") {
				if pages++; pages == 2 {
					for i := range reserve + 1 {
						b.server.Delete(all[150+i].Name)
					}
				}
			}
			return false
		}
		items := b.hear()
		got := sourcetest.Gaps(items)
		if len(got) != 1 || len(heard(texts(items))) != 101 { // a hundred, and "first", which is read again
			b.Fatalf("heard %d, gaps %v", len(heard(texts(items))), got)
		}
		if g := got[0]; !g.From.Equal(first.At) || !g.To.Equal(all[150].At) || g.Missing != -1 || g.Query != "posts of r/gadgets" {
			b.Errorf("got %+v", g)
		}
	})
}

func TestAThousandPostsAreShownAndTheRestIsAGap(t *testing.T) {
	listen(t, gadgets(), func(b *bench) {
		b.say("first")
		b.want("first")
		time.Sleep(30 * time.Minute)
		lost := []reddittest.Written{}
		for i := range reddittest.Deep + 20 {
			if w := b.say(fmt.Sprint("post ", i)); i < 20 {
				lost = append(lost, w)
			}
			time.Sleep(time.Second)
		}
		items := b.hear()
		got := sourcetest.Gaps(items)
		if len(heard(texts(items))) != reddittest.Deep || len(got) != 1 {
			b.Fatalf("heard %d, gaps %v", len(heard(texts(items))), got)
		}
		for _, w := range lost {
			if w.At.Before(got[0].From) || w.At.After(got[0].To) {
				b.Errorf("%s lies in no gap", w.At)
			}
		}
		b.say("next")
		if items := b.hear(); len(sourcetest.Gaps(items)) != 0 {
			b.Errorf("the gap is told again: %v", sourcetest.Gaps(items))
		}
	})
}

func TestALongAbsenceIsReadPageByPageAndGoesOnAfterAFailure(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		for i := range 450 {
			b.say(fmt.Sprint("acme ", i))
		}
		got := map[string]bool{}
		for n := 0; len(got) < 450 && n < 20; n++ {
			asked := 0
			b.spoil = func(w http.ResponseWriter, r *http.Request) bool {
				if asked++; asked == 2 {
					w.WriteHeader(http.StatusServiceUnavailable)
				}
				return asked >= 2
			}
			b.restart() // and with it a new token, the first request
			items, _ := b.poll()
			for _, text := range texts(items) {
				got[text] = true
			}
			b.spoil = nil
			items, _ = b.poll()
			for _, text := range texts(items) {
				got[text] = true
			}
		}
		if len(got) != 450 {
			b.Errorf("heard %d", len(got))
		}
	})
}

func TestWhatSearchFindsLateIsHeard(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		b.server.Lag = 40 * time.Minute
		b.say("acme late")
		b.server.Lag = 0
		time.Sleep(20 * time.Minute)
		b.say("acme now")
		b.want("acme now")
		time.Sleep(20 * time.Minute)
		if got := texts(b.hear()); !slices.Contains(got, "acme late") {
			b.Errorf("got %q", got)
		}
	})
}

func TestWhatAFilterHeldBackForADayIsHeard(t *testing.T) {
	listen(t, gadgets(), func(b *bench) {
		time.Sleep(time.Hour)
		b.server.Held = 20 * time.Hour
		b.say("held")
		b.server.Held = 0
		for range 30 {
			time.Sleep(time.Hour)
			b.say("other")
			if got := texts(b.hear()); slices.Contains(got, "held") {
				return
			}
		}
		b.Error("it is never heard")
	})
}

func TestCommentsAreHeardForWords(t *testing.T) {
	listen(t, Settings{Words: []string{"Acme  Widget"}, Comments: []string{"r/gadgets"}}, func(b *bench) {
		w := b.say("something else")
		b.reply("user2", "my ACME\nwidget!", w)
		b.reply("user2", "my acme widgets", w)
		b.reply("user2", "acme, widget", w)
		b.reply("AutoModerator", "acme widget: read the rules", w)
		b.want("my ACME\nwidget!")
	})
}

func TestACrosspostShowsAPost(t *testing.T) {
	listen(t, gadgets(), func(b *bench) {
		shown := b.server.Post(reddittest.Post{Community: "acme", Author: "user1", Title: "It broke", Text: "My widget."})
		b.server.Post(reddittest.Post{Author: "user2", Title: "It broke", Shows: shown.Name, Link: "https://www.reddit.com/r/acme/comments/1/"})
		b.server.Post(reddittest.Post{Author: "user2", Title: "Look at this", Shows: shown.Name})
		items := b.hear()
		if len(items) != 2 {
			b.Fatal(items)
		}
		bare, said := items[0].(*directdial.Mention), items[1].(*directdial.Mention)
		if bare.RepostOf != shown.Name || bare.Text != "It broke\n\nMy widget." {
			b.Errorf("got %+v", bare)
		}
		if said.RepostOf != "" || said.Text != "Look at this" {
			b.Errorf("got %+v", said)
		}
	})
}

func TestACommunityThatIsNotThereIsNamedAndStopsNoOther(t *testing.T) {
	listen(t, Settings{Communities: []string{"gadgets"}}, func(b *bench) {
		for _, c := range []struct{ community, kind string }{{"nosuch", "not found"}, {"closed", "denied"}} {
			b.settings.Communities = []string{c.community, "gadgets"}
			b.server.Private = []string{"closed"}
			b.restart()
			b.say("one")
			items, err := b.poll()
			if len(heard(texts(items))) != 1 || err == nil || !strings.Contains(err.Error(), "r/"+c.community) {
				b.Errorf("%s: heard %q, %v", c.community, texts(items), err)
			}
			if directdial.After(err) < b.every {
				b.Errorf("%s: asked again after %v", c.community, directdial.After(err))
			}
		}
	})
}

// heard are texts without repeats.
func heard(texts []string) map[string]bool {
	got := map[string]bool{}
	for _, t := range texts {
		got[t] = true
	}
	return got
}
