package stackexchange

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/stackexchange/stackexchangetest"
	"github.com/directdial/directdial/internal/secret"
)

func TestQuestionsAndAnswersWithAWordAreHeard(t *testing.T) {
	listen(t, words("acme widget"), func(b *bench) {
		q := b.ask("how do I?")
		b.answer("user2", "With an Acme-widget.", q)
		b.comment("user3", "not the acme widget", q)
		b.ask("the widget of acme")
		b.ask("my acme widget")
		items := b.hear()
		if got := texts(items); len(got) != 2 || got[0] != "With an Acme-widget." || got[1] != "my acme widget" {
			b.Fatalf("got %q", got)
		}
		m := items[0].(*directdial.Mention)
		if want := postID("stackoverflow", q.ID); m.Thread != want || m.InReplyTo != want || m.URL != fmt.Sprintf("https://stackoverflow.com/a/%d", q.ID+1) {
			b.Errorf("got %+v", m)
		}
	})
}

func TestATagIsHeardAtEachSite(t *testing.T) {
	listen(t, Settings{Sites: []string{"unix", "superuser"}, Tags: []string{"Acme"}}, func(b *bench) {
		for _, site := range []string{"unix", "superuser", "stackoverflow"} {
			b.server.Post(stackexchangetest.Post{Site: site, Author: "user1", Title: "Q", Text: "no word", Tags: []string{"acme", "c++"}})
		}
		b.want("no word\n\n[acme] [c++]", "no word\n\n[acme] [c++]")
	})
}

func TestWhatIsKnownIsNotAskedForAgain(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		b.ask("acme one")
		b.want("acme one")
		for range 3 {
			b.want()
		}
		b.restart()
		b.want()
		if n := b.asked("/questions/"); n != 1 {
			b.Errorf("the question was asked for %d times", n)
		}
		b.ask("acme two")
		b.want("acme two")
	})
}

func TestAPostThatHoldsTwoWordsIsAskedForOnce(t *testing.T) {
	listen(t, words("acme", "widget"), func(b *bench) {
		b.ask("acme widget")
		b.want("acme widget")
		b.want()
		if n := b.asked("/questions/"); n != 1 {
			b.Errorf("it was asked for %d times", n)
		}
	})
}

func TestAPostThatSearchFindsLateIsHeard(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		b.server.Lag = 50 * time.Minute
		b.ask("acme late")
		b.server.Lag = 0
		heard := map[string]bool{}
		for range 5 {
			b.ask("acme soon")
			for _, text := range texts(b.hear()) {
				heard[text] = true
			}
		}
		if !heard["acme late"] || !heard["acme soon"] {
			b.Errorf("heard %v", heard)
		}
	})
}

func TestWhatIsFoundOrEditedHoursLaterIsHeard(t *testing.T) {
	for name, change := range map[string]func(b *bench) (text string){
		"found late": func(b *bench) string {
			b.server.Lag = 20 * time.Hour
			b.ask("acme late")
			return "acme late"
		},
		"edited": func(b *bench) string {
			q := b.ask("acme")
			b.want("acme")
			time.Sleep(10 * time.Hour)
			b.server.Edit(q.ID, "acme is back")
			return "acme is back"
		},
	} {
		t.Run(name, func(t *testing.T) {
			listen(t, words("acme"), func(b *bench) {
				text := change(b)
				b.server.Lag = 0
				for range 48 {
					time.Sleep(45 * time.Minute)
					b.ask("acme, something else")
					if slices.Contains(texts(b.hear()), text) {
						return
					}
				}
				b.Error("it was not heard within two days")
			})
		})
	}
}

func TestALongAbsenceIsReadToItsEnd(t *testing.T) {
	for name, settings := range map[string]Settings{
		"search": words("acme"),
		"a tag":  {Sites: []string{"stackoverflow"}, Tags: []string{"acme"}},
	} {
		t.Run(name, func(t *testing.T) {
			listen(t, settings, func(b *bench) {
				const n = 2600 // more pages than the API shows
				for i := range n {
					b.server.Post(stackexchangetest.Post{Author: "user1", Text: fmt.Sprint("acme ", i), Tags: []string{"acme"}})
					if i%250 == 0 { // more in one second than on a page
						time.Sleep(time.Hour)
					}
				}
				heard := map[string]bool{}
				for _, it := range b.hear() {
					heard[it.(*directdial.Mention).ID] = true
				}
				if len(heard) != n {
					b.Errorf("heard %d of %d", len(heard), n)
				}
			})
		})
	}
}

func TestASiteThatIsRefusedDoesNotStopTheOthers(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		b.settings.Sites = []string{"nowhere", "stackoverflow"}
		b.restart()
		for range 3 {
			b.ask("acme")
			items, err := b.poll()
			if len(items) != 1 || directdial.After(err) != b.every || !strings.Contains(err.Error(), "No site found") || !strings.Contains(err.Error(), "nowhere acme") {
				b.Fatalf("heard %d, %v", len(items), err)
			}
		}
	})
}

func TestAPostWithoutNumberOrTimeIsNoAnswer(t *testing.T) {
	for _, body := range []string{
		`{"items":[{"item_type":"question","creation_date":1}]}`, `{"items":[{"question_id":1}]}`, `{"items":[null]}`,
		`{"items":[{"question_id":"x","creation_date":1}]}`, `{"items":null}`, `{}`, `{"items":[],"has_more":true}`, `{"items":[`,
	} {
		listen(t, words("acme"), func(b *bench) {
			b.spoil = func(w http.ResponseWriter, _ *http.Request) bool {
				_, _ = w.Write([]byte(body))
				return true
			}
			before := string(b.state)
			if items, err := b.poll(); err == nil || len(items) > 0 || string(b.state) != before {
				b.Errorf("%s: %v, %v", body, items, err)
			}
		})
	}
}

func TestAStateOfAnotherVersionIsNotGuessedAt(t *testing.T) {
	for _, saved := range []string{"{", `{"v":2}`} {
		listen(t, words("acme"), func(b *bench) {
			b.state = []byte(saved)
			if _, err := b.poll(); err == nil {
				t.Errorf("%s is read", saved)
			}
		})
	}
}

func TestTheStateStaysSmall(t *testing.T) {
	st := &state{V: stateVersion, Queries: map[string]*position{}}
	for i := range maxQueries {
		p := st.position(query{site: strings.Repeat("s", 64), word: strings.Repeat("w", maxWord-2) + fmt.Sprint(10+i)}, time.Now())
		for range 2 * maxSeen {
			p.pass(p.Until, 1, &wrapper{Items: []post{{Question: 777_777_777 + int64(len(p.Seen)), Created: p.Until}}})
		}
	}
	if data, err := st.encode(); err != nil || len(data) > ingest.MaxState {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	good := Settings{Sites: []string{"stackoverflow"}, Words: []string{"acme"}, Key: secret.New("s3cret"), Every: 2 * time.Minute, API: address}
	for name, spoil := range map[string]func(*Settings){
		"no sites":                      func(s *Settings) { s.Sites = nil },
		"nothing to hear":               func(s *Settings) { s.Words = nil },
		"an address for a site":         func(s *Settings) { s.Sites = []string{"unix.stackexchange.com"} },
		"a domain for a site":           func(s *Settings) { s.Sites = []string{"stackoverflow.com"} },
		"a path for a site":             func(s *Settings) { s.Sites = []string{"../me"} },
		"an empty word":                 func(s *Settings) { s.Words = []string{` " " `} },
		"one word twice":                func(s *Settings) { s.Words = []string{"acme", `"acme"`} },
		"a tag in brackets":             func(s *Settings) { s.Tags = []string{"[acme]"} },
		"two tags in one":               func(s *Settings) { s.Tags = []string{"acme;widget"} },
		"more queries than allowed":     func(s *Settings) { s.Words = strings.Split("a b c d e f g h i j k l m n o p q r s t u", " ") },
		"more often than it is allowed": func(s *Settings) { s.Every = time.Minute },
		"no address":                    func(s *Settings) { s.API = "api.stackexchange.com" },
	} {
		s := good
		spoil(&s)
		if _, err := newSource(ingest.Setup{}, &s); directdial.KindOf(err) != directdial.Invalid || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := newSource(ingest.Setup{}, &good); err != nil {
		t.Error(err)
	}
}
