package feed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/web"
)

// maxBody bounds a document, after decompression.
const maxBody = 5 << 20

// Longer validators than these are not worth keeping.
const (
	maxETag     = 512
	maxModified = 64
)

// document is what a server answered.
type document struct {
	header http.Header
	body   []byte        // nil: not modified
	url    string        // where it was found, for relative links
	delay  time.Duration // that the host wants between two requests
	moved  string        // where the feed moved for good, "" if it did not
}

// ask reads a feed once. It returns the items that are new or changed, oldest
// first, and what to remember; past is nil for a feed that was never read. At
// that first time everything that stands in the feed is past: it is remembered
// and not returned.
func (s *source) ask(ctx context.Context, f *feed, past *feedState) ([]directdial.Item, *feedState, error) {
	next := &feedState{}
	if past != nil {
		*next = *past
	}
	doc, err := s.find(ctx, f, next)
	if err != nil {
		return nil, nil, err
	}
	defer func() { next.NotBefore = next.Pace.notBefore(doc.header, s.Now(), s.every, doc.delay) }()
	if doc.body == nil {
		return nil, next, nil
	}
	items, pace, err := s.read.parse(doc, f.url)
	if err != nil {
		return nil, nil, err
	}
	next.Pace = pace
	next.ETag, next.Modified = validators(doc.header)
	items = newest(items)
	fresh, seen := next.Seen.news(items)
	var mentions []directdial.Item
	if past == nil {
		fresh = nil
	} else if past.turnedOver(items) {
		mentions = append(mentions, &directdial.Gap{Query: f.name, From: past.Read, To: s.Now(), Cause: "dropped", Missing: -1})
	}
	next.Seen, next.Read = seen, s.Now().UTC().Truncate(time.Hour)
	for i := range fresh {
		if fresh[i].Text != "" { // an item may have nothing to read
			mentions = append(mentions, &fresh[i].Mention)
		}
	}
	for _, it := range items {
		s.Report.Newest(it.CreatedAt)
	}
	return mentions, next, nil
}

// find gets the document from where the feed moved to, or from where it is
// configured if it is no longer found there.
func (s *source) find(ctx context.Context, f *feed, next *feedState) (*document, error) {
	if next.Moved != "" {
		doc, err := s.get(ctx, next.Moved, next)
		if kind := directdial.KindOf(err); err == nil || kind != directdial.NotFound && kind != directdial.Gone {
			return doc, err
		}
		next.Moved, next.ETag, next.Modified = "", "", ""
	}
	return s.get(ctx, f.url, next)
}

// get asks for a document on condition that it changed, and that the host lets
// robots have it.
func (s *source) get(ctx context.Context, address string, next *feedState) (*document, error) {
	delay, err := s.may(ctx, address, !next.Read.IsZero())
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, application/json;q=0.9, */*;q=0.5")
	if next.ETag != "" {
		req.Header.Set("If-None-Match", next.ETag)
	}
	if next.Modified != "" {
		req.Header.Set("If-Modified-Since", next.Modified)
	}
	doc := &document{delay: delay}
	resp, err := following(s.Client, &doc.moved).Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	doc.header, doc.url = resp.Header, resp.Request.URL.String()
	switch {
	case resp.StatusCode == http.StatusNotModified && (next.ETag != "" || next.Modified != ""):
	case resp.StatusCode == http.StatusOK:
		if doc.body, err = readAll(resp.Body); err != nil {
			return nil, err
		}
	default:
		return nil, web.ErrorOf(resp, s.Now())
	}
	if doc.moved != "" && len(doc.moved) <= maxURL {
		next.Moved = doc.moved
	}
	return doc, nil
}

// following is a client that follows redirects as c does, and notes how far
// they are for good.
func following(c *http.Client, moved *string) *http.Client {
	following := *c
	forGood := true
	following.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		switch req.Response.StatusCode {
		case http.StatusMovedPermanently, http.StatusPermanentRedirect:
		default:
			forGood = false
		}
		if forGood {
			*moved = req.URL.String()
		}
		req.Header.Del("Referer") // the address may hold a credential
		if c.CheckRedirect != nil {
			return c.CheckRedirect(req, via)
		}
		if len(via) >= 10 {
			return errors.New("more than 10 redirects")
		}
		return nil
	}
	return &following
}

func readAll(r io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxBody+1))
	if err != nil {
		return nil, fmt.Errorf("read the feed: %w", err)
	}
	if len(body) > maxBody {
		return nil, directdial.Errorf(directdial.Invalid, "the feed is larger than %d bytes", maxBody)
	}
	if body == nil {
		body = []byte{} // nil says not modified
	}
	return body, nil
}

func validators(h http.Header) (etag, modified string) {
	etag, modified = h.Get("ETag"), h.Get("Last-Modified")
	if len(etag) > maxETag {
		etag = ""
	}
	if _, err := time.Parse(http.TimeFormat, modified); err != nil || len(modified) > maxModified {
		modified = ""
	}
	return etag, modified
}
