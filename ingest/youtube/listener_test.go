package youtube

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
	"github.com/directdial/directdial/ingest/youtube/youtubetest"
	"github.com/directdial/directdial/internal/secret"
)

// bench is a source in the hands of a test, in fake time, on an API in
// memory.
type bench struct {
	*source
	*testing.T
	ingest.Unreported
	server   *youtubetest.Server
	settings Settings
	spoil    func(w http.ResponseWriter, r *http.Request) bool // answers in place of the server
	state    []byte
	budgets  []int
}

// listen runs a test with a source that was asked once.
func listen(t *testing.T, settings Settings, test func(b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := &bench{T: t, server: youtubetest.New(), settings: settings}
		b.restart()
		b.want()
		test(b)
	})
}

// owner hears a channel.
func owner() Settings { return Settings{Channels: []string{youtubetest.ChannelID("owner")}} }

func words(words ...string) Settings { return Settings{Words: words} }

// restart makes a new source with the saved state.
func (b *bench) restart() {
	b.Helper()
	settings := b.settings
	settings.Key, settings.Every, settings.API = secret.New(youtubetest.Key), 5*time.Minute, address
	settings.Quota, settings.Searches = cmp.Or(settings.Quota, 10_000), cmp.Or(settings.Searches, 100)
	s, err := newSource(ingest.Setup{Client: &http.Client{Transport: b}, Report: b, Now: time.Now}, &settings)
	if err != nil {
		b.Fatal(err)
	}
	b.source = s
}

// RoundTrip implements http.RoundTripper.
func (b *bench) RoundTrip(r *http.Request) (*http.Response, error) {
	return sourcetest.Answer(r, b.spoil, b.server), nil
}

// Budget implements ingest.Report.
func (b *bench) Budget(remaining int, _ time.Time) { b.budgets = append(b.budgets, remaining) }

// poll does what Poll does at its next turn: fetch until there is no more.
func (b *bench) poll() ([]directdial.Item, error) {
	b.Helper()
	time.Sleep(b.every)
	return sourcetest.Drain(b, &b.state, b.fetch)
}

// hear polls and returns what was emitted.
func (b *bench) hear() []directdial.Item {
	b.Helper()
	items, err := b.poll()
	if err != nil {
		b.Fatal(err)
	}
	return items
}

// want polls and demands these texts, each at least once, and no other.
func (b *bench) want(want ...string) {
	b.Helper()
	got := sourcetest.Texts(b.hear())
	slices.Sort(got)
	slices.Sort(want)
	if got = slices.Compact(got); !slices.Equal(got, want) {
		b.Fatalf("got %q, want %q", got, want)
	}
}

// upload makes a video of the channel appear.
func (b *bench) upload() youtubetest.Uploaded {
	return b.server.Upload(youtubetest.Video{Channel: "owner", Title: "Our widget"})
}

// say makes a comment.
func (b *bench) say(text string, on youtubetest.Uploaded) youtubetest.Written {
	return b.server.Write(youtubetest.Comment{On: on.ID, Author: "user1", Text: text})
}

// reply makes a reply.
func (b *bench) reply(author, text string, to youtubetest.Written) youtubetest.Written {
	return b.server.Write(youtubetest.Comment{ReplyTo: to.ID, Author: author, Text: text})
}

// asked counts the requests whose path begins so.
func (b *bench) asked(path string) (n int) {
	for _, r := range b.server.Requests() {
		if strings.HasPrefix(r, "/youtube/v3/"+path) {
			n++
		}
	}
	return n
}
