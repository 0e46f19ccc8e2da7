package github

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/github/githubtest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func each(t *testing.T, f func(l *listener, kind string)) {
	for _, kind := range []string{githubtest.Issue, githubtest.Pull, githubtest.Discussion} {
		t.Run(kind, func(t *testing.T) {
			listen(t, withToken+"queries: [acme]\nkinds: ["+kind+"]\n", func(l *listener) { f(l, kind) })
		})
	}
}

func TestAThousandResultsAreNoEnd(t *testing.T) {
	each(t, func(l *listener, kind string) {
		l.Must()
		n := sourcetest.Cases(2500, 1100)
		for i := range n {
			if i%3 == 0 {
				time.Sleep(time.Second)
			}
			l.github.Open(githubtest.Post{Kind: kind, Body: "acme"})
		}
		l.Must()
		if len(l.Heard) != n || len(l.Gaps) > 0 {
			l.Errorf("%d of %d are heard, gaps %+v", len(l.Heard), n, l.Gaps)
		}
	})
}

func TestMoreThanAThousandOfOneSecondAreAGap(t *testing.T) {
	each(t, func(l *listener, kind string) {
		l.Must()
		for range 300 {
			l.github.Open(githubtest.Post{Kind: kind, Body: "acme"})
		}
		time.Sleep(time.Second)
		for range 1234 {
			l.github.Open(githubtest.Post{Kind: kind, Body: "acme"})
		}
		at := time.Now().UTC().Truncate(time.Second)
		time.Sleep(time.Second)
		for range 5 {
			l.github.Open(githubtest.Post{Kind: kind, Body: "acme"})
		}
		l.Must()
		if len(l.Heard)+l.Missing() != 1539 || l.Missing() != 234 {
			l.Errorf("%d heard, %d missing of 1539", len(l.Heard), l.Missing())
		}
		if len(l.Gaps) != 1 || l.Gaps[0].Cause != "result limit" || !l.Gaps[0].From.Equal(at) || !l.Gaps[0].To.Equal(at.Add(time.Second)) {
			l.Errorf("gaps %+v", l.Gaps[0])
		}
	})
}

func TestASearchThatIsCutShortIsAskedAgainAndInTheEndAGap(t *testing.T) {
	listen(t, withToken+"queries: [acme]\nkinds: [issue]\n", func(l *listener) {
		l.Must()
		for range 10 {
			l.github.Open(githubtest.Post{Body: "acme"})
		}
		l.github.CutShort(2)
		for range 2 {
			if err := l.Poll(); directdial.KindOf(err) != directdial.Temporary || directdial.After(err) == 0 {
				l.Errorf("error %v", err)
			}
		}
		l.Must()
		if len(l.Heard) != 10 || len(l.Gaps) > 0 {
			l.Errorf("%d heard, gaps %+v", len(l.Heard), l.Gaps)
		}
		clear(l.Heard)
		l.github.CutShort(3)
		_, _ = l.Poll(), l.Poll()
		l.Must()
		if len(l.Gaps) != 1 || l.Gaps[0].Cause != "incomplete results" || len(l.Heard)+l.Missing() != 10 {
			l.Errorf("%d heard, gaps %+v", len(l.Heard), l.Gaps)
		}
	})
}

func TestWhatComesLateIntoTheIndexIsHeard(t *testing.T) {
	each(t, func(l *listener, kind string) {
		l.Must()
		l.github.Lag = 20 * time.Minute
		for i := range 12 {
			l.github.Open(githubtest.Post{Kind: kind, Body: fmt.Sprint("acme ", i)})
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

func TestCommentsWithTheWordsAreHeard(t *testing.T) {
	each(t, func(l *listener, kind string) {
		l.Must()
		named := l.github.Open(githubtest.Post{Kind: kind, Body: "acme broke"})
		other := l.github.Open(githubtest.Post{Kind: kind, Body: "something else"})
		l.github.Comment(named, "user2", "me too")
		comment := l.github.Comment(other, "user3", "I use Acme's for that")
		l.github.Comment(other, "acme[bot]", "acme is marked as stale")
		time.Sleep(2 * time.Minute)
		l.Must()
		m := l.Heard[comment.ID]
		if len(l.Heard) != 2 || l.Heard[named.ID] == nil || m == nil || m.Thread != other.ID || m.InReplyTo != other.ID || m.URL != comment.URL {
			l.Errorf("heard %v", l.Heard)
		}
		requests := len(l.github.Requests())
		l.Must()
		if n := len(l.github.Requests()) - requests; n != 1 {
			l.Errorf("%d requests where nothing is new", n)
		}
		late := l.github.Comment(other, "user4", "acme, yes")
		l.Must()
		if l.Heard[late.ID] == nil {
			l.Error("a later comment is not heard")
		}
		l.github.Edit(late.ID, "acme, no")
		l.Must()
		if m := l.Heard[late.ID]; m.Text != "acme, no" {
			l.Errorf("after the edit it reads %q", m.Text)
		}
	})
}

func TestAReplyToACommentNamesIt(t *testing.T) {
	listen(t, withToken+"queries: [acme]\n", func(l *listener) {
		l.Must()
		d := l.github.Open(githubtest.Post{Kind: githubtest.Discussion, Body: "acme"})
		comment := l.github.Comment(d, "user2", "which acme?")
		var last githubtest.Written
		for i := range 120 { // more than come with a comment
			last = l.github.Comment(comment, "user3", fmt.Sprintf("the acme %d", i))
		}
		l.Must()
		if m := l.Heard[last.ID]; m == nil || m.InReplyTo != comment.ID || m.Thread != d.ID {
			l.Errorf("heard %+v of %d", m, len(l.Heard))
		}
	})
}

func TestAFailureWithinAPageCostsNoWholePage(t *testing.T) {
	listen(t, withToken+"queries: [acme]\nkinds: [issue]\n", func(l *listener) {
		l.Must()
		for range 90 {
			w := l.github.Open(githubtest.Post{Body: "acme"})
			time.Sleep(time.Second)
			l.github.Comment(w, "user2", "acme too")
		}
		l.github.Use("core", 4400) // a tenth is left to others, and a hundred to us
		l.Must()
		if len(l.Heard) != 180 {
			l.Errorf("%d of 180 are heard", len(l.Heard))
		}
		for range 90 {
			w := l.github.Open(githubtest.Post{Body: "acme"})
			time.Sleep(time.Second)
			l.github.Comment(w, "user2", "acme too")
		}
		for failures := 0; len(l.Heard) < 360; failures++ {
			if failures > 5 {
				l.Fatalf("%d of 360 are heard", len(l.Heard))
			}
			if err := l.Poll(); err != nil {
				time.Sleep(max(directdial.After(err), time.Second))
			}
		}
	})
}

func TestQueriesThatGitHubRefusesDoNotStopTheOthers(t *testing.T) {
	listen(t, withToken+"queries: [acme, broken]\nkinds: [issue]\n", func(l *listener) {
		l.Must()
		w := l.github.Open(githubtest.Post{Body: "acme"})
		l.spoil = refuseWith("broken", 422, `{"message":"Validation Failed","errors":[{"message":"The listed users and repositories cannot be searched"}]}`)
		err := l.Poll()
		if err == nil || l.Heard[w.ID] == nil || directdial.After(err) != l.source.every || !strings.Contains(err.Error(), "cannot be searched") {
			l.Errorf("error %v, heard %v", err, l.Heard)
		}
	})
}

func TestAnHourOfFaultsLosesNothing(t *testing.T) {
	each(t, func(l *listener, kind string) {
		l.Must()
		random := rand.New(rand.NewPCG(1, 2))
		l.github.Lag = 5 * time.Minute
		l.spoil = func(w http.ResponseWriter, r *http.Request) bool {
			switch random.IntN(8) {
			case 0:
				w.WriteHeader(http.StatusBadGateway)
			case 1:
				w.Header().Set("Retry-After", "40")
				w.WriteHeader(http.StatusForbidden)
			case 2:
				answer := httptest.NewRecorder()
				l.github.ServeHTTP(answer, r)
				_, _ = w.Write(answer.Body.Bytes()[:answer.Body.Len()/2]) // cut
			default:
				return false
			}
			return true
		}
		published := 0
		for range sourcetest.Cases(60, 20) {
			for range random.IntN(40) {
				w := l.github.Open(githubtest.Post{Kind: kind, Body: "acme"})
				l.github.Comment(w, "user2", "acme")
				published += 2
			}
			if random.IntN(5) == 0 && kind != githubtest.Discussion { // only REST says so
				l.github.CutShort(random.IntN(3))
			}
			if err := l.Poll(); err != nil {
				time.Sleep(directdial.After(err))
			}
			time.Sleep(time.Minute)
		}
		l.spoil = nil
		time.Sleep(10 * time.Minute)
		l.Must()
		if len(l.Heard)+l.Missing() != published {
			l.Errorf("%d heard and %d missing of %d", len(l.Heard), l.Missing(), published)
		}
	})
}
