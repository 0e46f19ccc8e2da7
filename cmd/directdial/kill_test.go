package main_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
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

// What the test of kills sends.
const (
	killMentions = 5000
	killBatch    = 50 // mentions in one request
	killClients  = 4  // that send at the same time
	killExperts  = 12
)

// TestKillNothingIsLostAndNothingIsSentTwice kills the daemon at random moments
// while mentions come in, in batches and with retries, and while Slack fails
// now and then. Pace, burst and budget are off.
func TestKillNothingIsLostAndNothingIsSentTwice(t *testing.T) {
	k := newKilling(t)
	portions := slices.Collect(slices.Chunk(k.batches(), (killMentions/killBatch+*kills)/(*kills+1)))
	for i := range max(*kills+1, len(portions)) {
		var portion [][]byte
		if i < len(portions) {
			portion = portions[i]
		}
		if i == *kills {
			k.last(portion)
			break
		}
		k.round(portion)
	}
	phases := slices.Sorted(maps.Keys(k.phases))
	for _, p := range phases {
		t.Logf("killed while %s: %d", p, k.phases[p])
	}
	k.settle()
	k.everyMentionIsInOneState()
	k.everyDialReachedSlackOnce()
	k.anIndexFoldedAnewIsTheSame()
}

// killing is one run of the test of kills.
type killing struct {
	t      *testing.T
	site   *site
	slack  *slacktest.Server
	random *rand.Rand
	daemon atomic.Pointer[daemon]

	sent      []directdial.Mention
	answered  atomic.Int64 // requests
	cards     atomic.Int64 // that reached Slack
	lost      atomic.Int64 // of them, whose answer was lost
	refused   atomic.Int64 // 429s
	clients   sync.WaitGroup
	sending   atomic.Int64 // clients at work
	phases    map[string]int
	dialWorth map[string]bool // ids
}

func newKilling(t *testing.T) *killing {
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("-seed=%d -kills=%d", *seed, *kills)
	k := &killing{t: t, random: rand.New(rand.NewPCG(*seed, 0)), phases: map[string]int{}, dialWorth: map[string]bool{}}
	k.slack = slacktest.New()
	s := settings{experts: "", topics: "\n  - { name: billing, owner: e1, keywords: [invoice, billed twice, refund] }", routing: "{ fallback: e1, accept_within: off, answer_within: off, burst: off }"}
	for i := 1; i <= killExperts; i++ {
		id := fmt.Sprintf("U0E%d", i)
		k.slack.AddUser(slacktest.User{ID: id, Name: id})
		s.experts += fmt.Sprintf("\n  - { id: e%d, slack: %s, budget: off, grants: [{ topics: [billing], agreed: 2026-01-01, until: never }] }", i, id)
	}
	s.experts += "\n  - { id: kim, slack: U0E1, budget: off }"
	server := httptest.NewServer(k.faulty())
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		for _, p := range k.slack.Problems() {
			t.Errorf("slacktest: %s", p)
		}
	})
	s.slack = server.URL + "/api/"
	k.site = newSite(t, s)
	return k
}

// faulty is Slack on a bad day: one card of a hundred is refused for a second,
// and of one of two hundred the answer is lost after it was taken.
func (k *killing) faulty() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/chat.postMessage") {
			switch n := rand.IntN(200); {
			case n < 2:
				k.refused.Add(1)
				k.slack.Script(slacktest.Fault{Method: "chat.postMessage", Status: http.StatusTooManyRequests, RetryAfter: time.Second})
			case n == 2:
				k.lost.Add(1)
				k.slack.Script(slacktest.Fault{Method: "chat.postMessage", Lose: true})
			}
			defer k.cards.Add(1)
		}
		k.slack.ServeHTTP(w, r)
	})
}

// batches are the requests: of five mentions two are dialled, one joins the
// first of them, and two have no tag.
func (k *killing) batches() (bodies [][]byte) {
	for n := 0; n < killMentions; n += 5 {
		first, second := said(n, complaint), said(n+1, complaint)
		k.sent = append(k.sent, first, second, reply(n+2, first, thanks), said(n+3, smalltalk), said(n+4, smalltalk))
	}
	for batch := range slices.Chunk(k.sent, killBatch) {
		bodies = append(bodies, []byte(encode(batch)))
	}
	return bodies
}

// round starts the daemon, lets clients send a portion, and kills it at a
// random moment.
func (k *killing) round(portion [][]byte) {
	d := k.site.launch("run", "--config", k.site.path("directdial.yaml"))
	moment := k.random.IntN(4)
	if moment == 0 {
		k.pause(300 * time.Millisecond)
		k.kill(d)
		d = k.site.launch("run", "--config", k.site.path("directdial.yaml"))
		moment = 1 + k.random.IntN(3)
	}
	_ = moment
	d.ready()
	k.daemon.Store(d)
	k.send(portion)
	k.kill(d)
}
