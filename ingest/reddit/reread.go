package reddit

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/directdial/directdial"
)

// Reddit wants what is deleted there to be deleted here, too, and a list does
// not show that something has gone. Therefore every post that was emitted is
// asked for again once an hour, for a week, a hundred at a time. That brings
// edits as well.
const (
	rereadEvery = int64(time.Hour / time.Second)
	rereadFor   = int64(7 * 24 * time.Hour / time.Second)
	// maxWatched bounds how many are asked for; the newest are.
	maxWatched = 3000
)

// reread is how far the posts were read again.
type reread struct {
	Began int64  `json:"began"`
	Walks bool   `json:"walks,omitempty"` // it is under way
	Last  string `json:"last,omitempty"`  // name of the last that was read
	// Doubted says that Reddit knew none of some posts. It is believed the
	// second time, an hour later: an answer that is cut short looks the same.
	Doubted bool `json:"doubted,omitempty"`
}

// watch remembers a post that is emitted.
func (st *state) watch(p *post) {
	st.Watched[p.Name] = p.Created.seconds()
	if len(st.Watched) <= maxWatched {
		return
	}
	oldest := p.Name
	for name, made := range st.Watched {
		if made < st.Watched[oldest] {
			oldest = name
		}
	}
	delete(st.Watched, oldest)
}

// item makes the item of a post: its mention, or, if it was emitted before and
// is gone, its deletion.
func (s *source) item(st *state, p *post) []directdial.Item {
	_, watched := st.Watched[p.Name]
	if p.gone() {
		delete(st.Watched, p.Name)
		if !watched {
			return nil
		}
		return []directdial.Item{&directdial.Deletion{Platform: platform, ID: p.Name, At: s.now()}}
	}
	m := p.mention()
	if m == nil {
		return nil
	}
	st.watch(p)
	s.report.Newest(m.CreatedAt)
	return []directdial.Item{m}
}

// due reports whether posts are to be read again.
func (st *state) due(now int64) bool { return st.Reread.Walks || now-st.Reread.Began >= rereadEvery }

// readAgain reads the next posts again.
func (s *source) readAgain(ctx context.Context, st *state) ([]directdial.Item, error) {
	if err := s.client.limits.spare(); err != nil {
		return nil, err
	}
	now := s.now().Unix()
	if !st.Reread.Walks {
		st.Reread = reread{Began: now, Walks: true, Doubted: st.Reread.Doubted}
		maps.DeleteFunc(st.Watched, func(_ string, made int64) bool { return made < now-rereadFor })
	}
	names := slices.Sorted(maps.Keys(st.Watched))
	names = slices.DeleteFunc(names, func(name string) bool { return name <= st.Reread.Last })
	names = names[:min(len(names), pageSize)]
	if len(names) == 0 {
		st.Reread = reread{Began: st.Reread.Began}
		return nil, nil
	}
	found, err := s.client.info(ctx, names)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 && len(names) > 1 && !st.Reread.Doubted {
		st.Reread = reread{Began: now, Doubted: true}
		return nil, nil
	}
	var items []directdial.Item
	for _, name := range names {
		p := found[name]
		if p == nil {
			p = &post{Name: name, Author: "[deleted]"}
		}
		items = append(items, s.item(st, p)...)
	}
	st.Reread.Last = names[len(names)-1]
	return items, nil
}
