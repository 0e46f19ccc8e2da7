package x

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
)

// X wants who keeps its posts to delete within 24 hours what is deleted there,
// and a list does not show that something has gone. Therefore every post that
// was emitted is looked at again once a day, as long as the settings say, a
// hundred at a time. X charges for each; so only what a part of the cap allows
// is watched, and the posts for which that is too little are said in a gap.
const (
	// recheckEvery leaves two hours for a round that is held up.
	recheckEvery = 22 * time.Hour
	// doubt is how long it takes until X is believed that it knows none of many
	// posts any more.
	doubt = time.Hour
	// maxWatched bounds how many are watched, whatever the cap allows: eight
	// bytes of the state each.
	maxWatched = 8000
	// deletions is the query of the gap that says what is not looked at again.
	deletions = "deletions"
)

// recheck is how far the posts were looked at again.
type recheck struct {
	Began time.Time `json:"began,omitzero"` // of the last round
	// Before is when the round before began. A version made since then may be
	// one that nobody has read.
	Before time.Time `json:"before,omitzero"`
	Walks  bool      `json:"walks,omitempty"` // it is under way
	Last   id        `json:"last,omitempty"`  // that was looked at
	// Doubted is when X knew none of many posts: an answer that is cut short
	// looks the same. It is believed the second time.
	Doubted time.Time `json:"doubted,omitzero"`
}

// due is when posts are to be looked at again.
func (st *state) due() time.Time {
	r := &st.Recheck
	switch {
	case !r.Walks:
		return r.Began.Add(recheckEvery)
	case !r.Doubted.IsZero():
		return r.Doubted.Add(doubt)
	}
	return r.Began
}

// watch takes the posts of items into the list, and those that came in another
// way, and leaves out those of which nothing may be kept.
func (s *source) watch(st *state, items []directdial.Item) {
	if s.recheck == 0 {
		st.Watched = watched{}
		return
	}
	for _, it := range items {
		if m, ok := it.(*directdial.Mention); ok {
			st.Watched.add(parseID(m.ID), s.watchable)
		}
	}
	gone := func(post id) bool { return s.gone(post.String()) }
	s.heard.into(&st.Watched, s.watchable, gone)
	st.Watched.Posts = slices.DeleteFunc(st.Watched.Posts, gone)
}

// keep puts aside what looking again takes of today's cap.
func (s *source) keep(st *state) {
	if s.recheck == 0 {
		return
	}
	due := st.due()
	switch {
	case st.Recheck.Walks:
		s.spend.keep(due, st.Watched.above(st.Recheck.Last))
	case due.Before(s.spend.midnight()):
		s.spend.keep(due, st.Watched.Posts)
	default:
		s.spend.keep(due, nil)
	}
}

// lookAgain looks at the next posts again, if it is time. It returns the
// deletions and the edits, and whether there are more posts to look at now.
func (s *source) lookAgain(ctx context.Context, st *state) (items []directdial.Item, more bool, err error) {
	now, r := directdial.Clock(s.now()), &st.Recheck
	if r.Began.IsZero() {
		r.Began = now
	}
	if s.recheck == 0 || now.Before(st.due()) {
		return nil, false, nil
	}
	if !r.Walks {
		*r = recheck{Began: now, Before: r.Began, Walks: true}
		items = st.forget(idAt(now.Add(-s.recheck)))
	}
	batch := st.Watched.above(r.Last)
	if len(batch) == 0 {
		*r = recheck{Began: r.Began}
		return items, false, nil
	}
	batch = slices.Clone(batch[:min(len(batch), pageSize)])
	if batch = batch[:s.spend.affords(batch)]; len(batch) == 0 {
		return items, false, s.spend.over()
	}
	found, err := s.again(ctx, batch)
	if err != nil {
		return items, false, err
	}
	if len(batch) > 1 && len(found.lost) == len(batch) && r.Doubted.IsZero() {
		r.Doubted = now
		return items, false, nil
	}
	edited, err := s.edits(ctx, found.versions(r.Before.Add(-late)))
	if err != nil {
		return items, false, err
	}
	for _, post := range found.lost {
		st.Watched.remove(post)
		items = append(items, &directdial.Deletion{Platform: platform, ID: post.String(), At: now})
	}
	r.Last = batch[len(batch)-1]
	return append(items, edited...), true, nil
}

// forget ends what is older than posts are looked at again. It returns the gap
// of those that are not, for lack of room.
func (st *state) forget(oldest id) (items []directdial.Item) {
	w := &st.Watched
	if w.To > oldest {
		items = append(items, &directdial.Gap{Query: deletions, From: max(w.From, oldest).time(), To: w.To.time(), Cause: causeCap, Missing: -1})
	}
	*w = watched{Posts: w.above(oldest)}
	return items
}

// seen is what a second look found.
type seen struct {
	posts []*post
	lost  ids // deleted, or of an account that is gone, suspended or protected
}

// again asks whether posts are still there. It does not ask for what they refer
// to, for which X charges, too. A post that is neither shown nor said to be gone
// is one to look at the next time.
func (s *source) again(ctx context.Context, posts ids) (*seen, error) {
	params := url.Values{
		"ids":          {posts.list()},
		"tweet.fields": {"author_id,edit_history_tweet_ids"},
		"expansions":   {"author_id"},
		"user.fields":  {"protected"},
	}
	got, err := s.client.posts(ctx, bucketPosts, "/2/tweets", params)
	if err != nil {
		return nil, err
	}
	there := map[id]*post{}
	for _, one := range got.posts {
		there[one.ID] = one
	}
	found := &seen{}
	for _, of := range posts {
		one := there[of]
		switch by := got.by(one); {
		case got.gone[of], by != nil && by.Protected:
			found.lost = append(found.lost, of)
		case one != nil:
			found.posts = append(found.posts, one)
		}
	}
	return found, nil
}

// by is the author of a post, nil if that is not known.
func (p *page) by(one *post) *user {
	if one == nil {
		return nil
	}
	return p.users[one.Author]
}

// versions are the last versions of the posts that were edited since a time.
func (f *seen) versions(since time.Time) (last ids) {
	for _, one := range f.posts {
		if v := one.latest(); v != one.ID && v >= idAt(since) {
			last = append(last, v)
		}
	}
	return last
}

// edits reads versions of posts. The mention of one has the id of the first.
func (s *source) edits(ctx context.Context, versions ids) (items []directdial.Item, err error) {
	if len(versions) == 0 {
		return nil, nil
	}
	params := fields()
	params.Set("ids", versions.list())
	got, err := s.client.posts(ctx, bucketPosts, "/2/tweets", params)
	if err != nil {
		return nil, err
	}
	for _, one := range got.posts {
		if m := got.mention(one); m != nil {
			items = append(items, m)
		}
	}
	return items, nil
}

// list writes ids as a parameter takes them.
func (list ids) list() string {
	text := make([]string, len(list))
	for i, one := range list {
		text[i] = one.String()
	}
	return strings.Join(text, ",")
}
