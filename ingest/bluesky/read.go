package bluesky

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/directdial/directdial"
)

// read makes items of a page, oldest first.
func (s *source) read(ctx context.Context, q *query, p *position, posts []*post) (items []directdial.Item, err error) {
	shown, err := s.shown(ctx, posts)
	if err != nil {
		return nil, err
	}
	now := s.now()
	for _, post := range slices.Backward(posts) {
		if q.met != nil {
			q.met[post.URI] = true
		}
		if !post.heard(s.account.name != "") || post.past(p.Since, now) {
			continue
		}
		if m := post.mention(now, shown[post.bare()]); m != nil {
			items = append(items, m)
			q.watch(m)
			s.report.Newest(m.CreatedAt)
		}
	}
	return items, nil
}

// past reports whether the platform had the post before a time.
func (p *post) past(since, now time.Time) bool {
	if p.IndexedAt.IsZero() {
		return p.said(now).Before(since)
	}
	return p.IndexedAt.Before(since)
}

// shown returns the texts of the posts that are quoted without a word, by uri.
// What the server has not sent along is asked for.
func (s *source) shown(ctx context.Context, posts []*post) (map[string]string, error) {
	texts := map[string]string{}
	var unknown []string
	for _, p := range posts {
		quoted := p.bare()
		if quoted == "" || texts[quoted] != "" {
			continue
		}
		if texts[quoted] = p.shown(); texts[quoted] == "" && !slices.Contains(unknown, quoted) {
			unknown = append(unknown, quoted)
		}
	}
	for uris := range slices.Chunk(unknown, maxURIs) {
		found, err := s.client.posts(ctx, uris)
		if err != nil {
			return nil, err
		}
		for uri, p := range found {
			if p.heard(s.account.name != "") {
				texts[uri] = p.Record.text()
			}
		}
	}
	return texts, nil
}

// watch remembers a post that was emitted, so that its deletion is seen.
func (q *query) watch(m *directdial.Mention) {
	if q.emitted == nil {
		q.emitted = map[string]time.Time{}
	}
	q.emitted[m.ID] = m.CreatedAt
	if len(q.emitted) <= maxEmitted {
		return
	}
	oldest := m.ID
	for uri, at := range q.emitted {
		if at.Before(q.emitted[oldest]) {
			oldest = uri
		}
	}
	delete(q.emitted, oldest)
}

// vanished looks up what was emitted and stands in the list no more: at most
// maxURIs posts a walk. It was deleted, or edited so that it does not belong
// there, or its author is gone.
func (s *source) vanished(ctx context.Context, q *query, w *walk) (items []directdial.Item, err error) {
	now := s.now()
	var missing []string
	for uri, at := range q.emitted {
		switch {
		case at.Before(now.Add(-deepReach)):
			delete(q.emitted, uri) // no walk comes there again
		case q.met != nil && at.After(w.Floor) && !q.met[uri]:
			missing = append(missing, uri)
		}
	}
	if len(missing) == 0 {
		return nil, nil
	}
	slices.Sort(missing)
	missing = missing[:min(len(missing), maxURIs)]
	found, err := s.client.posts(ctx, missing)
	if err != nil {
		return nil, err
	}
	for _, uri := range missing {
		delete(q.emitted, uri)
		if found[uri] == nil {
			items = append(items, &directdial.Deletion{Platform: platform, ID: uri, At: now})
		}
	}
	still := slices.Collect(maps.Values(found))
	slices.SortFunc(still, func(a, b *post) int { return a.said(now).Compare(b.said(now)) })
	for _, p := range still {
		if m := p.mention(now, p.shown()); m != nil && slices.Contains(missing, m.ID) && p.heard(s.account.name != "") {
			items = append(items, m)
		}
	}
	return items, nil
}
