package github

import (
	"context"
	_ "embed"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// What is asked of GraphQL.
//
//go:embed queries.graphql
var operations string

// node is an object as GraphQL shows it: a discussion, or a comment on one.
type node struct {
	Type    string `json:"__typename"`
	ID      string `json:"id"`
	Number  int    `json:"number"`
	Title   string `json:"title"`
	Body    string `json:"body"`
	URL     string `json:"url"`
	Created when   `json:"createdAt"`
	Updated when   `json:"updatedAt"`
	Edited  when   `json:"lastEditedAt"`
	Author  *actor `json:"author"`
	Count   struct {
		Total int `json:"totalCount"`
	} `json:"reactions"`
	ReplyTo    *struct{ ID string } `json:"replyTo"`
	Discussion *struct{ ID string } `json:"discussion"` // of a comment
	Comments   *connection          `json:"comments"`   // of a discussion
	Replies    *connection          `json:"replies"`    // of a comment
}

type actor struct {
	Type  string `json:"__typename"`
	ID    int64  `json:"databaseId"`
	Login string `json:"login"`
	Name  string `json:"name"`
	URL   string `json:"url"`
}

type connection struct {
	Total int      `json:"totalCount"`
	Nodes []*node  `json:"nodes"` // null stands for what the token may not see
	Page  pageInfo `json:"pageInfo"`
}

type pageInfo struct {
	Next string `json:"endCursor"`
	More bool   `json:"hasNextPage"`
}

// post makes a post of a node.
func (n *node) post() post {
	p := post{
		NodeID: n.ID, URL: n.URL, Number: n.Number, Title: n.Title, Body: n.Body,
		Created: n.Created, Updated: n.Updated, edited: n.Edited.Time,
	}
	p.Reactions.Total = n.Count.Total
	if n.Author != nil {
		p.User = &user{ID: n.Author.ID, Login: n.Author.Login, Name: n.Author.Name, URL: n.Author.URL, Type: n.Author.Type}
	}
	if n.ReplyTo != nil {
		p.parent = n.ReplyTo.ID
	}
	if n.Comments != nil {
		p.Comments = n.Comments.Total
	}
	if n.Replies != nil {
		p.Comments = n.Replies.Total
	}
	return p
}

// answer is what GraphQL answers. Its status is 200 also where it refuses.
type answer struct {
	Data *struct {
		Search *struct {
			Total int      `json:"discussionCount"`
			Nodes []*node  `json:"nodes"`
			Page  pageInfo `json:"pageInfo"`
		} `json:"search"`
		Node *node `json:"node"`
	} `json:"data"`
	Errors []struct {
		Type    string `json:"type"`
		Message string `json:"message"`
	} `json:"errors"`
}

// ask runs one of the operations. Errors beside an answer are of single nodes,
// which then are null.
func (c *client) ask(ctx context.Context, operation string, variables map[string]any) (*answer, error) {
	body, err := json.Marshal(map[string]any{"query": operations, "operationName": operation, "variables": variables})
	if err != nil {
		return nil, err
	}
	var a answer
	header, err := c.do(ctx, bucketGraphQL, http.MethodPost, c.server.JoinPath("/graphql").String(), body, &a)
	if err != nil {
		return nil, err
	}
	for _, e := range a.Errors {
		switch {
		case e.Type == "RATE_LIMITED":
			wait := secondary
			if reset := resetTime(header); reset.After(c.now()) {
				wait = min(reset.Sub(c.now()), maxWait)
			}
			return nil, &directdial.Error{Kind: directdial.Temporary, After: wait, Err: ingest.ErrLimit}
		case e.Type == "NOT_FOUND" && operation != "Search":
			return nil, &directdial.Error{Kind: directdial.NotFound, Msg: "there is no such node"}
		case a.Data == nil:
			return nil, directdial.Errorf(directdial.Invalid, "GraphQL says %+q", e.Message)
		}
	}
	if a.Data == nil {
		return nil, directdial.Errorf(directdial.Invalid, "the answer of GraphQL is none")
	}
	return &a, nil
}

func (c *client) searchDiscussions(ctx context.Context, text string, size int, which string) (*page, error) {
	a, err := c.ask(ctx, "Search", map[string]any{"query": text, "first": size, "after": orNull(which)})
	if err != nil {
		return nil, err
	}
	found := a.Data.Search
	if found == nil || found.Nodes == nil {
		return nil, directdial.Errorf(directdial.Invalid, "the answer of the search is none")
	}
	p := &page{total: found.Total, full: len(found.Nodes) >= size}
	for _, n := range found.Nodes {
		if n != nil && n.ID != "" {
			p.posts = append(p.posts, n.post())
		}
	}
	if found.Page.More {
		p.next = found.Page.Next
	}
	return p, nil
}

// discussionComments reads the comments on a discussion, and the replies below
// them, that were made or changed at since or later. GraphQL does not sort
// them, so that all are read.
func (c *client) discussionComments(ctx context.Context, id string, since time.Time) (all []post, err error) {
	for after := ""; ; {
		a, err := c.ask(ctx, "Thread", map[string]any{"id": id, "after": orNull(after)})
		if directdial.KindOf(err) == directdial.NotFound || err == nil && a.Data.Node == nil {
			return all, nil // deleted since it was found
		}
		if err != nil {
			return nil, err
		}
		list := a.Data.Node.Comments
		if list == nil || list.Nodes == nil {
			return nil, directdial.Errorf(directdial.Invalid, "the list of comments is none")
		}
		for _, n := range list.Nodes {
			below, err := c.withReplies(ctx, n)
			if err != nil {
				return nil, err
			}
			all = append(all, below...)
		}
		if !list.Page.More || list.Page.Next == after {
			break
		}
		after = list.Page.Next
	}
	all = slices.DeleteFunc(all, func(p post) bool { return p.Updated.Before(since) && p.Created.Before(since) })
	slices.SortStableFunc(all, func(a, b post) int { return a.Created.Compare(b.Created.Time) })
	return all, nil
}

// withReplies returns a comment and the replies below it. Those that do not
// come with it are asked for.
func (c *client) withReplies(ctx context.Context, n *node) (all []post, err error) {
	if n == nil || n.ID == "" {
		return nil, nil
	}
	all = append(all, n.post())
	for list := n.Replies; list != nil; {
		for _, r := range list.Nodes {
			if r != nil && r.ID != "" {
				p := r.post()
				p.parent = n.ID
				all = append(all, p)
			}
		}
		if !list.Page.More {
			break
		}
		a, err := c.ask(ctx, "Replies", map[string]any{"id": n.ID, "after": list.Page.Next})
		if err != nil {
			return nil, err
		}
		if a.Data.Node == nil {
			break
		}
		list = a.Data.Node.Replies
	}
	return all, nil
}

// orNull makes null of an empty cursor, which GraphQL would refuse.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
