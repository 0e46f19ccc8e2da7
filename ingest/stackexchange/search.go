package stackexchange

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// usualSites are asked where nobody has named others.
var usualSites = []string{"stackoverflow", "superuser", "softwarerecs"}

func init() {
	ingest.RegisterFinder(ingest.Finder{
		Type: "stackexchange", Asks: "api.stackexchange.com",
		Find: func(ctx context.Context, client *http.Client, words []string, since time.Time) ([]directdial.Item, error) {
			return Search(ctx, client, usualSites, words, since)
		},
		Settings: func(words []string) map[string]any { return map[string]any{"sites": usualSites, "words": words} },
	})
}

// Search finds questions and answers at the sites (see Settings.Sites) that
// hold one of the words and were made at since or later, oldest first: of each
// site and word at most the newest 100. Where there are more, a *directdial.Gap
// says what time is missing; gaps stand last. It costs up to three requests for
// each site and word of the 300 a day that the API allows without a key, needs
// no account, and keeps nothing. Errors are as those of a source; what was found
// before one is returned beside it.
func Search(ctx context.Context, through *http.Client, sites, words []string, since time.Time) ([]directdial.Item, error) {
	queries, err := queriesOf(sites, words, nil)
	if err != nil {
		return nil, err
	}
	base, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	c := &client{base: base, http: through, now: time.Now}
	var found []*directdial.Mention
	var gaps []directdial.Item
	known := map[string]bool{}
	for _, q := range queries {
		var got []directdial.Item
		var gap *directdial.Gap
		if got, gap, err = c.newest(ctx, q, since, known); err != nil {
			err = fmt.Errorf("%s: %w", q.name(), err)
			break
		}
		for _, it := range got {
			m := it.(*directdial.Mention)
			known[m.ID], found = true, append(found, m)
		}
		if gap != nil {
			gaps = append(gaps, gap)
		}
	}
	return append(sorted(found), gaps...), err
}

// newest reads the newest posts of a query but for those that are known, and
// says what time it did not read.
func (c *client) newest(ctx context.Context, q query, since time.Time, known map[string]bool) ([]directdial.Item, *directdial.Gap, error) {
	w, err := c.find(ctx, q, "desc", since.Unix(), 1)
	if err != nil {
		return nil, nil, err
	}
	var gap *directdial.Gap
	if n := len(w.Items); w.HasMore && n > 0 {
		gap = &directdial.Gap{Query: q.name(), From: since.UTC(), To: at(w.Items[n-1].Created), Cause: "result limit", Missing: -1}
	}
	fresh := slices.DeleteFunc(w.Items, func(p post) bool { return known[postID(q.site, p.id())] })
	items, err := c.read(ctx, q, fresh)
	return items, gap, err
}

// sorted are the mentions as items, oldest first.
func sorted(found []*directdial.Mention) (items []directdial.Item) {
	slices.SortStableFunc(found, func(a, b *directdial.Mention) int { return a.CreatedAt.Compare(b.CreatedAt) })
	for _, m := range found {
		items = append(items, m)
	}
	return items
}
