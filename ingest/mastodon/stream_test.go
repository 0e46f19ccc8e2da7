package mastodon

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/mastodon/mastodontest"
	"github.com/directdial/directdial/internal/secret"
	"github.com/directdial/directdial/internal/web"
)

// streamer is a source in the hands of a test that streams from a double on the
// loopback, by the client that the daemon has.
type streamer struct {
	*streamed
	*testing.T
	server *mastodontest.Server
	spoil  func(w http.ResponseWriter, r *http.Request) bool // answers in place of the server
	base   string
	items  chan directdial.Item
	saves  chan struct{}
	state  []byte
	seen   map[string]bool // ids and texts of what was heard before
	end    context.CancelFunc
	ended  chan error
}

// stream makes a source of #acme and of the notifications. It polls once, when
// it is started, and then not before the test is over.
func stream(t *testing.T) *streamer {
	t.Helper()
	x := &streamer{T: t, server: mastodontest.New("mastodon.example", "acme"), items: make(chan directdial.Item, 1000), saves: make(chan struct{}, 1000), seen: map[string]bool{}}
	x.spoil = func(http.ResponseWriter, *http.Request) bool { return false }
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !x.spoil(w, r) {
			x.server.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	x.base = server.URL
	x.server.Streaming = strings.Replace(x.base, "http", "ws", 1)
	x.renew()
	t.Cleanup(x.stop)
	return x
}

// renew makes a new source with the saved state.
func (x *streamer) renew() {
	x.Helper()
	client := web.Client{UserAgent: "test", Named: func(string) bool { return true }}.HTTP()
	x.Cleanup(client.CloseIdleConnections)
	settings := Settings{Server: x.base, Token: secret.New(mastodontest.Token), Hashtags: []string{"acme"}, Stream: true, Every: time.Hour}
	setup := ingest.Setup{Client: client, Report: silent{}, Now: time.Now, Log: zerolog.Nop()}
	s, err := newSource(setup, &settings)
	if err != nil {
		x.Fatal(err)
	}
	x.streamed = newStream(setup, s)
}

type silent struct{}

func (silent) Budget(int, time.Time) {}
func (silent) Newest(time.Time)      {}
func (silent) Rejected(int)          {}

// start runs the source, and waits until it listens and has polled.
func (x *streamer) start() {
	x.Helper()
	ctx, cancel := context.WithCancel(x.Context())
	x.end, x.ended = cancel, make(chan error, 1)
	for len(x.saves) > 0 {
		<-x.saves
	}
	go func() { x.ended <- x.streamed.Run(ctx, x, x.emit) }()
	streams := []string{"user:notification", "hashtag acme"}
	if x.server.GoToSocial {
		streams = streams[:1]
	}
	if err := x.server.Subscribed(ctx, streams...); err != nil {
		x.Fatal(err)
	}
	select {
	case <-x.saves:
	case err := <-x.ended:
		x.ended <- err
		x.Fatal(err)
	}
}

func (x *streamer) stop() {
	if x.end != nil {
		x.end()
		<-x.ended
		x.end = nil
	}
}

// Load and Save implement ingest.State.
func (x *streamer) Load(context.Context) ([]byte, error) { return x.state, nil }

func (x *streamer) Save(_ context.Context, state []byte) error {
	x.state = state
	x.saves <- struct{}{}
	return nil
}

func (x *streamer) emit(_ context.Context, items ...directdial.Item) (directdial.Taken, error) {
	for _, it := range items {
		x.items <- it
	}
	return directdial.Taken{}, nil
}

// heard waits for the next item.
func (x *streamer) heard() directdial.Item {
	x.Helper()
	select {
	case it := <-x.items:
		return it
	case err := <-x.ended:
		x.ended <- err
		x.Fatal(err)
	case <-x.Context().Done():
		x.Fatal("nothing comes")
	}
	return nil
}

// news waits for the next item that was not heard before: each poll reads the
// last hour again.
func (x *streamer) news() directdial.Item {
	x.Helper()
	for {
		it := x.heard()
		m, ok := it.(*directdial.Mention)
		if !ok || !x.seen[m.ID+m.Text] {
			if ok {
				x.seen[m.ID+m.Text] = true
			}
			return it
		}
	}
}

// want waits for mentions with these texts.
func (x *streamer) want(texts ...string) (last *directdial.Mention) {
	x.Helper()
	for _, text := range texts {
		it := x.news()
		m, ok := it.(*directdial.Mention)
		if !ok || m.Text != text {
			x.Fatalf("heard %+v, want %q", it, text)
		}
		last = m
	}
	return last
}

// cut cuts the stream and waits for the end of the run.
func (x *streamer) cut() error {
	x.server.Cut()
	err := <-x.ended
	x.ended <- err
	x.stop()
	return err
}

func TestAStreamHearsPostsAsTheyAreMade(t *testing.T) {
	x := stream(t)
	x.start()
	x.server.Post(by("user1", "nothing"))
	x.server.Post(mastodontest.Post{Author: "user1", Text: "@acme in private", Visibility: "direct"})
	x.server.Post(mastodontest.Post{Author: "shy", Text: "#acme", Bio: "<p>#nobot</p>"})
	x.server.Notify("admin.report")
	w := x.server.Post(mastodontest.Post{Author: "user1@social.example", Name: "User One", Text: "my #acme broke", Language: "en"})
	m := x.want("my #acme broke")
	if m.ID != w.URI || m.URL != w.URL || m.Lang != "en" || m.Author.Handle != "user1@social.example" || m.CreatedAt.IsZero() {
		t.Errorf("%+v", m)
	}
	x.server.Post(by("user1@social.example", "@acme hello"))
	x.want("@acme hello")
	above := x.server.Post(by("user2", "not for us"))
	x.server.Post(mastodontest.Post{Author: "user1", Text: "@acme look", InReplyTo: above.ID})
	if m := x.want("@acme look"); m.InReplyTo != above.URI || m.Thread != above.URI {
		t.Errorf("%+v", m)
	}
}

func TestAStreamTellsEditsAndDeletions(t *testing.T) {
	x := stream(t)
	x.start()
	a, b := x.server.Post(by("user1", "#acme a")), x.server.Post(by("user1", "#other b"))
	x.want("#acme a")
	at := x.server.Edit(a.ID, "#acme a, corrected")
	if m := x.want("#acme a, corrected"); m.ID != a.URI || !m.EditedAt.Equal(at) {
		t.Errorf("%+v", m)
	}
	x.server.Edit(b.ID, "#acme b")
	x.want("#acme b")
	x.server.Delete(x.server.Post(mastodontest.Post{Author: "shy", Text: "#acme", NoIndex: true}).ID)
	x.server.Delete(a.ID)
	if d, ok := x.news().(*directdial.Deletion); !ok || d.ID != a.URI || d.Platform != platform {
		t.Errorf("%+v", d)
	}
}

func TestACutLosesNothing(t *testing.T) {
	x := stream(t)
	x.start()
	x.server.Post(by("user1", "#acme 1"))
	x.want("#acme 1")
	if err := x.cut(); directdial.KindOf(err) != directdial.Temporary || directdial.After(err) != steady {
		t.Errorf("%v", err)
	}
	x.server.Post(by("user1", "#acme 2"))
	x.server.Post(by("user1", "@acme 3"))
	x.start()
	x.want("#acme 2", "@acme 3")
	x.server.Post(by("user1", "#acme 4"))
	x.want("#acme 4")
	x.stop()
	x.renew() // after a kill
	x.server.Post(by("user1", "#acme 5"))
	x.start()
	x.want("#acme 5")
}

func TestWhatTheStreamDoesNotTellIsAskedFor(t *testing.T) {
	x := stream(t)
	x.server.Mute = true
	x.start()
	x.server.Post(by("user1", "#acme 1"))
	x.server.Post(by("user1", "@acme 2"))
	if err := ingest.CatchUp(t.Context(), x, x.inOrder(x.emit), x.source.fetch); err != nil {
		t.Fatal(err)
	}
	x.want("#acme 1", "@acme 2")
}

func TestGoToSocialStreamsNotificationsOnly(t *testing.T) {
	x := stream(t)
	x.server.GoToSocial = true
	x.start()
	x.server.Post(by("user1", "#acme 1"))
	x.server.Post(by("user1", "@acme 2"))
	x.want("@acme 2")
	if err := ingest.CatchUp(t.Context(), x, x.inOrder(x.emit), x.source.fetch); err != nil {
		t.Fatal(err)
	}
	x.want("#acme 1")
	resp, err := http.Get(x.base + "/api/v1/streaming?stream=user") // server-sent events
	if err != nil {
		t.Fatal(err)
	}
	if _ = resp.Body.Close(); resp.StatusCode != http.StatusBadRequest {
		t.Error(resp.Status)
	}
}

func TestAnOldTextDoesNotFollowANewOne(t *testing.T) {
	x := stream(t)
	now := time.Now()
	emit := x.inOrder(x.emit)
	for _, it := range []directdial.Item{
		&directdial.Mention{ID: "a", Text: "first", CreatedAt: now},
		&directdial.Mention{ID: "a", Text: "edited", CreatedAt: now, EditedAt: now.Add(time.Minute)},
		&directdial.Mention{ID: "a", Text: "first", CreatedAt: now},
		&directdial.Deletion{ID: "a"},
		&directdial.Mention{ID: "a", Text: "edited", CreatedAt: now, EditedAt: now.Add(time.Minute)},
		&directdial.Mention{ID: "b", Text: "other", CreatedAt: now},
	} {
		if _, err := emit(t.Context(), it); err != nil {
			t.Fatal(err)
		}
	}
	if len(x.items) != 4 {
		t.Errorf("%d items, want 4", len(x.items))
	}
	x.want("first", "edited")
	if _, ok := x.heard().(*directdial.Deletion); !ok {
		t.Error("no deletion")
	}
	x.want("other")
}

func TestAServerThatDoesNotStreamIsAsked(t *testing.T) {
	for name, status := range map[string]int{"not found": http.StatusNotFound, "refused": http.StatusForbidden, "no websocket": http.StatusOK} {
		t.Run(name, func(t *testing.T) {
			x := stream(t)
			x.spoil = func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path == "/api/v1/streaming" {
					w.WriteHeader(status)
				}
				return r.URL.Path == "/api/v1/streaming"
			}
			for _, text := range []string{"", "@acme 1", "@acme 2"} {
				if text != "" {
					x.server.Post(by("user1", text))
				}
				if err := x.streamed.Run(t.Context(), x, x.emit); directdial.KindOf(err) != directdial.Temporary || directdial.After(err) != x.every {
					t.Errorf("%v", err)
				}
			}
			x.want("@acme 1", "@acme 2")
			if x.streamed.Check(t.Context()) == nil {
				t.Error("a check finds nothing")
			}
		})
	}
}

func TestStrangeMessagesDoNotEndAStream(t *testing.T) {
	x := stream(t)
	x.start()
	for _, data := range []string{
		`{`, `7`, `null`, `[]`, ``, `{"event":7}`, `{"event":"update"}`, `{"event":"update","payload":{}}`, `{"event":"update","payload":"null"}`,
		`{"event":"update","payload":"{\"id\":7,\"content\":[]}"}`, `{"event":"notification","payload":"{\"type\":\"mention\"}"}`,
		`{"event":"notification","payload":"{"}`, `{"event":"delete","payload":"109"}`, `{"event":"delete"}`, `{"event":"filters_changed"}`,
		`{"event":"announcement.delete","payload":"1"}`, `{"event":"notifications_merged","payload":"1"}`,
	} {
		x.server.Raw(data)
	}
	x.server.Post(by("user1", "#acme 1"))
	x.want("#acme 1")
	x.server.Raw(`{"error":"Access to the stream was revoked"}`)
	err := <-x.ended
	if x.ended <- err; !strings.Contains(err.Error(), "revoked") || directdial.KindOf(err) != directdial.Temporary {
		t.Errorf("%v", err)
	}
}

func TestTheTokenGoesOnlyWhereTLSIs(t *testing.T) {
	for told, want := range map[string]string{
		"":                          "wss://mastodon.example/api/v1/streaming",
		"wss://stream.example":      "wss://stream.example/api/v1/streaming",
		"https://stream.example/x":  "wss://stream.example/api/v1/streaming",
		"ws://stream.example":       "",
		"http://stream.example":     "",
		"file:///etc/passwd":        "",
		"gopher://stream.example":   "",
		"://":                       "",
		"ws://mastodon.example":     "wss://mastodon.example/api/v1/streaming",
		"wss://user@stream.example": "wss://stream.example/api/v1/streaming",
	} {
		s, err := newSource(ingest.Setup{Now: time.Now}, &Settings{Server: "https://mastodon.example", Every: time.Minute, Hashtags: []string{"acme"}})
		if err != nil {
			t.Fatal(err)
		}
		s.client.stream = told
		u, err := s.client.streaming()
		if want == "" {
			if err == nil {
				t.Errorf("%q gives %v", told, u)
			}
			continue
		}
		if err != nil || u.String() != want {
			t.Errorf("%q gives %v, %v", told, u, err)
		}
	}
}

func TestAStreamNeedsAToken(t *testing.T) {
	_, err := newSource(ingest.Setup{}, &Settings{Server: "https://mastodon.example", Every: time.Minute, Hashtags: []string{"acme"}, Stream: true})
	if err == nil || !strings.Contains(err.Error(), "token") {
		t.Error(err)
	}
}
