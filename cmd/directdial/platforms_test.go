package main_test

import (
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/bluesky/blueskytest"
	"github.com/directdial/directdial/ingest/discourse/discoursetest"
	"github.com/directdial/directdial/ingest/github/githubtest"
	"github.com/directdial/directdial/ingest/hackernews/hackernewstest"
	"github.com/directdial/directdial/ingest/mastodon/mastodontest"
	"github.com/directdial/directdial/ingest/reddit/reddittest"
	"github.com/directdial/directdial/ingest/stackexchange/stackexchangetest"
	"github.com/directdial/directdial/ingest/x/xtest"
	"github.com/directdial/directdial/ingest/youtube/youtubetest"
)

// platforms are doubles of all platforms that are asked.
type platforms struct {
	blog, broken blog
	mastodon     *mastodontest.Server
	bluesky      *blueskytest.Server
	hackernews   *hackernewstest.Server
	stack        *stackexchangetest.Server
	github       *githubtest.Server
	forum        *discoursetest.Server
	reddit       *reddittest.Server
	x            *xtest.Server
	youtube      *youtubetest.Server
	video        youtubetest.Uploaded
}

// sources starts the doubles and returns the sources that ask them.
func (p *platforms) sources(t *testing.T) string {
	t.Helper()
	p.mastodon, p.bluesky, p.hackernews = mastodontest.New("mastodon.example", "acme"), blueskytest.New("acme.example"), hackernewstest.New()
	p.stack, p.github, p.reddit = stackexchangetest.New(), githubtest.New(), reddittest.New()
	p.x, p.youtube = xtest.New(), youtubetest.New()
	p.forum = discoursetest.New("https://community.acme.example")
	p.video = p.youtube.Upload(youtubetest.Video{Channel: "owner", Title: "Our widget"})
	p.broken.fail(true)
	r := strings.NewReplacer(
		"BLOG", serve(t, &p.blog)+"/feed.xml", "NEWSLETTER", serve(t, &p.broken)+"/feed.xml",
		"MASTODON", serve(t, p.mastodon), "FEDITOKEN", mastodontest.Token,
		"BLUESKY", serve(t, p.bluesky), "APPPASSWORD", blueskytest.Password,
		"HACKERNEWS", serve(t, p.hackernews), "STACK", serve(t, p.stack),
		"GITHUB", serve(t, p.github), "GHTOKEN", githubtest.Token,
		"FORUM", serve(t, p.forum), "FORKEY", discoursetest.Key, "FORUSER", discoursetest.User,
		"REDDIT", serve(t, p.reddit), "CLIENT", reddittest.ClientID, "CLSECRET", reddittest.Secret, "OPERATOR", reddittest.Operator,
		"XSERVER", serve(t, p.x), "XTOKEN", xtest.Token,
		"YOUTUBE", serve(t, p.youtube), "YTKEY", youtubetest.Key, "VIDEO", p.video.ID,
		"WEBHOOKTOKEN", token, "MAPPEDTOKEN", token+"-2")
	return r.Replace(`
  - { name: crm, type: webhook, token: WEBHOOKTOKEN }
  - { name: listening, type: mapped, token: MAPPEDTOKEN, map: ".posts[] | {url, text: .body}" }
  - { name: blog, type: feed, url: "BLOG", every: 1m }
  - { name: newsletter, type: feed, url: "NEWSLETTER", every: 1m }
  - { name: fediverse, type: mastodon, server: "MASTODON", token: FEDITOKEN, hashtags: [acme], stream: true }
  - { name: bluesky, type: bluesky, server: "BLUESKY", account: acme.example, password: APPPASSWORD, search: [acme] }
  - { name: hackernews, type: hackernews, words: [acme], search: "HACKERNEWS", items: "HACKERNEWS" }
  - { name: questions, type: stackexchange, tags: [acme], sites: [stackoverflow], api: "STACK/2.3" }
  - { name: issues, type: github, server: "GITHUB", token: GHTOKEN, queries: ["repo:acme/widget"] }
  - { name: community, type: discourse, server: "FORUM", key: FORKEY, user: FORUSER, latest: true }
  - { name: reddit, type: reddit, client_id: CLIENT, client_secret: CLSECRET, operator: OPERATOR, words: [acme], api: "REDDIT", login: "REDDIT" }
  - { name: x, type: x, server: "XSERVER", token: XTOKEN, queries: [acme], posts_per_day: 1000 }
  - { name: youtube, type: youtube, key: YTKEY, videos: [VIDEO], api: "YOUTUBE/youtube/v3" }`)
}

// post makes somebody write about the brand on each platform.
func (p *platforms) post() {
	text := "Acme billed me twice, this is terrible"
	p.blog.add(1, text)
	p.mastodon.Post(mastodontest.Post{Author: "user1@social.example", Text: "#acme " + text})
	p.bluesky.Post(blueskytest.Post{Author: "user1.example", Text: text})
	p.hackernews.Post(hackernewstest.Post{Author: "user1", Text: text})
	p.stack.Post(stackexchangetest.Post{Author: "user1", Title: text, Text: text, Tags: []string{"acme"}})
	p.github.Open(githubtest.Post{Body: text})
	p.forum.Post(discoursetest.Post{Title: text, Text: text})
	p.reddit.Post(reddittest.Post{Author: "user1", Title: text, Text: text})
	p.x.Post(xtest.Post{Author: "user1", Text: text})
	p.youtube.Write(youtubetest.Comment{On: p.video.ID, Author: "user1", Text: text})
}

// A start asks all platforms at once, so a restart stands for the time that goes
// by between two rounds. The transcript is docs/sources.txt: -update writes it.
func TestSourcesShowsAllPlatformsAndTheOneThatFails(t *testing.T) {
	t.Parallel()
	var p platforms
	at, _ := newSlack(t, func(s *settings) { s.sources = p.sources(t) })
	standings := func() (list []directdial.SourceStanding) {
		if err := json.Unmarshal([]byte(at.must("sources", "--json")), &list); err != nil {
			t.Fatal(err)
		}
		return list
	}
	d := at.start()
	await(t, "each source was asked", func() bool {
		for _, s := range standings() {
			if s.Condition == directdial.SourceStarting || s.Success.IsZero() && s.Name != "newsletter" {
				return false
			}
		}
		return true
	})
	d.stop()
	p.post()
	d = at.start()
	d.post(`{"url":"https://social.example/1","text":"Acme billed me twice"}`, nil)
	mapped, err := d.request([]byte(`{"posts":[{"url":"https://forum.example/t/1","body":"Acme billed me twice"}]}`), func(r *http.Request) {
		r.URL.Path = "/v1/sources/listening/"
		r.Header.Set("Authorization", "Bearer "+token+"-2")
	})
	if err != nil || mapped.Accepted != 1 {
		t.Fatalf("%+v, %v", mapped, err)
	}
	var list []directdial.SourceStanding
	await(t, "each source heard a post, and one fails", func() bool {
		list = standings()
		for _, s := range list {
			if s.Name == "newsletter" && s.Condition != directdial.SourceFails || s.Name != "newsletter" && (s.Newest.IsZero() || s.Success.IsZero()) {
				return false
			}
		}
		return true
	})
	for _, s := range list {
		want := directdial.SourceWorks
		if s.Name == "newsletter" {
			want = directdial.SourceFails
		}
		if s.Condition != want {
			t.Errorf("%+v", s)
		}
	}
	if l := d.settled(); l.Mentions != 12 {
		t.Errorf("ledger %+v", l)
	}
	compareTranscript(t, "../../docs/sources.txt", "$ directdial sources\n"+timeless(at.must("sources")))
}

// timeless puts one time and one address in place of those of the run.
func timeless(out string) string {
	for _, c := range []struct{ of, to string }{
		{`\d\d-\d\d \d\d:\d\d`, "11-21 10:00"},
		{`until \d\d:\d\d`, "until 10:05"},
		{`127\.0\.0\.1:\d+`, "news.example"},
	} {
		out = regexp.MustCompile(c.of).ReplaceAllString(out, c.to)
	}
	return out
}

// lasting is what is the same in every run: of the table the sources, their
// types and states, the gaps and what is missing.
func lasting(transcript string) string {
	columns := regexp.MustCompile(`\s{2,}`)
	var b strings.Builder
	for line := range strings.Lines(transcript) {
		if f := columns.Split(strings.TrimSpace(line), -1); len(f) == 11 {
			line = strings.Join(append(f[:3], f[9:]...), " ") + "\n"
		}
		b.WriteString(line)
	}
	return b.String()
}

func compareTranscript(t *testing.T, file, got string) {
	t.Helper()
	if flag.Lookup("update").Value.String() == "true" { // the flag is of the package main
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(lasting(string(want)), lasting(got)); diff != "" {
		t.Errorf("%s is stale; -update writes it (-want +got):\n%s", file, diff)
	}
}
