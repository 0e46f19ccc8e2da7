package mapped

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/web"
)

const (
	hookSecret     = "a-long-secret"
	standardSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	address        = "/v1/sources/listening/"
	plain          = `{"id":"1","text":"a"}`
)

// mac is the HMAC-SHA256 of a text.
func mac(key, text string) []byte {
	m := hmac.New(sha256.New, []byte(key))
	m.Write([]byte(text))
	return m.Sum(nil)
}

// signed posts a body without a token, with these headers.
func (b *bench) signed(body string, options ...option) ([]string, int) {
	b.t.Helper()
	w := b.request(http.MethodPost, address, strings.NewReader(body), append([]option{kind("application/json")}, options...)...)
	return b.texts(), w.Code
}

func TestSignaturesOfEachScheme(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	key, err := web.ParseSigningKey(standardSecret)
	if err != nil {
		t.Fatal(err)
	}
	for scheme, c := range map[string]struct {
		secret string
		sign   func(body string) []option
	}{
		"standard": {standardSecret, func(body string) []option {
			return []option{
				header("webhook-id", "m1"), header("webhook-timestamp", "1800000000"), header("webhook-signature", key.Sign("m1", now, []byte(body))),
			}
		}},
		"github": {hookSecret, func(body string) []option {
			return []option{header("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac(hookSecret, body)))}
		}},
		"discourse": {hookSecret, func(body string) []option {
			return []option{header("X-Discourse-Event-Signature", "sha256="+hex.EncodeToString(mac(hookSecret, body)))}
		}},
		"x": {hookSecret, func(body string) []option {
			return []option{header("X-Twitter-Webhooks-Signature", "sha256="+base64.StdEncoding.EncodeToString(mac(hookSecret, body)))}
		}},
	} {
		t.Run(scheme, func(t *testing.T) {
			b := newBench(t, ".", "scheme: "+scheme, "secret: "+c.secret)
			for name, forged := range map[string][]option{
				"nothing": nil, "of another body": c.sign(`{"id":"2","text":"a"}`),
				"a token": {header("Authorization", "Bearer "+c.secret)},
			} {
				if got, code := b.signed(plain, forged...); code != http.StatusUnauthorized || len(got) != 0 {
					t.Errorf("%s: %d, %v", name, code, got)
				}
			}
			if got, code := b.signed(plain, c.sign(plain)...); code != http.StatusAccepted || len(got) != 1 {
				t.Fatalf("%d, %v", code, got)
			}
			// An edit came in between: a repeat of the first does not undo it.
			edit := `{"id":"1","text":"b"}`
			b.signed(edit, append(c.sign(edit), header("webhook-id", "m1"))...)
			got, code := b.signed(plain, c.sign(plain)...)
			if diff := cmp.Diff([]string{"1: a", "1: b"}, got); diff != "" || code != http.StatusAccepted {
				t.Errorf("%d\n%s", code, diff)
			}
		})
	}
}

func TestTheChallengeOfXIsAnswered(t *testing.T) {
	b := newBench(t, ".", "scheme: x", "secret: "+hookSecret)
	w := b.request(http.MethodGet, address+"?crc_token=abc", nil)
	if want := `{"response_token":"sha256=` + base64.StdEncoding.EncodeToString(mac(hookSecret, "abc")) + `"}` + "\n"; w.Code != http.StatusOK || w.Body.String() != want {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestATokenAndASchemeAreBothTaken(t *testing.T) {
	b := newBench(t, ".", "scheme: github", "secret: "+hookSecret, "token: "+token+" second")
	for _, o := range []option{
		header("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac(hookSecret, plain))),
		header("Authorization", "Bearer "+token), header("Authorization", "bearer second"),
	} {
		if _, code := b.signed(plain, o); code != http.StatusAccepted {
			t.Errorf("%d", code)
		}
	}
	if _, code := b.signed(plain, header("Authorization", "Bearer third")); code != http.StatusUnauthorized {
		t.Errorf("%d", code)
	}
}

func TestRequestsThatAreRefused(t *testing.T) {
	b := newBench(t, ".")
	bearer := header("Authorization", "Bearer "+token)
	for name, c := range map[string]struct {
		method, target string
		status         int
		options        []option
	}{
		"no token":          {http.MethodPost, address, 401, nil},
		"another token":     {http.MethodPost, address, 401, []option{header("Authorization", "Bearer x")}},
		"another method":    {http.MethodGet, address, 405, []option{bearer}},
		"a longer address":  {http.MethodPost, address + "x", 404, []option{bearer}},
		"another source":    {http.MethodPost, "/v1/sources/crm/", 404, []option{bearer}},
		"no type":           {http.MethodPost, address, 415, []option{bearer}},
		"a form of another": {http.MethodPost, address, 415, []option{bearer, kind("application/x-www-form-urlencoded")}},
		"compressed":        {http.MethodPost, address, 415, []option{bearer, kind("application/json"), header("Content-Encoding", "gzip")}},
		"a dry run or not":  {http.MethodPost, address + "?dry_run=perhaps", 400, []option{bearer, kind("application/json")}},
	} {
		t.Run(name, func(t *testing.T) {
			b.refused(b.request(c.method, c.target, strings.NewReader(plain), c.options...), c.status, "")
		})
	}
}

func TestARequestTooMuchIsA429(t *testing.T) {
	b := benchOf(t, "map: .\nrate: 60/m")
	for range 10 {
		b.taken(b.send(plain))
	}
	if w := b.send(plain); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1" {
		t.Errorf("%d, %v", w.Code, w.Header())
	}
}

// A webhook of GitHub as it is, in both types of content.
func TestAnIssueCommentOfGitHub(t *testing.T) {
	body, err := os.ReadFile("testdata/github-issue-comment.json")
	if err != nil {
		t.Fatal(err)
	}
	const program = `
select($headers["x-github-event"] == "issue_comment" and .sender.type != "Bot")
| .issue.node_id as $thread
| .comment + {deleted: (.action == "deleted")}
| { id: .node_id, platform: "github", url: .html_url, text: .body, created_at, edited_at: .updated_at, thread: $thread, in_reply_to: $thread, deleted,
    author: { id: .user.node_id, handle: .user.login, url: .user.html_url }, reach: { likes: .reactions["+1"] } }`
	for contentType, body := range map[string]string{
		"application/json":                  string(body),
		"application/x-www-form-urlencoded": url.Values{"payload": {string(body)}}.Encode(),
	} {
		b := newBench(t, program, "scheme: github", "secret: "+hookSecret)
		if _, code := b.signed(body, kind(contentType), header("X-GitHub-Event", "issue_comment"),
			header("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac(hookSecret, body)))); code != http.StatusAccepted {
			t.Fatalf("%s: %d", contentType, code)
		}
		at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
		want := directdial.Mention{
			ID: "IC_kwDOAbCd1M6VvJ9z", Platform: "github", URL: "https://github.example/acme/shop/issues/12#issuecomment-2512345678901",
			Text: "Same here: billed twice by Acme.", CreatedAt: at, EditedAt: at, InReplyTo: "I_kwDOAbCd1M6hq1Zz", Thread: "I_kwDOAbCd1M6hq1Zz",
			Author: directdial.Author{ID: "MDQ6VXNlcjEwMDI=", Handle: "user2", URL: "https://github.example/user2"},
			Reach:  directdial.Reach{Likes: 2}, V: directdial.MentionVersion, Source: "listening", AcceptedAt: b.now,
		}
		if diff := cmp.Diff([]directdial.Mention{want}, b.log.Mentions()); diff != "" {
			t.Error("-want +got\n" + diff)
		}
	}
}
