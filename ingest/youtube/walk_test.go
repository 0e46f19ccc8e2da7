package youtube

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/sourcetest"
	"github.com/directdial/directdial/ingest/youtube/youtubetest"
)

func TestALongAbsenceIsReadPageByPageAndGoesOnAfterAFailure(t *testing.T) {
	listen(t, owner(), func(b *bench) {
		v := b.upload()
		for i := range 450 {
			b.say(fmt.Sprint("comment ", i), v)
		}
		got := map[string]bool{}
		take := func() {
			items, _ := b.poll()
			for _, text := range sourcetest.Texts(items) {
				got[text] = true
			}
		}
		asked := 0
		b.spoil = func(w http.ResponseWriter, _ *http.Request) bool {
			if asked++; asked%2 == 0 {
				w.WriteHeader(http.StatusServiceUnavailable)
				return true
			}
			return false
		}
		for n := 0; len(got) < 450 && n < 20; n++ {
			take()
			b.restart()
		}
		if len(got) != 450 {
			b.Errorf("heard %d", len(got))
		}
	})
}

func TestATokenThatIsNotValidAnyMoreBeginsTheListAnew(t *testing.T) {
	listen(t, owner(), func(b *bench) {
		v := b.upload()
		for i := range 250 {
			b.say(fmt.Sprint("comment ", i), v)
		}
		refused := false
		b.spoil = func(w http.ResponseWriter, r *http.Request) bool {
			if refused || r.URL.Query().Get("pageToken") == "" {
				return false
			}
			refused = true
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"error":{"code":400,"errors":[{"reason":"invalidPageToken"}]}}`))
			return true
		}
		first, err := b.poll()
		if err == nil {
			b.Error("no error")
		}
		all := heard(sourcetest.Texts(first))
		for text := range heard(sourcetest.Texts(b.hear())) {
			all[text] = true
		}
		if len(all) != 250 {
			b.Errorf("heard %d", len(all))
		}
	})
}

func TestRepliesAreHeardAllOfThem(t *testing.T) {
	listen(t, owner(), func(b *bench) {
		v := b.upload()
		c := b.say("acme?", v)
		for i := range 3 {
			b.reply("user2", fmt.Sprint("reply ", i), c)
		}
		b.want("acme?", "reply 0", "reply 1", "reply 2")
		for i := 3; i < 130; i++ { // five come with the comment, a hundred in a page
			b.reply("user2", fmt.Sprint("reply ", i), c)
		}
		items := b.hear()
		if got := heard(sourcetest.Texts(items)); len(got) != 131 {
			b.Errorf("heard %d", len(got))
		}
		m := items[len(items)-1].(*directdial.Mention)
		if m.InReplyTo != c.ID || m.Thread != c.ID || !strings.HasPrefix(m.ID, c.ID+".") || m.URL == "" {
			b.Errorf("got %+v", m)
		}
		b.hear()
		if n := b.asked("comments?"); n != 2 {
			b.Errorf("replies were asked for %d times", n)
		}
	})
}

// A new reply does not bring its comment up the list.
func TestAReplyToAnOldCommentIsHeard(t *testing.T) {
	listen(t, owner(), func(b *bench) {
		v := b.upload()
		c := b.say("acme?", v)
		for i := range 250 {
			time.Sleep(time.Minute)
			b.say(fmt.Sprint("other ", i), v)
		}
		b.hear()
		time.Sleep(48 * time.Hour)
		b.hear()
		b.reply("user2", "late", c)
		time.Sleep(deepEvery)
		if got := sourcetest.Texts(b.hear()); !slices.Contains(got, "late") {
			b.Errorf("got %d texts without it", len(got))
		}
	})
}

func TestCommentsThatAreTurnedOffAreNoError(t *testing.T) {
	listen(t, owner(), func(b *bench) {
		b.settings.Videos = []string{"dQw4w9WgXcQ"}
		b.restart()
		if _, err := b.poll(); directdial.KindOf(err) != directdial.Temporary || !strings.Contains(err.Error(), "videoNotFound") {
			b.Errorf("got %v", err) // and the channel keeps its pace
		}
		b.server.Upload(youtubetest.Video{ID: "dQw4w9WgXcQ", Channel: "other", Title: "A video", Disabled: true})
		b.say("acme", b.upload())
		b.want("acme")
	})
}

func TestWhatHasNotChangedIsNotReadAgain(t *testing.T) {
	listen(t, owner(), func(b *bench) {
		v := b.upload()
		b.say("acme", v)
		b.want("acme")
		unchanged := 0
		b.spoil = func(w http.ResponseWriter, r *http.Request) bool {
			b.server.ServeHTTP(w, r)
			if w.(interface{ Result() *http.Response }).Result().StatusCode == http.StatusNotModified {
				unchanged++
			}
			return true
		}
		b.want()
		if unchanged == 0 {
			b.Error("it is read again")
		}
		b.say("acme again", v)
		if got := sourcetest.Texts(b.hear()); !slices.Contains(got, "acme again") {
			b.Errorf("got %q", got)
		}
	})
}

func TestASearchIsReadBeyondWhatItShows(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		for i := range youtubetest.Found + 150 {
			b.server.Upload(youtubetest.Video{Channel: "user1", Title: fmt.Sprint("acme ", i)})
			time.Sleep(time.Second)
		}
		time.Sleep(12 * time.Hour)
		items := b.hear()
		if got := heard(sourcetest.Texts(items)); len(got) != youtubetest.Found+150 || len(sourcetest.Gaps(items)) != 0 {
			b.Errorf("heard %d, gaps %v", len(got), sourcetest.Gaps(items))
		}
	})
}

func TestMoreOfOneSecondThanASearchShowsIsAGap(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		var last youtubetest.Uploaded
		for i := range youtubetest.Found + 100 {
			last = b.server.Upload(youtubetest.Video{Channel: "user1", Title: fmt.Sprint("acme ", i)})
		}
		time.Sleep(23 * time.Hour)
		items := b.hear()
		got := sourcetest.Gaps(items)
		if len(heard(sourcetest.Texts(items))) != youtubetest.Found || len(got) != 1 {
			b.Fatalf("heard %d, gaps %v", len(heard(sourcetest.Texts(items))), got)
		}
		if g := got[0]; !g.From.Equal(last.At) || !g.To.Equal(last.At) || g.Missing != -1 || g.Query != "search acme" {
			b.Errorf("got %+v", g)
		}
	})
}

func TestWhatSearchFindsLateIsHeardAndWhatIsSimilarIsNot(t *testing.T) {
	listen(t, words("acme widget"), func(b *bench) {
		b.server.Lag = 20 * time.Hour
		b.server.Upload(youtubetest.Video{Channel: "user1", Title: "Late: Acme Widget & more"})
		b.server.Lag = 0
		time.Sleep(10 * time.Hour)
		b.server.Upload(youtubetest.Video{Channel: "user1", Title: "acme widgets"})
		b.server.Upload(youtubetest.Video{Channel: "user1", Title: "Now", Description: "A <b> for the acme widget."})
		b.want("Now\n\nA <b> for the acme widget.")
		time.Sleep(11 * time.Hour)
		if got := sourcetest.Texts(b.hear()); !slices.Contains(got, "Late: Acme Widget & more") {
			b.Errorf("got %q", got)
		}
	})
}

func TestACommentIsReadAsItIsShownWhereItIsNotToldAsTyped(t *testing.T) {
	listen(t, owner(), func(b *bench) {
		b.server.Displayed = true
		b.say("Why <why> & \"how\"?\nIt's broken.", b.upload())
		b.want("Why <why> & \"how\"?\nIt's broken.")
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
