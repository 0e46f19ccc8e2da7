package mastodon

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
	"github.com/directdial/directdial/internal/secret"
	"github.com/directdial/directdial/internal/web"
)

// realServer is a server with two accounts, which deploy/proof-mastodon starts,
// and a source that listens to the first.
type realServer struct {
	*streamer
	acme, user string // tokens
	tag        string // that nobody else uses
}

func onRealServer(t *testing.T) *realServer {
	t.Helper()
	r := &realServer{acme: os.Getenv("DIRECTDIAL_MASTODON_TOKEN"), user: os.Getenv("DIRECTDIAL_MASTODON_OTHER"), tag: fmt.Sprint("acme", time.Now().UnixNano())}
	base := os.Getenv("DIRECTDIAL_MASTODON")
	if base == "" || r.acme == "" || r.user == "" {
		t.Skip("no server: deploy/proof-mastodon starts one")
	}
	r.streamer = &streamer{T: t, base: base, items: make(chan directdial.Item, 1000), saves: make(chan struct{}, 1000), seen: map[string]bool{}}
	r.renewed()
	r.catchUp() // from now on
	t.Cleanup(r.stop)
	return r
}

// renewed makes a new source with the saved state.
func (r *realServer) renewed() {
	r.Helper()
	client := web.Client{UserAgent: "directdial-proof", Named: func(string) bool { return true }}.HTTP()
	r.Cleanup(client.CloseIdleConnections)
	settings := Settings{Server: r.base, Token: secret.New(r.acme), Hashtags: []string{r.tag}, Stream: true, Every: time.Hour}
	setup := ingest.Setup{Client: client, Report: silent{}, Now: time.Now, Log: zerolog.Nop()}
	s, err := newSource(setup, &settings)
	if err != nil {
		r.Fatal(err)
	}
	r.streamed = newStream(setup, s)
}

// catchUp asks until there is no more.
func (r *realServer) catchUp() {
	r.Helper()
	if err := ingest.CatchUp(r.Context(), r, r.inOrder(r.emit), r.source.fetch); err != nil {
		r.Fatal(err)
	}
}

// call writes as an account.
func (r *realServer) call(method, path, token string, form url.Values) *status {
	r.Helper()
	req, err := http.NewRequestWithContext(r.Context(), method, r.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		r.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	st := &status{}
	if err != nil || resp.StatusCode != http.StatusOK || json.Unmarshal(body, st) != nil {
		r.Fatalf("%s %s: %s %s %v", method, path, resp.Status, body, err)
	}
	return st
}

func (r *realServer) write(token, text, visibility, answers string) *status {
	r.Helper()
	return r.call(http.MethodPost, "/api/v1/statuses", token, url.Values{"status": {text}, "visibility": {visibility}, "in_reply_to_id": {answers}, "language": {"en"}})
}

func (r *realServer) looked(st *status) []directdial.Item {
	r.Helper()
	items, err := r.source.look(r.Context(), ingest.Post{ID: st.URI, URL: st.URL})
	if err != nil {
		r.Fatal(err)
	}
	return items
}

// gone asks again and again until a post is said to be deleted: servers take a
// moment.
func (r *realServer) gone(ask func(), st *status) {
	r.Helper()
	again := time.NewTicker(200 * time.Millisecond)
	defer again.Stop()
	for range 100 {
		ask()
		for len(r.items) > 0 {
			if d, ok := r.heard().(*directdial.Deletion); ok && d.ID == st.URI {
				return
			}
		}
		<-again.C
	}
	r.Fatal("the deletion is not seen")
}

func TestARealServerIsReadForward(t *testing.T) {
	r := onRealServer(t)
	r.write(r.user, "@acme in private", "direct", "")
	tagged := r.write(r.user, "my #"+r.tag+" broke & I <3 it", "public", "")
	r.write(r.user, "@acme hello", "unlisted", tagged.ID)
	r.catchUp()
	if m := r.want("my #" + r.tag + " broke & I <3 it"); m.ID != tagged.URI || m.URL != tagged.URL || m.Lang != "en" || !strings.HasPrefix(m.Author.Handle, "user1@") {
		t.Errorf("%+v", m)
	}
	if m := r.want("@acme hello"); m.InReplyTo != tagged.URI || m.Thread != tagged.URI {
		t.Errorf("%+v", m)
	}
	r.call(http.MethodPut, "/api/v1/statuses/"+tagged.ID, r.user, url.Values{"status": {"my #" + r.tag + " works"}})
	r.renewed() // after a kill
	r.catchUp()
	if m := r.want("my #" + r.tag + " works"); m.ID != tagged.URI || m.EditedAt.IsZero() {
		t.Errorf("%+v", m)
	}
	r.call(http.MethodDelete, "/api/v1/statuses/"+tagged.ID, r.user, nil)
	r.gone(func() { r.catchUp() }, tagged)
}

func TestARealPostIsLookedAt(t *testing.T) {
	r := onRealServer(t)
	post := r.write(r.user, "@acme billed me twice", "public", "")
	answer := r.write(r.acme, "@user1 we are sorry", "public", post.ID)
	items := r.looked(post)
	if got := sourcetest.Texts(items); len(got) != 2 || got[0] != "@acme billed me twice" || got[1] != "@user1 we are sorry" {
		t.Fatalf("got %q", got)
	}
	if m := items[1].(*directdial.Mention); m.ID != answer.URI || m.InReplyTo != post.URI || m.Thread != post.URI || !strings.HasPrefix(m.Author.Handle, "acme@") {
		t.Errorf("%+v", m)
	}
	r.call(http.MethodDelete, "/api/v1/statuses/"+post.ID, r.user, nil)
	r.gone(func() {
		for _, it := range r.looked(post) {
			r.items <- it
		}
	}, post)
}

func TestARealPostIsFoundByItsURI(t *testing.T) {
	r := onRealServer(t)
	post := r.write(r.user, "@acme where is this?", "public", "")
	var found struct {
		Statuses []status `json:"statuses"`
	}
	query := url.Values{"q": {post.URI}, "type": {"statuses"}, "resolve": {"true"}, "limit": {"1"}}
	if _, err := r.source.client.get(t.Context(), "/api/v2/search", query, "read:search", &found); err != nil {
		t.Fatal(err)
	}
	if len(found.Statuses) != 1 || found.Statuses[0].ID != post.ID {
		t.Errorf("found %+v", found)
	}
	if id := r.source.own(post.URI); id != post.ID {
		t.Errorf("the uri %s has the id %q, want %q", post.URI, id, post.ID)
	}
}

func TestARealServerStreams(t *testing.T) {
	r := onRealServer(t)
	for len(r.saves) > 0 {
		<-r.saves
	}
	r.ended = make(chan error, 1)
	go func() { r.ended <- r.streamed.Run(t.Context(), r, r.emit) }()
	<-r.saves
	for i := range 3 {
		text := fmt.Sprint("@acme streamed ", i)
		r.write(r.user, text, "public", "")
		r.want(text)
	}
}
