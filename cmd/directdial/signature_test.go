package main_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial/internal/web"
)

// signingSecret makes a secret of Standard Webhooks out of a word.
func signingSecret(word string) string {
	return "whsec_" + base64.StdEncoding.EncodeToString([]byte(strings.Repeat(word+secretMark, 8))[:32])
}

// signed signs a request as its sender does.
func signed(t testing.TB, secret, id string, at time.Time, body string) func(*http.Request) {
	t.Helper()
	key, err := web.ParseSigningKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	return func(r *http.Request) {
		r.Header.Del("Authorization")
		r.Header.Set("webhook-id", id)
		r.Header.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
		r.Header.Set("webhook-signature", key.Sign(id, at, []byte(body)))
	}
}

// signedSource is a webhook that wants signatures by one of these secrets.
func signedSource(secrets ...string) string {
	return fmt.Sprintf("\n  - { name: listening, type: webhook, secret: %q, rate: off }", strings.Join(secrets, " "))
}

func TestEveryWrongSignatureGetsTheSameAnswerAndStoresNothing(t *testing.T) {
	t.Parallel()
	right, wrong := signingSecret("one"), signingSecret("two")
	at, _ := newSlack(t, func(s *settings) { s.sources = usualSources + signedSource(right) })
	d := at.start()
	body, now := encode(several(1, 3, complaint)), time.Now()
	var first response
	for name, change := range map[string]func(*http.Request){
		"another secret": signed(t, wrong, "msg_1", now, body),
		"another body":   signed(t, right, "msg_1", now, body+" "),
		"too old":        signed(t, right, "msg_1", now.Add(-5*time.Minute-10*time.Second), body),
		"too new":        signed(t, right, "msg_1", now.Add(5*time.Minute+10*time.Second), body),
		"no signature":   func(r *http.Request) { r.Header.Del("Authorization") },
		"half of it": func(r *http.Request) {
			signed(t, right, "msg_1", now, body)(r)
			r.Header.Del("webhook-signature")
		},
		"another token": func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") },
	} {
		r, err := d.request([]byte(body), change)
		if err != nil {
			t.Fatal(err)
		}
		r.header.Del("Date")
		if first.status == 0 {
			first = r
		}
		if r.status != http.StatusUnauthorized || r.body != first.body || fmt.Sprint(r.header) != fmt.Sprint(first.header) {
			t.Errorf("%s: %d %v %s\nand not %v %s", name, r.status, r.header, r.body, first.header, first.body)
		}
	}
	if l := d.decided(); l.Position != 0 {
		t.Errorf("ledger %+v", l)
	}
}

func TestTheSameSignedRequestAgainChangesNothing(t *testing.T) {
	t.Parallel()
	secret := signingSecret("one")
	at, slack := newSlack(t, func(s *settings) { s.sources = signedSource(secret) })
	d := at.start()
	body := encode(several(1, 3, complaint))
	request := signed(t, secret, "msg_1", time.Now(), body)
	if r := d.post(body, request); r.Accepted != 3 {
		t.Fatal(r.body)
	}
	// An edit in between must not be undone by the old request.
	edit := encode(several(1, 1, "acme billed twice, now they answered "+textMark))
	d.post(edit, signed(t, secret, "msg_2", time.Now(), edit))
	before := d.settled()
	if r := d.post(body, request); r.Accepted != 0 || r.Duplicates != 3 {
		t.Errorf("again: %s", r.body)
	}
	after := d.settled()
	if after.Position != before.Position || after.Steps != before.Steps || len(slack.Messages()) != 3 {
		t.Errorf("ledger %+v, was %+v; %d cards", after, before, len(slack.Messages()))
	}
}

func TestASecretIsReplacedWithoutAGap(t *testing.T) {
	t.Parallel()
	old, next := signingSecret("old"), signingSecret("new")
	at, slack := newSlack(t, func(s *settings) { s.sources = signedSource(old) })
	d := at.start()
	sendAs := func(n int, secret string) int {
		t.Helper()
		body := encode(several(n, 1, smalltalk))
		r, err := d.request([]byte(body), signed(t, secret, fmt.Sprint("msg_", n), time.Now(), body))
		if err != nil {
			t.Fatal(err)
		}
		return r.status
	}
	n := 0
	for _, step := range []struct {
		secrets  []string
		old, new int
	}{
		{[]string{old}, 202, 401},
		{[]string{old, next}, 202, 202},
		{[]string{next}, 401, 202},
	} {
		at.configure(settings{slack: slack.URL(), sources: signedSource(step.secrets...)})
		await(t, "the sources are those of the file", func() bool {
			n += 2
			return sendAs(n, old) == step.old && sendAs(n+1, next) == step.new
		})
	}
}
