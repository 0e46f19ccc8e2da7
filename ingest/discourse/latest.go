package discourse

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"

	"github.com/directdial/directdial"
)

// pageSize is how many posts /posts.json shows: the newest below an id.
const pageSize = 50

// latest reads one page of all public posts. They have ascending ids, so that
// a long absence is caught up from the oldest on; the newest page is read each
// time anew, and with it edits of the last fifty posts come.
//
// Older forums show the fifty ids up to the one that is named, newer ones fifty
// posts below it: 49 ids are in both.
func (s *source) latest(ctx context.Context, st *state) (items []directdial.Item, more bool, err error) {
	page, err := s.client.latest(ctx, 0)
	if err != nil {
		return nil, false, err
	}
	newest := int64(0)
	if len(page) > 0 {
		newest = page[len(page)-1].ID
	}
	switch {
	case st.Latest == nil: // the present
		st.Latest = &newest
		return nil, false, nil
	case len(page) < pageSize || page[0].ID <= *st.Latest+1:
		last := max(*st.Latest, newest) // an old page from a cache takes nothing back
		st.Latest = &last
		return s.items(page), false, nil
	}
	to := *st.Latest + pageSize - 1
	page, err = s.client.latest(ctx, to+1)
	if err != nil {
		return nil, false, err
	}
	page = slices.DeleteFunc(page, func(p post) bool { return p.ID <= *st.Latest || p.ID > to })
	st.Latest = &to
	return s.items(page), true, nil
}

// latest asks for the newest public posts, with before for those below an id;
// it returns them oldest first.
func (c *client) latest(ctx context.Context, before int64) ([]post, error) {
	query := url.Values{}
	if before > 0 {
		query.Set("before", strconv.FormatInt(before, 10))
	}
	var l latestPosts
	if err := c.get(ctx, "/posts.json", query, &l); err != nil {
		return nil, err
	}
	if l.Posts == nil { // null and {} are JSON, but no list
		return nil, directdial.Errorf(directdial.Invalid, "the list of the latest posts is none")
	}
	slices.SortFunc(l.Posts, func(a, b post) int { return cmp.Compare(a.ID, b.ID) })
	if len(l.Posts) > 0 && l.Posts[0].ID <= 0 {
		return nil, directdial.Errorf(directdial.Invalid, "the list of the latest posts has one without an id")
	}
	return l.Posts, nil
}

// items makes items of posts.
func (s *source) items(posts []post) (items []directdial.Item) {
	for i := range posts {
		if it := s.item(&posts[i]); it != nil {
			items = append(items, it)
		}
	}
	return items
}

// item makes an item of a post; nil if it is not heard.
func (s *source) item(p *post) directdial.Item {
	switch {
	case p.gone():
		return &directdial.Deletion{Platform: platform, ID: s.forum.id(p.ID), At: s.now()}
	case !p.heard():
		return nil
	}
	s.report.Newest(p.Created.Time)
	return s.forum.mention(p)
}
