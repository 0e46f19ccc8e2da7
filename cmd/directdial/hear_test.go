package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial/experts/slack/slacktest"
	"github.com/directdial/directdial/ingest/bluesky/blueskytest"
	"github.com/directdial/directdial/ingest/github/githubtest"
	"github.com/directdial/directdial/ingest/hackernews/hackernewstest"
	"github.com/directdial/directdial/ingest/mastodon/mastodontest"
	"github.com/directdial/directdial/ingest/stackexchange/stackexchangetest"
	"github.com/directdial/directdial/internal/config"
)

// internet answers for the hosts of the world.
type internet map[string]http.Handler

func (i internet) RoundTrip(r *http.Request) (*http.Response, error) {
	h := i[r.URL.Host]
	if h == nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: r.URL.Host, IsNotFound: true}}
	}
	s := httptest.NewServer(h)
	defer s.Close()
	there := r.Clone(r.Context())
	there.URL.Scheme, there.URL.Host = "http", s.Listener.Addr().String()
	there.Header.Set("User-Agent", "directdial")
	resp, err := http.DefaultTransport.RoundTrip(there)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	resp.Body, resp.Request = io.NopCloser(bytes.NewReader(body)), r
	return resp, err
}

// talk is a world in which a brand is talked about on four platforms; a fifth
// refuses whoever has no account.
func talk() internet {
	hour := time.Now().Add(-time.Hour)
	hn, se, gh := hackernewstest.New(), stackexchangetest.New(), githubtest.New()
	masto, sky := mastodontest.New("mastodon.social", "acme"), blueskytest.New("acme.example")
	hn.Post(hackernewstest.Post{Author: "user1", Title: "Acme billed me twice, terrible", At: hour})
	hn.Post(hackernewstest.Post{Author: "user2", Title: "Something else", At: hour})
	se.Post(stackexchangetest.Post{Author: "user3", Title: "How do I reset my acme widget?", Text: "Does anyone know how to reset an acme widget?"})
	gh.Open(githubtest.Post{Title: "acme: love it, great work", Body: "Thank you, best tool ever.", At: hour})
	masto.Post(mastodontest.Post{Author: "user4", Text: "#acme is down again, this is a joke", At: hour})
	masto.Post(mastodontest.Post{Author: "user5", Text: "#acme long ago", At: hour.Add(-90 * 24 * time.Hour)})
	sky.Post(blueskytest.Post{Author: "user6.example", Text: "acme support never answers", At: hour})
	return internet{
		"hn.algolia.com": hn, "hacker-news.firebaseio.com": hn, "api.stackexchange.com": se, "api.github.com": gh, "mastodon.social": masto,
		"public.api.bsky.app": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
		}),
	}
}

func hear(t *testing.T, dir string, world internet, words ...string) (*hearing, string) {
	t.Helper()
	t.Chdir(dir)
	a := &app{out: &bytes.Buffer{}, err: &bytes.Buffer{}}
	h, err := a.hearing(words, time.Now().Add(-30*24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	h.client = &http.Client{Transport: world}
	var progress bytes.Buffer
	h.ask(t.Context(), &progress)
	return h, progress.String()
}

func TestHearTellsWhatWasSaidAndWhoDidNotAnswer(t *testing.T) {
	h, progress := hear(t, t.TempDir(), talk(), "acme")
	for _, want := range []string{"Asking public.api.bsky.app, api.github.com", "Nothing is stored.", "bluesky        no answer", "hackernews     1 post\n", "mastodon       1 post\n"} {
		if !strings.Contains(progress, want) {
			t.Errorf("the progress does not say %q:\n%s", want, progress)
		}
	}
	if len(h.Posts) != 4 || h.failed() != nil {
		t.Errorf("%d posts, %v\n%s", len(h.Posts), h.failed(), progress)
	}
	var out bytes.Buffer
	if err := h.print(&app{out: &out}, false, true); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{" question, 1 ambassador among 4 posts; nobody is enabled for them yet.", `directdial hear "acme" --write`, "because of"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, out.String())
		}
	}
	out.Reset()
	var read hearing
	if err := h.print(&app{out: &out}, true, true); err != nil || json.Unmarshal(out.Bytes(), &read) != nil || len(read.Posts) != 4 || len(read.Asked) != 5 {
		t.Errorf("as JSON: %v\n%s", err, out.String())
	}
}

func TestHearSaysInPlainWordsWhyAPlatformDidNotAnswer(t *testing.T) {
	busy := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "240")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	h, progress := hear(t, t.TempDir(), internet{"hn.algolia.com": busy}, "acme")
	if h.failed() == nil {
		t.Error("nobody answered, and it does not fail")
	}
	for _, want := range []string{
		"github         no answer: the name api.github.com is not found; see that",
		"hackernews     no answer: \"acme\": the server answers 429 Too Many Requests; try again in 4 minutes\n",
	} {
		if !strings.Contains(progress, want) {
			t.Errorf("the progress does not say %q:\n%s", want, progress)
		}
	}
	if strings.Contains(progress, "dial tcp") || strings.Contains(progress, "https://") {
		t.Errorf("the words of the system are shown:\n%s", progress)
	}
}

func TestHearSaysWhoWouldBeDialledByTheConfiguration(t *testing.T) {
	dir := t.TempDir()
	yaml := strings.ReplaceAll(`
topics: [{ name: billing, owner: ana, keywords: [billed] }]
brands: [{ name: Another, keywords: [another] }]
channels: { slack: { token: TOKEN } }
experts: [{ id: ana, name: Ana Lind, slack: U0ANA, hours: "Mon 03:00-03:01", grants: [{ topics: [billing], agreed: 2026-01-01, until: never }] }]
`, "TOKEN", slacktest.Token)
	if err := os.WriteFile(filepath.Join(dir, "directdial.yaml"), []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	h, _ := hear(t, dir, talk(), "acme")
	if s := h.summary(); !strings.HasSuffix(s, "; they would go to Ana Lind 1.") {
		t.Errorf("the summary is %q", s)
	}
}

func TestConfigurationThatHearWritesIsGood(t *testing.T) {
	for _, words := range [][]string{{"acme"}, {`Acme "the" Corp`, "acme corp", "#acme"}} {
		h, _ := hear(t, t.TempDir(), talk(), words...)
		path := filepath.Join(t.TempDir(), "directdial.yaml")
		if err := os.WriteFile(path, heardConfiguration(words, h.answered()), 0o600); err != nil {
			t.Fatal(err)
		}
		c, problems := config.Load(path, configOptions(true))
		if c == nil || len(problems) > 0 || len(c.Sources) != len(h.answered()) {
			t.Errorf("%v: %v", words, problems)
		}
	}
}
