package feed

import (
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/directdial/directdial"
)

// publisher is a site with an RSS feed of its newest posts.
type publisher struct {
	mu    sync.Mutex
	base  string // of its addresses
	posts []*post
	// weak makes the server tell documents apart by weak validators.
	weak   bool
	header http.Header // added to each answer
	// robots answers for /robots.txt; nil: there is none.
	robots  http.HandlerFunc
	asked   []*http.Request // for other pages
	answers []int
	// askedRobots counts the requests for /robots.txt.
	askedRobots int
}

type post struct {
	guid, link, html, author string
	at                       time.Time
}

const shown = 200 // posts in the document

func newPublisher(base string) *publisher { return &publisher{base: base, header: http.Header{}} }

func (p *publisher) feed() string { return p.base + "/feed.xml" }

// Publish implements sourcetest.Fake.
func (p *publisher) Publish(at time.Time, text string) directdial.Mention {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.posts) + 1
	new := &post{
		guid: fmt.Sprintf("tag:%d", n), link: fmt.Sprintf("%s/posts/%d", p.base, n),
		html: "<p>" + escape(text) + "</p>", author: "Ana Lind", at: at.UTC().Truncate(time.Second),
	}
	p.posts = append(p.posts, new)
	return p.mention(new, text)
}

// Edit implements sourcetest.Editor.
func (p *publisher) Edit(id, text string) directdial.Mention {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, old := range p.posts {
		if strings.HasSuffix(id, "#"+old.guid) {
			old.html = "<p>" + escape(text) + "</p>"
			return p.mention(old, text)
		}
	}
	panic("there is no post " + id)
}

func (p *publisher) mention(of *post, text string) directdial.Mention {
	return directdial.Mention{
		ID: p.feed() + "#" + of.guid, Platform: "feed", URL: of.link, Text: text, Lang: "en-GB", CreatedAt: of.at,
		Author: directdial.Author{ID: "platform.example/ana lind", Name: "Ana Lind"},
	}
}

func (p *publisher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.URL.Path == "/robots.txt" {
		p.askedRobots++
		if p.robots == nil {
			http.NotFound(w, r)
			return
		}
		p.robots(w, r)
		return
	}
	p.asked = append(p.asked, r)
	status := p.serve(w, r)
	p.answers = append(p.answers, status)
}

func (p *publisher) serve(w http.ResponseWriter, r *http.Request) int {
	if r.URL.Path != "/feed.xml" {
		http.NotFound(w, r)
		return http.StatusNotFound
	}
	doc := p.document()
	etag := fmt.Sprintf("%x", sha256.Sum256([]byte(doc)))
	etag = `"` + etag[:16] + `"`
	if p.weak {
		etag = "W/" + etag
	}
	for name, values := range p.header {
		w.Header()[name] = values
	}
	w.Header().Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return http.StatusNotModified
	}
	w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
	_, _ = io.WriteString(w, doc)
	return http.StatusOK
}

func (p *publisher) document() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Posts</title><link>` + p.base + `</link><language>en-GB</language>
`)
	for i := len(p.posts) - 1; i >= max(0, len(p.posts)-shown); i-- {
		it := p.posts[i]
		fmt.Fprintf(&b, "<item><guid isPermaLink=\"false\">%s</guid><link>%s</link><pubDate>%s</pubDate><dc:creator>%s</dc:creator><description>%s</description></item>\n",
			it.guid, it.link, it.at.Format(time.RFC1123Z), it.author, escape(it.html))
	}
	b.WriteString("</channel></rss>\n")
	return b.String()
}

func escape(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		panic(err)
	}
	return b.String()
}
