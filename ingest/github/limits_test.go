package github

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/github/githubtest"
)

// refuseWith answers a status and a body to requests whose address holds a
// text.
func refuseWith(text string, status int, body string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.String(), text) {
			return false
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
		return true
	}
}

func TestLimitsAreWaitedForAsGitHubTellsThem(t *testing.T) {
	reset := func(in time.Duration) http.Header {
		return http.Header{"X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": {strconv.FormatInt(time.Now().Add(in).Unix(), 10)}}
	}
	for name, c := range map[string]struct {
		header func() http.Header
		want   time.Duration
	}{
		"Retry-After":       {func() http.Header { return http.Header{"Retry-After": {"90"}} }, 90 * time.Second},
		"a reset":           {func() http.Header { return reset(7 * time.Minute) }, 7 * time.Minute},
		"a reset of old":    {func() http.Header { return reset(-time.Hour) }, time.Minute},
		"nothing but words": {func() http.Header { return nil }, time.Minute},
		"a reset in a year": {func() http.Header { return reset(365 * 24 * time.Hour) }, 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			listen(t, withToken+"queries: [acme]\n", func(l *listener) {
				l.Must()
				l.github.Abuse(1, c.header())
				err := l.Poll()
				if directdial.KindOf(err) != directdial.Temporary || !errors.Is(err, ingest.ErrLimit) || directdial.After(err) != c.want {
					l.Fatalf("error %v, after %v", err, directdial.After(err))
				}
				n := len(l.github.Requests())
				if err := l.Poll(); !errors.Is(err, ingest.ErrLimit) || len(l.github.Requests()) != n {
					l.Errorf("%d requests before the end of the limit, %v", len(l.github.Requests())-n, err)
				}
				time.Sleep(directdial.After(err))
				l.Must()
			})
		})
	}
}

func TestSearchesHaveABucketOfTheirOwn(t *testing.T) {
	listen(t, withToken+"queries: [acme]\nkinds: [issue]\n", func(l *listener) {
		begin := time.Now()
		for range 100 {
			l.Must()
		}
		if took := time.Since(begin); took < 3*time.Minute || took > 4*time.Minute {
			l.Errorf("a hundred searches took %v", took)
		}
		if l.budget < 0 || l.budget >= 30 {
			l.Errorf("budget %d", l.budget)
		}
		l.github.Use("core", 4600)
		w := l.github.Open(githubtest.Post{Body: "acme"})
		l.github.Comment(w, "user2", "acme")
		err := l.Poll() // the first comment tells how little is left
		l.github.Comment(w, "user2", "acme")
		if err == nil {
			err = l.Poll()
		}
		if !errors.Is(err, ingest.ErrLimit) || directdial.After(err) < 50*time.Minute || l.Heard[w.ID] == nil {
			l.Errorf("error %v after %v", err, directdial.After(err))
		}
	})
}

func TestLimitsOfGraphQLComeWithStatus200(t *testing.T) {
	listen(t, withToken+"queries: [acme]\nkinds: [discussion]\n", func(l *listener) {
		l.spoil = func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(time.Now().Add(12*time.Minute).Unix(), 10))
			_, _ = w.Write([]byte(`{"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}`))
			return true
		}
		if err := l.Poll(); !errors.Is(err, ingest.ErrLimit) || directdial.After(err) != 12*time.Minute {
			l.Errorf("error %v after %v", err, directdial.After(err))
		}
	})
}

func TestRefusalsSayWhatToDo(t *testing.T) {
	for _, c := range []struct {
		status     int
		body, want string
		kind       directdial.Kind
	}{
		{401, `{"message":"Bad credentials"}`, "make a new one", directdial.Denied},
		{403, `{"message":"Resource not accessible by personal access token"}`, "may the token read", directdial.Denied},
		{422, `{"message":"Validation Failed"}`, "does not understand the query", directdial.Invalid},
		{500, `<html>`, "500", directdial.Temporary},
		{200, `{}`, "none", directdial.Invalid},
		{200, `{"total_count":1}`, "none", directdial.Invalid},
		{200, `{"total_count":1,"items":[{"title":"acme"}]}`, "node_id", directdial.Invalid},
	} {
		listen(t, withToken+"queries: [acme]\nkinds: [issue]\n", func(l *listener) {
			l.spoil = refuseWith("/search/", c.status, c.body)
			if err := l.Poll(); directdial.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), githubtest.Token) {
				l.Errorf("%d %s: %v", c.status, c.body, err)
			}
		})
	}
}
