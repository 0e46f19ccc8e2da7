package x

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
	"github.com/directdial/directdial/ingest/x/xtest"
	"github.com/directdial/directdial/internal/secret"
)

// watching runs a test with a source that looks again at what it emitted.
func watching(t *testing.T, perDay int, test func(b *bench)) {
	t.Helper()
	hearing(t, Settings{Queries: []string{"acme"}, PostsPerDay: perDay, Recheck: 7 * 24 * time.Hour}, test)
}

func deleted(items []directdial.Item) (ids []string) {
	for _, it := range items {
		if d, ok := it.(*directdial.Deletion); ok {
			ids = append(ids, d.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// dayOf lets a day pass, asked once an hour, and returns what was emitted.
func (b *bench) dayOf() (items []directdial.Item) {
	b.Helper()
	for range 24 {
		items = append(items, b.hear()...)
		time.Sleep(59 * time.Minute)
	}
	return items
}

// lookups counts the requests for posts by their ids.
func (b *bench) lookups() int { return b.asked("/2/tweets?", "ids=") }

func TestWhatIsGoneIsADeletionWithinADay(t *testing.T) {
	watching(t, 1000, func(b *bench) {
		gone, stays, edited := b.write("acme one"), b.write("acme two"), b.write("acme three")
		suspended := b.x.Post(xtest.Post{Author: "user2", Text: "acme four"})
		protected := b.x.Post(xtest.Post{Author: "user3", Text: "acme five"})
		b.want("acme one", "acme two", "acme three", "acme four", "acme five")
		b.x.Edit(edited.ID, "acme three, edited")
		b.hear()
		b.x.Delete(gone.ID)
		b.x.Delete(edited.ID)
		b.x.Suspend("user2")
		b.x.Protect("user3")
		b.restart() // what is watched stands in the state
		want := []string{gone.ID, edited.ID, suspended.ID, protected.ID}
		slices.Sort(want)
		if got := deleted(b.dayOf()); !slices.Equal(got, want) {
			b.Errorf("deleted %q, want %q", got, want)
		}
		b.x.Delete(stays.ID)
		if got := deleted(b.dayOf()); !slices.Equal(got, []string{stays.ID}) {
			b.Errorf("on the next day deleted %q", got)
		}
		if got := deleted(b.dayOf()); len(got) > 0 {
			b.Errorf("deleted again: %q", got)
		}
	})
}

// A search may miss an edit, which takes the time of its own; looking again
// brings it, once.
func TestAnEditThatNobodyReadIsARepeat(t *testing.T) {
	watching(t, 1000, func(b *bench) {
		w := b.write("acme broek")
		b.write("acme, another")
		b.want("acme broek", "acme, another")
		time.Sleep(time.Hour)
		b.x.Edit(w.ID, "it broke") // the search does not find it any more
		items := b.dayOf()
		items = slices.DeleteFunc(items, func(it directdial.Item) bool { return it.(*directdial.Mention).ID != w.ID })
		if got := sourcetest.Texts(items); !slices.Equal(got, []string{"it broke"}) || items[0].(*directdial.Mention).EditedAt.IsZero() {
			b.Fatalf("got %q", got)
		}
		if got := sourcetest.Texts(b.dayOf()); len(got) > 0 {
			b.Errorf("on the next day %q", got)
		}
	})
}

func TestManyPostsAreLookedAtAHundredAtATimeForSevenDays(t *testing.T) {
	watching(t, 1000, func(b *bench) {
		for i := range 250 {
			b.write(fmt.Sprint("acme ", i))
		}
		b.hear()
		time.Sleep(23 * time.Hour)
		before := b.lookups()
		b.hear()
		if n := b.lookups() - before; n != 3 {
			b.Errorf("%d requests", n)
		}
		if n := b.x.Charged(time.Now()); n != 250 {
			b.Errorf("%d posts are charged", n)
		}
		for range 7 {
			b.dayOf()
		}
		before = b.lookups()
		b.dayOf()
		if n := b.lookups() - before; n != 0 {
			b.Errorf("%d requests after seven days", n)
		}
	})
}

func TestThatNoPostIsThereAnyMoreIsBelievedTheSecondTime(t *testing.T) {
	watching(t, 1000, func(b *bench) {
		b.write("acme one")
		b.write("acme two")
		b.want("acme one", "acme two")
		none := func(w http.ResponseWriter, r *http.Request) bool {
			asked := r.URL.Query().Get("ids")
			if asked == "" {
				return false
			}
			var lacking []string
			for id := range strings.SplitSeq(asked, ",") {
				lacking = append(lacking, fmt.Sprintf(`{"resource_id":%q,"type":"https://api.x.com/2/problems/resource-not-found"}`, id))
			}
			_, _ = fmt.Fprintf(w, `{"errors":[%s]}`, strings.Join(lacking, ","))
			return true
		}
		look := func(wait time.Duration, spoil func(http.ResponseWriter, *http.Request) bool) int {
			b.spoil = spoil
			time.Sleep(wait)
			return len(deleted(b.hear()))
		}
		if n := look(22*time.Hour, none); n != 0 {
			b.Errorf("%d deletions the first time", n)
		}
		if n := look(time.Hour, nil); n != 0 {
			b.Errorf("%d deletions of posts that are there", n)
		}
		if n := look(22*time.Hour, none); n != 0 {
			b.Errorf("%d deletions after all were there", n)
		}
		b.restart()
		asked := b.lookups()
		if n := look(time.Minute, none); n != 0 || b.lookups() != asked {
			b.Errorf("%d deletions, asked %d times before the hour was over", n, b.lookups()-asked)
		}
		if n := look(time.Hour, none); n != 2 {
			b.Errorf("%d deletions the second time", n)
		}
	})
}

func TestAPostThatAnAnswerLeavesOutIsNotGone(t *testing.T) {
	watching(t, 1000, func(b *bench) {
		w := b.write("acme one")
		b.write("acme two")
		b.want("acme one", "acme two")
		b.spoil = func(rw http.ResponseWriter, r *http.Request) bool {
			if !r.URL.Query().Has("ids") {
				return false
			}
			_, _ = fmt.Fprintf(rw, `{"data":[{"id":%q,"author_id":"1"}]}`, w.ID)
			return true
		}
		if got := deleted(b.dayOf()); len(got) > 0 {
			b.Errorf("deleted %q", got)
		}
	})
}

func TestLookingAgainHasItsPartOfTheCap(t *testing.T) {
	watching(t, 200, func(b *bench) {
		root := b.write("acme billed me twice")
		for range 59 {
			b.write("acme")
		}
		b.hear()
		b.restart()
		time.Sleep(time.Hour)
		b.hear()
		midnight()
		b.hear() // reads nothing
		for range 300 {
			b.reply("user2", "me too", root.ID)
		}
		if _, err := b.Look(b.Context(), ingest.Post{ID: root.ID, Thread: root.ID, Since: root.At}); directdial.KindOf(err) != directdial.Temporary {
			b.Error(err)
		}
		if n := b.x.Charged(time.Now()); n < 120 || n > 145 { // the last page brings the first post along
			b.Errorf("%d posts are charged, 60 are kept", n)
		}
		_, err := b.poll() // nothing may be heard, but it is not left alone until midnight
		if wait := directdial.After(err); directdial.KindOf(err) != directdial.Temporary || wait <= 0 || wait > 10*time.Hour {
			b.Fatalf("wait %v: %v", wait, err)
		}
		time.Sleep(directdial.After(err))
		lookups := b.lookups()
		if _, err := b.poll(); directdial.KindOf(err) != directdial.Temporary || b.lookups() == lookups {
			b.Errorf("%d requests, %v", b.lookups()-lookups, err)
		}
		if n := b.x.Charged(time.Now()); n > 200 {
			b.Errorf("%d posts are charged", n)
		}
	})
}

func TestWhatTheCapDoesNotAllowToLookAtAgainIsAGap(t *testing.T) {
	watching(t, 200, func(b *bench) {
		old := b.write("acme, the oldest")
		for range 100 {
			time.Sleep(time.Second)
			b.write("acme")
		}
		b.hear()
		b.x.Delete(old.ID)
		items := b.dayOf()
		g := sourcetest.Gaps(items)
		if len(g) != 1 || g[0].Query != deletions || g[0].Cause != causeCap || g[0].Missing != -1 || g[0].From.After(old.At.Add(time.Second)) || g[0].To.Sub(g[0].From) != 20*time.Second {
			b.Fatalf("gaps %+v", g)
		}
		if got := deleted(items); len(got) > 0 {
			b.Errorf("deleted %q", got)
		}
		if g := sourcetest.Gaps(b.dayOf()); len(g) > 0 {
			b.Errorf("said again: %+v", g)
		}
	})
}

func TestLookingAgainThatFailsDoesNotStopTheHearing(t *testing.T) {
	watching(t, 1000, func(b *bench) {
		gone := b.write("acme one")
		b.want("acme one")
		b.x.Delete(gone.ID)
		b.spoil = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Query().Has("ids") {
				w.WriteHeader(http.StatusServiceUnavailable)
				return true
			}
			return false
		}
		time.Sleep(23 * time.Hour)
		b.write("acme two")
		items, err := b.poll()
		if got := sourcetest.Texts(items); !slices.Equal(got, []string{"acme two"}) || directdial.KindOf(err) != directdial.Temporary || directdial.After(err) != time.Minute {
			b.Fatalf("got %q, wait %v: %v", got, directdial.After(err), err)
		}
		b.spoil = nil
		if got := deleted(b.hear()); !slices.Equal(got, []string{gone.ID}) {
			b.Errorf("deleted %q", got)
		}
	})
}

func TestWhatWasPostedOrSeenByALookIsLookedAtAgain(t *testing.T) {
	hearing(t, Settings{Queries: []string{"acme"}, PostsPerDay: 1000, Recheck: 24 * time.Hour}, func(b *bench) {
		root := b.write("acme one")
		b.want("acme one")
		more, other := b.reply("user1", "and again", root.ID), b.reply("user2", "beside it", root.ID)
		b.look(ingest.Post{ID: root.ID, Thread: root.ID, Since: root.At, Author: root.Author})
		posted := b.x.Post(xtest.Post{Author: "user3", Text: "posted to us"})
		b.heard.add(parseID(posted.ID))
		b.hear()
		b.restart()
		for _, w := range []xtest.Written{more, other, posted} {
			b.x.Delete(w.ID)
		}
		want := []string{more.ID, posted.ID}
		slices.Sort(want)
		if got := deleted(b.dayOf()); !slices.Equal(got, want) {
			b.Errorf("deleted %q, want %q", got, want)
		}
	})
}

func TestASourceThatIsOnlyPostedToLooksAgainAndSaysWhenItWasAway(t *testing.T) {
	hearing(t, Settings{PostsPerDay: 1000, Recheck: 24 * time.Hour, Secret: secret.New(xtest.Secret)}, func(b *bench) {
		w := b.write("@acme help")
		r := receiver{T: b.T, x: b.x, source: b.source}
		if r.tell("post.mention.create", w) == nil {
			b.Fatal("not heard")
		}
		b.hear()
		b.x.Delete(w.ID)
		time.Sleep(time.Hour)
		items := b.hear()
		if g := sourcetest.Gaps(items); len(g) != 1 || g[0].Cause != "outage" || g[0].To.Sub(g[0].From).Round(time.Hour) != time.Hour {
			b.Errorf("gaps %+v", g)
		}
		time.Sleep(22 * time.Hour)
		if got := deleted(b.hear()); !slices.Equal(got, []string{w.ID}) {
			b.Errorf("deleted %q", got)
		}
		b.state = []byte(time.Now().UTC().Add(-time.Hour).Format(time.RFC3339)) // as ingest.Attend has it
		if g := sourcetest.Gaps(b.hear()); len(g) != 1 {
			b.Errorf("after it was given a token: %+v", g)
		}
	})
}

func TestTheStateStaysSmall(t *testing.T) {
	st := &state{V: stateVersion, Queries: map[string]*position{}}
	first := idAt(begin)
	for i := range maxWatched + 100 {
		st.Watched.add(first+id(i)<<30, maxWatched)
		st.Spent.Again = append(st.Spent.Again, first+id(i)<<30)
	}
	st.Spent.Again = st.Spent.Again[:maxAgain]
	if w := &st.Watched; len(w.Posts) != maxWatched || w.has(first+99<<30) || !w.From.time().Equal(first.time()) || !w.To.time().Equal((first + 99<<30).time()) {
		t.Errorf("%d are watched, left %d to %d", len(w.Posts), w.From, w.To)
	}
	for i := range maxQueries {
		st.Queries[strings.Repeat("💥", maxQuery)+fmt.Sprint(i)] = &position{Walk: &walk{Token: strings.Repeat("t", 100)}}
	}
	data, err := json.Marshal(st)
	if err != nil || len(data) > ingest.MaxState*4/5 {
		t.Errorf("the state has %d bytes, %v", len(data), err)
	}
	var again state
	if err := json.Unmarshal(data, &again); err != nil || !slices.Equal(again.Watched.Posts, st.Watched.Posts) {
		t.Errorf("read back: %v", err)
	}
}
