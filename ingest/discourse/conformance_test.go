package discourse

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/discourse/discoursetest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

const address = "http://" + sourcetest.Host

func TestConformance(t *testing.T) {
	for name, c := range map[string]struct {
		settings string
		old      bool
	}{
		"all posts":                 {settings: "latest: true\n"},
		"all posts of an old forum": {settings: "latest: true\n", old: true},
		"a search":                  {settings: "queries: [acme]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			sourcetest.Run(t, sourcetest.Platform{
				Type: "discourse",
				New: func() sourcetest.Fake {
					f := &fake{forum: discoursetest.New(address)}
					f.forum.Old = c.old
					if strings.HasPrefix(c.settings, "latest") { // edits are not searched for
						return &editable{f}
					}
					return f
				},
				Settings: func(base string) string {
					return "server: " + base + "\nkey: " + discoursetest.Key + "\nuser: " + discoursetest.User + "\nevery: 1m\n" + c.settings
				},
				Every: time.Minute,
				Env:   map[string]string{"COMMUNITY_SECRET": "a secret of the webhook"},
			})
		})
	}
}

// fake is a forum where somebody opens topics about acme.
type fake struct{ forum *discoursetest.Server }

// ServeHTTP implements sourcetest.Fake.
func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.forum.ServeHTTP(w, r) }

// Publish implements sourcetest.Fake.
func (f *fake) Publish(at time.Time, text string) directdial.Mention {
	return mentionOf(f.forum.Post(discoursetest.Post{Text: text, At: at}), text)
}

func mentionOf(w discoursetest.Written, text string) directdial.Mention {
	if w.Number == 1 {
		text = w.Title + "\n\n" + text
	}
	return directdial.Mention{
		ID: sourcetest.Host + "/" + strconv.FormatInt(w.ID, 10), Platform: "discourse", URL: w.URL, Text: text, CreatedAt: w.At,
		Thread: sourcetest.Host + "/t/" + strconv.FormatInt(w.Topic, 10),
		Author: directdial.Author{
			ID: sourcetest.Host + "/" + strconv.FormatInt(w.Author, 10), Handle: "user1", Name: "User1", URL: address + "/u/user1",
		},
	}
}

// editable is a forum that is read whole, so that edits are seen.
type editable struct{ *fake }

// Edit implements sourcetest.Editor.
func (f *editable) Edit(id, text string) directdial.Mention {
	n, _ := strconv.ParseInt(id[strings.LastIndex(id, "/")+1:], 10, 64)
	f.forum.Edit(n, text)
	m := mentionOf(f.forum.Written(n), text)
	m.EditedAt = time.Now()
	return m
}

// Delete implements sourcetest.Deleter: authors who delete leave a note.
func (f *editable) Delete(id string) {
	n, _ := strconv.ParseInt(id[strings.LastIndex(id, "/")+1:], 10, 64)
	f.forum.Delete(n, true)
}
