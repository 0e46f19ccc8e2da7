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
		l.must()
		n := sourcetest.Cases(2500, 1100)
		for i := range n {
			if i%3 == 0 {
				time.Sleep(time.Second)
			}
			l.github.Open(githubtest.Post{Kind: kind, Body: "acme"})
		}
		l.must()
		if len(l.heard) != n || len(l.gaps) > 0 {
			l.Errorf("%d of %d are heard, gaps %+v", len(l.heard), n, l.gaps)
		}
	})
}

func TestMoreThanAThousandOfOneSecondAreAGap(t *testing.T) {
	each(t, func(l *listener, kind string) {
		l.must()
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
		l.must()
		if len(l.heard)+l.missing() != 1539 || l.missing() != 234 {
			l.Errorf("%d heard, %d missing of 1539", len(l.heard), l.missing())
		}
		if len(l.gaps) != 1 || l.gaps[0].Cause != "result limit" || !l.gaps[0].From.Equal(at) || !l.gaps[0].To.Equal(at.Add(time.Second)) {
			l.Errorf("gaps %+v", l.gaps[0])
		}
	})
}

func TestASearchThatIsCutShortIsAskedAgainAndInTheEndAGap(t *testing.T) {
	listen(t, withToken+"queries: [acme]\nkinds: [issue]\n", func(l *listener) {
		l.must()
		for range 10 {
			l.github.Open(githubtest.Post{Body: "acme"})
		}
		l.github.CutShort(2)
		for range 2 {
			if err := l.poll(); directdial.KindOf(err) != directdial.Temporary || directdial.After(err) == 0 {
				l.Errorf("error %v", err)
			}
		}
		l.must()
		if len(l.heard) != 10 || len(l.gaps) > 0 {
			l.Errorf("%d heard, gaps %+v", len(l.heard), l.gaps)
		}
		clear(l.heard)
		l.github.CutShort(3)
		_, _ = l.poll(), l.poll()
		l.must()
		if len(l.gaps) != 1 || l.gaps[0].Cause != "incomplete results" || len(l.heard)+l.missing() != 10 {
			l.Errorf("%d heard, gaps %+v", len(l.heard), l.gaps)
		}
	})
}

func TestWhatComesLateIntoTheIndexIsHeard(t *testing.T) {
	each(t, func(l *listener, kind string) {
		l.must()
		l.github.Lag = 20 * time.Minute
		for i := range 12 {
			l.github.Open(githubtest.Post{Kind: kind, Body: fmt.Sprint("acme ", i)})
			time.Sleep(5 * time.Minute)
			l.must()
		}
		time.Sleep(30 * time.Minute)
		l.must()
		if len(l.heard) != 12 {
			l.Errorf("%d of 12 are heard", len(l.heard))
		}
	})
}

func TestCommentsWithTheWordsAreHeard(t *testing.T) {
	each(t, func(l *listener, kind string) {
		l.must()
		named := l.github.Open(githubtest.Post{Kind: kind, Body: "acme broke"})
		other := l.github.Open(githubtest.Post{Kind: kind, Body: "something else"})
		l.github.Comment(named, "user2", "me too")
		comment := l.github.Comment(other, "user3", "I use Acme's for that")
		l.github.Comment(other, "acme[bot]", "acme is marked as stale")
		time.Sleep(2 * time.Minute)
		l.must()
		m := l.heard[comment.ID]
		if len(l.heard) != 2 || l.heard[named.ID] == nil || m == nil || m.Thread != other.ID || m.InReplyTo != other.ID || m.URL != comment.URL {
			l.Errorf("heard %v", l.heard)
		}
		requests := len(l.github.Requests())
		l.must()
		if n := len(l.github.Requests()) - requests; n != 1 {
			l.Errorf("%d requests where nothing is new", n)
		}
		late := l.github.Comment(other, "user4", "acme, yes")
		l.must()
		if l.heard[late.ID] == nil {
			l.Error("a later comment is not heard")
		}
		l.github.Edit(late.ID, "acme, no")
		l.must()
		if m := l.heard[late.ID]; m.Text != "acme, no" {
			l.Errorf("after the edit it reads %q", m.Text)
		}
	})
}

func TestAReplyToACommentNamesIt(t *testing.T) {
	listen(t, withToken+"queries: [acme]\n", func(l *listener) {
		l.must()
		d := l.github.Open(githubtest.Post{Kind: githubtest.Discussion, Body: "acme"})
		comment := l.github.Comment(d, "user2", "which acme?")
		var last githubtest.Written
		for i := range 120 { // more than come with a comment
			last = l.github.Comment(comment, "user3", fmt.Sprintf("the acme %d", i))
		}
		l.must()
		if m := l.heard[last.ID]; m == nil || m.InReplyTo != comment.ID || m.Thread != d.ID {
			l.Errorf("heard %+v of %d", m, len(l.heard))
		}
	})
}

func TestAFailureWithinAPageCostsNoWholePage(t *testing.T) {
	listen(t, withToken+"queries: [acme]\nkinds: [issue]\n", func(l *listener) {
		l.must()
		for range 90 {
			w := l.github.Open(githubtest.Post{Body: "acme"})
			time.Sleep(time.Second)
			l.github.Comment(w, "user2", "acme too")
		}
		l.github.Use("core", 4400) // a tenth is left to others, and a hundred to us
		l.must()
		if len(l.heard) != 180 {
			l.Errorf("%d of 180 are heard", len(l.heard))
		}
		for range 90 {
			w := l.github.Open(githubtest.Post{Body: "acme"})
			time.Sleep(time.Second)
			l.github.Comment(w, "user2", "acme too")
		}
		for failures := 0; len(l.heard) < 360; failures++ {
			if failures > 5 {
				l.Fatalf("%d of 360 are heard", len(l.heard))
			}
			if err := l.poll(); err != nil {
				time.Sleep(max(directdial.After(err), time.Second))
			}
		}
	})
}

func TestQueriesThatGitHubRefusesDoNotStopTheOthers(t *testing.T) {
	listen(t, withToken+"queries: [acme, broken]\nkinds: [issue]\n", func(l *listener) {
		l.must()
		w := l.github.Open(githubtest.Post{Body: "acme"})
		l.spoil = refuseWith("broken", 422, `{"message":"Validation Failed","errors":[{"message":"The listed users and repositories cannot be searched"}]}`)
		err := l.poll()
		if err == nil || l.heard[w.ID] == nil || directdial.After(err) != l.source.every || !strings.Contains(err.Error(), "cannot be searched") {
			l.Errorf("error %v, heard %v", err, l.heard)
		}
	})
}

func TestAnHourOfFaultsLosesNothing(t *testing.T) {
	each(t, func(l *listener, kind string) {
		l.must()
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
			if err := l.poll(); err != nil {
				time.Sleep(directdial.After(err))
			}
			time.Sleep(time.Minute)
		}
		l.spoil = nil
		time.Sleep(10 * time.Minute)
		l.must()
		if len(l.heard)+l.missing() != published {
			l.Errorf("%d heard and %d missing of %d", len(l.heard), l.missing(), published)
		}
	})
}
