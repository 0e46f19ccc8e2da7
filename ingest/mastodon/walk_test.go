package mastodon

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/mastodon/mastodontest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestWhatWasPostedBeforeIsPast(t *testing.T) {
	listen(t, Settings{Hashtags: []string{"acme"}, Token: withToken().Token}, func(l *listener) {
		for range 5 {
			l.server.Post(by("user1", "@acme #acme old"))
		}
		l.want()
		l.server.Post(by("user1", "#acme new"))
		l.server.Post(by("user1", "@acme new"))
		l.want("#acme new", "@acme new")
	})
}

func TestAHashtagThatNobodyHasUsedIsWaitedFor(t *testing.T) {
	listen(t, tags("acme"), func(l *listener) {
		l.want()
		l.want()
		l.server.Post(by("user1", "#Acme first"))
		l.want("#Acme first")
	})
}

func TestAHashtagThatWasHiddenBringsNoHistory(t *testing.T) {
	listen(t, tags("acme"), func(l *listener) {
		hidden := true
		l.spoil = func(w http.ResponseWriter, r *http.Request) bool {
			if hidden && strings.Contains(r.URL.Path, "/tag/") {
				_, _ = w.Write([]byte("[]"))
				return true
			}
			return false
		}
		l.server.Post(by("user1", "#acme years ago"))
		time.Sleep(48 * time.Hour)
		l.want()
		hidden = false
		l.server.Post(by("user1", "#acme now"))
		l.want("#acme now")
	})
}

func TestALongAbsenceLeavesNoHole(t *testing.T) {
	for _, settings := range []Settings{tags("acme"), withToken()} {
		listen(t, settings, func(l *listener) {
			l.server.Post(by("user1", "@acme #acme before"))
			l.want()
			var want []string
			for i := range 503 {
				time.Sleep(time.Minute)
				text := fmt.Sprintf("@acme #acme %d", i)
				l.server.Post(by("user1", text))
				want = append(want, text)
			}
			l.want(want...)
			if n := l.asked("min_id"); n > 14 {
				l.Errorf("%d requests", n)
			}
		})
	}
}

// TestAKillAtAnyPageLosesNothing restarts the source after each page.
func TestAKillAtAnyPageLosesNothing(t *testing.T) {
	listen(t, tags("acme"), func(l *listener) {
		l.want()
		var want, got []string
		for i := range 200 {
			time.Sleep(2 * time.Minute)
			text := fmt.Sprintf("#acme %d", i)
			l.server.Post(by("user1", text))
			want = append(want, text)
		}
		for range 20 {
			l.restart()
			items, next, _ := l.fetch(t.Context(), l.state)
			l.state = next
			for _, text := range sourcetest.Texts(items) {
				if !slices.Contains(got, text) {
					got = append(got, text)
				}
			}
		}
		if !slices.Equal(got, want) {
			l.Errorf("got %d of %d: %q", len(got), len(want), got)
		}
	})
}

// TestAPostThatArrivesLateIsHeard lets posts come from elsewhere, up to an hour
// after they were written, among posts of the server itself. Their ids lie
// below ids that were read already.
func TestAPostThatArrivesLateIsHeard(t *testing.T) {
	listen(t, tags("acme"), func(l *listener) {
		l.server.Post(by("user1", "#acme present"))
		l.want()
		time.Sleep(2 * time.Hour)
		random := rand.New(rand.NewPCG(1, 2))
		for i := range sourcetest.Cases(150, 60) {
			late := time.Duration(random.IntN(59)) * time.Minute
			text := fmt.Sprintf("#acme %d, %v late", i, late)
			l.server.Post(mastodontest.Post{Author: "user1@social.example", Text: text, At: time.Now().Add(-late)})
			if i%50 == 0 {
				l.restart()
			}
			if !slices.Contains(l.hear(), text) {
				l.Errorf("%q is not heard", text)
			}
		}
	})
}

func TestAPostIsReadAgainForAnHourOnly(t *testing.T) {
	listen(t, tags("acme"), func(l *listener) {
		l.want()
		l.server.Post(by("user1", "#acme one"))
		times := 0
		for range 120 {
			times += len(l.hear())
		}
		if times < 59 || times > 61 {
			l.Errorf("read %d times in two hours", times)
		}
	})
}

func TestABusyHashtagIsNotReadAgainAsAWhole(t *testing.T) {
	listen(t, tags("acme"), func(l *listener) {
		l.want()
		for i := range 400 {
			l.server.Post(by("user1", fmt.Sprintf("#acme %d", i)))
			time.Sleep(time.Millisecond)
		}
		if n := len(l.hear()); n != 400 {
			l.Errorf("heard %d", n)
		}
		if n := len(l.hear()); n > maxWindow {
			l.Errorf("read %d again", n)
		}
	})
}

func TestAnEditIsHeard(t *testing.T) {
	listen(t, tags("acme"), func(l *listener) {
		l.want()
		w := l.server.Post(by("user1", "#acme broke"))
		l.want("#acme broke")
		l.server.Edit(w.ID, "#acme works again")
		l.want("#acme works again")
		l.server.Edit(w.ID, "without the hashtag")
		l.want("without the hashtag")
		l.want()
	})
}

func TestADeletionIsHeard(t *testing.T) {
	listen(t, withToken(), func(l *listener) {
		l.want()
		one := l.server.Post(by("user1", "@acme one"))
		l.server.Post(by("user1", "@acme two"))
		l.want("@acme one", "@acme two")
		l.server.Delete(one.ID)
		items, err := l.poll()
		if err != nil {
			l.Fatal(err)
		}
		var gone []string
		for _, it := range items {
			if d, ok := it.(*directdial.Deletion); ok {
				gone = append(gone, d.ID)
			}
		}
		if !slices.Equal(gone, []string{one.URI}) {
			l.Errorf("got %q, want %q", gone, one.URI)
		}
		l.want("@acme two") // and not again
	})
}

func TestAListThatIsEmptyForOnceDeletesNothing(t *testing.T) {
	listen(t, tags("acme"), func(l *listener) {
		l.want()
		for i := range 30 {
			l.server.Post(by("user1", fmt.Sprint("#acme ", i)))
		}
		l.hear()
		l.spoil = func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.Contains(r.URL.Path, "/tag/") {
				return false
			}
			_, _ = w.Write([]byte("[]"))
			return true
		}
		before := len(l.requests)
		items, err := l.poll()
		if err != nil {
			l.Fatal(err)
		}
		for _, it := range items {
			if d, ok := it.(*directdial.Deletion); ok {
				l.Errorf("%s is taken for deleted", d.ID)
			}
		}
		if n := len(l.requests) - before; n > maxChecks+1 {
			l.Errorf("%d posts were looked up", n)
		}
	})
}

func TestTheAnchorOfTheCursorMayBeDeleted(t *testing.T) {
	listen(t, tags("acme"), func(l *listener) {
		anchor := l.server.Post(by("user1", "#acme anchor"))
		l.want()
		l.server.Delete(anchor.ID)
		l.server.Post(by("user1", "#acme new"))
		l.want("#acme new")
	})
}

func TestAnotherServerHasOtherIds(t *testing.T) {
	listen(t, tags("acme"), func(l *listener) {
		l.server.Post(by("user1", "#acme one"))
		l.want()
		l.state = []byte(strings.Replace(string(l.state), "social.mastodon.example", "other.example", 1))
		l.server.Post(by("user1", "#acme two"))
		l.restart()
		l.want() // the present of a server never asked before
		l.server.Post(by("user1", "#acme three"))
		l.want("#acme three")
	})
}

func TestAStateOfAnotherVersionIsNotGuessedAt(t *testing.T) {
	for _, saved := range []string{"{", `{"v":2}`} {
		listen(t, tags("acme"), func(l *listener) {
			l.state = []byte(saved)
			if _, err := l.poll(); err == nil {
				t.Errorf("%s is read", saved)
			}
		})
	}
}
