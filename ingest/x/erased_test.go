package x

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/directdial/directdial/ingest/x/xtest"
)

func TestTheStateForgetsWhatWasErased(t *testing.T) {
	watching(t, 1000, func(b *bench) {
		erased, stays := b.write("acme one"), b.write("acme two")
		b.want("acme one", "acme two")
		posted := b.x.Post(xtest.Post{Author: "user2", Text: "something that only the webhook tells"})
		b.heard.add(parseID(posted.ID))
		b.gone = func(id string) bool { return id == erased.ID || id == posted.ID }
		b.hear() // the search still shows them
		st := b.decoded()
		if st.Watched.has(parseID(erased.ID)) || st.Watched.has(parseID(posted.ID)) || !st.Watched.has(parseID(stays.ID)) {
			b.Errorf("watched are %v", st.Watched.Posts)
		}
		if slices.Contains(st.Spent.Again, parseID(erased.ID)) || !slices.Contains(st.Spent.Again, parseID(stays.ID)) {
			b.Errorf("the day's account has %v", st.Spent.Again)
		}
		if len(b.heard.wait.Posts) != 0 {
			b.Errorf("%v wait", b.heard.wait.Posts)
		}
	})
}

func TestASourceThatLooksAtNothingAgainRemembersNoPost(t *testing.T) {
	watching(t, 1000, func(b *bench) {
		b.write("acme one")
		b.want("acme one")
		b.settings.Recheck = 0
		b.restart()
		b.hear()
		if w := b.decoded().Watched; len(w.Posts) != 0 {
			b.Errorf("watched are %v", w.Posts)
		}
	})
}

func TestWhatThereWasNoRoomForIsATimeAndNoPost(t *testing.T) {
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	var w watched
	for i := range 3 {
		w.add(idAt(at.Add(time.Duration(i)*time.Second))+77, 1)
	}
	for _, bound := range []id{w.From, w.To} {
		if bound != bound>>timeShift<<timeShift {
			t.Errorf("%d may be a post", bound)
		}
	}
	if !w.From.time().Equal(at) || !w.To.time().Equal(at.Add(time.Second)) {
		t.Errorf("from %v to %v", w.From.time(), w.To.time())
	}
}

// decoded is the saved state.
func (b *bench) decoded() (st state) {
	b.Helper()
	if err := json.Unmarshal(b.state, &st); err != nil {
		b.Fatal(err)
	}
	return st
}
