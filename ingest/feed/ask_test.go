package feed

import (
	"bytes"
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

// site serves a publisher at its own address.
func site(t *testing.T) *publisher {
	t.Helper()
	p := newPublisher("")
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.base = server.URL
	return p
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestWhatStandsInAFeedAtFirstIsPast(t *testing.T) {
	p := site(t)
	p.Publish(noon, "old")
	r := newReader(t, p.feed())
	r.want()
	p.Publish(noon, "new")
	r.want("new")
}

func TestAFeedIsAskedOnConditionThatItChanged(t *testing.T) {
	for _, weak := range []bool{false, true} {
		p := site(t)
		p.weak = weak
		p.header.Set("Last-Modified", "Sat, 21 Nov 2026 09:00:00 GMT")
		r := newReader(t, p.feed())
		r.want()
		r.want()
		p.Publish(noon, "new")
		r.want("new")
		r.want()
		if want := []int{200, 304, 200, 304}; !slices.Equal(p.answers, want) {
			t.Errorf("weak %v: answers %v, want %v", weak, p.answers, want)
		}
		last := p.asked[3].Header
		if strings.HasPrefix(last.Get("If-None-Match"), "W/") != weak || last.Get("If-Modified-Since") != "Sat, 21 Nov 2026 09:00:00 GMT" {
			t.Errorf("asked with %v", last)
		}
	}
}

func TestAnEditIsEmittedAgainButNotForEver(t *testing.T) {
	p := site(t)
	r := newReader(t, p.feed())
	r.want()
	m := p.Publish(noon, "0 comments")
	r.want("0 comments")
	for i := 1; i <= maxEdits; i++ {
		text := fmt.Sprintf("%d comments", i)
		p.Edit(m.ID, text)
		r.want(text)
	}
	p.Edit(m.ID, "too often")
	r.want()
	p.Publish(noon, "another")
	r.want("another")
}

func TestAPostThatIsGivenANewGuidIsTheSamePost(t *testing.T) {
	p := site(t)
	r := newReader(t, p.feed())
	r.want()
	p.Publish(noon, "one")
	p.Publish(noon, "two")
	r.want("one", "two")
	p.posts[0].guid, p.posts[1].guid = "a", "b"
	r.want()
	p.posts[1].html = "two, changed"
	r.want("two, changed")
}

func TestItemsThatComeBackAreKnown(t *testing.T) {
	p := site(t)
	r := newReader(t, p.feed())
	r.want()
	p.Publish(noon, "one")
	r.want("one")
	all := p.posts
	p.posts = nil
	r.want()
	p.posts = all
	r.want()
}

func TestAMoveForGoodIsRemembered(t *testing.T) {
	for code, asked := range map[int]int{301: 1, 308: 1, 302: 3, 307: 3} {
		p := site(t)
		old := &counted{next: http.RedirectHandler(p.feed(), code)}
		server := httptest.NewServer(old)
		defer server.Close()
		r := newReader(t, server.URL+"/feed.xml")
		r.want()
		p.Publish(noon, "one")
		r.want("one")
		r.want()
		if old.asked != asked {
			t.Errorf("%d: the old address was asked %d times, want %d", code, old.asked, asked)
		}
	}
}

// counted counts the requests, but those for robots.txt.
type counted struct {
	asked int
	next  http.Handler
}

func (c *counted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/robots.txt" {
		http.NotFound(w, r)
		return
	}
	c.asked++
	c.next.ServeHTTP(w, r)
}

func TestTheAddressIsNotToldToWhereItLeads(t *testing.T) {
	p := site(t)
	old := httptest.NewServer(http.RedirectHandler(p.feed(), http.StatusFound))
	defer old.Close()
	r := newReader(t, old.URL+"/feed.xml?key=s3cret")
	r.want()
	if referer := p.asked[0].Referer(); referer != "" {
		t.Errorf("told %s", referer)
	}
}

func TestAMoveToNowhereIsTakenBack(t *testing.T) {
	p := site(t)
	moved := &counted{next: http.RedirectHandler(p.feed(), http.StatusMovedPermanently)}
	server := httptest.NewServer(moved)
	defer server.Close()
	r := newReader(t, server.URL+"/feed.xml")
	r.want()
	moved.next = p // the feed is where it was
	r.state = bytes.ReplaceAll(r.state, []byte(p.feed()), []byte(p.base+"/nowhere"))
	p.Publish(noon, "one")
	r.want("one")
	if strings.Contains(string(r.state), "nowhere") {
		t.Errorf("still there: %s", r.state)
	}
}

func TestAMoveToWhatIsNoFeedIsNotRemembered(t *testing.T) {
	p := site(t)
	login := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>Log in")) }))
	defer login.Close()
	door := &counted{next: p}
	server := httptest.NewServer(door)
	defer server.Close()
	r := newReader(t, server.URL+"/feed.xml")
	r.want()
	door.next = http.RedirectHandler(login.URL, http.StatusMovedPermanently)
	if _, err := r.poll(); err == nil {
		t.Error("a page was taken for a feed")
	}
	door.next = p
	p.Publish(noon, "one")
	r.want("one")
}

func TestTheIdentityDoesNotMoveWithTheFeed(t *testing.T) {
	p := site(t)
	old := httptest.NewServer(http.RedirectHandler(p.feed(), http.StatusMovedPermanently))
	defer old.Close()
	r := newReader(t, old.URL+"/feed.xml?b=2&a=1")
	r.want()
	p.Publish(noon, "one")
	r.now = r.now.Add(r.every)
	items, _, err := r.fetch(t.Context(), r.state)
	if err != nil || len(items) != 1 {
		t.Fatal(items, err)
	}
	if id := items[0].(*directdial.Mention).ID; id != old.URL+"/feed.xml?a=1&b=2#tag:1" {
		t.Errorf("identity %s", id)
	}
}

func TestThePublisherSaysHowOften(t *testing.T) {
	p := site(t)
	p.header.Set("Cache-Control", "public, max-age=3000")
	r := newReader(t, p.feed())
	for range 11 {
		r.want()
	}
	if len(p.asked) != 3 {
		t.Errorf("asked %d times in 100 minutes, want 3", len(p.asked))
	}
	r.feeds[0].due = time.Time{} // a restart
	r.want()
	if len(p.asked) != 3 {
		t.Error("a restart forgot what the publisher wants")
	}
}

func TestAnArchiveIsBounded(t *testing.T) {
	p := site(t)
	r := newReader(t, p.feed())
	r.want()
	var doc strings.Builder
	doc.WriteString(`<rss version="2.0"><channel>`)
	for i := range 1500 { // oldest first, which is the wrong way round
		fmt.Fprintf(&doc, "<item><guid>%d</guid><title>post %d</title><pubDate>%s</pubDate></item>", i, i, noon.Add(time.Duration(i)*time.Hour).Format(time.RFC1123Z))
	}
	doc.WriteString("</channel></rss>")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(doc.String())) }))
	defer server.Close()
	urls := make([]string, maxFeeds)
	for i := range urls {
		urls[i] = fmt.Sprintf("%s/%d", server.URL, i)
	}
	r = newReader(t, urls...)
	r.want()
	if len(r.state) > ingest.MaxState/2 {
		t.Errorf("a state of %d bytes", len(r.state))
	}
	old := doc.String()
	doc.Reset()
	doc.WriteString(strings.Replace(old, "<item>", "<item><guid>new</guid><title>new</title></item><item>", 1))
	got, err := r.poll()
	if err != nil || len(got) != maxFeeds || got[0] != "new" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestDocumentsThatAreNoneAreRefused(t *testing.T) {
	for name, doc := range map[string]string{
		"nothing": "", "a page": "<!doctype html><title>Log in</title>", "null": "null", "an array": "[]",
		"a torn feed": `<rss><channel><item><title>a</ti`, "null for a person": `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","authors":[null]}]}`,
		"five megabytes": "<rss><channel>" + strings.Repeat(" ", maxBody) + "</channel></rss>",
	} {
		t.Run(name, func(t *testing.T) {
			body := doc
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }))
			defer server.Close()
			r := newReader(t, server.URL)
			if _, err := r.poll(); err == nil {
				t.Fatal("accepted")
			}
			body = `<rss><channel><item><guid>1</guid><title>past</title></item></channel></rss>`
			r.want()
			body = `<rss><channel><item><guid>2</guid><title>new</title></item><item><guid>1</guid><title>past</title></item></channel></rss>`
			r.want("new")
		})
	}
}
