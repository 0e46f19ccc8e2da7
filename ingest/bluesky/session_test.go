package bluesky

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/bluesky/blueskytest"
	"github.com/directdial/directdial/internal/secret"
)

func sessions(l *listener, made, renewed int) {
	l.Helper()
	if m, r := l.server.Sessions(); m != made || r != renewed {
		l.Errorf("%d sessions made and %d renewed, want %d and %d", m, r, made, renewed)
	}
}

func TestASessionThatExpiresIsRenewed(t *testing.T) {
	listen(t, withAccount(), func(l *listener) {
		l.server.Lifetime = 10 * time.Minute
		for range 3 {
			want := l.write(2)
			if n := lost(want, l.hear()); n > 0 {
				t.Errorf("%d posts are lost", n)
			}
			time.Sleep(3 * time.Hour)
		}
		sessions(l, 1, 2)
	})
}

func TestASessionOutlivesARestart(t *testing.T) {
	listen(t, withAccount(), func(l *listener) {
		l.restart()
		l.hear()
		sessions(l, 1, 0)
	})
}

func TestARenewedSessionIsSavedBeforeItIsUsed(t *testing.T) {
	listen(t, withAccount(), func(l *listener) {
		time.Sleep(3 * time.Hour)
		before, requests := l.saved().Session, len(l.requests)
		if _, err := l.once(); !errors.Is(err, ingest.ErrMore) || l.saved().Session.Access != "" {
			t.Fatalf("%v: the session that has expired is kept", err)
		}
		items, err := l.once()
		now := l.saved().Session
		if !errors.Is(err, ingest.ErrMore) || len(items) > 0 || now.Refresh == before.Refresh || now.Access == "" {
			t.Errorf("%v: the session is not returned to be saved", err)
		}
		if asked := l.requests[requests:]; len(asked) != 2 || !strings.Contains(asked[1], "refreshSession") {
			t.Errorf("asked %q", asked)
		}
	})
}

func TestAKillAfterTheRenewalLosesNoSession(t *testing.T) {
	for name, c := range map[string]struct {
		down          time.Duration
		made, renewed int
	}{
		"started again soon":  {time.Hour, 1, 2},
		"started again later": {5 * time.Hour, 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			listen(t, withAccount(), func(l *listener) {
				time.Sleep(3 * time.Hour)
				kept := l.state
				l.hear() // renews
				l.state = kept
				want := l.write(1)
				time.Sleep(c.down)
				l.restart()
				if n := lost(want, l.hear()); n > 0 {
					t.Errorf("%d posts are lost", n)
				}
				sessions(l, c.made, c.renewed)
			})
		})
	}
}

func TestASessionThatIsRevokedIsMadeAnew(t *testing.T) {
	listen(t, withAccount(), func(l *listener) {
		l.server.Revoke()
		want := l.write(1)
		if n := lost(want, l.hear()); n > 0 {
			t.Errorf("%d posts are lost", n)
		}
		sessions(l, 2, 0)
	})
}

func TestTooManySessionsAreWaitedFor(t *testing.T) {
	listen(t, withAccount(), func(l *listener) {
		l.server.Exhaust()
		l.server.Revoke()
		_, err := l.poll()
		var e *directdial.Error
		if !errors.As(err, &e) || e.Kind != directdial.Temporary || !errors.Is(err, ingest.ErrLimit) || e.After <= 0 {
			t.Fatalf("%v", err)
		}
		want := l.write(1)
		time.Sleep(e.After)
		if n := lost(want, l.hear()); n > 0 {
			t.Errorf("%d posts are lost", n)
		}
	})
}

func TestAServerThatRefusesEverySessionIsLeftAlone(t *testing.T) {
	listen(t, withAccount(), func(l *listener) {
		l.spoil = func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodGet {
				w.WriteHeader(http.StatusBadRequest)
				_, _ = io.WriteString(w, `{"error":"InvalidToken","message":"Token could not be verified"}`)
			}
			return r.Method == http.MethodGet
		}
		for range 3 {
			if _, err := l.poll(); directdial.KindOf(err) != directdial.Denied || !strings.Contains(err.Error(), "InvalidToken") {
				t.Fatalf("%v", err)
			}
		}
		if n := l.asked("Session"); n > 12 {
			t.Errorf("%d sessions in three turns", n)
		}
		l.spoil = nil
		want := l.write(1)
		if n := lost(want, l.hear()); n > 0 {
			t.Errorf("%d posts are lost", n)
		}
	})
}

func TestARefusedPasswordIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		password, answer, want string
	}{
		"a wrong one":       {"wrong", "", "app password"},
		"one too few":       {blueskytest.Password, `{"error":"AuthFactorTokenRequired","message":"A sign in code has been sent"}`, "second factor"},
		"a dead account":    {blueskytest.Password, `{"did":"did:plc:a","accessJwt":"a","refreshJwt":"r","active":false,"status":"takendown"}`, "takendown"},
		"a page to log in":  {blueskytest.Password, `<!doctype html>`, "read the answer"},
		"nothing that fits": {blueskytest.Password, `{}`, "no session"},
	} {
		t.Run(name, func(t *testing.T) {
			listen(t, withAccount(), func(l *listener) {
				l.settings.Password = secret.New(c.password)
				l.state = nil
				l.restart()
				l.spoil = func(w http.ResponseWriter, _ *http.Request) bool {
					if c.answer == "" {
						return false
					}
					if strings.Contains(c.answer, "error") {
						w.WriteHeader(http.StatusUnauthorized)
					}
					_, _ = io.WriteString(w, c.answer)
					return true
				}
				_, err := l.poll()
				if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), c.password) {
					t.Errorf("%v", err)
				}
				if checked := l.check(l.Context()); checked == nil || checked.Error() != err.Error() {
					t.Errorf("a check says %v", checked)
				}
			})
		})
	}
}

func TestRequestsGoToTheServerOfTheAccount(t *testing.T) {
	listen(t, withAccount(), func(l *listener) {
		access := l.saved().Session.Access
		for endpoint, host := range map[string]string{
			"https://pds.example": "pds.example", "http://pds.example": "server.example",
			"https://user@pds.example": "server.example", "": "server.example",
		} {
			l.state, l.requests = nil, nil
			l.spoil = func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.Contains(r.URL.Path, "createSession") {
					return false
				}
				_, _ = io.WriteString(w, `{"did":"did:plc:a","accessJwt":"`+access+`","refreshJwt":"refresh-0","didDoc":{"service":[
					{"id":"#other","serviceEndpoint":"https://other.example"},{"id":"#atproto_pds","serviceEndpoint":"`+endpoint+`"}]}}`)
				return true
			}
			l.hear()
			if l.asked("POST server.example/xrpc/com.atproto.server.createSession") != 1 || l.asked("GET "+host) == 0 || l.asked("GET ") != l.asked("GET "+host) {
				t.Errorf("%q: asked %q", endpoint, l.requests)
			}
		}
	})
}
