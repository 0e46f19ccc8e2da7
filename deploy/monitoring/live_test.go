package monitoring_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/experts/slack/slacktest"
	"github.com/directdial/directdial/ingest/mastodon/mastodontest"
)

// live is the program as it is shipped, at work: people post, a source fails,
// Slack loses an answer now and then, colleagues take, pass on and answer.
type live struct {
	t        testing.TB
	desk     *desk.Client
	status   desk.Status
	slack    *slacktest.Server
	mastodon *mastodontest.Server
	posts    int
	acts     int
}

const crmToken = "token-of-crm"

// colleagues are so few that their budget ends, and one topic has nobody.
const configuration = `
data_dir: ./data
http: { listen: 127.0.0.1:0, desk: 127.0.0.1:0, admin: 127.0.0.1:0 }
brands: [{ name: Acme, keywords: [acme, "#acme"] }]
topics:
  - { name: billing, owner: ana, keywords: [invoice, billed twice, refund] }
  - { name: delivery, owner: bo, keywords: [parcel, courier] }
  - { name: recall, owner: kim, keywords: [caught fire], restricted: true }
sources:
  - { name: crm, type: webhook, token: %s, rate: off }
  - { name: fediverse, type: mastodon, server: %q, token: %s, hashtags: [acme], every: 10s }
  - { name: elsewhere, type: mastodon, server: %q, hashtags: [acme], every: 10s }
channels:
  slack: { token: %s, api_url: %q, pace: off, rate: off }
  terminal: {}
coaches: [kim]
experts:
  - { id: ana, name: Ana Lind, slack: U0ANA, budget: { per_hour: 40, per_day: 40 }, grants: [{ topics: [billing], agreed: 2026-01-01, until: 2099-12-31 }] }
  - { id: bo, name: Bo Ek, slack: U0BO, budget: off, grants: [{ topics: [delivery, billing], agreed: 2026-01-01, until: 2099-12-31 }] }
  - { id: kim, name: Kim Strand, terminal: here, budget: off, grants: [{ topics: ["*"], tags: [complaint, question], agreed: 2026-01-01, until: 2099-12-31 }] }
routing: { fallback: kim, accept_within: off, answer_within: off, max_hops: 2, burst: off }
`

// startLive builds the program, starts it, and keeps it busy until the test ends.
func startLive(t testing.TB) *live {
	t.Helper()
	l := &live{t: t, mastodon: mastodontest.New("mastodon.example", "acme")}
	l.slack = slacktest.Start(t,
		slacktest.User{ID: "U0ANA", Name: "Ana Lind"}, slacktest.User{ID: "U0BO", Name: "Bo Ek"})
	fediverse := httptest.NewServer(l.mastodon)
	t.Cleanup(fediverse.Close)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
	}))
	t.Cleanup(elsewhere.Close)
	dir, err := os.MkdirTemp("", "dd") // short: a socket is in it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	file := filepath.Join(dir, "directdial.yaml")
	text := fmt.Sprintf(configuration, crmToken, fediverse.URL, mastodontest.Token, elsewhere.URL, slacktest.Token, l.slack.URL())
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	l.run(dir, file)
	ctx, cancel := context.WithCancel(context.Background())
	var busy sync.WaitGroup
	busy.Go(func() { l.public(ctx) })
	busy.Go(func() { l.colleagues(ctx) })
	t.Cleanup(func() { cancel(); busy.Wait() })
	return l
}

// run builds and starts the daemon, and waits until it answers.
func (l *live) run(dir, file string) {
	l.t.Helper()
	binary := filepath.Join(dir, "directdial")
	if out, err := exec.Command("go", "build", "-o", binary, "../../cmd/directdial").CombinedOutput(); err != nil {
		l.t.Fatalf("go build: %v\n%s", err, out)
	}
	var log bytes.Buffer
	cmd := exec.Command(binary, "run", "--config", file)
	cmd.Dir, cmd.Stderr = dir, &log
	startProcess(l.t, cmd, &log)
	l.desk = desk.Dial(filepath.Join(dir, "data", "directdial.sock"))
	await(l.t, "the daemon answers", func() bool {
		var err error
		l.status, err = l.desk.Status(l.t.Context())
		return err == nil
	})
}

// startProcess starts a process that ends with the test, and shows what it
// logged if the test failed.
func startProcess(t testing.TB, cmd *exec.Cmd, log *bytes.Buffer) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
		if t.Failed() {
			s := log.String()
			t.Logf("%s logged: %s", filepath.Base(cmd.Path), s[max(len(s)-4000, 0):])
		}
	})
}

// said is what people say, in turn.
var said = []string{
	"acme billed twice, this is a bad joke",               // to Ana, and when she has enough, to Bo
	"acme lost my parcel again, terrible",                 // to Bo
	"my acme caught fire, this is awful",                  // to nobody: restricted, and nobody is granted it
	"acme has a new office in the harbour",                // no tag
	"how do I get a refund from acme?",                    // a question
	"I love acme, they found my parcel and were so kind!", // praise
	"acme is the worst, I am so angry",                    // no topic: to the fallback
}

// public posts until ctx ends: by webhook, and on Mastodon.
func (l *live) public(ctx context.Context) {
	for tick := time.NewTicker(100 * time.Millisecond); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
		l.posts++
		text := said[l.posts%len(said)]
		at := time.Now().Add(-time.Duration(l.posts%90) * time.Second).UTC().Format(time.RFC3339)
		body := fmt.Sprintf(`{"id":"post-%d","platform":"forum","text":%q,"created_at":%q,"author":{"handle":"user%d"}}`, l.posts, text, at, l.posts)
		switch {
		case l.posts%40 == 0:
			body = "[" + body + `,{"id":"without text"}]`
		case l.posts%15 == 0:
			body = fmt.Sprintf(`{"id":"post-1","platform":"forum","text":"acme billed twice, edited %d times"}`, l.posts/15)
		}
		bearer := crmToken
		if l.posts%50 == 0 {
			bearer = "wrong"
		}
		l.post(ctx, body, bearer)
		if l.posts%20 == 0 {
			l.mastodon.Post(mastodontest.Post{Author: fmt.Sprintf("user%d@social.example", l.posts), Text: text + " #acme"})
		}
		if l.posts%100 == 7 {
			l.slack.Script(slacktest.Fault{Method: "chat.postMessage", Lose: true})
		}
	}
}

func (l *live) post(ctx context.Context, body, bearer string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+l.status.Listen+"/v1/mentions", strings.NewReader(body))
	if err != nil {
		l.t.Error(err)
		return
	}
	req.Header.Set("Authorization", "Bearer "+bearer)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return // the test is over, or the next one gets through
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
}

// colleagues do something about a dial, one after the other, until ctx ends.
func (l *live) colleagues(ctx context.Context) {
	for tick := time.NewTicker(200 * time.Millisecond); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
		open, err := l.desk.Dials(ctx, false, 20)
		if err != nil || len(open) == 0 {
			continue
		}
		for _, d := range open[len(open)/2:] {
			l.acts++
			a := directdial.Action{Kind: directdial.ActTake, By: d.Holder}
			switch {
			case l.acts%9 == 0:
				a.By = "ana" // also of what is not hers
			case d.State == directdial.Accepted:
				a.Kind = directdial.ActAnswered
			case l.acts%7 == 0:
				a.Kind, a.Reason = directdial.ActPass, directdial.TooBusy
			case l.acts%11 == 0:
				a.Kind, a.Reason = directdial.ActDecline, directdial.NotUs
			}
			_, _ = l.desk.Act(ctx, d.ID, a) // that some are refused is part of it
		}
	}
}

// patience is how long a test waits for what must happen. Nothing is measured
// by it.
const patience = 2 * time.Minute

// await returns when the condition is met, and fails the test if that takes too
// long.
func await(t testing.TB, what string, met func() bool) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for !met() {
		select {
		case <-look.C:
		case <-deadline.C:
			t.Fatalf("waited %v in vain: %s", patience, what)
		}
	}
}

// ask gets JSON.
func ask(ctx context.Context, url string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", resp.Status, body)
	}
	return json.Unmarshal(body, into)
}
