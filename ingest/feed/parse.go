package feed

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"mime"
	"slices"
	"time"

	"github.com/mmcdole/gofeed"
	jsonfeed "github.com/mmcdole/gofeed/json"
	"github.com/mmcdole/gofeed/rss"

	"github.com/directdial/directdial"
)

// item is one item of a document: its mention, and what tells it from others.
type item struct {
	directdial.Mention
	link string // "" if it has none
	date string // as the feed writes it
}

func (it *item) entry() entry {
	e := entry{}
	sum := func(into []byte, parts ...string) {
		h := sha256.New()
		for _, p := range parts {
			fmt.Fprintf(h, "%d:%s", len(p), p)
		}
		copy(into, h.Sum(nil))
	}
	sum(e.ID[:], it.ID)
	sum(e.Post[:], it.link, it.date, it.Text)
	sum(e.Text[:], it.Text)
	return e
}

// reading is how the documents of a source are read.
type reading struct {
	lang  string // "": as the feed says
	title bool
}

// parse reads a document: its items, oldest first, and how often it wants to be
// read. The configured URL of the feed stands in the identity of every item.
func (r reading) parse(doc *document, configured string) ([]item, pace, error) {
	body := toUTF8(doc.body, doc.header.Get("Content-Type"))
	feed, err := gofeedParse(body)
	if err != nil {
		// Not %w: gofeed quotes the document in some errors.
		kind, _, _ := mime.ParseMediaType(doc.header.Get("Content-Type"))
		return nil, pace{}, directdial.Errorf(directdial.Invalid, "this is no RSS, Atom or JSON feed (%d bytes of type %q)", len(doc.body), kind)
	}
	m := mapping{reading: r, feed: feed, id: directdial.NormalURL(configured), base: doc.url}
	p := pace{}
	switch original := feed.OriginalFeed().(type) {
	case *rss.Feed:
		p = paceOf(original)
	case *jsonfeed.Feed:
		m.json = original
	}
	items := make([]item, 0, len(feed.Items))
	for i := range feed.Items {
		items = append(items, m.item(i))
	}
	// Feeds show their newest item first; those that do not are put right by
	// the dates.
	slices.Reverse(items)
	return items, p, nil
}

// gofeedParse makes an error of a panic: null where JSON Feed has an object is
// one in gofeed 1.4.
func gofeedParse(body []byte) (feed *gofeed.Feed, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("gofeed: %v", v)
		}
	}()
	p := gofeed.NewParser()
	p.KeepOriginalFeed = true
	p.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}
	if gofeed.DetectFeedType(bytes.NewReader(body[:min(len(body), 4096)])) == gofeed.FeedTypeJSON {
		body = stringIDs(body)
	}
	return p.Parse(bytes.NewReader(body))
}

// stringIDs makes strings of the ids of a JSON Feed, as its specification asks
// of readers. What it cannot read it leaves to the parser to refuse.
func stringIDs(body []byte) []byte {
	var doc map[string]json.RawMessage
	var items []map[string]json.RawMessage
	if json.Unmarshal(body, &doc) != nil || json.Unmarshal(doc["items"], &items) != nil {
		return body
	}
	changed := false
	for _, it := range items {
		if id := it["id"]; len(id) > 0 && id[0] != '"' && string(id) != "null" {
			quoted, err := json.Marshal(string(id))
			if err != nil {
				return body
			}
			it["id"], changed = quoted, true
		}
	}
	if !changed {
		return body
	}
	var err error
	if doc["items"], err = json.Marshal(items); err != nil {
		return body
	}
	out, err := json.Marshal(doc)
	if err != nil {
		return body
	}
	return out
}

// newest returns the maxItems newest items in their order; those without a date
// count as new. An archive of years must not fill the state.
func newest(items []item) []item {
	excess := len(items) - maxItems
	if excess <= 0 {
		return items
	}
	byDate := make([]int, len(items))
	for i := range byDate {
		byDate[i] = i
	}
	slices.SortStableFunc(byDate, func(a, b int) int {
		x, y := items[a].CreatedAt, items[b].CreatedAt
		switch {
		case x.IsZero() && y.IsZero():
			return 0
		case x.IsZero():
			return 1
		case y.IsZero():
			return -1
		}
		return x.Compare(y)
	})
	old := make(map[int]bool, excess)
	for _, i := range byDate[:excess] {
		old[i] = true
	}
	kept := make([]item, 0, maxItems)
	for i, it := range items {
		if !old[i] {
			kept = append(kept, it)
		}
	}
	return kept
}

// date is a date as a mention may have it: none is better than one that no
// calendar knows.
func date(t *time.Time) time.Time {
	if t == nil || t.Year() < 1970 || t.Year() > 9999 {
		return time.Time{}
	}
	return *t
}
