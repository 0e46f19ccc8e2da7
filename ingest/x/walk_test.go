package x

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/sourcetest"
	"github.com/directdial/directdial/ingest/x/xtest"
	"github.com/directdial/directdial/internal/secret"
)

func TestALongAbsenceIsReadPageByPage(t *testing.T) {
	listen(t, 1000, func(b *bench) {
		var want []string
		for i := range 250 {
			want = append(want, fmt.Sprintf("acme %03d", i))
			b.write(want[i])
			time.Sleep(20 * time.Minute)
		}
		items := b.hear()
		got := sourcetest.Texts(items)
		if slices.Sort(got); !slices.Equal(got, want) || len(sourcetest.Gaps(items)) > 0 {
			b.Fatalf("heard %d of %d, gaps %v", len(got), len(want), sourcetest.Gaps(items))
		}
		if n := b.asked("/2/tweets/search/recent", "next_token="); n != 2 {
			b.Errorf("%d pages after the first", n)
		}
		b.want()
	})
}

func TestAPostThatIsIndexedLateIsHeardAndCostsNothing(t *testing.T) {
	listen(t, 1000, func(b *bench) {
		b.x.Lag = 14 * time.Minute
		b.write("acme late")
		b.x.Lag = 0
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
		if n := b.spend.account().Posts; n != 21 || b.x.Charged(time.Now()) != n {
			b.Errorf("counted %d posts, %d are charged, 21 were read", n, b.x.Charged(time.Now()))
		}
	})
}

func TestASilenceOfWeeksIsNoGap(t *testing.T) {
	listen(t, 1000, func(b *bench) {
		for range 20 {
			time.Sleep(24*time.Hour - time.Minute)
			b.want()
		}
		b.write("acme at last")
		b.want("acme at last")
	})
}

func TestAnAbsenceBeyondSevenDaysIsAGapAndTheRestIsRead(t *testing.T) {
	listen(t, 1000, func(b *bench) {
		b.write("acme before")
		b.want("acme before")
		last := time.Now()
		b.write("acme lost")
		time.Sleep(8 * 24 * time.Hour)
		b.write("acme found")
		b.restart()
		items := b.hear()
		if got := sourcetest.Texts(items); !slices.Equal(got, []string{"acme found"}) {
			b.Errorf("heard %q", got)
		}
		g := sourcetest.Gaps(items)
		if len(g) != 1 || g[0].Cause != causeExpired || g[0].Missing != -1 || g[0].Query != "search acme" {
			b.Fatalf("gaps %+v", g)
		}
		if g[0].From.After(last) || !g[0].To.Equal(time.Now().Add(-reach)) {
			b.Errorf("from %v to %v", g[0].From, g[0].To)
		}
		b.write("acme again")
		b.want("acme found", "acme again")
	})
}

func TestMoreMentionsThanXShowsAreAGap(t *testing.T) {
	hearing(t, Settings{Mentions: []string{"1000"}, PostsPerDay: 10_000}, func(b *bench) {
		var oldest time.Time
		for i := range 850 {
			if i == 50 {
				oldest = time.Now()
			}
			b.write(fmt.Sprintf("hello @acme %d", i))
			time.Sleep(time.Second)
		}
		items := b.hear()
		g := sourcetest.Gaps(items)
		if n := len(sourcetest.Texts(items)); n != 800 || len(g) != 1 || g[0].Cause != causeLimit || g[0].Missing != -1 {
			b.Fatalf("heard %d, gaps %+v", n, g)
		}
		if g[0].To.Sub(oldest).Abs() > time.Second {
			b.Errorf("the gap ends at %v, the oldest that was read is of %v", g[0].To, oldest)
		}
		b.write("@acme after that")
		items = b.hear() // what was said lately is read again
		if !slices.Contains(sourcetest.Texts(items), "@acme after that") || len(sourcetest.Gaps(items)) > 0 {
			b.Errorf("gaps %+v", sourcetest.Gaps(items))
		}
	})
}

func TestAnEditIsTheSameMention(t *testing.T) {
	listen(t, 1000, func(b *bench) {
		w := b.write("acme broek")
		m := b.hear()[0].(*directdial.Mention)
		if m.ID != w.ID || !m.EditedAt.IsZero() {
			b.Errorf("got %+v", m)
		}
		created := m.CreatedAt
		b.x.Edit(w.ID, "acme broke")
		edited := b.x.Edit(w.ID, "acme broke, twice")
		items := b.hear()
		if len(items) != 1 {
			b.Fatalf("got %v", items)
		}
		m = items[0].(*directdial.Mention)
		if m.ID != w.ID || m.Thread != w.ID || m.Text != "acme broke, twice" || m.URL != edited.URL || !m.CreatedAt.Equal(created) || !m.EditedAt.Equal(edited.At) {
			b.Errorf("got %+v", m)
		}
	})
}

func TestAnAnswerWithPostsAndErrorsIsRead(t *testing.T) {
	listen(t, 1000, func(b *bench) {
		gone := b.write("a post that goes")
		b.x.Post(xtest.Post{Author: "user2", Text: "acme, see above", InReplyTo: gone.ID})
		quote := b.x.Post(xtest.Post{Author: "user3", Text: "acme says", Quote: gone.ID})
		b.x.Delete(gone.ID)
		items := b.hear()
		if got := sourcetest.Texts(items); !slices.Equal(got, []string{"acme, see above", "acme says"}) {
			b.Fatalf("heard %q", got)
		}
		if m := items[0].(*directdial.Mention); m.InReplyTo != gone.ID || m.Thread != gone.ID || m.RepostOf != "" {
			b.Errorf("reply %+v", m)
		}
		if m := items[1].(*directdial.Mention); m.RepostOf != "" || m.URL != quote.URL {
			b.Errorf("quote %+v", m)
		}
	})
}

func TestAnAnswerThatIsNoneIsAnError(t *testing.T) {
	for _, body := range []string{
		`null`, `{}`, `[]`, `{"data":[]}`, `{"errors":[{"title":"x"}]}`, `{"meta":{"result_count":3}}`, `{"data":[{"text":"acme"}],"meta":{"result_count":1}}`,
	} {
		listen(t, 1000, func(b *bench) {
			b.write("acme")
			b.spoil = func(w http.ResponseWriter, _ *http.Request) bool {
				_, _ = w.Write([]byte(body))
				return true
			}
			if items, err := b.poll(); err == nil || len(items) > 0 {
				b.Errorf("%s: %v, %v", body, items, err)
			}
			b.spoil = nil
			b.want("acme")
		})
	}
	listen(t, 1000, func(b *bench) { // this is an empty page
		b.spoil = func(w http.ResponseWriter, _ *http.Request) bool {
			_, _ = w.Write([]byte(`{"meta":{"result_count":0}}`))
			return true
		}
		b.want()
	})
}

func TestACheckAsksForNextToNothing(t *testing.T) {
	hearing(t, Settings{Queries: []string{"acme"}, Mentions: []string{"1000"}, PostsPerDay: 100}, func(b *bench) {
		b.write("acme")
		time.Sleep(2 * time.Minute)
		if err := b.Check(b.Context()); err != nil || b.x.Charged(time.Now()) != 0 {
			b.Errorf("%d posts are charged, %v", b.x.Charged(time.Now()), err)
		}
		b.settings.Token = secret.New("another")
		b.restart()
		if err := b.Check(b.Context()); directdial.KindOf(err) != directdial.Denied {
			b.Error(err)
		}
	})
}

func TestAPageInAnyOrderWithAPostTwiceIsRead(t *testing.T) {
	listen(t, 1000, func(b *bench) {
		for i := range 30 {
			b.write(fmt.Sprintf("acme %02d", i))
		}
		b.spoil = func(w http.ResponseWriter, r *http.Request) bool {
			answer := httptest.NewRecorder()
			b.x.ServeHTTP(answer, r)
			var body map[string]any
			if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil {
				b.Error(err)
			}
			if data, ok := body["data"].([]any); ok {
				slices.Reverse(data)
				body["data"] = append(data[10:], data...)
			}
			_ = json.NewEncoder(w).Encode(body)
			return true
		}
		if n := len(b.hear()); n != 50 {
			b.Errorf("%d items", n)
		}
		b.spoil = nil
		time.Sleep(20 * time.Minute)
		b.hear()
		b.write("acme, after that")
		b.want("acme, after that")
		if n := b.spend.account().Posts; n != 31 {
			b.Errorf("counted %d posts", n)
		}
	})
}

func TestATokenThatIsRefusedCostsNothing(t *testing.T) {
	listen(t, 1000, func(b *bench) {
		for range 150 {
			b.write("acme")
		}
		refused := false
		b.spoil = func(w http.ResponseWriter, r *http.Request) bool {
			if refused || !r.URL.Query().Has("next_token") {
				return false
			}
			refused = true
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"errors":[{"parameters":{"next_token":["b26v"]},"message":"Sorry"}],"title":"Invalid Request"}`))
			return true
		}
		first, err := b.poll()
		if err == nil || len(first) != 100 {
			b.Fatalf("%d items, %v", len(first), err)
		}
		if n := len(b.hear()); n != 150 {
			b.Errorf("%d items from the top", n)
		}
	})
}

func TestRefusalsSayWhatToDo(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		kind   directdial.Kind
		wait   time.Duration
		says   string
	}{
		"too many requests": {429, `{"title":"Too Many Requests","status":429}`, directdial.Temporary, 0, "429"},
		"usage capped":      {429, `{"title":"UsageCapExceeded","type":"https://api.twitter.com/2/problems/usage-capped"}`, directdial.Temporary, capped, "used up"},
		"no credits":        {402, `{"title":"CreditsDepleted","detail":"no credits"}`, directdial.Temporary, capped, "used up"},
		"a wrong token":     {401, `{"title":"Unauthorized"}`, directdial.Denied, 0, "token"},
		"no project":        {403, `{"title":"Client Forbidden","type":"https://api.x.com/2/problems/client-forbidden"}`, directdial.Denied, 0, "project"},
		"a wrong query":     {400, `{"errors":[{"parameters":{"query":["("]},"message":"missing )"}],"detail":"One or more"}`, directdial.Invalid, 0, "missing )"},
		"an outage":         {503, `<html>over capacity`, directdial.Temporary, 0, "503"},
	} {
		t.Run(name, func(t *testing.T) {
			listen(t, 1000, func(b *bench) {
				b.write("acme")
				b.spoil = func(w http.ResponseWriter, _ *http.Request) bool {
					w.WriteHeader(c.status)
					_, _ = w.Write([]byte(c.body))
					return true
				}
				_, err := b.poll()
				if directdial.KindOf(err) != c.kind || directdial.After(err) != c.wait || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), xtest.Token) {
					b.Errorf("%v, after %v: %v", directdial.KindOf(err), directdial.After(err), err)
				}
				b.spoil = nil
				b.want("acme")
			})
		})
	}
}

func TestALimitIsKeptWithoutAsking(t *testing.T) {
	hearing(t, Settings{Queries: []string{"acme", "widget"}, PostsPerDay: 1000}, func(b *bench) {
		b.x.Limit = 4
		b.want()
		if b.budget != 0 {
			b.Errorf("%d requests left", b.budget)
		}
		asked := len(b.x.Requests())
		b.write("acme")
		_, err := b.poll()
		if directdial.KindOf(err) != directdial.Temporary || directdial.After(err) < 12*time.Minute || len(b.x.Requests()) != asked {
			b.Fatalf("after %v: %v", directdial.After(err), err)
		}
		time.Sleep(directdial.After(err))
		b.want("acme")
	})
}
