package mastodon

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// publicServer is a large server that shows hashtags without an account.
const publicServer = "mastodon.social"

// findPages bounds how many pages of a hashtag are read.
const findPages = 10

func init() {
	ingest.RegisterFinder(ingest.Finder{
		Type: "mastodon", Asks: publicServer, Find: find,
		Settings: func(words []string) map[string]any {
			return map[string]any{"server": "https://" + publicServer, "hashtags": hashtagsOf(words)}
		},
	})
}

// hashtagsOf are the words as hashtags, "Acme Corp" as "acmecorp".
func hashtagsOf(words []string) (tags []string) {
	for _, w := range words {
		tag := strings.ToLower(strings.NewReplacer(" ", "", "#", "", "@", "").Replace(w))
		if tagName.MatchString(tag) && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return tags
}

// find reads the words as hashtags, from the newest post down to since.
func find(ctx context.Context, through *http.Client, words []string, since time.Time) (items []directdial.Item, err error) {
	c := &client{server: &url.URL{Scheme: "https", Host: publicServer}, http: through, report: ingest.Unreported{}, now: time.Now}
	if err := c.learn(ctx); err != nil {
		return nil, err
	}
	for _, tag := range hashtagsOf(words) {
		found, err := findTag(ctx, c, hashtag(tag), since)
		items = append(found, items...)
		if err != nil {
			return items, err
		}
	}
	return items, nil
}

// findTag walks one hashtag down to since. Where it is used more than is read,
// a gap says up to where.
func findTag(ctx context.Context, c *client, q *query, since time.Time) (items []directdial.Item, err error) {
	below, oldest := "", time.Now()
	for range findPages {
		params := url.Values{"limit": {strconv.Itoa(q.limit)}}
		if below != "" {
			params.Set("max_id", below)
		}
		var raw []json.RawMessage
		_, err = c.get(ctx, q.path, params, q.scope, &raw)
		if errors.Is(err, errNoRecord) {
			err = nil // nobody has used the hashtag yet
		}
		if err != nil || len(raw) == 0 {
			slices.Reverse(items)
			return items, err
		}
		for _, r := range raw {
			p := q.decode(r)
			if p.id == "" || p.at.Before(since) {
				slices.Reverse(items)
				return items, nil
			}
			below, oldest = p.id, p.at
			if p.status.heard(false) {
				items = append(items, p.status.mention(c.domain))
			}
		}
	}
	slices.Reverse(items)
	return append(items, &directdial.Gap{Query: q.name, From: since, To: oldest, Cause: "result limit", Missing: -1}), nil
}
