package bluesky

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// findPages bounds how many pages of a search are read.
const findPages = 5

func init() {
	ingest.RegisterFinder(ingest.Finder{
		Type: "bluesky", Asks: strings.TrimPrefix(publicServer, "https://"), Find: find,
		Settings: func(words []string) map[string]any { return map[string]any{"search": words} },
	})
}

// find searches as somebody who has no account, which the public server allows
// at some hours and refuses at others.
func find(ctx context.Context, through *http.Client, words []string, since time.Time) (items []directdial.Item, err error) {
	server, err := url.Parse(publicServer)
	if err != nil {
		return nil, err
	}
	c := &client{server: server, http: through, report: ingest.Unreported{}, now: time.Now}
	for _, w := range words {
		found, err := findWords(ctx, c, search(w), since)
		items = append(items, found...)
		if err != nil {
			return items, err
		}
	}
	return items, nil
}

// findWords walks one search down to since. Where there is more than is read, a
// gap says up to where.
func findWords(ctx context.Context, c *client, q *query, since time.Time) (items []directdial.Item, err error) {
	w, oldest := &walk{}, c.now()
	for range findPages {
		p, err := q.page(ctx, c, w)
		for _, found := range p.posts {
			said := found.said(c.now())
			if said.Before(since) {
				p.cursor = ""
				break
			}
			oldest = said
			if m := found.mention(c.now(), ""); m != nil {
				items = append(items, m)
			}
		}
		if err != nil || p.cursor == "" {
			slices.Reverse(items)
			return items, err
		}
		w.Cursor = p.cursor
	}
	slices.Reverse(items)
	return append(items, &directdial.Gap{Query: q.name, From: since, To: oldest, Cause: "result limit", Missing: -1}), nil
}
