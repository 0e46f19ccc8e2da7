package feed

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

// writers write the items of a feed, the newest last, in each format.
var writers = map[string]func(texts []string) string{
	"rss": func(texts []string) string {
		var items strings.Builder
		for i, text := range texts {
			fmt.Fprintf(&items, `<item><guid isPermaLink="false">%d</guid><description>%s</description><pubDate>%s</pubDate></item>`, i, text, dated(i).Format(time.RFC1123Z))
		}
		return `<?xml version="1.0"?><rss version="2.0"><channel><title>Blog</title>` + items.String() + `</channel></rss>`
	},
	"atom": func(texts []string) string {
		var items strings.Builder
		for i, text := range texts {
			fmt.Fprintf(&items, `<entry><id>urn:%d</id><content>%s</content><updated>%s</updated></entry>`, i, text, dated(i).Format(time.RFC3339))
		}
		return `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title>` + items.String() + `</feed>`
	},
	"json": func(texts []string) string {
		items := []map[string]string{}
		for i, text := range texts {
			items = append(items, map[string]string{"id": fmt.Sprint(i), "content_text": text, "date_published": dated(i).Format(time.RFC3339)})
		}
		data, err := json.Marshal(map[string]any{"version": "https://jsonfeed.org/version/1.1", "title": "Blog", "items": items})
		if err != nil {
			panic(err)
		}
		return string(data)
	},
}

func dated(i int) time.Time { return time.Date(2026, 11, 21, 9, i, 0, 0, time.UTC) }

// answers notes what a server answers.
type answers struct {
	codes  []int
	packed bool
	valid  bool // an answer had an ETag and a time of change
}

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		a.codes = append(a.codes, resp.StatusCode)
		a.packed = a.packed || resp.Uncompressed
		a.valid = a.valid || resp.Header.Get("ETag") != "" && resp.Header.Get("Last-Modified") != ""
	}
	return resp, err
}

// A real nginx, which deploy/proof-feed starts, serves files that are written
// here.
func TestARealServerIsRead(t *testing.T) {
	base, dir := os.Getenv("DIRECTDIAL_FEED"), os.Getenv("DIRECTDIAL_FEED_DIR")
	if base == "" || dir == "" {
		t.Skip("no server: deploy/proof-feed starts one")
	}
	for kind, write := range writers {
		t.Run(kind, func(t *testing.T) {
			file := filepath.Join(dir, "feed."+kind)
			seconds := 0
			publish := func(texts ...string) {
				t.Helper()
				if err := os.WriteFile(file, []byte(write(texts)), 0o644); err != nil {
					t.Fatal(err)
				}
				seconds++ // the server tells files apart by second and size
				at := time.Now().Add(time.Duration(seconds-100) * time.Second)
				if err := os.Chtimes(file, at, at); err != nil {
					t.Fatal(err)
				}
			}
			a := &answers{}
			publish("of the past")
			r := newReader(t, base+"/feed."+kind)
			r.Client = &http.Client{Transport: a}
			r.want()
			r.want()
			publish("of the past", "Acme billed me twice")
			r.want("Acme billed me twice")
			r.want()
			publish("of the past", "Acme billed me trice")
			r.want("Acme billed me trice") // an edit
			if want := []int{200, 304, 200, 304, 200}; !slices.Equal(a.codes, want) || !a.packed || !a.valid {
				t.Errorf("answers %v, want %v; compressed %v, validators %v", a.codes, want, a.packed, a.valid)
			}
		})
	}
	t.Run("moved", func(t *testing.T) {
		r := newReader(t, base+"/moved.rss")
		r.want()
		r.want()
	})
	t.Run("gone", func(t *testing.T) {
		r := newReader(t, base+"/gone.rss")
		if _, err := r.poll(); directdial.KindOf(err) != directdial.Gone {
			t.Errorf("got %v", err)
		}
	})
}
