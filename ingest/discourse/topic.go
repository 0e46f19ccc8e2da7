package discourse

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"

	"github.com/directdial/directdial"
)

// maxTopic is how many posts at the end of a topic are read where older ones
// are history.
const maxTopic = 200

// readTopic makes items of what a search found in a topic: the post, and what
// else is new and has the words.
func (s *source) readTopic(ctx context.Context, q *query, p *position, hit *post) (items []directdial.Item, err error) {
	most := math.MaxInt
	if p.Last == 0 { // nothing was found before: all of the topic would be new
		most = maxTopic
	}
	posts, err := s.client.topic(ctx, hit.Topic, hit.Number, most, func(id int64) bool { return id > p.Last || id == hit.ID })
	if directdial.KindOf(err) == directdial.NotFound || directdial.KindOf(err) == directdial.Gone {
		return nil, nil // deleted since it was found
	}
	if err != nil {
		return nil, err
	}
	for i := range posts {
		t := &posts[i]
		if t.ID == hit.ID || t.ID > p.Last && !t.Created.Before(p.Since) && q.in(t.text()) {
			if it := s.item(t); it != nil {
				items = append(items, it)
			}
		}
	}
	return items, nil
}

// topic asks for the posts of a topic whose ids are wanted, oldest first. A part
// of them comes with the topic, those around the post of that number; of the
// others it asks for the last most.
func (c *client) topic(ctx context.Context, id int64, number, most int, want func(id int64) bool) ([]post, error) {
	var t topic
	path := fmt.Sprintf("/t/%d.json", id)
	if number > 1 {
		path = fmt.Sprintf("/t/%d/%d.json", id, number)
	}
	if err := c.get(ctx, path, nil, &t); err != nil {
		return nil, err
	}
	if t.Stream == nil || t.ID != id {
		return nil, directdial.Errorf(directdial.Invalid, "the answer is no topic")
	}
	numbers := map[int]int64{}
	for _, p := range t.Stream.Posts {
		numbers[p.Number] = p.ID
	}
	posts := slices.DeleteFunc(t.Stream.Posts, func(p post) bool { return !want(p.ID) })
	var missing []int64
	for _, id := range t.Stream.IDs {
		if want(id) && !slices.ContainsFunc(posts, func(p post) bool { return p.ID == id }) {
			missing = append(missing, id)
		}
	}
	missing = missing[max(len(missing)-most, 0):]
	for part := range slices.Chunk(missing, 20) {
		more, err := c.posts(ctx, t.ID, part)
		if err != nil {
			return nil, err
		}
		posts = append(posts, more...)
	}
	slices.SortFunc(posts, func(a, b post) int { return cmp.Compare(a.ID, b.ID) })
	for _, p := range posts {
		numbers[p.Number] = p.ID
	}
	for i := range posts {
		posts[i].parent = numbers[posts[i].ReplyTo]
		posts[i].Topic, posts[i].Title, posts[i].Slug = t.ID, t.Title, t.Slug
	}
	return posts, nil
}

// posts asks for posts of a topic by their ids.
func (c *client) posts(ctx context.Context, id int64, ids []int64) ([]post, error) {
	query := url.Values{}
	for _, id := range ids {
		query.Add("post_ids[]", strconv.FormatInt(id, 10))
	}
	var t topic
	if err := c.get(ctx, fmt.Sprintf("/t/%d/posts.json", id), query, &t); err != nil {
		return nil, err
	}
	if t.Stream == nil {
		return nil, directdial.Errorf(directdial.Invalid, "the answer has no posts")
	}
	return t.Stream.Posts, nil
}
