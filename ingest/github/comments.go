package github

import (
	"context"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"github.com/directdial/directdial"
)

// readPosts makes items of what a search found, and of the comments below it
// that were made or changed since from and hold the words of the query. It
// returns how many of the posts it has read.
func (s *source) readPosts(ctx context.Context, q *query, posts []post, from time.Time) (items []directdial.Item, read int, err error) {
	for i := range posts {
		p := &posts[i]
		if p.NodeID == "" {
			return items, i, directdial.Errorf(directdial.Invalid, "the search shows a post without node_id")
		}
		if p.heard() && q.found(p) {
			s.report.Newest(p.Created.Time)
			items = append(items, p.mention(p.NodeID))
		}
		if p.Comments == 0 || s.read.has(p) {
			continue
		}
		comments, err := s.commentsOf(ctx, p, from)
		if err != nil {
			return items, i, err
		}
		for j := range comments {
			if c := &comments[j]; c.heard() && q.terms.in(c.Body) {
				s.report.Newest(c.Created.Time)
				items = append(items, c.mention(p.NodeID))
			}
		}
		s.read.add(p, s.now())
	}
	return items, len(posts), nil
}

// found reports whether the search found the post itself, and not only a
// comment below it. GitHub searches for the stem of a word, so that the words
// of the query need not be in the post.
func (q *query) found(p *post) bool {
	for _, m := range p.Matches {
		if m.Type != "IssueComment" {
			return true
		}
	}
	return len(p.Matches) == 0 && q.kind != kindDiscussion || q.terms.in(p.Title+"\n"+p.Body)
}

// commentsOf returns the comments in the thread of a post that were made or
// changed at since or later, oldest first.
func (s *source) commentsOf(ctx context.Context, p *post, since time.Time) ([]post, error) {
	a, ok := parseAddress(p.URL)
	if !ok {
		return nil, directdial.Errorf(directdial.Invalid, "the search shows a post without an address")
	}
	if a.kind == "discussions" {
		return s.client.discussionComments(ctx, p.NodeID, since)
	}
	return s.client.issueComments(ctx, a, since)
}

// address is where a post stands on the web.
type address struct {
	owner, repo, kind string // kind: issues, pull, discussions
	number            string
	comment           string // number of the comment, "" for the post itself
}

var addressForm = regexp.MustCompile(`^/([^/]+)/([^/]+)/(issues|pull|discussions)/([0-9]+)$`)

var commentForm = regexp.MustCompile(`^(?:issuecomment|discussioncomment)-([0-9]+)$`)

func parseAddress(raw string) (a address, ok bool) {
	u, err := url.Parse(raw)
	if err != nil {
		return address{}, false
	}
	m := addressForm.FindStringSubmatch(u.Path)
	if m == nil || m[1] == ".." || m[2] == ".." {
		return address{}, false
	}
	a = address{owner: m[1], repo: m[2], kind: m[3], number: m[4]}
	if c := commentForm.FindStringSubmatch(u.Fragment); c != nil {
		a.comment = c[1]
	}
	return a, true
}

// path is a path of the REST API below the repository.
func (a address) path(rest string) string {
	return "/repos/" + url.PathEscape(a.owner) + "/" + url.PathEscape(a.repo) + rest
}

// issueComments reads the comments on an issue or a pull request page by page.
func (c *client) issueComments(ctx context.Context, a address, since time.Time) (all []post, err error) {
	for number := 1; ; number++ {
		var list []post
		_, err := c.get(ctx, bucketCore, a.path("/issues/"+a.number+"/comments"), url.Values{
			"since": {stamp(since)}, "per_page": {"100"}, "page": {strconv.Itoa(number)},
		}, &list)
		if directdial.KindOf(err) == directdial.NotFound || directdial.KindOf(err) == directdial.Gone {
			return all, nil // deleted since it was found
		}
		if err != nil {
			return nil, err
		}
		if list == nil {
			return nil, directdial.Errorf(directdial.Invalid, "the list of comments is none")
		}
		for _, p := range list {
			if p.Updated.After(p.Created.Time) {
				p.edited = p.Updated.Time
			}
			all = append(all, p)
		}
		if len(list) < 100 {
			return all, nil
		}
	}
}
