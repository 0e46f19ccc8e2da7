package hackernews

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/hackernews/hackernewstest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestAWordIsNotTakenForAnother(t *testing.T) {
	for name, forgiving := range map[string]bool{"an index that is told": false, "an index that does not listen": true} {
		t.Run(name, func(t *testing.T) {
			listen(t, []string{"acme", "acme widget"}, func(b *bench) {
				b.server.Forgiving = forgiving
				for _, title := range []string{"My acne is back", "Acmeist poetry", "Acm queue", "The acme of skill", "acme-widget, broken", "ACME: a widget"} {
					b.write(title)
				}
				b.server.Post(hackernewstest.Post{Author: "acme", Title: "By somebody who is called so"})
				b.want("The acme of skill", "acme-widget, broken", "ACME: a widget", "acme-widget, broken")
			})
		})
	}
}

func TestALinkToTheDomainIsHeard(t *testing.T) {
	listen(t, []string{"acme.example"}, func(b *bench) {
		b.server.Post(hackernewstest.Post{Author: "user1", Title: "A plug", Link: "https://www.acme.example/plug"})
		b.server.Post(hackernewstest.Post{Author: "user1", Title: "A plug", Link: "https://acme.other/example"})
		b.want("A plug\n\nhttps://www.acme.example/plug")
	})
}

func TestAPostThatIsIndexedLateIsHeard(t *testing.T) {
	listen(t, []string{"acme"}, func(b *bench) {
		b.server.Lag = 14 * time.Minute
		b.write("acme late")
		b.server.Lag = 0
		heard := map[string]bool{}
		for range 20 {
			b.write("acme soon")
			for _, text := range sourcetest.Texts(b.hear()) {
				heard[text] = true
			}
		}
		if !heard["acme late"] || !heard["acme soon"] {
			b.Errorf("heard %v", heard)
		}
	})
}

func TestAnIndexThatStandsStillLosesNothing(t *testing.T) {
	listen(t, []string{"acme"}, func(b *bench) {
		b.server.Stall()
		time.Sleep(time.Hour)
		b.server.Post(hackernewstest.Post{Author: "user1", Title: "acme one"})
		b.spoil = func(w http.ResponseWriter, r *http.Request) bool { // nothing but the index
			if !strings.HasPrefix(r.URL.Path, "/v0/") {
				return false
			}
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		}
		for range 100 {
			if _, err := b.poll(); directdial.KindOf(err) != directdial.Temporary {
				b.Fatalf("nobody hears that the tree fails: %v", err)
			}
		}
		b.restart()
		b.server.Resume()
		b.spoil = nil
		b.want("acme one")
	})
}

func TestALongAbsenceIsReadInSlices(t *testing.T) {
	for name, estimates := range map[string]bool{"counted": false, "estimated": true} {
		t.Run(name, func(t *testing.T) {
			listen(t, []string{"acme"}, func(b *bench) {
				b.server.Estimates = estimates
				const n = 2200
				for i := range n {
					b.write(fmt.Sprintf("acme %d", i))
					time.Sleep(time.Duration(i%7) * time.Minute)
				}
				heard := map[string]bool{}
				last := time.Time{}
				for _, it := range b.hear() {
					m, ok := it.(*directdial.Mention)
					if !ok {
						b.Fatalf("got %+v", it)
					}
					if m.CreatedAt.Before(last) {
						b.Fatal("not the oldest first")
					}
					last = m.CreatedAt
					heard[m.ID] = true
				}
				if len(heard) != n {
					b.Errorf("heard %d of %d", len(heard), n)
				}
			})
		})
	}
}

func TestWhatTheIndexDoesNotShowIsAGap(t *testing.T) {
	for name, c := range map[string]struct {
		estimates bool
		missing   int
	}{"counted": {false, 234}, "estimated": {true, -1}} {
		t.Run(name, func(t *testing.T) {
			listen(t, []string{"acme"}, func(b *bench) {
				b.server.Estimates = c.estimates
				const n = 1234
				for i := range n { // all in one second
					b.write(fmt.Sprintf("acme %d", i))
				}
				at := time.Now()
				time.Sleep(time.Minute)
				b.write("acme later")
				var gaps []*directdial.Gap
				heard := map[string]bool{}
				for _, it := range b.hear() {
					switch it := it.(type) {
					case *directdial.Gap:
						gaps = append(gaps, it)
					case *directdial.Mention:
						heard[it.ID] = true
					}
				}
				if len(gaps) != 1 || gaps[0].Missing != c.missing || !gaps[0].From.Equal(at.Truncate(time.Second)) || gaps[0].Query != "acme" {
					b.Fatalf("gaps %+v", gaps)
				}
				if c.missing > 0 && len(heard)+gaps[0].Missing != n+1 {
					b.Errorf("%d heard and %d missing of %d", len(heard), gaps[0].Missing, n+1)
				}
			})
		})
	}
}

func TestAnEditWithinTheOverlapIsSeen(t *testing.T) {
	listen(t, []string{"acme"}, func(b *bench) {
		id := b.server.Post(hackernewstest.Post{Author: "user1", Title: "Ask HN", Text: "acme is down"})
		b.want("Ask HN\n\nacme is down")
		b.server.Edit(id, "acme is up again")
		b.want("Ask HN\n\nacme is up again")
	})
}

func TestWhatIsIndexedOrEditedHoursLaterIsHeard(t *testing.T) {
	for name, change := range map[string]func(b *bench) (text string){
		"indexed late": func(b *bench) string {
			b.server.Lag = 5 * time.Hour
			b.write("acme late")
			return "acme late"
		},
		"edited": func(b *bench) string {
			id := b.write("acme")
			b.want("acme")
			time.Sleep(100 * time.Minute)
			b.server.Edit(id, "is back")
			return "acme\n\nis back"
		},
		"dead for a while": func(b *bench) string {
			id := b.write("acme dead")
			b.server.Kill(id)
			b.want()
			time.Sleep(3 * time.Hour)
			b.server.Revive(id)
			return "acme dead"
		},
	} {
		t.Run(name, func(t *testing.T) {
			listen(t, []string{"acme"}, func(b *bench) {
				text := change(b)
				b.server.Lag = 0
				for range 24 * 4 {
					time.Sleep(14 * time.Minute)
					b.write("something else")
					if slices.Contains(sourcetest.Texts(b.hear()), text) {
						return
					}
				}
				b.Error("it was not heard within a day")
			})
		})
	}
}

func TestAWordThatIsNewBeginsAtThePresent(t *testing.T) {
	listen(t, []string{"acme"}, func(b *bench) {
		b.write("a widget of old")
		time.Sleep(time.Hour)
		b.write("something")
		b.words = []string{"acme", "widget"}
		b.restart()
		b.want()
		b.write("a new widget")
		b.want("a new widget")
	})
}

func TestAStateOfAnotherVersionIsNotGuessedAt(t *testing.T) {
	for _, saved := range []string{"{", `{"v":2}`} {
		listen(t, []string{"acme"}, func(b *bench) {
			b.state = []byte(saved)
			if _, err := b.poll(); err == nil {
				t.Errorf("%s is read", saved)
			}
		})
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	good := Settings{Words: []string{"acme"}, Every: time.Minute, Search: searchAddress, Items: itemsAddress}
	for name, spoil := range map[string]func(*Settings){
		"no words":                      func(s *Settings) { s.Words = nil },
		"a word of nothing":             func(s *Settings) { s.Words = []string{`" - "`} },
		"one word twice":                func(s *Settings) { s.Words = []string{"acme widget", "Acme-Widget"} },
		"a long word":                   func(s *Settings) { s.Words = []string{strings.Repeat("a", 101)} },
		"more words than allowed":       func(s *Settings) { s.Words = strings.Split("a b c d e f g h i j k l m n o p q r s t u", " ") },
		"more often than it is allowed": func(s *Settings) { s.Every = time.Second },
		"no address":                    func(s *Settings) { s.Search = "hn.algolia.com" },
		"a file":                        func(s *Settings) { s.Items = "file:///etc/passwd" },
	} {
		s := good
		spoil(&s)
		if _, err := newSource(newSetup(), &s); directdial.KindOf(err) != directdial.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := newSource(newSetup(), &good); err != nil {
		t.Error(err)
	}
}
