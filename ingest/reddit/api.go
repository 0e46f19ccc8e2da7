package reddit

import (
	"bytes"
	"encoding/json"
	"regexp"

	"github.com/directdial/directdial"
)

// Kinds of things.
const (
	kindListing = "Listing"
	kindComment = "t1"
	kindLink    = "t3"   // what a community calls a post
	kindMore    = "more" // comments that are left out
)

// thing is what Reddit wraps around everything.
type thing struct {
	Kind string          `json:"kind"`
	Data json.RawMessage `json:"data"`
}

// listing is one page of a list.
type listing struct {
	After    string  `json:"after"` // name of the last thing; "": the list ends here
	Children []thing `json:"children"`
}

// post is a link (a post of a community) or a comment.
type post struct {
	kind      string
	Name      string `json:"name"` // "t3_…" or "t1_…"
	Author    string `json:"author"`
	AuthorID  string `json:"author_fullname"`
	Permalink string `json:"permalink"`
	Created   number `json:"created_utc"` // seconds since 1970
	Edited    number `json:"edited"`      // seconds since 1970, or false
	Score     number `json:"score"`
	RemovedBy string `json:"removed_by_category"`

	// Of a link.
	Title      string `json:"title"`
	SelfText   string `json:"selftext"` // Markdown
	IsSelf     bool   `json:"is_self"`
	URL        string `json:"url"`
	Comments   number `json:"num_comments"`
	Crossposts number `json:"num_crossposts"`
	Parent     string `json:"crosspost_parent"`
	Parents    []post `json:"crosspost_parent_list"`

	// Of a comment.
	Body     string          `json:"body"` // Markdown
	LinkID   string          `json:"link_id"`
	ParentID string          `json:"parent_id"`
	Replies  json.RawMessage `json:"replies"` // a listing, or ""
}

// more stands for comments that are left out of a tree. Without children it
// stands for all that is below ParentID.
type more struct {
	ParentID string   `json:"parent_id"`
	Children []string `json:"children"` // ids, without "t1_"
}

// number is a number where Reddit has a number, a float or false.
type number float64

// UnmarshalJSON takes for 0 what is no number.
func (n *number) UnmarshalJSON(data []byte) error {
	var f float64
	if json.Unmarshal(data, &f) == nil {
		*n = number(f)
	}
	return nil
}

// most bounds the counts of Reddit: a float is more than an int can hold.
const most = 1 << 31

// count is a number of people, not below 0.
func (n number) count() int { return int(min(max(n, 0), most)) }

// lastSecond is the last one that a mention may be dated.
const lastSecond = 253402300799

// seconds is a time, 0 if it is none.
func (n number) seconds() int64 {
	if n > 0 && n <= lastSecond {
		return int64(n)
	}
	return 0
}

// fullname is the name of a link or a comment.
var fullname = regexp.MustCompile(`^t[13]_[0-9a-z]{1,13}$`)

// list reads a listing. Anything else, null included, is an error.
func (t *thing) list() (*listing, error) {
	var l listing
	if t.Kind != kindListing {
		return nil, directdial.Errorf(directdial.Invalid, "the answer is no list")
	}
	if err := json.Unmarshal(t.Data, &l); err != nil {
		return nil, directdial.Errorf(directdial.Invalid, "read a list: %w", err)
	}
	if l.Children == nil {
		return nil, directdial.Errorf(directdial.Invalid, "the answer is a list without entries")
	}
	return &l, nil
}

// post reads a link or a comment as far as it can be read: a field of another
// type than it should be must not cost the page. One without name or time is
// an error.
func (t *thing) post() (*post, error) {
	p := &post{}
	_ = json.Unmarshal(t.Data, p)
	p.kind = t.Kind
	if t.Kind != kindLink && t.Kind != kindComment || !fullname.MatchString(p.Name) || p.Name[:2] != t.Kind || p.Created.seconds() == 0 {
		return nil, directdial.Errorf(directdial.Invalid, "the answer has an entry that is no post, or one without name or time")
	}
	return p, nil
}

// posts reads all entries of a page.
func (l *listing) posts() ([]*post, error) {
	posts := make([]*post, 0, len(l.Children))
	for i := range l.Children {
		p, err := l.Children[i].post()
		if err != nil {
			return nil, err
		}
		posts = append(posts, p)
	}
	return posts, nil
}

// below are the replies to a comment that came with it.
func (p *post) below() ([]thing, error) {
	if raw := bytes.TrimSpace(p.Replies); len(raw) == 0 || raw[0] != '{' {
		return nil, nil // "" where nobody has replied
	}
	var t thing
	if err := json.Unmarshal(p.Replies, &t); err != nil {
		return nil, directdial.Errorf(directdial.Invalid, "read the replies: %w", err)
	}
	l, err := t.list()
	if err != nil {
		return nil, err
	}
	return l.Children, nil
}
