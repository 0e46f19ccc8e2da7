package webhook

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial/internal/web"
)

// signed signs the body as a sender of Standard Webhooks does.
func (b *bench) signed(with, id string, at time.Time, body string) option {
	b.t.Helper()
	key, err := web.ParseSigningKey(with)
	if err != nil {
		b.t.Fatal(err)
	}
	return func(r *http.Request) {
		r.Header.Del("Authorization")
		r.Header.Set("webhook-id", id)
		r.Header.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
		r.Header.Set("webhook-signature", key.Sign(id, at, []byte(body)))
	}
}

func svix(r *http.Request) {
	for _, name := range []string{"id", "timestamp", "signature"} {
		r.Header.Set("svix-"+name, r.Header.Get("webhook-"+name))
		r.Header.Del("webhook-" + name)
	}
}

const mention = `{"id":"1","platform":"mastodon","text":"billed twice"}`

func TestTheCredentialSaysWhichSourceItIs(t *testing.T) {
	for name, want := range map[string]string{"token": "crm", "shop-token": "shop", "shop-token-2": "shop", "secret": "listening", "secret2": "shop", "svix": "listening"} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			var options []option
			switch name {
			case "token":
				options = []option{bearer(token)}
			case "secret":
				options = []option{b.signed(signingSecret, "msg_1", b.now, mention)}
			case "secret2":
				options = []option{b.signed(otherSecret, "msg_1", b.now, mention)}
			case "svix":
				options = []option{b.signed(signingSecret, "msg_1", b.now, mention), svix}
			default:
				options = []option{bearer(name)}
			}
			b.counts(b.send(mention, options...), 1, 0, 0)
			if got := b.log.Mentions()[0].Source; got != want {
				t.Errorf("source %s, want %s", got, want)
			}
		})
	}
}

func TestEveryWrongCredentialGetsTheSame401(t *testing.T) {
	b := newBench(t)
	var first *httptest.ResponseRecorder
	none := func(r *http.Request) { r.Header.Del("Authorization") }
	for name, options := range map[string][]option{
		"none":               {none},
		"another token":      {bearer("x")},
		"part of a token":    {bearer(token[:5])},
		"an empty token":     {bearer("")},
		"basic":              {header("Authorization", "Basic "+token)},
		"another secret":     {b.signed("whsec_"+strings.Repeat("BBBB", 8), "msg_1", b.now, mention)},
		"another body":       {b.signed(signingSecret, "msg_1", b.now, mention+" ")},
		"too old":            {b.signed(signingSecret, "msg_1", b.now.Add(-5*time.Minute-time.Second), mention)},
		"too new":            {b.signed(signingSecret, "msg_1", b.now.Add(5*time.Minute+time.Second), mention)},
		"no signature":       {b.signed(signingSecret, "msg_1", b.now, mention), func(r *http.Request) { r.Header.Del("webhook-signature") }},
		"no timestamp":       {b.signed(signingSecret, "msg_1", b.now, mention), func(r *http.Request) { r.Header.Del("webhook-timestamp") }},
		"another id":         {b.signed(signingSecret, "msg_1", b.now, mention), header("webhook-id", "msg_2")},
		"a token beside it":  {b.signed(signingSecret, "msg_1", b.now, mention), bearer("x")},
		"a wrong type, too":  {bearer("x"), header("Content-Type", "text/plain")},
		"a wrong type, none": {none, header("Content-Encoding", "gzip")},
	} {
		w := b.send(mention, options...)
		if first == nil {
			first = w
		}
		if w.Code != http.StatusUnauthorized || w.Body.String() != first.Body.String() || cmp.Diff(first.Header(), w.Header()) != "" {
			t.Errorf("%s: %d %v %s", name, w.Code, w.Header(), w.Body)
		}
	}
	w := b.request(http.MethodGet, "/v1/mentions/mastodon/1", nil, bearer("x"))
	if w.Code != http.StatusUnauthorized || w.Body.String() != first.Body.String() {
		t.Errorf("GET: %d %s", w.Code, w.Body)
	}
	b.stored(0, 0)
}

func TestASignatureHoldsFiveMinutesBothWays(t *testing.T) {
	b := newBench(t)
	for i, off := range []time.Duration{-5 * time.Minute, 0, 5 * time.Minute} {
		body := fmt.Sprintf(`{"id":"%d","platform":"mastodon","text":"a"}`, i)
		b.counts(b.send(body, b.signed(signingSecret, "msg_1", b.now.Add(off), body)), 1, 0, 0)
	}
}

func TestTheSameSignedRequestAgainChangesNothing(t *testing.T) {
	b := newBench(t)
	const body = `[{"id":"1","platform":"mastodon","text":"one"},{"id":"2","platform":"mastodon","text":"two"},{"id":"3","platform":"mastodon","deleted":true},{"id":"4"}]`
	request := b.signed(signingSecret, "msg_1", b.now, body)
	b.counts(b.send(body, request), 3, 0, 1)
	b.stored(2, 1)
	b.counts(b.send(body, request), 0, 3, 1)
	const edit = `{"id":"1","platform":"mastodon","text":"one, edited"}`
	b.counts(b.send(edit, b.signed(signingSecret, "msg_2", b.now, edit)), 1, 0, 0)
	b.now = b.now.Add(5 * time.Minute) // the last moment at which the signature holds
	b.counts(b.send(body, request), 0, 3, 1)
	b.stored(3, 1)
	b.now = b.now.Add(time.Second)
	if w := b.send(body, request); w.Code != http.StatusUnauthorized {
		t.Errorf("%d after the window", w.Code)
	}
}

func TestARequestThatWasNotStoredIsNoReplay(t *testing.T) {
	b := newBench(t)
	request := b.signed(signingSecret, "msg_1", b.now, mention)
	b.counts(b.request(http.MethodPost, "/v1/mentions?dry_run=0", strings.NewReader(mention), header("Content-Type", "application/json"), request), 1, 0, 0)
	b = newBench(t)
	if w := b.request(http.MethodPost, "/v1/mentions?dry_run=1", strings.NewReader(mention), header("Content-Type", "application/json"), request); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	b.counts(b.send(mention, request), 1, 0, 0)
}

func TestPlatformsThatASourceMayWriteAs(t *testing.T) {
	b := newBench(t)
	const body = `[{"id":"1","platform":"mastodon","text":"a"},{"id":"2","text":"a"},{"id":"3","platform":"bluesky","text":"a"},` +
		`{"id":"4","platform":"crm","deleted":true},{"id":"5","platform":"a.*","text":"a"}]`
	a := b.taken(b.send(body, b.signed(signingSecret, "msg_1", b.now, body)))
	if a.Accepted != 2 || len(a.Rejected) != 3 {
		t.Fatalf("%+v", a)
	}
	for i, index := range []int{2, 3, 4} {
		if r := a.Rejected[i]; r.Index != index || r.Field != "platform" {
			t.Errorf("%+v", r)
		}
	}
	b.counts(b.send(`{"id":"3","platform":"bluesky","text":"a"}`), 1, 0, 0) // crm may write as any
}
