package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/slack/slacktest"
	"github.com/directdial/directdial/ingest/mastodon/mastodontest"
)

// blog is a publisher of a feed.
type blog struct {
	mu     sync.Mutex
	items  []string
	broken bool
}

func (b *blog) add(n int, text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.items = append(b.items, fmt.Sprintf(
		`<item><guid isPermaLink="false">%d</guid><link>https://blog.example/%d</link><title>Post %d</title><description>%s</description><author>%s</author><pubDate>%s</pubDate></item>`,
		n, n, n, text, authorMark, time.Now().UTC().Format(time.RFC1123Z)))
}

func (b *blog) fail(yes bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.broken = yes
}

func (b *blog) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/robots.txt" {
		http.NotFound(w, r)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken {
		http.Error(w, "try later", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/rss+xml")
	fmt.Fprintf(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>Blog</title><language>en</language>%s</channel></rss>`, strings.Join(b.items, ""))
}

// serve runs a handler on a port of its own.
func serve(t *testing.T, h http.Handler) (url string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// up is what the metric says of a source: "1" while it works.
func (d *daemon) up(source string) string {
	d.t.Helper()
	return d.metric(fmt.Sprintf("directdial_source_up{source=%q}", source))
}

// A start reads the sources at once, so a restart stands for the time that goes
// by between two readings.
func TestWhatAFeedAndMastodonBringBecomesCardsAlsoAfterAnAbsence(t *testing.T) {
	t.Parallel()
	blog, social := &blog{}, mastodontest.New("mastodon.example", "acme")
	at, slack := newSlack(t, func(s *settings) {
		s.sources = fmt.Sprintf(`
  - { name: blog, type: feed, url: "%s/feed?key=%s", every: 1m }
  - { name: fediverse, type: mastodon, server: %q, token: %s, hashtags: [acme], every: 10s }`,
			serve(t, blog), secretMark, serve(t, social), mastodontest.Token)
		s.brands = `[{ name: Acme, keywords: [acme], accounts: [{ id: "mastodon:@acme@mastodon.example", holder: kim }] }]`
	})
	blog.add(1, "of the past: "+complaint)
	social.Post(mastodontest.Post{Author: authorMark + "@social.example", Text: "#acme of the past, billed twice, bad " + textMark})
	d := at.start()
	await(t, "both sources were read", func() bool { return d.up("blog") == "1" && d.up("fediverse") == "1" })
	if l := d.settled(); l.Mentions != 0 {
		t.Errorf("the past was taken for new: %+v", l)
	}
	d.stop()

	blog.add(2, complaint)
	first := social.Post(mastodontest.Post{Author: authorMark + "@social.example", Text: "#acme lost my parcel again, this is terrible " + textMark, Language: "en"})
	social.Post(mastodontest.Post{Author: authorMark + "@social.example", Text: "@acme thanks " + textMark, InReplyTo: first.ID, Language: "en"})
	social.Post(mastodontest.Post{Author: "acme", Text: "#acme we are sorry, that is terrible " + textMark})
	for range 2 { // what was read is not read again
		d = at.start()
		d.until("all posts are heard", func(l *directdial.Ledger) bool { return l.Waiting == 0 && l.Dialled == 3 })
		await(t, "both sources were read", func() bool { return d.up("blog") == "1" && d.up("fediverse") == "1" })
		if l := d.settled(); l.Dials != 2 || l.Mentions > 4 {
			t.Errorf("ledger %+v", l)
		}
		d.stop()
	}
	var to []string
	for _, m := range slack.Messages() {
		to = append(to, m.User)
	}
	if slices.Sort(to); !slices.Equal(to, []string{"U0ANA", "U0BO"}) {
		t.Errorf("cards went to %v", to)
	}
}

func TestASourceThatFailsStopsNoOtherAndSaysSoOnce(t *testing.T) {
	t.Parallel()
	broken, working := &blog{}, &blog{}
	broken.fail(true)
	at, slack := newSlack(t, func(s *settings) {
		s.sources = usualSources + fmt.Sprintf("\n  - { name: broken, type: feed, url: %q, every: 1m }\n  - { name: working, type: feed, url: %q, every: 1m }",
			serve(t, broken), serve(t, working))
	})
	d := at.start()
	await(t, "one source works and one does not", func() bool { return d.up("working") == "1" && d.up("broken") == "0" && d.log.has("source fails") })
	d.send(said(1, complaint))
	d.settled()
	if n := len(slack.Messages()); n != 1 {
		t.Errorf("%d cards", n)
	}
	for words, want := range map[string]int{"source fails": 1, "source works": 0} {
		if n := d.log.count(`"source":"broken"`, words); n != want {
			t.Errorf("%d lines say %q of the broken source, want %d", n, words, want)
		}
	}
	for series, want := range map[string]bool{
		`directdial_source_last_success_timestamp_seconds{source="working"}`: true,
		`directdial_source_last_success_timestamp_seconds{source="broken"}`:  false,
		`directdial_source_retries_total{source="broken"}`:                   true,
	} {
		if got := d.metric(series); (got != "") != want {
			t.Errorf("%s is %q", series, got)
		}
	}
	d.stop()
	broken.fail(false)
	d = at.start()
	await(t, "the source works again", func() bool { return d.up("broken") == "1" })
	if n := d.log.count(`"source":"broken"`, "source works"); n != 1 {
		t.Errorf("%d lines say that it works", n)
	}
}

// The configuration names one address in the own network, and the server there
// points at another one.
func TestASourceIsNotLedToAnAddressThatNobodyNamed(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	inner := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	sly := serve(t, http.RedirectHandler(inner, http.StatusFound))
	at, _ := newSlack(t, func(s *settings) { s.sources = fmt.Sprintf("[{ name: sly, type: feed, url: %q, every: 1m }]", sly) })
	d := at.start()
	await(t, "the source fails", func() bool { return d.log.has("source fails") })
	if n := asked.Load(); n != 0 || !d.log.has("is not a public address") {
		t.Errorf("the inner server was asked %d times", n)
	}
}

// A Slack that is down holds nothing up but the cards, and says so.
func TestCardsWaitForASlackThatIsDown(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, nil)
	slack.Script(slacktest.Fault{Method: "chat.postMessage", Reset: true, Times: 1})
	d := at.start()
	d.send(said(1, complaint))
	l := d.decided()
	if l.Dialled != 1 {
		t.Errorf("ledger %+v", l)
	}
	d.settled()
	if n := len(slack.Messages()); n != 1 {
		t.Errorf("%d cards", n)
	}
}

func TestSourcesShowsHowEachSourceDoesWithAndWithoutADaemon(t *testing.T) {
	t.Parallel()
	broken, working := &blog{}, &blog{}
	broken.fail(true)
	at, _ := newSlack(t, func(s *settings) {
		s.sources = usualSources + fmt.Sprintf("\n  - { name: broken, type: feed, url: %q, every: 1m }\n  - { name: working, type: feed, url: %q, every: 1m }",
			serve(t, broken), serve(t, working))
	})
	d := at.start()
	await(t, "one source works and one does not", func() bool { return d.up("working") == "1" && d.log.has("source fails") })
	of := func() map[string]directdial.SourceStanding {
		var list []directdial.SourceStanding
		if err := json.Unmarshal([]byte(at.must("sources", "--json")), &list); err != nil {
			t.Fatal(err)
		}
		byName := map[string]directdial.SourceStanding{}
		for _, s := range list {
			byName[s.Name] = s
		}
		return byName
	}
	list := of()
	if s := list["working"]; s.Condition != directdial.SourceWorks || s.Type != "feed" || s.Requests == 0 || s.Success.IsZero() {
		t.Errorf("%+v", s)
	}
	if s := list["broken"]; s.Condition != directdial.SourceFails || !strings.Contains(s.Why, "500") || !s.Success.IsZero() {
		t.Errorf("%+v", s)
	}
	out := at.must("sources")
	for _, words := range []string{"broken", "failing: ", "500 Internal Server Error"} {
		if !strings.Contains(out, words) {
			t.Errorf("%q is not in\n%s", words, out)
		}
	}
	d.stop()
	if s := of()["working"]; s.Condition != directdial.SourceStopped {
		t.Errorf("without a daemon: %+v", s)
	}
}
