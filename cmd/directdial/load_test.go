package main_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

const (
	loadBatch   = 50 // mentions in one request
	loadClients = 4  // that send at the same time
	loadExperts = 12
)

// load is clients that send mentions until each request is answered, however
// often the daemon dies meanwhile, and a Slack that fails now and then.
type load struct {
	t        testing.TB
	settings settings
	site     *site
	slack    *slacktest.Server
	daemon   atomic.Pointer[daemon] // that the clients send to
	sent     []directdial.Mention
	bodies   [][]byte // requests

	queue    chan []byte
	clients  sync.WaitGroup
	open     atomic.Int64 // requests that are released and not answered
	answered atomic.Int64
	cards    atomic.Int64 // that were sent to Slack
	lost     atomic.Int64 // of them, whose answer was lost
	refused  atomic.Int64
	good     atomic.Bool // Slack has a good day
}

func newLoad(t testing.TB, mentions int) *load { return newLoadOn(t, mentions, "") }

// newLoadOn is newLoad with a section nats.
func newLoadOn(t testing.TB, mentions int, nats string) *load {
	l := &load{t: t, slack: slacktest.New()}
	server := httptest.NewServer(l.failing())
	s := settings{
		slack:   server.URL + "/api/",
		topics:  "[{ name: billing, owner: e1, keywords: [invoice, billed twice, refund] }]",
		routing: "{ fallback: e1, accept_within: off, answer_within: off, burst: off }",
		experts: "\n  - { id: kim, slack: U0E1 }",
		nats:    nats,
	}
	for i := range loadExperts {
		member := fmt.Sprintf("U0E%d", i+1)
		l.slack.AddUser(slacktest.User{ID: member, Name: member})
		s.experts += fmt.Sprintf("\n  - { id: e%d, slack: %s, budget: off, grants: [{ topics: [billing], agreed: 2026-01-01, until: 2099-12-31 }] }", i+1, member)
	}
	l.settings, l.site = s, newSite(t, s)
	l.makeBodies(mentions)
	l.queue = make(chan []byte, len(l.bodies))
	for range loadClients {
		l.clients.Go(l.client)
	}
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		for _, p := range l.slack.Problems() {
			t.Errorf("slacktest: %s", p)
		}
	})
	return l
}

// failing is Slack on a bad day: one card of a hundred is refused for a second,
// and of one of two hundred the answer is lost after it was taken.
func (l *load) failing() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		const post = "chat.postMessage"
		if strings.HasSuffix(r.URL.Path, post) {
			l.cards.Add(1)
			switch n := rand.IntN(200); {
			case l.good.Load():
			case n < 2:
				l.refused.Add(1)
				l.slack.Script(slacktest.Fault{Method: post, Status: http.StatusTooManyRequests, RetryAfter: time.Second})
			case n == 2:
				l.lost.Add(1)
				l.slack.Script(slacktest.Fault{Method: post, Lose: true})
			}
		}
		l.slack.ServeHTTP(w, r)
	})
}

// makeBodies makes the requests: of five mentions one is dialled, one joins it,
// and three have no tag.
func (l *load) makeBodies(mentions int) {
	for n := 0; n < mentions; n += 5 {
		first := said(n, complaint)
		l.sent = append(l.sent, first, reply(n+1, first, thanks), said(n+2, smalltalk), said(n+3, smalltalk), said(n+4, smalltalk))
	}
	for batch := range slices.Chunk(l.sent, loadBatch) {
		l.bodies = append(l.bodies, []byte(encode(batch)))
	}
}

// release lets the clients send the next n requests.
func (l *load) release(n int) {
	for _, body := range l.bodies[:n] {
		l.open.Add(1)
		l.queue <- body
	}
	l.bodies = l.bodies[n:]
}

// finish lets the clients send the rest and waits until all is answered.
func (l *load) finish() {
	l.release(len(l.bodies))
	close(l.queue)
	await(l.t, "all requests are answered", func() bool { return l.open.Load() == 0 })
	l.clients.Wait()
}

// client sends what is released, each request until it is answered with 202.
// Some it sends again although it was.
func (l *load) client() {
	for body := range l.queue {
		for !l.deliver(body) {
		}
		if rand.IntN(10) == 0 {
			l.deliver(body)
		}
		l.answered.Add(1)
		l.open.Add(-1)
	}
}

func (l *load) deliver(body []byte) bool {
	d := l.daemon.Load()
	if d != nil {
		r, err := d.request(body, nil)
		switch {
		case err == nil && r.status == http.StatusAccepted && len(r.Rejected) == 0:
			return true
		case err == nil && r.status != http.StatusServiceUnavailable:
			l.t.Errorf("%d %s", r.status, r.body)
			return true
		}
	}
	select {
	case <-l.t.Context().Done():
		return true
	case <-time.After(10 * time.Millisecond):
		return false
	}
}

// everyMentionIsInOneState asks the daemon what became of each mention that
// was accepted.
func (l *load) everyMentionIsInOneState(d *daemon, sums *directdial.Ledger) {
	l.t.Helper()
	states := map[string]int{}
	for _, m := range l.sent {
		req, err := http.NewRequest(http.MethodGet, "http://"+d.status.Listen+"/v1/mentions/"+m.Platform+"/"+url.PathEscape(m.ID), nil)
		if err != nil {
			l.t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		states[status(l.t, req)]++
	}
	want := map[string]int{"dialled": len(l.sent) * 2 / 5, "suppressed": len(l.sent) * 3 / 5}
	for state, n := range want {
		if states[state] != n {
			l.t.Errorf("%d mentions are %s, want %d: %v", states[state], state, n, states)
		}
	}
	if sums.Mentions != len(l.sent) || sums.Dialled != want["dialled"] || sums.Dials != len(l.sent)/5 {
		l.t.Errorf("ledger %+v", sums)
	}
}

// everyDialReachedSlackOnce holds the log, read without the program, against
// what Slack has.
func (l *load) everyDialReachedSlackOnce(h *history, sums *directdial.Ledger) {
	l.t.Helper()
	keys := l.site.keyer()
	for _, m := range l.sent {
		if n := h.decided[keys.Mention(m.Platform, m.ID)]; n != 1 {
			l.t.Errorf("%s was put into a first state %d times", m.ID, n)
		}
	}
	if len(h.decided) != len(l.sent) || len(h.offers) != sums.Dials {
		l.t.Errorf("%d mentions and %d offers in the log, want %d and %d", len(h.decided), len(h.offers), len(l.sent), sums.Dials)
	}
	arrived := map[string]int{}
	for _, m := range l.slack.Messages() {
		offer := m.Payload("offer")
		arrived[offer]++
		if e, ok := h.offers[offer]; !ok || "U0"+strings.ToUpper(e.Expert) != m.User {
			l.t.Errorf("a card of offer %q, which the log does not have, went to %s", offer, m.User)
		}
	}
	// Slack can be asked what arrived, so nobody is left in doubt.
	for offer := range h.offers {
		if n := arrived[offer]; n != 1 || h.ambiguous[offer] {
			l.t.Errorf("offer %s reached Slack %d times, ambiguous: %t", offer, n, h.ambiguous[offer])
		}
	}
	if sums.Cards.Ambiguous != 0 {
		l.t.Errorf("%d sends are ambiguous", sums.Cards.Ambiguous)
	}
}

// anIndexFoldedAnewIsTheSame deletes the index and lets the next start make it
// again. Only what the new writer itself adds to the log may differ.
func (l *load) anIndexFoldedAnewIsTheSame() {
	l.t.Helper()
	before := l.site.dump()
	if err := os.Remove(l.site.path("data/index.db")); err != nil {
		l.t.Fatal(err)
	}
	d := l.site.start()
	d.settled()
	d.stop()
	after := l.site.dump()
	writers := "counts/took_over"
	for _, dump := range []map[string]string{before, after} {
		delete(dump, writers)
		delete(dump, "meta/log")
	}
	if len(before) < len(l.sent) {
		l.t.Errorf("the index had %d entries", len(before))
	}
	if diff := cmp.Diff(before, after); diff != "" {
		l.t.Errorf("the index folded anew differs (-before +after):\n%s", diff)
	}
}
