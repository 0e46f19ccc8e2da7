package youtube

import (
	"context"
	"maps"
	"slices"

	"github.com/directdial/directdial"
)

// read makes items of a page, oldest first.
func (s *source) read(ctx context.Context, q *query, st *state, p *position, got *page) (items []directdial.Item, err error) {
	for _, v := range slices.Backward(got.videos) {
		if m := v.mention(); m != nil && !v.Snippet.Published.Before(p.Since) && s.words[q.word].MatchString(m.Text) {
			items = append(items, s.heard(st, m, ""))
		}
	}
	counts := map[string]counted{}
	for _, t := range slices.Backward(got.threads) {
		heard, err := s.thread(ctx, st, p, &t)
		if err != nil {
			return nil, err
		}
		items = append(items, heard...)
		top := &t.Snippet.TopLevel
		counts[top.ID] = counted{Replies: int(t.Snippet.Replies), At: top.Snippet.Published.Unix()}
	}
	maps.Copy(st.Replies, counts)
	trim(st.Replies, maxCounted, func(c counted) int64 { return c.At })
	return items, nil
}

// thread makes items of a comment and its replies. Replies that did not come
// with it are asked for if there are more than before.
func (s *source) thread(ctx context.Context, st *state, p *position, t *thread) (items []directdial.Item, err error) {
	top, on := &t.Snippet.TopLevel, t.Snippet.VideoID
	replies := t.Replies.Comments
	if n := int(t.Snippet.Replies); n > len(replies) && n != st.Replies[top.ID].Replies {
		if replies, err = s.client.replies(ctx, top.ID); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(replies, byTime)
	for _, c := range append([]comment{*top}, replies...) {
		if m := c.mention(on); m != nil && !c.Snippet.Published.Before(p.Since) {
			items = append(items, s.heard(st, m, on))
		}
	}
	return items, nil
}

func byTime(a, b comment) int { return a.Snippet.Published.Compare(b.Snippet.Published.Time) }

// heard notes a mention that is emitted.
func (s *source) heard(st *state, m *directdial.Mention, on string) *directdial.Mention {
	st.Watched[m.ID] = watched{At: m.CreatedAt.Unix(), On: on}
	trim(st.Watched, maxWatched, func(w watched) int64 { return w.At })
	s.report.Newest(m.CreatedAt)
	return m
}

// trim takes the oldest entries out of a map that has grown beyond its bound. It
// takes a tenth, so that it is seldom done.
func trim[V any](of map[string]V, bound int, at func(V) int64) {
	if len(of) <= bound {
		return
	}
	keys := slices.SortedFunc(maps.Keys(of), func(a, b string) int { return int(at(of[a]) - at(of[b])) })
	for _, key := range keys[:len(of)-bound+bound/10] {
		delete(of, key)
	}
}
