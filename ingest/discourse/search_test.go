package discourse

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/discourse/discoursetest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestASearchHearsMoreThanOnePostOfATopic(t *testing.T) {
	listen(t, "queries: [acme]\n", func(l *listener) {
		old := l.forum.Post(discoursetest.Post{Text: "acme, long ago", At: time.Now().AddDate(0, -1, 0)})
		l.Must()
		time.Sleep(time.Hour)
		first := l.forum.Post(discoursetest.Post{Topic: old.Topic, Text: "acme broke"})
		l.forum.Post(discoursetest.Post{Topic: old.Topic, Text: "which one?"})
		for range 40 { // more than come with the topic
			l.forum.Post(discoursetest.Post{Topic: old.Topic, Text: "off topic"})
		}
		middle := l.forum.Post(discoursetest.Post{Topic: old.Topic, Text: "the ACME one, of course, which is much longer than what a search shows of it"})
		last := l.forum.Post(discoursetest.Post{Topic: old.Topic, Text: "acme, hm"})
		l.Must()
		if len(l.Heard) != 3 || l.of(first) == nil || l.of(last) == nil || !strings.HasSuffix(l.of(middle).Text, "shows of it") {
			l.Errorf("heard %v", l.Heard)
		}
		for range 300 {
			l.forum.Post(discoursetest.Post{Topic: old.Topic, Text: "acme, acme"})
		}
		l.Must()
		if len(l.Heard) != 303 {
			l.Errorf("%d of 303 are heard", len(l.Heard))
		}
		topics := l.asked("/t/")
		l.Must()
		if n := l.asked("/t/") - topics; n > 0 {
			l.Errorf("%d topics are read again", n)
		}
	})
}

func TestMoreThanASearchShowsIsSearchedDayByDay(t *testing.T) {
	listen(t, "queries: [acme]\n", func(l *listener) {
		l.Must()
		n := sourcetest.Cases(1300, 650) // a search shows 500
		for i := range n {
			if i%130 == 0 {
				time.Sleep(24 * time.Hour)
			}
			l.forum.Post(discoursetest.Post{Text: fmt.Sprint("acme ", i)})
		}
		l.Must()
		if len(l.Heard) != n || len(l.Gaps) > 0 {
			l.Errorf("%d of %d are heard, gaps %+v", len(l.Heard), n, l.Gaps)
		}
		w := l.forum.Post(discoursetest.Post{Text: "acme, later"})
		l.Must()
		if l.of(w) == nil {
			l.Error("what came later is not heard")
		}
	})
}

func TestMoreThanASearchShowsOfADayIsAGap(t *testing.T) {
	listen(t, "queries: [acme]\n", func(l *listener) {
		time.Sleep(12 * time.Hour)
		l.Must()
		for i := range 620 {
			l.forum.Post(discoursetest.Post{Text: fmt.Sprint("acme ", i)})
		}
		l.Must()
		if len(l.Heard) != 500 || len(l.Gaps) == 0 {
			l.Fatalf("%d of 620 are heard, gaps %+v", len(l.Heard), l.Gaps)
		}
		for _, g := range l.Gaps {
			if g.Cause != "result limit" || g.Query != "acme" || g.Missing != -1 || g.From.IsZero() || !g.To.After(g.From) {
				l.Errorf("gap %+v", g)
			}
		}
	})
}

func TestASearchThatIsRefusedWithStatus200IsNoEmptyOne(t *testing.T) {
	listen(t, "queries: [acme]\n", func(l *listener) {
		l.Must()
		w := l.forum.Post(discoursetest.Post{Text: "acme"})
		l.forum.Overload(1)
		if err := l.Poll(); directdial.KindOf(err) != directdial.Temporary || directdial.After(err) != time.Minute {
			l.Errorf("error %v", err)
		}
		l.Must()
		if l.of(w) == nil {
			l.Error("is not heard")
		}
	})
}

func TestWhatComesLateIntoTheIndexIsHeard(t *testing.T) {
	listen(t, "queries: [acme]\n", func(l *listener) {
		l.Must()
		l.forum.Lag = 20 * time.Minute
		for i := range 12 {
			l.forum.Post(discoursetest.Post{Text: fmt.Sprint("acme ", i)})
			time.Sleep(5 * time.Minute)
			l.Must()
		}
		time.Sleep(30 * time.Minute)
		l.Must()
		if len(l.Heard) != 12 {
			l.Errorf("%d of 12 are heard", len(l.Heard))
		}
	})
}

func TestLimitsAreWaitedForAsTheForumTellsThem(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(http.Header) any
		want   time.Duration
	}{
		"a header": {func(h http.Header) any {
			h.Set("Retry-After", "17")
			return map[string]any{"errors": []string{"You’ve performed this action too many times."}, "error_type": "rate_limit", "extras": map[string]any{"wait_seconds": 16}}
		}, 17 * time.Second},
		"the body": {func(http.Header) any {
			return map[string]any{"errors": []string{"slow down"}, "extras": map[string]any{"wait_seconds": 42}}
		}, 42 * time.Second},
		"no time": {func(http.Header) any { return map[string]any{"failed": "FAILED", "message": "Slow down"} }, time.Minute},
		"a year": {func(http.Header) any {
			return map[string]any{"errors": []string{""}, "extras": map[string]any{"wait_seconds": 3e7}}
		}, 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			listen(t, "latest: true\n", func(l *listener) {
				l.Must()
				l.forum.Limit(1, c.answer)
				if err := l.Poll(); directdial.KindOf(err) != directdial.Temporary || directdial.After(err) != c.want {
					l.Errorf("error %v, after %v", err, directdial.After(err))
				}
			})
		})
	}
}

func TestRefusalsSayWhatToDo(t *testing.T) {
	for _, c := range []struct {
		settings   string
		status     int
		body, want string
		kind       directdial.Kind
	}{
		{"latest: true\n", 403, `{"errors":["You need to be logged in."],"error_type":"not_logged_in"}`, "only with a key", directdial.Denied},
		{"latest: true\nkey: s3cret\nuser: ana\n", 403, `{"errors":["invalid"]}`, "does not accept the key", directdial.Denied},
		{"latest: true\n", 404, `<html>`, "no Discourse", directdial.Invalid},
		{"latest: true\n", 502, `<html>`, "502", directdial.Temporary},
		{"latest: true\n", 200, `{}`, "none", directdial.Invalid},
		{"latest: true\n", 200, `{"latest_posts":[{"cooked":"acme"}]}`, "without an id", directdial.Invalid},
		{"queries: [acme]\n", 200, `{"posts":[]}`, "none", directdial.Invalid},
		{"queries: [acme]\n", 400, `{"errors":["You supplied invalid parameters to the request: q"]}`, "invalid parameters", directdial.Invalid},
	} {
		listen(t, c.settings, func(l *listener) {
			l.spoil = refuseWith("", c.status, c.body)
			if err := l.Poll(); directdial.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "s3cret") {
				l.Errorf("%d %s: %v", c.status, c.body, err)
			}
		})
	}
}

func TestWhatIsNotPublicIsNotHeard(t *testing.T) {
	for _, settings := range []string{"latest: true\n", "queries: [acme]\n"} {
		listen(t, settings, func(l *listener) {
			l.Must()
			heard := l.forum.Post(discoursetest.Post{Text: "acme"})
			l.forum.Hide(l.forum.Post(discoursetest.Post{Text: "acme in secret"}).Topic)
			l.forum.Post(discoursetest.Post{Text: "acme was closed", Topic: heard.Topic, Kind: 3})
			l.forum.Post(discoursetest.Post{Text: "acme among the staff", Topic: heard.Topic, Kind: 4})
			l.forum.Post(discoursetest.Post{Text: "welcome to acme", Author: "system"})
			l.forum.Delete(l.forum.Post(discoursetest.Post{Text: "acme, deleted"}).ID, false)
			l.Must()
			if len(l.Heard) != 1 || l.of(heard) == nil {
				l.Errorf("%s: heard %v", settings, l.Heard)
			}
		})
	}
}

func TestAQueryThatIsRefusedDoesNotStopTheOthers(t *testing.T) {
	listen(t, "queries: [broken, acme]\n", func(l *listener) {
		l.Must()
		w := l.forum.Post(discoursetest.Post{Text: "acme"})
		l.spoil = refuseWith("broken", 400, `{"errors":["invalid"]}`)
		if err := l.Poll(); err == nil || l.of(w) == nil {
			l.Errorf("error %v, heard %v", err, l.Heard)
		}
	})
}

func TestAnHourOfFaultsLosesNothing(t *testing.T) {
	for _, settings := range []string{"latest: true\n", "queries: [acme]\n"} {
		listen(t, settings, func(l *listener) {
			l.Must()
			random := rand.New(rand.NewPCG(1, 2))
			l.forum.Lag = 5 * time.Minute
			l.spoil = func(w http.ResponseWriter, r *http.Request) bool {
				switch random.IntN(8) {
				case 0:
					w.WriteHeader(http.StatusBadGateway)
				case 1:
					w.WriteHeader(http.StatusTooManyRequests)
				case 2:
					answer := httptest.NewRecorder()
					l.forum.ServeHTTP(answer, r)
					_, _ = w.Write(answer.Body.Bytes()[:answer.Body.Len()/2]) // cut
				default:
					return false
				}
				return true
			}
			published := map[string]bool{}
			for range sourcetest.Cases(60, 20) {
				topic := int64(0)
				for range random.IntN(40) {
					w := l.forum.Post(discoursetest.Post{Topic: topic, Text: "acme"})
					published[l.source.forum.id(w.ID)] = true
					if random.IntN(2) == 0 {
						topic = w.Topic
					}
				}
				if random.IntN(5) == 0 {
					l.forum.Overload(random.IntN(3))
				}
				if err := l.Poll(); err != nil {
					time.Sleep(directdial.After(err))
				}
				time.Sleep(time.Minute)
			}
			l.spoil = nil
			time.Sleep(10 * time.Minute)
			l.forum.Overload(0)
			l.Must()
			if len(l.Heard) != len(published) || len(l.Gaps) > 0 {
				l.Errorf("%s: %d heard of %d, gaps %v", settings, len(l.Heard), len(published), l.Gaps)
			}
		})
	}
}
