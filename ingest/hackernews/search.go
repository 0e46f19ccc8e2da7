package hackernews

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

func init() {
	ingest.RegisterFinder(ingest.Finder{
		Type: "hackernews", Asks: "hn.algolia.com", Find: Search,
		Settings: func(words []string) map[string]any { return map[string]any{"words": words} },
	})
}

// Search finds the posts that hold one of the words (see Settings.Words) and
// were made at since or later, oldest first: of each word at most the newest
// 1,000. Where the index has more, a *directdial.Gap says what time is missing;
// gaps stand last. It needs no account and keeps nothing. Errors are as those
// of a source; what was found before one is returned beside it.
func Search(ctx context.Context, through *http.Client, words []string, since time.Time) ([]directdial.Item, error) {
	wanted, err := parseWords(words)
	if err != nil {
		return nil, err
	}
	search, err := url.Parse(searchAddress)
	if err != nil {
		return nil, err
	}
	c := &client{search: search, http: through, now: time.Now}
	var found []*directdial.Mention
	var gaps []directdial.Item
	for _, w := range wanted {
		s := &slice{span: span{from: since.Unix()}}
		if err = c.read(ctx, w, s, true); err != nil {
			err = fmt.Errorf("%q: %w", w.typed, err)
			break
		}
		for _, it := range s.mentions(w) {
			found = append(found, it.(*directdial.Mention))
		}
		if g := s.gap(w); g != nil {
			gaps = append(gaps, g)
		}
	}
	return append(once(found), gaps...), err
}

// once sorts mentions by time and drops those that stand there twice.
func once(found []*directdial.Mention) (items []directdial.Item) {
	slices.SortStableFunc(found, func(a, b *directdial.Mention) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	for i, m := range found {
		if i == 0 || found[i-1].ID != m.ID {
			items = append(items, m)
		}
	}
	return items
}
