package bluesky

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/secret"
)

// network is a real network: a PDS with the AppView behind it, which
// deploy/proof-bluesky starts, and people who post there.
type network struct {
	*testing.T
	pds, appView string
	suffix       string
}

// person is an account of the network.
type person struct {
	DID    string `json:"did"`
	Handle string `json:"handle"`
	Token  string `json:"accessJwt"`
}

type written struct {
	URI string `json:"uri"`
	CID string `json:"cid"`
}

func realNetwork(t *testing.T) *network {
	n := &network{T: t, pds: os.Getenv("DIRECTDIAL_BLUESKY"), appView: os.Getenv("DIRECTDIAL_BLUESKY_APPVIEW")}
	if n.pds == "" || n.appView == "" {
		t.Skip("no network: deploy/proof-bluesky starts one")
	}
	n.suffix = strconv.FormatUint(rand.Uint64N(36*36*36*36*36), 36)
	return n
}

// call calls a procedure of the PDS.
func (n *network) call(method, token string, body, into any) {
	n.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		n.Fatal(err)
	}
	req, err := http.NewRequestWithContext(n.Context(), http.MethodPost, n.pds+"/xrpc/"+method, bytes.NewReader(data))
	if err != nil {
		n.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		n.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		n.Fatalf("%s: %s %s %v", method, resp.Status, answer, err)
	}
	if into != nil {
		if err := json.Unmarshal(answer, into); err != nil {
			n.Fatal(err)
		}
	}
}

func (n *network) person(name string) (p person) {
	handle := name + n.suffix + ".test"
	n.call("com.atproto.server.createAccount", "", map[string]string{"handle": handle, "email": handle + "@mail.example", "password": "pw-" + handle}, &p)
	return p
}

// post makes a post with facets for the text given as mention and link.
func (n *network) post(p person, text string, more map[string]any) (w written) {
	record := map[string]any{
		"$type": postCollection, "text": text, "createdAt": time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), "langs": []string{"en"},
	}
	for k, v := range more {
		record[k] = v
	}
	n.call("com.atproto.repo.createRecord", p.Token, map[string]any{"repo": p.DID, "collection": postCollection, "record": record}, &w)
	return w
}

func (n *network) delete(p person, w written) {
	_, _, key := splitURI(w.URI)
	n.call("com.atproto.repo.deleteRecord", p.Token, map[string]any{"repo": p.DID, "collection": postCollection, "rkey": key}, nil)
}

// facetOf makes a facet of the part of a text, by bytes.
func facetOf(text, part string, feature map[string]string) map[string]any {
	start := strings.Index(text, part)
	return map[string]any{"index": map[string]int{"byteStart": start, "byteEnd": start + len(part)}, "features": []any{feature}}
}

func replyTo(root, parent written) map[string]any {
	return map[string]any{"reply": map[string]any{"root": root, "parent": parent}}
}

func quoteOf(w written) map[string]any {
	return map[string]any{"embed": map[string]any{"$type": "app.bsky.embed.record", "record": w}}
}

// ear is a source on the network, with the state that would be on disk.
type ear struct {
	*source
	network *network
	state   []byte
	heard   map[string]directdial.Item // by id
}

func (n *network) listen(settings Settings) *ear {
	n.Helper()
	if settings.Every == 0 {
		settings.Every = time.Minute
	}
	s, err := newSource(ingest.Setup{Client: http.DefaultClient, Report: silent{}, Now: time.Now, Log: zerolog.Nop()}, &settings)
	if err != nil {
		n.Fatal(err)
	}
	return &ear{source: s, network: n, heard: map[string]directdial.Item{}}
}

type silent struct{}

func (silent) Budget(int, time.Time) {}
func (silent) Newest(time.Time)      {}
func (silent) Rejected(int)          {}

// poll asks until there is no more.
func (e *ear) poll() error {
	for {
		items, next, err := e.fetch(e.network.Context(), e.state)
		for _, it := range items {
			switch it := it.(type) {
			case *directdial.Mention:
				e.heard[it.ID] = it
			case *directdial.Deletion:
				e.heard[it.ID] = it
			}
		}
		if next != nil {
			e.state = next
		}
		if !errors.Is(err, ingest.ErrMore) {
			return err
		}
	}
}

// until polls until something holds; the AppView takes a moment to know.
func (e *ear) until(what string, holds func() bool) {
	e.network.Helper()
	ctx, cancel := context.WithTimeout(e.network.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		if err := e.poll(); err != nil {
			e.network.Fatal(err)
		}
		if holds() {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			e.network.Fatalf("%s does not come; heard are %v", what, e.heard)
		}
	}
}

func (e *ear) mention(w written) *directdial.Mention {
	e.network.Helper()
	e.until(w.URI, func() bool { _, ok := e.heard[w.URI].(*directdial.Mention); return ok })
	return e.heard[w.URI].(*directdial.Mention)
}

func (e *ear) deleted(w written) {
	e.network.Helper()
	e.until("the deletion of "+w.URI, func() bool { _, ok := e.heard[w.URI].(*directdial.Deletion); return ok })
}

// change changes the saved session.
func (e *ear) change(f func(*session)) {
	e.network.Helper()
	var st state
	if err := json.Unmarshal(e.state, &st); err != nil {
		e.network.Fatal(err)
	}
	f(&st.Session)
	var err error
	if e.state, err = json.Marshal(st); err != nil {
		e.network.Fatal(err)
	}
}

func (e *ear) session() session {
	e.network.Helper()
	var st state
	if err := json.Unmarshal(e.state, &st); err != nil {
		e.network.Fatal(err)
	}
	return st.Session
}

func TestARealServerIsHeard(t *testing.T) {
	n := realNetwork(t)
	brand, customer, other := n.person("brand"), n.person("customer"), n.person("other")
	word := "widget" + n.suffix
	var app struct {
		Password string `json:"password"`
	}
	n.call("com.atproto.server.createAppPassword", brand.Token, map[string]string{"name": "directdial"}, &app)
	e := n.listen(Settings{Server: n.pds, Account: brand.Handle, Password: secret.New(app.Password), Search: []string{word}})
	if err := e.poll(); err != nil {
		t.Fatal(err)
	}
	t.Run("a mention, with its facets by bytes", func(t *testing.T) {
		text := "💥 @" + brand.Handle + " acme.example/he... broke"
		w := n.post(customer, text, map[string]any{"facets": []any{
			facetOf(text, "@"+brand.Handle, map[string]string{"$type": "app.bsky.richtext.facet#mention", "did": brand.DID}),
			facetOf(text, "acme.example/he...", map[string]string{"$type": linkFacet, "uri": "https://acme.example/help/billing"}),
		}})
		m := e.mention(w)
		if want := "💥 @" + brand.Handle + " https://acme.example/help/billing broke"; m.Text != want || m.Author.ID != customer.DID || m.Author.Handle != customer.Handle || m.Lang != "en" {
			t.Errorf("%+v", m)
		}
	})
	t.Run("what a search finds, its thread by a look, and its deletion", func(t *testing.T) {
		w := n.post(customer, "my "+word+" is broken", nil)
		e.mention(w)
		reply := n.post(other, "mine too", replyTo(w, w))
		again := n.post(customer, "really?", replyTo(w, reply))
		var items []directdial.Item
		e.until("the replies", func() bool {
			var err error
			if items, err = e.look(t.Context(), ingest.Post{ID: w.URI}); err != nil {
				t.Fatal(err)
			}
			return len(items) == 3
		})
		last := items[2].(*directdial.Mention)
		if last.ID != again.URI || last.InReplyTo != reply.URI || last.Thread != w.URI {
			t.Errorf("%+v", last)
		}
		n.delete(customer, w)
		e.deleted(w)
		items, err := e.look(t.Context(), ingest.Post{ID: w.URI})
		if err != nil || len(items) != 1 || items[0].(*directdial.Deletion).ID != w.URI {
			t.Errorf("%v, %v", items, err)
		}
	})
	t.Run("a quote, with and without a word", func(t *testing.T) {
		ours := n.post(brand, "We are here to help", nil)
		with, bare := n.post(customer, "you are not", quoteOf(ours)), n.post(other, "", quoteOf(ours))
		if m := e.mention(with); m.RepostOf != "" || m.Text != "you are not" {
			t.Errorf("%+v", m)
		}
		if m := e.mention(bare); m.RepostOf != ours.URI || m.Text != "We are here to help" {
			t.Errorf("%+v", m)
		}
	})
	t.Run("a session is renewed, and made anew once it is revoked", func(t *testing.T) {
		before := e.session()
		e.change(func(s *session) { s.Access = "garbage" })
		if err := e.poll(); err != nil {
			t.Fatal(err)
		}
		renewed := e.session()
		if renewed.Refresh == before.Refresh || renewed.DID != brand.DID {
			t.Error("the session was not renewed")
		}
		// Killed before the renewed one was saved: the old token is good once more.
		e.change(func(s *session) { *s = before; s.Access = "" })
		if err := e.poll(); err != nil || e.session().DID != brand.DID {
			t.Errorf("%v", err)
		}
		e.change(func(s *session) { s.Access, s.Refresh = "garbage", "garbage" })
		if err := e.poll(); err != nil {
			t.Errorf("made anew: %v", err)
		}
		n.call("com.atproto.server.revokeAppPassword", brand.Token, map[string]string{"name": "directdial"}, nil)
		e.change(func(s *session) { s.Access = "" })
		if err := e.poll(); directdial.KindOf(err) != directdial.Denied || !strings.Contains(err.Error(), "app password") {
			t.Errorf("without its app password: %v", err)
		}
	})
}

func TestARealSearchWithoutAnAccountIsHeard(t *testing.T) {
	n := realNetwork(t)
	customer := n.person("customer")
	word := "widget" + n.suffix
	e := n.listen(Settings{Server: n.appView, Search: []string{word}})
	if err := e.poll(); err != nil {
		t.Fatal(err)
	}
	posts := make([]written, 120) // more than a page
	for i := range posts {
		posts[i] = n.post(customer, word+" number "+strconv.Itoa(i), nil)
	}
	for _, w := range posts {
		e.mention(w)
	}
	n.call("com.atproto.server.deactivateAccount", customer.Token, map[string]any{}, nil)
	e.until("the deletions", func() bool {
		gone := 0
		for _, it := range e.heard {
			if _, ok := it.(*directdial.Deletion); ok {
				gone++
			}
		}
		return gone == len(posts)
	})
}
