package discourse

import (
	"context"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// place is where a post stands: /t/{slug}/{topic}/{number}, also below the path
// of the forum.
var place = regexp.MustCompile(`/t/(?:[^/]+/)?([0-9]+)(?:/([0-9]+))?$`)

// Look implements ingest.Looker: it asks for the topic, around the post and at
// its end.
func (s *source) Look(ctx context.Context, p ingest.Post) ([]directdial.Item, error) {
	id, err := strconv.ParseInt(p.ID[strings.LastIndex(p.ID, "/")+1:], 10, 64)
	u, urlErr := url.Parse(p.URL)
	if err != nil || urlErr != nil || p.ID != s.forum.id(id) {
		return nil, directdial.Errorf(directdial.Invalid, "the post is none of %s", s.forum.Host)
	}
	m := place.FindStringSubmatch(u.Path)
	if m == nil {
		return nil, directdial.Errorf(directdial.Invalid, "the address of the post is none of a topic")
	}
	topicID, _ := strconv.ParseInt(m[1], 10, 64)
	number, _ := strconv.Atoi(m[2]) // "" is the first post
	posts, err := s.client.topic(ctx, topicID, number, maxTopic, func(other int64) bool { return other >= id })
	if kind := directdial.KindOf(err); err != nil && (kind == directdial.NotFound || kind == directdial.Gone) {
		return s.gone(p), nil
	}
	if err != nil {
		return nil, err
	}
	if len(posts) == 0 || posts[0].ID != id {
		return s.gone(p), nil // from the topic; also if it was moved to another
	}
	items := []directdial.Item{}
	for i := range posts {
		t := &posts[i]
		if t.ID == id || t.heard() && !t.Created.Before(p.Since) {
			if it := s.item(t); it != nil {
				items = append(items, it)
			}
		}
	}
	return items, nil
}

func (s *source) gone(p ingest.Post) []directdial.Item {
	return []directdial.Item{&directdial.Deletion{Platform: platform, ID: p.ID, At: s.now()}}
}
