package youtube

import (
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/sourcetest"
	"github.com/directdial/directdial/ingest/youtube/youtubetest"
)

func TestConformance(t *testing.T) {
	settings := func(what string) func(string) string {
		return func(base string) string {
			// Quotas that the kit does not reach; see spend_test.go for those that are.
			return what + "key: " + youtubetest.Key + "\nevery: 2m\nquota: 1000000\nsearches: 1000000\napi: " + base + "/youtube/v3\n"
		}
	}
	for name, p := range map[string]sourcetest.Platform{
		"comments": {New: func() sourcetest.Fake { return newCommented() }, Settings: settings("channels: [" + youtubetest.ChannelID("owner") + "]\n")},
		"videos":   {New: func() sourcetest.Fake { return &uploaded{plenty()} }, Settings: settings("words: [acme]\n")},
	} {
		t.Run(name, func(t *testing.T) {
			p.Type, p.Every = "youtube", 2*time.Minute
			sourcetest.Run(t, p)
		})
	}
}

func plenty() *youtubetest.Server {
	s := youtubetest.New()
	s.Units, s.Searches = 1_000_000, 1_000_000
	return s
}

// commented is a video on which somebody comments.
type commented struct {
	*youtubetest.Server
	on youtubetest.Uploaded
}

func newCommented() *commented {
	s := plenty()
	return &commented{s, s.Upload(youtubetest.Video{Channel: "owner", Title: "Our widget"})}
}

// Publish implements sourcetest.Fake. Nobody dates a comment but YouTube.
func (f *commented) Publish(_ time.Time, text string) directdial.Mention {
	return written(f.Write(youtubetest.Comment{On: f.on.ID, Author: "user1", Text: text}))
}

// Edit implements sourcetest.Editor.
func (f *commented) Edit(id, text string) directdial.Mention {
	return written(f.Server.Edit(id, text))
}

func written(w youtubetest.Written) directdial.Mention {
	return directdial.Mention{
		ID: w.ID, Platform: "youtube", URL: "https://www.youtube.com/watch?v=" + w.On + "&lc=" + w.ID,
		Text: w.Text, CreatedAt: w.At, EditedAt: w.Edited,
		Author: directdial.Author{ID: youtubetest.ChannelID("user1"), Handle: "user1", Name: "@user1", URL: "https://www.youtube.com/channel/" + youtubetest.ChannelID("user1")},
	}
}

// uploaded is a search that finds videos.
type uploaded struct{ *youtubetest.Server }

// Publish implements sourcetest.Fake.
func (f *uploaded) Publish(_ time.Time, text string) directdial.Mention {
	v := f.Upload(youtubetest.Video{Channel: "user 1", Title: `Is "it" broken?`, Description: text})
	id := youtubetest.ChannelID("user 1")
	return directdial.Mention{
		ID: v.ID, Platform: "youtube", URL: "https://www.youtube.com/watch?v=" + v.ID,
		Text: "Is \"it\" broken?\n\n" + text, CreatedAt: v.At,
		Author: directdial.Author{ID: id, Name: "user 1", URL: "https://www.youtube.com/channel/" + id},
	}
}

// Edit hides the double's: it edits comments.
func (f *uploaded) Edit() {}
