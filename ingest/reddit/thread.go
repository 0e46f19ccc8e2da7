package reddit

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/directdial/directdial"
)

// maxRequests bounds what is read of one thread for one look. The newest
// comments come first; what is left out then is old.
const maxRequests = 10

// thread is what stands below a post. Reddit shows a part of it as a tree, and
// in place of what it leaves out a "more", with the comments' ids, or, where the
// tree is too deep, without.
type thread struct {
	client   *client
	root     *post
	replies  []*post
	seen     map[string]bool
	left     []string // ids of comments that were left out
	deeper   []string // ids of comments whose replies were all left out
	requests int
}

// read reads all that is below the root.
func (t *thread) read(ctx context.Context) error {
	t.seen = map[string]bool{t.root.Name: true}
	from := ""
	if t.root.kind == kindComment {
		from = t.root.Name[3:]
	}
	if err := t.tree(ctx, from); err != nil {
		return err
	}
	for t.requests < maxRequests && len(t.left)+len(t.deeper) > 0 {
		if n := min(len(t.left), pageSize); n > 0 {
			ids := t.left[:n]
			t.left = t.left[n:]
			if err := t.ask(ctx, ids); err != nil {
				return err
			}
			continue
		}
		from, t.deeper = t.deeper[0], t.deeper[1:]
		if err := t.tree(ctx, from); err != nil {
			return err
		}
	}
	return nil
}

// link is the name of the post that the thread is about, "" if it is not told.
func (t *thread) link() string {
	if t.root.kind == kindLink {
		return t.root.Name
	}
	return nameOr(t.root.LinkID)
}

// tree asks for the comments below one of them, "" for all. The answer is two
// lists: the post, and the comments.
func (t *thread) tree(ctx context.Context, from string) error {
	link := t.link()
	if link == "" {
		return directdial.Errorf(directdial.Invalid, "Reddit does not tell where %s stands", t.root.Name)
	}
	t.requests++
	query := url.Values{"limit": {"500"}, "sort": {"new"}, "showmore": {"true"}}
	if from != "" {
		query.Set("comment", from)
	}
	var answer []thing
	if err := t.client.get(ctx, "comments/"+link[3:], query, &answer); err != nil {
		return err
	}
	if len(answer) != 2 {
		return directdial.Errorf(directdial.Invalid, "the answer is no thread")
	}
	l, err := answer[1].list()
	if err != nil {
		return err
	}
	return t.take(l.Children, 0)
}

// ask asks for comments that were left out, by their ids.
func (t *thread) ask(ctx context.Context, ids []string) error {
	t.requests++
	query := url.Values{"api_type": {"json"}, "link_id": {t.link()}, "children": {strings.Join(ids, ",")}, "sort": {"new"}, "limit_children": {"false"}}
	var answer struct {
		JSON struct {
			Errors [][]any `json:"errors"`
			Data   struct {
				Things []thing `json:"things"`
			} `json:"data"`
		} `json:"json"`
	}
	if err := t.client.get(ctx, "api/morechildren", query, &answer); err != nil {
		return err
	}
	if len(answer.JSON.Errors) > 0 || answer.JSON.Data.Things == nil {
		return directdial.Errorf(directdial.Temporary, "Reddit does not show the rest of the thread")
	}
	return t.take(answer.JSON.Data.Things, 0)
}

// maxDepth is how deep a tree may be that comes at once. Reddit's have ten.
const maxDepth = 100

// take takes comments, with what stands below them.
func (t *thread) take(things []thing, depth int) error {
	if depth > maxDepth {
		return directdial.Errorf(directdial.Invalid, "the thread is more than %d deep", maxDepth)
	}
	for i := range things {
		if things[i].Kind == kindMore {
			t.leave(things[i].Data)
			continue
		}
		p, err := things[i].post()
		if err != nil {
			return err
		}
		if !t.seen[p.Name] {
			t.seen[p.Name] = true
			t.replies = append(t.replies, p)
		}
		below, err := p.below()
		if err != nil {
			return err
		}
		if err := t.take(below, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// leave notes what was left out.
func (t *thread) leave(data []byte) {
	var m more
	_ = json.Unmarshal(data, &m)
	parent, isComment := strings.CutPrefix(nameOr(m.ParentID), "t1_")
	if len(m.Children) == 0 && isComment {
		t.deeper = append(t.deeper, parent)
	}
	for _, id := range m.Children {
		if name := "t1_" + id; fullname.MatchString(name) && !t.seen[name] {
			t.left = append(t.left, id)
		}
	}
}
