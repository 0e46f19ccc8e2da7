package reddit

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
	"github.com/directdial/directdial/ingest/reddit/reddittest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestWhatIsDeletedThereIsADeletionOnce(t *testing.T) {
	listen(t, gadgets(), func(b *bench) {
		deleted, removed, gone := b.say("one"), b.say("two"), b.server.Post(reddittest.Post{Author: "user2", Text: "three", Title: "Q"})
		comment := b.reply("user3", "four", deleted)
		b.want("four", "one", "three", "two")
		b.server.Delete(deleted.Name)
		b.server.Remove(removed.Name)
		b.server.Leave("user2")
		b.server.Remove(comment.Name)
		var ids []string
		for range 3 {
			b.restart() // the list of what was emitted stands in the state
			time.Sleep(time.Hour)
			ids = append(ids, sourcetest.Deletions(b.hear())...)
		}
		want := []string{deleted.Name, removed.Name, gone.Name, comment.Name}
		slices.Sort(ids)
		slices.Sort(want)
		if !slices.Equal(ids, want) {
			b.Errorf("got %q, want %q", ids, want)
		}
	})
}

func TestManyPostsAreReadAgainAHundredAtATime(t *testing.T) {
	listen(t, gadgets(), func(b *bench) {
		var all []reddittest.Written
		for i := range 250 {
			all = append(all, b.say(fmt.Sprint("post ", i)))
		}
		b.hear()
		time.Sleep(24 * time.Hour)
		before := b.asked("/api/info")
		b.server.Edit(all[0].Name, "post 0, edited")
		b.server.Delete(all[120].Name)
		items := b.hear()
		if n := b.asked("/api/info") - before; n != 3 {
			b.Errorf("%d requests", n)
		}
		if got := texts(items); !slices.Contains(got, "post 0, edited") || !slices.Equal(sourcetest.Deletions(items), []string{all[120].Name}) {
			b.Errorf("deleted %v", sourcetest.Deletions(items))
		}
		time.Sleep(8 * 24 * time.Hour)
		b.hear()
		before = b.asked("/api/info")
		time.Sleep(time.Hour)
		b.hear()
		if n := b.asked("/api/info") - before; n != 0 {
			b.Errorf("%d requests after a week", n)
		}
	})
}

// An answer that was cut short and a community that was closed look the same.
func TestThatNoPostIsThereAnyMoreIsBelievedTheSecondTime(t *testing.T) {
	listen(t, gadgets(), func(b *bench) {
		b.say("one")
		b.say("two")
		b.want("one", "two")
		none := func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasPrefix(r.URL.Path, "/api/info") {
				return false
			}
			_, _ = w.Write([]byte(`{"kind":"Listing","data":{"after":null,"children":[]}}`))
			return true
		}
		sourcetest.Unbelieved(b, 2, func(gone bool) int {
			if b.spoil = nil; gone {
				b.spoil = none
			}
			time.Sleep(time.Hour)
			return len(sourcetest.Deletions(b.hear()))
		})
	})
}

func TestTheStateStaysSmall(t *testing.T) {
	st := &state{V: stateVersion, Watched: map[string]int64{}, Queries: map[string]*position{}}
	for i := range maxWatched + 100 {
		st.watch(&post{Name: fmt.Sprintf("t1_%07d", i), Created: number(1_800_000_000 + i)})
	}
	if _, ok := st.Watched["t1_0000099"]; ok || len(st.Watched) != maxWatched {
		t.Errorf("%d are watched", len(st.Watched))
	}
	for i := range maxQueries {
		st.Queries[strings.Repeat("w", maxWord)+fmt.Sprint(i)] = &position{Walk: &walk{After: "t1_0000000", Reserve: []string{"t1_0000000", "t1_0000000", "t1_0000000"}}}
	}
	checkSize(t, st)
	if _, err := decodeState([]byte(`{"v":2}`), nil, time.Now()); err == nil {
		t.Error("a state of another version is read")
	}
	if _, err := decodeState([]byte(`[`), nil, time.Now()); err == nil || directdial.KindOf(err) != directdial.Internal {
		t.Errorf("got %v", err)
	}
}

func checkSize(t *testing.T, st *state) {
	t.Helper()
	data, err := json.Marshal(st)
	if err != nil || len(data) > ingest.MaxState/2 {
		t.Errorf("the state has %d bytes, %v", len(data), err)
	}
}
