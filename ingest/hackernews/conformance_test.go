package hackernews

import (
	"strconv"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/hackernews/hackernewstest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestConformance(t *testing.T) {
	sourcetest.Run(t, sourcetest.Platform{
		Type: "hackernews",
		New:  func() sourcetest.Fake { return newFake() },
		Settings: func(base string) string {
			return "words: [acme]\nevery: 1m\nsearch: " + base + "\nitems: " + base + "\n"
		},
		Every: time.Minute,
	})
}

// fake is a Hacker News on which somebody comments a story of another.
type fake struct {
	*hackernewstest.Server
	story int64
	made  map[string]time.Time
}

func newFake() *fake {
	f := &fake{Server: hackernewstest.New(), made: map[string]time.Time{}}
	f.story = f.Post(hackernewstest.Post{Author: "user2", Title: "Show HN: a wdiget", Link: "https://wdiget.example/"})
	return f
}

// Publish implements sourcetest.Fake. Nobody dates a post on Hacker News but
// Hacker News.
func (f *fake) Publish(_ time.Time, text string) directdial.Mention {
	id := strconv.FormatInt(f.Post(hackernewstest.Post{Author: "User1", Text: text, InReplyTo: f.story}), 10)
	f.made[id] = time.Now()
	return f.mention(id, text)
}

// Edit implements sourcetest.Editor.
func (f *fake) Edit(id, text string) directdial.Mention {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		panic(err)
	}
	f.Server.Edit(n, text+" acme")
	return f.mention(id, text+" acme")
}

func (f *fake) mention(id, text string) directdial.Mention {
	story := strconv.FormatInt(f.story, 10)
	return directdial.Mention{
		ID: id, Platform: "hackernews", URL: "https://news.ycombinator.com/item?id=" + id, Text: text,
		CreatedAt: f.made[id].UTC().Truncate(time.Second), InReplyTo: story, Thread: story,
		Author: directdial.Author{ID: "User1", Handle: "User1", Name: "User1", URL: "https://news.ycombinator.com/user?id=User1"},
	}
}
