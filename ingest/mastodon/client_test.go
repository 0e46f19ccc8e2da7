package mastodon

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/mastodon/mastodontest"
	"github.com/directdial/directdial/ingest/sourcetest"
	"github.com/directdial/directdial/internal/secret"
)

func TestARefusalSaysWhatIsMissing(t *testing.T) {
	both := Settings{Token: secret.New(mastodontest.Token), Hashtags: []string{"acme"}}
	for _, c := range []struct {
		name     string
		settings Settings
		server   func(*mastodontest.Server)
		kind     directdial.Kind
		says     []string
	}{
		{"hashtags for accounts only", tags("acme"), func(m *mastodontest.Server) { m.Closed = true }, directdial.Denied, []string{"#acme", "only with a token", "read:statuses"}},
		{"a token that ended", Settings{Token: secret.New("s3cret")}, nil, directdial.Denied, []string{"notifications", "does not accept the token", "read:notifications", "The access token is invalid"}},
		{"a token without the scope", withToken(), func(m *mastodontest.Server) { m.Scopes = []string{"read:statuses"} }, directdial.Denied, []string{"read:notifications", "outside the authorized scopes"}},
		{"one query of two", both, func(m *mastodontest.Server) { m.Scopes = []string{"read:statuses"} }, directdial.Temporary, []string{"notifications", "read:notifications"}},
		{"GoToSocial without a token", tags("acme"), func(m *mastodontest.Server) { m.GoToSocial = true }, directdial.Denied, []string{"only with a token", "token not supplied"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			listen(t, c.settings, func(l *listener) {
				if c.server != nil {
					c.server(l.server)
				}
				_, err := l.poll()
				if directdial.KindOf(err) != c.kind {
					l.Fatalf("%v: %v", directdial.KindOf(err), err)
				}
				for _, words := range c.says {
					if !strings.Contains(err.Error(), words) {
						l.Errorf("%q does not say %q", err, words)
					}
				}
				if strings.Contains(err.Error(), "s3cret") {
					l.Errorf("%q tells the token", err)
				}
			})
		})
	}
}

func TestAQueryThatIsRefusedDoesNotStopTheOthers(t *testing.T) {
	listen(t, Settings{Token: withToken().Token, Hashtags: []string{"acme", "widget"}}, func(l *listener) {
		l.server.Scopes = []string{"read:statuses"}
		_, _ = l.poll()
		for range 3 {
			l.server.Post(by("user1", "#acme"))
			l.server.Post(by("user1", "#widget"))
			heard := 0
			for range 2 {
				items, err := l.poll()
				heard += len(items)
				var e *directdial.Error
				if !errors.As(err, &e) || e.After != l.every {
					l.Errorf("got %v", err)
				}
			}
			if heard < 2 {
				l.Errorf("heard %d", heard)
			}
		}
	})
}

func TestAQueryThatBreaksDoesNotStopTheOthers(t *testing.T) {
	for _, answer := range []string{"503", "torn"} {
		listen(t, tags("a", "broken", "b"), func(l *listener) {
			l.spoil = func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.HasSuffix(r.URL.Path, "/broken") {
					return false
				}
				if answer == "503" {
					w.WriteHeader(http.StatusServiceUnavailable)
				}
				_, _ = w.Write([]byte("[{"))
				return true
			}
			for range 3 {
				_, _ = l.poll()
			}
			l.server.Post(by("user1", "#a"))
			l.server.Post(by("user1", "#b"))
			heard := map[string]bool{}
			for range 4 {
				items, _ := l.poll()
				for _, text := range sourcetest.Texts(items) {
					heard[text] = true
				}
			}
			if !heard["#a"] || !heard["#b"] {
				l.Errorf("%s: heard %v", answer, heard)
			}
		})
	}
}

func TestATenthOfTheLimitIsLeftToOthers(t *testing.T) {
	listen(t, withToken(), func(l *listener) {
		l.want()
		l.server.Use(mastodontest.Limit * 9 / 10)
		l.server.Post(by("user1", "@acme one"))
		items, err := l.poll() // one request tells how many are left
		var e *directdial.Error
		if !errors.As(err, &e) || e.Kind != directdial.Temporary || e.After <= 0 || e.After > mastodontest.Window {
			l.Fatalf("got %v", err)
		}
		if got := sourcetest.Texts(items); len(got) != 1 {
			l.Errorf("heard %q before", got)
		}
		before := len(l.requests)
		if _, err := l.poll(); err == nil || len(l.requests) != before {
			l.Errorf("the server is asked all the same: %v", err)
		}
		time.Sleep(e.After)
		l.hear()
		if l.budgets[len(l.budgets)-1] < mastodontest.Limit/2 {
			l.Errorf("reported %v", l.budgets)
		}
	})
}

func TestALimitThatWasReachedIsWaitedFor(t *testing.T) {
	for name, header := range map[string]func(h http.Header){
		"ISO 8601": func(h http.Header) {
			h.Set("X-RateLimit-Reset", time.Now().Add(3*time.Minute).UTC().Format(time.RFC3339Nano))
		},
		"epoch":       func(h http.Header) { h.Set("X-RateLimit-Reset", "946685100") }, // 2000-01-01T00:05:00Z
		"Retry-After": func(h http.Header) { h.Set("Retry-After", "180") },
	} {
		t.Run(name, func(t *testing.T) {
			listen(t, withToken(), func(l *listener) {
				l.want()
				l.spoil = func(w http.ResponseWriter, _ *http.Request) bool {
					header(w.Header())
					w.WriteHeader(http.StatusTooManyRequests)
					return true
				}
				_, err := l.poll()
				var e *directdial.Error
				if !errors.As(err, &e) || e.Kind != directdial.Temporary || e.After.Round(time.Second) != 3*time.Minute {
					l.Errorf("%v, not before %v", err, e.After)
				}
			})
		})
	}
}

func TestTheDomainOfAccountsIsNotTheAddressOfTheServer(t *testing.T) {
	listen(t, withToken(), func(l *listener) { // it is asked as social.mastodon.example
		l.want()
		l.server.Post(by("user1", "@acme local"))
		if m := l.one("@acme local"); m.Author.Identity() != "user1@mastodon.example" {
			l.Errorf("identity %q", m.Author.Identity())
		}
	})
}

func TestTheDomainIsTheAddressWhereTheServerDoesNotTell(t *testing.T) {
	for _, status := range []int{401, 403, 404} {
		listen(t, withToken(), func(l *listener) {
			l.spoil = func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path == "/api/v2/instance" {
					w.WriteHeader(status)
					return true
				}
				return false
			}
			l.want()
			l.server.Post(by("user1", "@acme local"))
			if m := l.one("@acme local"); m.Author.Identity() != "user1@social.mastodon.example" {
				l.Errorf("identity %q", m.Author.Identity())
			}
		})
	}
}

func TestWhatElseHappensToTheAccountIsPassedOver(t *testing.T) {
	listen(t, withToken(), func(l *listener) {
		l.want()
		for _, kind := range []string{"follow", "mention", "something.new", "severed_relationships"} {
			l.server.Notify(kind)
		}
		l.server.Post(mastodontest.Post{Author: "user1", Text: "@acme my number is 4711", Visibility: "direct"})
		l.server.Post(mastodontest.Post{Author: "user1", Text: "@acme for followers", Visibility: "private"})
		first := l.server.Post(by("user1", "@acme for all"))
		l.server.Post(mastodontest.Post{Author: "user2", Text: "@acme", BoostOf: first.ID})
		l.want("@acme for all")
	})
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	yes, no := true, false
	token := secret.New("s3cret")
	for name, s := range map[string]Settings{
		"no server":                     {Hashtags: []string{"acme"}},
		"a name without scheme":         {Server: "mastodon.example", Hashtags: []string{"acme"}},
		"a page of a server":            {Server: "https://mastodon.example/@acme", Hashtags: []string{"acme"}},
		"nothing to hear":               {Server: "https://mastodon.example"},
		"notifications of nobody":       {Server: "https://mastodon.example", Hashtags: []string{"acme"}, Notifications: &yes},
		"a token, and nothing to hear":  {Server: "https://mastodon.example", Token: token, Notifications: &no},
		"two words":                     {Server: "https://mastodon.example", Hashtags: []string{"acme corp"}},
		"a path":                        {Server: "https://mastodon.example", Hashtags: []string{"../../oauth"}},
		"a number":                      {Server: "https://mastodon.example", Hashtags: []string{"2026"}},
		"one hashtag twice":             {Server: "https://mastodon.example", Hashtags: []string{"acme", "#Acme"}},
		"more hashtags than allowed":    {Server: "https://mastodon.example", Hashtags: strings.Split("a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u", ",")},
		"more often than it is allowed": {Server: "https://mastodon.example", Hashtags: []string{"acme"}, Every: time.Second},
	} {
		if s.Every == 0 {
			s.Every = time.Minute
		}
		if _, err := newSource(ingest.Setup{}, &s); directdial.KindOf(err) != directdial.Invalid {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, tag := range []string{"#Acme", "ångström", "日本", "acme_2026", "a·b"} {
		if _, err := newSource(ingest.Setup{}, &Settings{Server: "https://mastodon.example/", Every: time.Minute, Hashtags: []string{tag}}); err != nil {
			t.Errorf("%s: %v", tag, err)
		}
	}
}
