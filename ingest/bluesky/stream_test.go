package bluesky

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/bluesky/blueskytest"
	"github.com/directdial/directdial/internal/web"
)

// streamer is a source in the hands of a test that streams from a double on the
// loopback, by the client that the daemon has.
type streamer struct {
	*streamed
	*testing.T
	server *blueskytest.Server
	spoil  func(w http.ResponseWriter, r *http.Request) bool // answers in place of the server
	base   string
	items  chan directdial.Item
	saves  chan streamState
	state  []byte
	end    context.CancelFunc
	ended  chan error
}

func stream(t *testing.T, settings Settings) *streamer {
	t.Helper()
	x := &streamer{T: t, server: blueskytest.New("acme.example"), items: make(chan directdial.Item, 1000), saves: make(chan streamState, 1000)}
	x.spoil = func(http.ResponseWriter, *http.Request) bool { return false }
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !x.spoil(w, r) {
			x.server.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	x.base = server.URL
	settings.Every, settings.Server = time.Minute, x.base
	settings.Stream = []string{strings.Replace(x.base, "http", "ws", 1)}
	client := web.Client{UserAgent: "test", Named: func(string) bool { return true }}.HTTP()
	t.Cleanup(client.CloseIdleConnections)
	source, err := newStream(ingest.Setup{Client: client, Report: silent{}, Now: time.Now, Log: zerolog.Nop()}, &settings)
	if err != nil {
		t.Fatal(err)
	}
	x.streamed = source.(*streamed)
	t.Cleanup(x.stop)
	return x
}

// start runs the source. What happens before it is connected is replayed.
func (x *streamer) start() {
	ctx, cancel := context.WithCancel(x.Context())
	x.end, x.ended = cancel, make(chan error, 1)
	go func() { x.ended <- x.streamed.Run(ctx, x, x.emit) }()
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
	var st streamState
	if err := json.Unmarshal(state, &st); err != nil {
		return err
	}
	x.saves <- st
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

func (x *streamer) mention() *directdial.Mention {
	x.Helper()
	it := x.heard()
	m, ok := it.(*directdial.Mention)
	if !ok {
		x.Fatalf("heard %+v", it)
	}
	return m
}

func TestAStreamIsSearchedHere(t *testing.T) {
	x := stream(t, Settings{Search: []string{`"acme widget" broke`, "#acme"}, Account: "acme.example"})
	x.start()
	for _, text := range []string{
		"nothing", "my Acme  widget broke", "The acme widgets broke", "my acme widget works", "#acmewidget", "@acme2.example",
	} {
		x.server.Post(by("user1.example", text))
	}
	x.server.Identity("user1.example")
	x.server.Raw(`{"kind":"commit"`)
	x.server.Raw(`7`)
	x.server.Raw(`{"did":"did:plc:a","time_us":1,"kind":"commit","commit":{"operation":"create","collection":"app.bsky.feed.post","rkey":"1","record":7}}`)
	want := []string{"My ACME WIDGET broke!", "(#acme)", "hello @acme.example"}
	for _, text := range want {
		x.server.Post(by("user1.example", text))
	}
	ours := x.server.Post(by("acme.example", "We are here"))
	answer, quote := reply("user2.example", "no", ours), by("user2.example", "")
	quote.Quote = ours.URI
	x.server.Post(answer)
	x.server.Post(quote)
	for _, text := range append(want, "no", "We are here") {
		if m := x.mention(); m.Text != text {
			t.Errorf("heard %+v, want %q", m, text)
		}
	}
}

func TestAMentionOfAStreamHasItsAuthor(t *testing.T) {
	x := stream(t, Settings{Search: []string{"widget"}})
	x.start()
	p := by("user1.example", "my widget broke https://acme.example/help/billing/2026/widget")
	p.Name, p.Lang, p.At = "User One", "en", time.Now().Add(time.Hour)
	w := x.server.Post(p)
	m := x.mention()
	want := directdial.Author{
		ID: blueskytest.DID("user1.example"), Handle: "user1.example", Name: "User One", Followers: 12,
		URL: "https://bsky.app/profile/" + blueskytest.DID("user1.example"),
	}
	if m.ID != w.URI || m.URL != w.URL || m.Text != p.Text || m.Lang != "en" || m.Author != want || m.CreatedAt.After(time.Now()) {
		t.Errorf("%+v", m)
	}
	x.server.Label("shy.example", "!no-unauthenticated")
	x.server.Post(by("shy.example", "a shy widget"))
	x.server.Post(by("user1.example", "another widget"))
	if m := x.mention(); m.Text != "another widget" {
		t.Errorf("%+v", m)
	}
}

func TestAStreamTellsWhatBecameOfAPost(t *testing.T) {
	x := stream(t, Settings{Search: []string{"widget"}})
	x.start()
	a, b, c := x.server.Post(by("user1.example", "widget a")), x.server.Post(by("user2.example", "widget b")), x.server.Post(by("user2.example", "widget c"))
	other := x.server.Post(by("user2.example", "nothing"))
	for range 3 {
		x.mention()
	}
	x.server.Repost("user3.example", other.URI)
	repost := x.server.Repost("user3.example", a.URI)
	if m := x.mention(); m.ID != repost || m.RepostOf != a.URI || m.Text != "widget a" || m.URL != a.URL || m.Author.Handle != "user3.example" {
		t.Errorf("%+v", m)
	}
	x.server.Edit(a.URI, "something else")
	if m := x.mention(); m.ID != a.URI || m.Text != "something else" {
		t.Errorf("%+v", m)
	}
	x.server.Delete(other.URI)
	x.server.Delete(a.URI)
	if d, ok := x.heard().(*directdial.Deletion); !ok || d.ID != a.URI {
		t.Errorf("%+v", d)
	}
	x.server.DeleteAccount("user2.example")
	gone := []string{x.heard().(*directdial.Deletion).ID, x.heard().(*directdial.Deletion).ID}
	if slices.Sort(gone); !slices.Equal(gone, []string{b.URI, c.URI}) {
		t.Errorf("%q", gone)
	}
}

func TestAStreamThatIsCutGoesOnWhereItWas(t *testing.T) {
	x := stream(t, Settings{Search: []string{"widget"}})
	x.start()
	x.server.Post(by("user1.example", "widget 1"))
	x.mention()
	x.server.Cut()
	err := <-x.ended
	if x.ended <- err; directdial.KindOf(err) != directdial.Temporary {
		t.Errorf("%v", err)
	}
	x.server.Post(by("user1.example", "widget 2"))
	x.stop()
	x.start()
	if m := x.mention(); m.Text != "widget 1" { // once more: the streams overlap
		t.Errorf("%+v", m)
	}
	if m := x.mention(); m.Text != "widget 2" {
		t.Errorf("%+v", m)
	}
}

func TestAReplayBringsNoOldText(t *testing.T) {
	x := stream(t, Settings{Search: []string{"widget"}})
	x.start()
	a, b := x.server.Post(by("user1.example", "widget 1")), x.server.Post(by("user1.example", "widget 2"))
	x.mention()
	x.mention()
	x.server.Edit(a.URI, "widget 1, edited")
	x.mention()
	x.server.Delete(b.URI)
	x.heard()
	x.stop()
	x.server.Post(by("user1.example", "widget 3"))
	x.start()
	for _, text := range []string{"widget 1, edited", "widget 3"} {
		if m := x.mention(); m.Text != text {
			t.Errorf("heard %+v, want %q", m, text)
		}
	}
}

func TestAStreamThatHasForgottenLeavesAGap(t *testing.T) {
	x := stream(t, Settings{Search: []string{"widget"}})
	x.start()
	x.server.Post(by("user1.example", "widget 1"))
	x.mention()
	last := <-x.saves // that of the beginning
	last = <-x.saves
	x.stop()
	x.server.Post(by("user1.example", "widget 2"))
	x.server.Post(by("user1.example", "widget 3"))
	x.server.Forget(1)
	x.start()
	if m := x.mention(); m.Text != "widget 3" {
		t.Errorf("%+v", m)
	}
	g, ok := x.heard().(*directdial.Gap)
	if !ok || g.Cause != "expired cursor" || g.Missing != -1 || g.From.UnixMicro() != last.Last || !g.To.After(g.From) {
		t.Errorf("%+v after %+v", g, last)
	}
}

func TestAStreamSavesNothingThatIsNotEmitted(t *testing.T) {
	x := stream(t, Settings{Search: []string{"widget"}})
	x.start()
	begin := <-x.saves
	x.spoil = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, "getProfiles") {
			w.Header().Set("RateLimit-Reset", "4102444800")
			w.WriteHeader(http.StatusTooManyRequests)
		}
		return strings.Contains(r.URL.Path, "getProfiles")
	}
	x.server.Post(by("user1.example", "widget 1"))
	err := <-x.ended
	if x.ended <- err; !errors.Is(err, ingest.ErrLimit) || directdial.After(err) != maxWait || len(x.saves) > 0 {
		t.Errorf("%v, and %d states", err, len(x.saves))
	}
	x.stop()
	x.spoil = func(http.ResponseWriter, *http.Request) bool { return false }
	x.start()
	if m := x.mention(); m.Text != "widget 1" {
		t.Errorf("%+v", m)
	}
	if st := <-x.saves; st.Last < begin.Last {
		t.Errorf("%+v", st)
	}
}

func TestAStreamEndsWithAnError(t *testing.T) {
	x := stream(t, Settings{Search: []string{"widget"}})
	x.start()
	x.server.Raw(`{"$type":"error","error":"ConsumerTooSlow"}`)
	err := <-x.ended
	if x.ended <- err; directdial.KindOf(err) != directdial.Temporary || !strings.Contains(err.Error(), "ConsumerTooSlow") {
		t.Errorf("%v", err)
	}
	x.stop()
	x.spoil = func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	}
	if err := x.streamed.Run(t.Context(), x, x.emit); directdial.After(err) != time.Minute {
		t.Errorf("%v", err)
	}
	if err := x.Check(t.Context()); err == nil {
		t.Error("a check finds nothing")
	}
}

func TestAFrameIsReadAsFarAsItCan(t *testing.T) {
	for data, ok := range map[string]bool{
		`{"did":"did:plc:a","time_us":1783175888090631,"kind":"commit","commit":{"rev":"3m","operation":"delete","collection":"app.bsky.feed.post","rkey":"3m"}}`: true,
		`{"did":"did:plc:a","time_us":1783175888090631,"cursor":445,"kind":"commit","commit":{"record":{"text":7}}}`:                                              true,
		`{"did":"did:plc:a","time_us":1783175888090631,"kind":"unheard-of","new":{}}`:                                                                             true,
		`{"error":"InvalidRequest","message":"subscribe: invalid options"}`:                                                                                       true,
		`{"did":"did:plc:a"}`:                 false,
		`{"did":"did:plc:a","time_us":"now"}`: false,
		`{"did":"did:plc:a","time_us":-1}`:    false,
		`null`:                                false,
		`[]`:                                  false,
		`{`:                                   false,
		"":                                    false,
	} {
		if _, got := readFrame([]byte(data)); got != ok {
			t.Errorf("%s: %v", data, got)
		}
	}
}

func TestStreamsTakeTurns(t *testing.T) {
	x := stream(t, Settings{Search: []string{"widget"}})
	dead := httptest.NewServer(http.NotFoundHandler())
	defer dead.Close()
	u, err := url.Parse(dead.URL)
	if err != nil {
		t.Fatal(err)
	}
	x.servers = slices.Insert(x.servers, 0, u)
	if err := x.streamed.Run(t.Context(), x, x.emit); err == nil {
		t.Fatal("there is no stream")
	}
	x.start()
	x.server.Post(by("user1.example", "widget 1"))
	x.mention()
}
