package x

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// maxReplies is how many pages of a conversation are read for one look.
const maxReplies = 5

// Look implements ingest.Looker: it asks for the post, and searches for what was
// said in its conversation in the last seven days.
func (s *source) Look(ctx context.Context, p ingest.Post) ([]directdial.Item, error) {
	of := parseID(p.ID)
	if of == 0 {
		return nil, directdial.Errorf(directdial.Invalid, "the id of the post is none of X")
	}
	if s.client.token.IsZero() {
		return nil, nil // it is posted to, and has nobody to ask
	}
	if s.spend.left(partLook) < minPage {
		return nil, s.spend.over()
	}
	now, err := s.current(ctx, of)
	if err != nil {
		return nil, err
	}
	if len(now.posts) == 0 {
		return []directdial.Item{&directdial.Deletion{Platform: platform, ID: p.ID, At: s.now()}}, nil
	}
	var items []directdial.Item
	if m := now.mention(now.posts[0]); m != nil {
		m.ID = p.ID
		items = append(items, m)
	} else { // it belongs to its author's followers now
		return []directdial.Item{&directdial.Deletion{Platform: platform, ID: p.ID, At: s.now()}}, nil
	}
	replies, err := s.replies(ctx, p, now.posts[0].Conversation)
	return append(items, replies...), err
}

// current asks for the last version of a post. The page is empty if the post is
// not to be seen any more: deleted, or its account is gone, suspended or
// protected, which X wants treated alike.
func (s *source) current(ctx context.Context, of id) (*page, error) {
	for range 2 {
		params := fields()
		params.Set("ids", of.String())
		got, err := s.client.posts(ctx, bucketPosts, "/2/tweets", params)
		switch {
		case err != nil:
			return nil, err
		case got.gone[of]:
			return &page{}, nil
		case len(got.posts) != 1 || got.posts[0].ID != of && got.posts[0].first() != of:
			return nil, directdial.Errorf(directdial.Invalid, "the answer has not the post that was asked for")
		case got.posts[0].latest() == got.posts[0].ID:
			return got, nil
		}
		of = got.posts[0].latest() // an id stands for one version
	}
	return nil, &directdial.Error{Kind: directdial.Temporary, Msg: "the post is being edited"}
}

// replies searches for what was said below a post since a time, oldest first.
func (s *source) replies(ctx context.Context, p ingest.Post, conversation id) (items []directdial.Item, err error) {
	if conversation == 0 {
		return nil, nil
	}
	// Whoever reads the conversation from its first post is below it.
	whole := conversation.String() == p.ID
	q, token, since := search("conversation_id:"+conversation.String()), "", id(0)
	if p.Since.After(s.now().Add(-reach + time.Hour)) {
		since = idAt(p.Since)
	}
	var found []*directdial.Mention
	for range maxReplies {
		room := s.spend.left(partLook)
		if room < minPage {
			err = s.spend.over()
			break
		}
		var got *page
		if got, err = q.page(ctx, s.client, since, token, room); err != nil {
			break
		}
		for _, one := range got.posts {
			if m := got.mention(one); m != nil && m.ID != p.ID && !m.CreatedAt.Before(p.Since) {
				if s.recheck > 0 && m.Author.Identity() == p.Author { // the runner keeps it
					s.heard.add(parseID(m.ID))
				}
				found = append(found, m)
			}
		}
		if token = got.next; token == "" {
			break
		}
	}
	slices.SortStableFunc(found, func(a, b *directdial.Mention) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(parseID(a.ID), parseID(b.ID)))
	})
	below := map[string]bool{p.ID: true}
	for _, m := range found {
		if whole || below[m.InReplyTo] {
			below[m.ID] = true
			items = append(items, m)
		}
	}
	return items, err
}
