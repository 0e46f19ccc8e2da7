package bluesky

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/bluesky/blueskytest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestALongAbsenceLeavesNoHole(t *testing.T) {
	for name, settings := range map[string]Settings{"notifications": withAccount(), "search": searching("widget")} {
		t.Run(name, func(t *testing.T) {
			listen(t, settings, func(l *listener) {
				want := l.write(450)
				var got []string
				for range 2 { // two pages, then it is killed
					items, _ := l.once()
					got = append(got, sourcetest.Texts(items)...)
				}
				want = append(want, l.write(150)...)
				l.restart()
				got = append(got, l.hear()...)
				got = append(got, l.hear()...)
				if n := lost(want, got); n > 0 {
					t.Errorf("%d of %d posts are lost", n, len(want))
				}
			})
		})
	}
}

func TestASearchThatEndsEarlyIsGoneOnWithByTime(t *testing.T) {
	listen(t, searching("widget"), func(l *listener) {
		l.server.SearchCap = 120
		want := l.write(1)
		l.hear()
		want = append(want, l.write(500)...)
		items, err := l.poll()
		if err != nil || len(sourcetest.Gaps(items)) > 0 {
			t.Fatal(err, sourcetest.Gaps(items))
		}
		if n := lost(want[1:], sourcetest.Texts(items)); n > 0 {
			t.Errorf("%d posts are lost", n)
		}
	})
}

func TestASearchThatCannotGoOnLeavesAGap(t *testing.T) {
	listen(t, searching("widget"), func(l *listener) {
		l.server.SearchCap, l.server.OldSearch = 120, true
		l.write(1)
		l.hear()
		before := time.Now()
		want := l.write(500)
		items, err := l.poll()
		g := sourcetest.Gaps(items)
		if err != nil || len(g) != 1 || g[0].Query != "search widget" || g[0].Missing != -1 || g[0].From.After(before) {
			t.Fatal(err, g)
		}
		// What was not heard lies in the gap.
		if n := lost(want, sourcetest.Texts(items)); n != 380 || g[0].To.Before(before.Add(379*time.Second)) {
			t.Errorf("%d posts are lost, the gap is from %v to %v", n, g[0].From, g[0].To)
		}
		if again, err := l.poll(); err != nil || len(sourcetest.Gaps(again)) > 0 {
			t.Errorf("the gap is told again: %v %v", sourcetest.Gaps(again), err)
		}
	})
}

func TestADeletedAnchorMakesNoGap(t *testing.T) {
	listen(t, searching("widget"), func(l *listener) {
		w := l.server.Post(by("user1.example", "widget 0"))
		l.hear()
		time.Sleep(2 * time.Hour)
		l.server.Delete(w.URI)
		want := l.write(3)
		items, err := l.poll()
		if err != nil || len(sourcetest.Gaps(items)) > 0 || lost(want, sourcetest.Texts(items)) > 0 {
			t.Errorf("%v %v %q", err, sourcetest.Gaps(items), sourcetest.Texts(items))
		}
	})
}

func TestAnOldDateHidesNoPost(t *testing.T) {
	listen(t, searching("widget"), func(l *listener) {
		l.write(5)
		l.hear()
		time.Sleep(3 * 24 * time.Hour)
		p := by("user1.example", "an old widget")
		p.At = time.Now().Add(-70 * time.Hour)
		l.server.Post(p)
		time.Sleep(time.Hour)
		if got := l.hear(); !slices.Contains(got, "an old widget") {
			t.Errorf("heard %q", got)
		}
	})
}

func TestPostsOfOneMomentAreNotDividedForEver(t *testing.T) {
	listen(t, withAccount(), func(l *listener) {
		for range 2 { // the cursor of the first page is their time
			l.server.Post(by("user2.example", "@acme.example twin"))
		}
		l.write(pageSize - 1)
		if got := l.hear(); len(got) != pageSize {
			t.Fatalf("heard %d: the double has no such habit", len(got))
		}
		time.Sleep(time.Hour)
		twins := 0
		for _, text := range l.hear() {
			if text == "@acme.example twin" {
				twins++
			}
		}
		if twins != 2 {
			t.Errorf("heard %d of 2", twins)
		}
	})
}

func TestStraysAndEmptyPagesEndNoWalk(t *testing.T) {
	listen(t, withAccount(), func(l *listener) {
		for range 230 { // two pages of nothing that is shown
			l.server.Post(by("blocks.example", "@acme.example"))
			time.Sleep(time.Second)
		}
		want := l.write(3)
		for range 120 {
			l.server.Post(by("blocks.example", "@acme.example"))
			time.Sleep(time.Second)
		}
		l.server.Block("blocks.example")
		if got := l.hear(); lost(want, got) > 0 {
			t.Errorf("heard %q", got)
		}
	})
	listen(t, searching("widget"), func(l *listener) {
		want := l.write(150)
		for range strays {
			p := by("user1.example", "stray widget")
			p.At = time.Now().Add(-30 * 24 * time.Hour)
			l.server.Post(p)
		}
		if got := l.hear(); lost(want, got) > 0 {
			t.Errorf("%d posts are lost", lost(want, got))
		}
	})
}

func TestACursorThatBreaksBeginsAtTheTop(t *testing.T) {
	listen(t, searching("widget"), func(l *listener) {
		want := l.write(250)
		items, _ := l.once()
		got := sourcetest.Texts(items)
		l.spoil = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Query().Get("cursor") == "" {
				return false
			}
			l.spoil = nil
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"error":"InvalidRequest","message":"Malformed cursor"}`)
			return true
		}
		if _, err := l.poll(); err == nil {
			t.Fatal("the refusal is not told")
		}
		if got = append(got, l.hear()...); lost(want, got) > 0 {
			t.Errorf("%d posts are lost", lost(want, got))
		}
	})
}

func TestWhatIsGoneIsADeletion(t *testing.T) {
	for name, c := range map[string]struct {
		settings Settings
		happens  func(s *blueskytest.Server, uri string)
		gone     bool
	}{
		"deleted":             {searching("widget"), func(s *blueskytest.Server, uri string) { s.Delete(uri) }, true},
		"account deleted":     {searching("widget"), func(s *blueskytest.Server, _ string) { s.DeleteAccount("user1.example") }, true},
		"blocked":             {withAccount(), func(s *blueskytest.Server, _ string) { s.Block("user1.example") }, true},
		"blocked, but not us": {searching("widget"), func(s *blueskytest.Server, _ string) { s.Block("user1.example") }, false},
		"edited":              {searching("widget"), func(s *blueskytest.Server, uri string) { s.Edit(uri, "something else") }, false},
	} {
		t.Run(name, func(t *testing.T) {
			listen(t, c.settings, func(l *listener) {
				w := l.server.Post(by("user1.example", "@acme.example widget"))
				l.hear()
				c.happens(l.server, w.URI)
				items, err := l.poll()
				if got := slices.Contains(sourcetest.Deletions(items), w.URI); err != nil || got != c.gone {
					t.Errorf("deletions %v, %v", sourcetest.Deletions(items), err)
				}
				if name == "edited" && !slices.Contains(sourcetest.Texts(items), "something else") {
					t.Errorf("heard %q", sourcetest.Texts(items))
				}
			})
		})
	}
}

func TestManyDeletionsAreSeenInTurns(t *testing.T) {
	listen(t, searching("widget"), func(l *listener) {
		l.write(60)
		l.hear()
		l.server.DeleteAccount("user1.example")
		seen := 0
		for range 3 {
			items, err := l.poll()
			if err != nil {
				t.Fatal(err)
			}
			seen += len(sourcetest.Deletions(items))
		}
		if seen != 60 {
			t.Errorf("%d deletions", seen)
		}
	})
}

func TestWhatWasThereBeforeIsPast(t *testing.T) {
	listen(t, searching("widget"), func(l *listener) {
		l.write(3)
		time.Sleep(time.Hour)
		l.state = nil
		l.restart()
		want := l.write(1)
		if got := l.hear(); !slices.Equal(got, want) {
			t.Errorf("heard %q", got)
		}
	})
}

func TestWhoAsksNotToBeShownIsHeardWithAnAccountOnly(t *testing.T) {
	shy := func(s *blueskytest.Server) {
		s.Post(by("shy.example", "@acme.example widget"))
		s.Label("shy.example", "!no-unauthenticated")
	}
	listen(t, searching("widget"), func(l *listener) {
		shy(l.server)
		if got := l.hear(); len(got) > 0 {
			t.Errorf("heard %q", got)
		}
	})
	listen(t, withAccount(), func(l *listener) {
		shy(l.server)
		if got := l.hear(); len(got) != 1 {
			t.Errorf("heard %q", got)
		}
	})
}

func TestAQuoteWithoutAWordShowsThePost(t *testing.T) {
	listen(t, withAccount(), func(l *listener) {
		ours := l.server.Post(by("acme.example", "We are here to help"))
		bare, words, gone := by("user1.example", ""), by("user2.example", "No"), by("user3.example", "")
		bare.Quote, words.Quote, gone.Quote = ours.URI, ours.URI, blueskytest.DID("acme.example")
		l.server.Post(bare)
		l.server.Post(words)
		if got := l.hear(); !slices.Equal(got, []string{"We are here to help", "No"}) {
			t.Errorf("heard %q", got)
		}
		if l.asked("getPosts") != 1 {
			t.Errorf("asked %q", l.requests)
		}
	})
}

func TestATenthOfTheRequestsIsLeftToOthers(t *testing.T) {
	listen(t, searching("widget"), func(l *listener) {
		l.server.Use(blueskytest.Limit * 95 / 100)
		l.hear()
		requests := len(l.requests)
		if _, err := l.once(); err == nil || directdial.After(err) <= 0 || len(l.requests) != requests {
			t.Errorf("%v", err)
		}
		if l.budgets[len(l.budgets)-1] > blueskytest.Limit/10 {
			t.Errorf("reported %v", l.budgets)
		}
		time.Sleep(blueskytest.Window)
		l.hear()
	})
}

func TestASearchThatNeedsAnAccountSaysSo(t *testing.T) {
	listen(t, searching("widget"), func(l *listener) {
		l.server.Closed = true
		if _, err := l.poll(); err == nil || !strings.Contains(err.Error(), "only with an account") {
			t.Errorf("%v", err)
		}
	})
}
