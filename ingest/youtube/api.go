package youtube

import (
	"encoding/json"
	"regexp"
	"strconv"
	"time"

	"github.com/directdial/directdial"
)

// list is around every answer.
type list[T any] struct {
	ETag  string `json:"etag"`
	Next  string `json:"nextPageToken"`
	Items []T    `json:"items"` // nil only if this is not an answer of the API
}

// thread is a comment on a video with some of its replies.
type thread struct {
	ID      string `json:"id"`
	Snippet struct {
		VideoID  string  `json:"videoId"`
		TopLevel comment `json:"topLevelComment"`
		Replies  count   `json:"totalReplyCount"`
	} `json:"snippet"`
	Replies struct {
		Comments []comment `json:"comments"` // five at most
	} `json:"replies"`
}

// comment is a comment or a reply, whose id is "<parent>.<child>".
type comment struct {
	ID      string `json:"id"`
	Snippet struct {
		VideoID   string `json:"videoId"`
		ParentID  string `json:"parentId"`
		Original  string `json:"textOriginal"` // as typed; not always told
		Display   string `json:"textDisplay"`  // HTML
		Author    string `json:"authorDisplayName"`
		AuthorURL string `json:"authorChannelUrl"`
		AuthorID  struct {
			Value string `json:"value"`
		} `json:"authorChannelId"`
		Likes     count `json:"likeCount"`
		Published clock `json:"publishedAt"`
		Updated   clock `json:"updatedAt"`
	} `json:"snippet"`
}

// video is a video. What search finds has id and time only: its texts are cut
// and escaped.
type video struct {
	ID      videoID `json:"id"`
	Snippet struct {
		Published     clock  `json:"publishedAt"`
		ChannelID     string `json:"channelId"`
		Channel       string `json:"channelTitle"`
		Title         string `json:"title"`
		Description   string `json:"description"`
		Language      string `json:"defaultLanguage"`
		AudioLanguage string `json:"defaultAudioLanguage"`
	} `json:"snippet"`
	Statistics struct {
		Views    count `json:"viewCount"`
		Likes    count `json:"likeCount"`
		Comments count `json:"commentCount"`
	} `json:"statistics"`
}

// videoID is the id of a video: a string, and in what search finds an object.
type videoID string

// UnmarshalJSON implements json.Unmarshaler.
func (v *videoID) UnmarshalJSON(data []byte) error {
	var found struct {
		VideoID string `json:"videoId"`
	}
	if json.Unmarshal(data, (*string)(v)) == nil {
		return nil
	}
	_ = json.Unmarshal(data, &found)
	*v = videoID(found.VideoID)
	return nil
}

// count is a number of people: a number, or a number in a string.
type count int

// most bounds the counts.
const most = 1 << 31

// UnmarshalJSON takes for 0 what is no number.
func (c *count) UnmarshalJSON(data []byte) error {
	var n json.Number
	if json.Unmarshal(data, &n) != nil {
		return nil
	}
	i, err := strconv.ParseInt(n.String(), 10, 64)
	if err == nil {
		*c = count(min(max(i, 0), most))
	}
	return nil
}

// clock is a time, zero if it cannot be read.
type clock struct{ time.Time }

// UnmarshalJSON implements json.Unmarshaler.
func (c *clock) UnmarshalJSON(data []byte) error {
	var s string
	_ = json.Unmarshal(data, &s)
	t, err := time.Parse(time.RFC3339, s)
	if err == nil && t.Year() >= 1970 && t.Year() <= 9998 {
		c.Time = t.UTC()
	}
	return nil
}

// The forms of ids.
var (
	videoForm   = regexp.MustCompile(`^[A-Za-z0-9_-]{11}$`)
	commentForm = regexp.MustCompile(`^[A-Za-z0-9_-]{12,64}(\.[A-Za-z0-9_-]{1,64})?$`)
	channelForm = regexp.MustCompile(`^UC[A-Za-z0-9_-]{22}$`)
)

func (c *comment) whole() bool {
	return commentForm.MatchString(c.ID) && !c.Snippet.Published.IsZero()
}

func (v *video) whole() bool {
	return videoForm.MatchString(string(v.ID)) && !v.Snippet.Published.IsZero()
}

func (t *thread) whole() bool {
	for i := range t.Replies.Comments {
		if !t.Replies.Comments[i].whole() {
			return false
		}
	}
	return t.Snippet.TopLevel.whole()
}

// refusal is what the API says when it refuses.
type refusal struct {
	Error struct {
		Message string `json:"message"`
		Errors  []struct {
			Reason string `json:"reason"`
		} `json:"errors"`
	} `json:"error"`
}

func (r *refusal) reason() string {
	if len(r.Error.Errors) == 0 {
		return ""
	}
	return r.Error.Errors[0].Reason
}

var errShape = directdial.Errorf(directdial.Invalid, "the answer has an entry without id or time")
