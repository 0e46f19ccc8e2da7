package slack_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/channeltest"
	"github.com/directdial/directdial/experts/slack"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

// clerk is a channel that hears over HTTP, without a network.
type clerk struct {
	t       *testing.T
	d       *desk
	handler http.Handler
	now     time.Time
}

func newClerk(t *testing.T) *clerk {
	d := newDesk(t, "http", nil)
	c := &clerk{t: t, d: d, now: time.Now()}
	setup, _ := channeltest.Setup("token: " + slacktest.Token + "\nsigning_secret: " + slacktest.SigningSecret + "\napi_url: " + d.URL())
	setup.Now = func() time.Time { return c.now }
	made, err := slack.New(setup)
	if err != nil {
		t.Fatal(err)
	}
	c.handler = made.(experts.Answered).Handler(d.book)
	return c
}

const requests = "/v1/channels/slack/requests"

// request is a signed request about a deed; retry is how often it came before.
func (c *clerk) request(deed slacktest.Deed, retry int) *http.Request {
	c.t.Helper()
	r, err := c.d.Request(c.t.Context(), requests, deed, retry)
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

// post serves a request and returns when all that it asks for is done.
func (c *clerk) post(r *http.Request) (int, string) {
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	body, _ := io.ReadAll(w.Result().Body)
	return w.Code, string(body)
}

func signed(t *testing.T, kind, body string, at time.Time) *http.Request {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, requests, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	slacktest.Sign(r.Header, []byte(body), at)
	return r
}

func TestARequestThatIsRepeatedActsOnce(t *testing.T) {
	c := newClerk(t)
	press := c.d.press("Take it")
	for retry := range 4 {
		if code, body := c.post(c.request(press, retry)); code != http.StatusOK || body != "" {
			t.Errorf("retry %d: %d %s", retry, code, body)
		}
	}
	if acts := c.d.book.done(); len(acts) != 1 {
		t.Errorf("did %v", acts)
	}
}

func TestSignaturesThatDoNotHold(t *testing.T) {
	for name, change := range map[string]func(c *clerk, r *http.Request){
		"none":             func(_ *clerk, r *http.Request) { r.Header.Del("X-Slack-Signature") },
		"no time":          func(_ *clerk, r *http.Request) { r.Header.Del("X-Slack-Request-Timestamp") },
		"another time":     func(_ *clerk, r *http.Request) { r.Header.Set("X-Slack-Request-Timestamp", "1") },
		"too old":          func(c *clerk, _ *http.Request) { c.now = c.now.Add(5*time.Minute + 2*time.Second) },
		"from the future":  func(c *clerk, _ *http.Request) { c.now = c.now.Add(-5*time.Minute - 2*time.Second) },
		"of the year 9999": func(_ *clerk, r *http.Request) { r.Header.Set("X-Slack-Request-Timestamp", "9223372036854775807") },
		"of another body":  func(_ *clerk, r *http.Request) { r.Body = io.NopCloser(strings.NewReader("payload={}")) },
		"of a longer body": func(_ *clerk, r *http.Request) {
			r.Body, r.ContentLength = io.NopCloser(io.MultiReader(r.Body, strings.NewReader("&x=1"))), -1
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClerk(t)
			r := c.request(c.d.press("Take it"), 0)
			change(c, r)
			if code, _ := c.post(r); code != http.StatusUnauthorized {
				t.Errorf("answered with %d", code)
			}
			if acts := c.d.book.done(); len(acts) != 0 {
				t.Errorf("did %v", acts)
			}
		})
	}
}

// What stands in the address is not signed: whoever has one signed request could
// have said anything with it.
func TestAPayloadInTheAddressIsNotRead(t *testing.T) {
	c := newClerk(t)
	evil := c.request(c.d.press("Take it"), 0)
	body, _ := io.ReadAll(evil.Body)
	r := signed(t, "application/x-www-form-urlencoded", "nothing=1", c.now)
	r.URL.RawQuery = string(body)
	c.post(r)
	if acts := c.d.book.done(); len(acts) != 0 {
		t.Errorf("did %v", acts)
	}
}

func TestSlackIsToldThatThisIsTheRightAddress(t *testing.T) {
	c := newClerk(t)
	code, body := c.post(signed(t, "application/json", `{"type":"url_verification","token":"x","challenge":"3eZbrw1a"}`, c.now))
	if code != http.StatusOK || body != `{"challenge":"3eZbrw1a"}` {
		t.Errorf("%d %s", code, body)
	}
	r := httptest.NewRequest(http.MethodPost, requests, strings.NewReader(`{"type":"url_verification","challenge":"x"}`))
	r.Header.Set("Content-Type", "application/json")
	if code, _ := c.post(r); code != http.StatusUnauthorized {
		t.Errorf("without a signature: %d", code)
	}
}

func TestWhatIsNoRequestOfSlackIsRefused(t *testing.T) {
	c := newClerk(t)
	for _, r := range []struct {
		name string
		*http.Request
		code int
	}{
		{"bad JSON", signed(t, "application/json", "{", c.now), http.StatusBadRequest},
		{"a bad payload", signed(t, "application/x-www-form-urlencoded", url.Values{"payload": {"["}}.Encode(), c.now), http.StatusBadRequest},
		{"a bad form", signed(t, "application/x-www-form-urlencoded", "%zz", c.now), http.StatusBadRequest},
		{"too much", signed(t, "application/x-www-form-urlencoded", strings.Repeat("a", 2<<20), c.now), http.StatusRequestEntityTooLarge},
		{"a GET", httptest.NewRequest(http.MethodGet, requests, nil), http.StatusMethodNotAllowed},
		{"elsewhere", httptest.NewRequest(http.MethodPost, "/v1/channels/slack/", nil), http.StatusNotFound},
	} {
		if code, body := c.post(r.Request); code != r.code {
			t.Errorf("%s: %d %s", r.name, code, body)
		}
	}
}
