package feed

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

func TestTheOnlyFeedGoneEndsTheSource(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }))
	defer server.Close()
	r := newReader(t, server.URL)
	if _, err := r.poll(); directdial.KindOf(err) != directdial.Gone {
		t.Errorf("got %v", err)
	}
	p := site(t)
	r = newReader(t, server.URL, p.feed())
	r.want()
	p.Publish(noon, "one")
	r.want("one")
	if n := strings.Count(r.log.String(), "410"); n != 1 {
		t.Errorf("said %d times: %s", n, r.log.String())
	}
}

func TestAFeedThatFailsDoesNotStopTheOthers(t *testing.T) {
	asked := 0
	bad := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	defer bad.Close()
	p := site(t)
	r := newReader(t, bad.URL+"/?key=s3cret", p.feed())
	_, err := r.poll()
	var e *directdial.Error
	if !errors.As(err, &e) || e.Kind != directdial.Temporary || e.After <= 0 || e.After > r.every {
		t.Fatalf("got %v, not before %v", err, e.After)
	}
	if strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "429") {
		t.Errorf("the error is %q", err)
	}
	for i := range 5 {
		text := fmt.Sprint("post ", i)
		p.Publish(noon, text)
		got, err := r.poll()
		if err == nil || !slices.Equal(got, []string{text}) {
			t.Errorf("got %q and %v", got, err)
		}
	}
	if asked != 1 {
		t.Errorf("the failing feed was asked %d times in its hour", asked)
	}
	r.now = r.now.Add(10 * time.Minute)
	if _, err := r.poll(); err == nil || asked != 2 {
		t.Errorf("after its hour it was asked %d times; %v", asked, err)
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	for name, s := range map[string]Settings{
		"no feed":          {Every: time.Hour, Robots: honour},
		"no URL":           {URL: "acme", Every: time.Hour, Robots: honour},
		"another scheme":   {URL: "file:///etc/passwd", Every: time.Hour, Robots: honour},
		"too often":        {URL: "https://blog.example/", Every: time.Second, Robots: honour},
		"no language":      {URL: "https://blog.example/", Every: time.Hour, Robots: honour, Lang: "?"},
		"robots by chance": {URL: "https://blog.example/", Every: time.Hour, Robots: "maybe"},
		"one twice":        {URL: "https://blog.example/feed", URLs: []string{"https://blog.example:443/feed/#x"}, Every: time.Hour, Robots: honour},
		"too many":         {URLs: make([]string, maxFeeds+1), Every: time.Hour, Robots: honour},
		"too long":         {URL: "https://blog.example/" + strings.Repeat("x", maxURL), Every: time.Hour, Robots: honour},
	} {
		if _, err := newSource(ingest.Setup{}, s); directdial.KindOf(err) != directdial.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAStateOfAnotherVersionIsNotGuessedAt(t *testing.T) {
	for _, saved := range []string{"{", `{"v":2}`, `{"v":1,"feeds":{"x":{"seen":"AAAA"}}}`} {
		r := newReader(t, "https://blog.example/")
		r.state = []byte(saved)
		if _, err := r.poll(); err == nil || strings.Contains(err.Error(), "dial") {
			t.Errorf("%s: %v", saved, err)
		}
	}
}
