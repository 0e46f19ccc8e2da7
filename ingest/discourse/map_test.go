package discourse

import (
	"encoding/json"
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/sourcetest"
)

var update = flag.Bool("update", false, "write the golden files anew")

var example = forum{&url.URL{Scheme: "https", Host: "forum.example"}}

// TestPostsBecomeMentions compares each testdata/*.json, what /posts.json shows,
// with the .golden beside it: the mentions that must be made of it.
func TestPostsBecomeMentions(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var l latestPosts
			if err := json.Unmarshal(text, &l); err != nil {
				t.Fatal(err)
			}
			heard := []directdial.Mention{}
			for i := range l.Posts {
				if p := &l.Posts[i]; p.heard() {
					m := example.mention(p)
					m.Normalize("test")
					if err := m.Check(); err != nil {
						t.Errorf("%s: %v", m.ID, err)
					}
					heard = append(heard, *m)
				}
			}
			sourcetest.Golden(t, *update, strings.TrimSuffix(file, ".json")+".golden", heard)
		})
	}
}

func TestWhatOthersSaidIsLeftOut(t *testing.T) {
	for in, want := range map[string]string{
		`<p>a &amp; b</p>`: "<p>a &amp; b</p>",
		`<aside class="quote no-group" data-username="bo"><div class="title">bo:</div><blockquote><p>it <aside>x</aside> broke</p></blockquote></aside><p>no</p>`: "<p>no</p>",
		`<p>see</p><aside class="onebox allowlistedgeneric" data-onebox-src="https://acme.example/?a=1&amp;b=2"><article>Acme</article></aside>`:                  "<p>see</p><p>https://acme.example/?a=1&amp;b=2</p>",
		`<div class="lightbox-wrapper"><a href="/x"><img alt="shot"><div class="meta"><span>690×388 42 KB</span></div></a></div>`:                                 `<div class="lightbox-wrapper"><a href="/x"><img alt="shot"></a></div>`,
		`<aside class="quote">never closed`: "",
		`</aside>after`:                     "</aside>after",
		`<aside>a note</aside>`:             "<aside>a note</aside>",
	} {
		if got := own(in); got != want {
			t.Errorf("%s\nbecame %s\nwant   %s", in, got, want)
		}
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	const server = "server: https://forum.example\n"
	for name, c := range map[string][2]string{
		"nothing to hear":     {server, "nothing to hear"},
		"no server":           {"latest: true", "server"},
		"another scheme":      {"server: ftp://forum.example\nlatest: true", "server"},
		"a query without one": {server + `queries: ["#support @ana"]`, "no word"},
		"a query twice":       {server + "queries: [acme, acme]", "twice"},
		"an order":            {server + `queries: ["acme order:likes"]`, "sets itself"},
		"too many queries":    {server + "queries: [a, b, c, d, e, f, g, h, i, j, k]", "at most 10"},
		"a key without user":  {server + "latest: true\nkey: s3cret", "user"},
		"a user without key":  {server + "latest: true\nuser: ana", "key"},
		"too often":           {server + "latest: true\nevery: 1s", "1m"},
		"a secret too short":  {server + "secret: hunter2", "12"},
		"a key that is none":  {server + "latest: true\nquery: x", "query"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := New(sourcetest.Setup(t, c[0]+"\n"))
			if err == nil || !strings.Contains(err.Error(), c[1]) || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("error %v", err)
			}
		})
	}
}

// FuzzPost holds whatever a forum sends as a post: no panic, and a mention
// passes the limits of the exchange.
func FuzzPost(f *testing.F) {
	text, err := os.ReadFile("testdata/latest.json")
	if err != nil {
		f.Fatal(err)
	}
	var l struct {
		Posts []json.RawMessage `json:"latest_posts"`
	}
	if err := json.Unmarshal(text, &l); err != nil {
		f.Fatal(err)
	}
	for _, p := range l.Posts {
		f.Add([]byte(p))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var p post
		if json.Unmarshal(text, &p) != nil || !p.heard() {
			return
		}
		m := example.mention(&p)
		m.Normalize("test")
		if err := m.Check(); err != nil {
			t.Errorf("%v: %+v", err, m)
		}
	})
}

func FuzzOwn(f *testing.F) {
	f.Add(`<aside class="quote"><aside class="onebox">a</aside></aside>b`)
	f.Fuzz(func(_ *testing.T, cooked string) { own(cooked) })
}
