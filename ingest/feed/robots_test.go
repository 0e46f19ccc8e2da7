package feed

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

// says makes a robots.txt.
func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
}

// setRobots makes a publisher answer so; it waits for an answer that broke off.
func (p *publisher) setRobots(answer http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.robots = answer
}

// fails answers a status for a robots.txt.
func fails(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

func TestAFeedThatIsForbiddenToUsIsNotAsked(t *testing.T) {
	p := site(t)
	p.robots = says("User-agent: *\nAllow: /\n\nUser-agent: DirectDial/1.0\nDisallow: /feed\n")
	r := newReader(t, p.feed())
	_, err := r.poll()
	if err == nil || len(p.asked) != 0 {
		t.Fatalf("asked %d times, %v", len(p.asked), err)
	}
	for _, part := range []string{"robots.txt", `"/feed"`, "robots: ignore"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not say %s: %v", part, err)
		}
	}
	if f := r.feeds[0].failed; directdial.KindOf(f) != directdial.Denied {
		t.Errorf("got %v", f)
	}
	p.robots = nil
	if _, err := r.poll(); err == nil || p.askedRobots != 1 {
		t.Errorf("asked for it %d times in a day, %v", p.askedRobots, err)
	}
	r.now = r.now.Add(24 * time.Hour)
	r.want()
	p.Publish(noon, "new")
	r.want("new")
}

func TestRobotsAreIgnoredWhereTheSettingSaysSo(t *testing.T) {
	p := site(t)
	p.robots = says("User-agent: *\nDisallow: /\n")
	r := newReader(t, p.feed())
	r.ignoreRobots = true
	r.want()
	if p.askedRobots != 0 || len(p.asked) != 1 {
		t.Errorf("asked %d times for robots.txt, %d for the feed", p.askedRobots, len(p.asked))
	}
}

func TestWhatIsNoRobotsFileAllowsAll(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"none": nil, "401": fails(http.StatusUnauthorized), "403": fails(http.StatusForbidden), "410": fails(http.StatusGone),
		"empty": says(""), "a page": says("<!doctype html><title>Log in</title>"),
	} {
		t.Run(name, func(t *testing.T) {
			p := site(t)
			p.robots = answer
			newReader(t, p.feed()).want()
		})
	}
}

func TestWithoutAnAnswerANewFeedWaitsAndAKnownOneIsReadOn(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"an error":      fails(http.StatusInternalServerError),
		"no connection": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			p := site(t)
			p.setRobots(answer)
			r := newReader(t, p.feed())
			if _, err := r.poll(); err == nil || len(p.asked) != 0 || !strings.Contains(err.Error(), "robots.txt") {
				t.Fatalf("asked %d times, %v", len(p.asked), err)
			}
			p.setRobots(nil)
			r.want()
			p.setRobots(answer)
			r.robots = map[string]*robots{} // a restart
			p.Publish(noon, "new")
			r.want("new")
		})
	}
}

func TestRulesHoldWhileThereIsNoNewAnswer(t *testing.T) {
	p := site(t)
	p.robots = says("User-agent: *\nDisallow: /feed.xml\n")
	r := newReader(t, p.feed())
	if _, err := r.poll(); err == nil {
		t.Fatal("allowed")
	}
	p.robots = fails(http.StatusBadGateway)
	r.now = r.now.Add(25 * time.Hour)
	if _, err := r.poll(); err == nil || len(p.asked) != 0 || p.askedRobots != 2 {
		t.Errorf("asked %d times, %v", len(p.asked), err)
	}
}

func TestWhoHasAskedTooOftenWaits(t *testing.T) {
	p := site(t)
	r := newReader(t, p.feed())
	r.want()
	p.robots = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	}
	r.robots = map[string]*robots{}
	for range 6 {
		if _, err := r.poll(); err == nil {
			t.Fatal("no error")
		}
	}
	if p.askedRobots != 2 || len(p.asked) != 1 {
		t.Errorf("asked %d times for robots.txt, %d for the feed", p.askedRobots, len(p.asked))
	}
}

func TestACrawlDelayIsALowerBound(t *testing.T) {
	p := site(t)
	p.robots = says("User-agent: *\nCrawl-delay: 3000\n")
	r := newReader(t, p.feed())
	for range 11 {
		r.want()
	}
	if len(p.asked) != 3 {
		t.Errorf("asked %d times in 100 minutes, want 3", len(p.asked))
	}
}
