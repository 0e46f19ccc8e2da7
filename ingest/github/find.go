package github

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/secret"
)

// findPages bounds how many pages of a search are read: without a token, GitHub
// allows ten searches a minute.
const findPages = 3

const apiServer = "https://api.github.com"

func init() {
	ingest.RegisterFinder(ingest.Finder{
		Type: "github", Asks: "api.github.com", Find: find,
		Settings: func(words []string) map[string]any {
			var queries []string
			for _, w := range words {
				queries = append(queries, findQuery(w))
			}
			return map[string]any{"queries": queries}
		},
	})
}

func findQuery(words string) string { return strconv.Quote(words) + " in:title,body" }

// find searches the issues that were opened since.
func find(ctx context.Context, through *http.Client, words []string, since time.Time) (items []directdial.Item, err error) {
	server, err := url.Parse(apiServer)
	if err != nil {
		return nil, err
	}
	c := newClient(server, secret.Value{}, ingest.Setup{Client: through, Report: ingest.Unreported{}, Now: time.Now})
	for _, w := range words {
		found, err := findWords(ctx, c, findQuery(w), since)
		items = append(items, found...)
		if err != nil {
			return items, err
		}
	}
	return items, nil
}

// findWords reads one search from the oldest issue on. Where there is more than
// is read, a gap says from where.
func findWords(ctx context.Context, c *client, text string, since time.Time) (items []directdial.Item, err error) {
	q := newQuery(text, kindIssue)
	which, newest := "", since
	for range findPages {
		p, err := c.searchIssues(ctx, q.text+" is:public is:issue created:>="+stamp(since), q.pageSize(), which)
		if err != nil {
			return items, err
		}
		for i := range p.posts {
			newest = p.posts[i].Created.Time
			if p.posts[i].heard() {
				items = append(items, p.posts[i].mention(p.posts[i].NodeID))
			}
		}
		if which = p.next; which == "" {
			return items, nil
		}
	}
	return append(items, &directdial.Gap{Query: q.name, From: newest, To: time.Now(), Cause: "result limit", Missing: -1}), nil
}
