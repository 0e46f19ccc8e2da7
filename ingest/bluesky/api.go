package bluesky

import (
	"encoding/json"
	"strings"
	"time"
)

// post is a post as a server shows it, as far as it matters here; a
// notification has the same fields, and a reason.
type post struct {
	URI       string     `json:"uri"` // at://<DID of the author>/app.bsky.feed.post/<key>
	Author    profile    `json:"author"`
	Record    record     `json:"record"`
	Embed     *embedView `json:"embed"`
	Labels    []label    `json:"labels"`
	IndexedAt when       `json:"indexedAt"`
	Replies   int        `json:"replyCount"`
	Reposts   int        `json:"repostCount"`
	Quotes    int        `json:"quoteCount"`
	Likes     int        `json:"likeCount"`
	Reason    string     `json:"reason"`
}

type profile struct {
	DID          string  `json:"did"`
	Handle       string  `json:"handle"` // "handle.invalid" if the domain does not confirm it
	DisplayName  string  `json:"displayName"`
	Labels       []label `json:"labels"`
	Followers    int     `json:"followersCount"` // in detailed profiles only
	Verification struct {
		Status string `json:"verifiedStatus"`
	} `json:"verification"`
}

// label is what somebody, or the author, says of a post or an account.
type label struct {
	Val string `json:"val"`
	Neg bool   `json:"neg"` // takes an earlier one back
}

// record is a post as its author made it. It is signed, so that nobody but the
// author's own program has checked any of it.
type record struct {
	Type      string   `json:"$type"`
	Text      string   `json:"text"`
	CreatedAt when     `json:"createdAt"` // the author's clock
	Langs     []string `json:"langs"`
	Facets    []facet  `json:"facets"`
	Embed     *embed   `json:"embed"`
	Tags      []string `json:"tags"` // hashtags that do not stand in the text
	Reply     *struct {
		Root   ref `json:"root"`
		Parent ref `json:"parent"`
	} `json:"reply"`
	Subject ref `json:"subject"` // of a repost
}

type ref struct {
	URI string `json:"uri"`
}

// facet says what a part of the text is. The part is named by bytes of UTF-8,
// the end not included.
type facet struct {
	Index struct {
		Start int `json:"byteStart"`
		End   int `json:"byteEnd"`
	} `json:"index"`
	Features []struct {
		Type string `json:"$type"`
		URI  string `json:"uri"` // of a link
		DID  string `json:"did"` // of whom a mention names
	} `json:"features"`
}

// embed is what a post shows besides its text: images, a video, a link, a post
// that it quotes, or the last with one of the others.
type embed struct {
	Alt    string `json:"alt"` // of a video
	Images []struct {
		Alt string `json:"alt"`
	} `json:"images"`
	External *struct {
		URI   string `json:"uri"`
		Title string `json:"title"`
	} `json:"external"`
	Media  *embed `json:"media"`
	Record *struct {
		URI    string `json:"uri"`
		Record *ref   `json:"record"` // with media
	} `json:"record"`
}

// embedView is the same as a server shows it: with the post that is quoted.
type embedView struct {
	Record *quotedView `json:"record"`
}

type quotedView struct {
	URI    string      `json:"uri"`
	Value  *record     `json:"value"`  // nil if it is deleted or not to be seen
	Record *quotedView `json:"record"` // with media
}

// thread is a node of a thread: a post with its replies, or the place of one
// that is not to be seen.
type thread struct {
	Post     *post     `json:"post"`
	Replies  []*thread `json:"replies"`
	NotFound bool      `json:"notFound"`
	Blocked  bool      `json:"blocked"`
}

// apiError is the body of an answer that is no success.
type apiError struct {
	Error   string `json:"error"` // a word, as "ExpiredToken"
	Message string `json:"message"`
}

const (
	postCollection   = "app.bsky.feed.post"
	repostCollection = "app.bsky.feed.repost"
)

// isPost reports whether an at-uri is one of a post.
func isPost(uri string) bool {
	_, collection, key := splitURI(uri)
	return collection == postCollection && key != ""
}

// splitURI takes an at-uri apart. What is none has no key.
func splitURI(uri string) (did, collection, key string) {
	rest, ok := strings.CutPrefix(uri, "at://")
	parts := strings.Split(rest, "/")
	if !ok || len(parts) != 3 || !strings.HasPrefix(parts[0], "did:") {
		return "", "", ""
	}
	return parts[0], parts[1], parts[2]
}

// when is a time. One that cannot be read is none: a post with a strange date
// must not cost the page on which it stands.
type when struct{ time.Time }

func (w *when) UnmarshalJSON(data []byte) error {
	var s *string
	if err := json.Unmarshal(data, &s); err != nil || s == nil {
		return nil
	}
	if t, err := time.Parse(time.RFC3339, *s); err == nil && t.UTC().Year() >= 1970 && t.UTC().Year() <= 9999 {
		w.Time = t.UTC()
	}
	return nil
}
