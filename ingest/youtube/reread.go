package youtube

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/directdial/directdial"
)

// YouTube's terms want stored data to be renewed or deleted within 30 days, and
// no list shows that something has gone. Therefore every post that was emitted
// is asked for again some times a day, for 30 days, maxIDs at a time.
const (
	rereadEvery = 4 * time.Hour
	rereadFor   = 30 * 24 * time.Hour
)

// rereading reports whether posts are to be read again now.
func (s *source) rereading(st *state) bool {
	return (st.Reread.Walks || s.now().Sub(st.Reread.Began) >= rereadEvery) && s.client.spend.allows("comments")
}

// readAgain reads the next posts again: comments first, then videos.
func (s *source) readAgain(ctx context.Context, st *state) ([]directdial.Item, error) {
	now := s.now()
	if !st.Reread.Walks {
		st.Reread = reread{Began: now.UTC().Truncate(time.Second), Walks: true, Doubted: st.Reread.Doubted}
		maps.DeleteFunc(st.Watched, func(_ string, w watched) bool { return w.At < now.Add(-rereadFor).Unix() })
	}
	ids := slices.Sorted(maps.Keys(st.Watched))
	ids = slices.DeleteFunc(ids, func(id string) bool {
		return videoForm.MatchString(id) != st.Reread.Videos || id <= st.Reread.Last
	})
	if ids = ids[:min(len(ids), maxIDs)]; len(ids) == 0 {
		if st.Reread.Videos {
			st.Reread = reread{Began: st.Reread.Began}
		} else {
			st.Reread.Videos, st.Reread.Last = true, ""
		}
		return nil, nil
	}
	found, err := s.present(ctx, st, ids)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 && len(ids) > 1 && !st.Reread.Doubted {
		st.Reread = reread{Began: now.UTC().Truncate(time.Second), Doubted: true}
		return nil, nil
	}
	var items []directdial.Item
	for _, id := range ids {
		if m := found[id]; m != nil {
			items = append(items, m)
			continue
		}
		delete(st.Watched, id)
		items = append(items, &directdial.Deletion{Platform: platform, ID: id, At: now})
	}
	st.Reread.Last = ids[len(ids)-1]
	return items, nil
}

// present asks for posts of one kind as they are now, by id.
func (s *source) present(ctx context.Context, st *state, ids []string) (map[string]*directdial.Mention, error) {
	found := map[string]*directdial.Mention{}
	if st.Reread.Videos {
		videos, err := s.client.videos(ctx, ids)
		for i := range videos {
			found[string(videos[i].ID)] = videos[i].mention()
		}
		return found, err
	}
	comments, err := s.client.comments(ctx, ids)
	for i := range comments {
		c := &comments[i]
		found[c.ID] = c.mention(st.Watched[c.ID].On)
	}
	return found, err
}
