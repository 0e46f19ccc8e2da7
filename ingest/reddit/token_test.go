package reddit

import (
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/reddit/reddittest"
	"github.com/directdial/directdial/internal/secret"
)

const tokenPath = "/api/v1/access_token"

func TestATokenIsRenewedBeforeItEnds(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		for range 12 {
			b.want()
		}
		if n := b.asked(tokenPath); n != 1 {
			b.Errorf("%d tokens", n)
		}
		time.Sleep(24*time.Hour - 30*time.Minute)
		b.want()
		if n := b.asked(tokenPath); n != 2 {
			b.Errorf("%d tokens after a day", n)
		}
	})
}

func TestATokenThatIsNotAcceptedIsReplacedAtOnce(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		b.server.Revoke()
		b.say("acme")
		b.want("acme")
	})
}

func TestANewTokenThatIsNotAcceptedIsAnError(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		b.spoil = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == tokenPath {
				return false
			}
			w.WriteHeader(http.StatusUnauthorized)
			return true
		}
		before := b.asked(tokenPath)
		if _, err := b.poll(); directdial.KindOf(err) != directdial.Denied || b.asked(tokenPath)-before != 1 {
			b.Errorf("got %v after %d tokens", err, b.asked(tokenPath)-before)
		}
	})
}

func TestAScriptAsksAsItsOperator(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		b.settings.Password = secret.New(reddittest.Password)
		b.restart()
		b.want()
		b.settings.Password = secret.New("another")
		b.restart()
		_, err := b.poll() // told with status 200
		if directdial.KindOf(err) != directdial.Denied || !strings.Contains(err.Error(), "invalid_grant") || strings.Contains(err.Error(), "another") {
			b.Errorf("got %v", err)
		}
	})
}

func TestASecretIsNotTold(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		b.client.account.secret = secret.New("wrong-secret")
		b.server.Revoke()
		_, err := b.poll()
		if directdial.KindOf(err) != directdial.Denied || strings.Contains(err.Error(), "wrong-secret") {
			b.Errorf("got %v", err)
		}
	})
}

func TestAnAnswerWithoutATokenIsAnError(t *testing.T) {
	for _, body := range []string{``, `null`, `{}`, `<!doctype html>`, `{"access_token":"","token_type":"bearer","expires_in":86400}`, `{"access_token":"a\nb","token_type":"bearer"}`} {
		listen(t, words("acme"), func(b *bench) {
			b.restart()
			b.spoil = func(w http.ResponseWriter, r *http.Request) bool {
				_, _ = w.Write([]byte(body))
				return r.URL.Path == tokenPath
			}
			if _, err := b.poll(); directdial.KindOf(err) != directdial.Invalid {
				b.Errorf("%q: %v", body, err)
			}
		})
	}
}

// Who does not say who answers for it is refused.
func TestEachRequestSaysWhoAsks(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		form := regexp.MustCompile(`^[a-z0-9]+:com\.github\.directdial:[A-Za-z0-9.+-]+ \(by /u/` + reddittest.Operator + `\)$`)
		for _, agent := range b.agents {
			if !form.MatchString(agent) {
				b.Errorf("asked as %q", agent)
			}
		}
	})
}

func TestLimitsAreReadAsFractionsAndSecondsLeft(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		b.server.Use(reddittest.Allowed * 9 / 10)
		b.say("acme one")
		b.want("acme one") // and hears that less than a tenth is left
		if n := b.budgets[len(b.budgets)-1]; n <= 0 || n > reddittest.Allowed/10 {
			b.Errorf("reported %d", n)
		}
		before := len(b.server.Requests())
		_, err := b.poll()
		var e *directdial.Error
		if !errors.As(err, &e) || e.Kind != directdial.Temporary || e.After <= 0 || e.After > 10*time.Minute || len(b.server.Requests()) != before {
			b.Fatalf("got %v", err)
		}
		b.say("acme two")
		time.Sleep(e.After)
		if got := texts(b.hear()); !heard(got)["acme two"] {
			b.Errorf("got %q", got)
		}
	})
}

func TestALimitThatIsReachedIsWaitedFor(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		b.server.Use(2 * reddittest.Allowed)
		b.client.limits.reset = time.Time{}
		_, err := b.poll()
		var e *directdial.Error
		if !errors.As(err, &e) || e.Kind != directdial.Temporary || e.After <= 5*time.Minute || e.After > 10*time.Minute {
			b.Fatalf("got %v", err)
		}
		before := len(b.server.Requests())
		if _, err := b.poll(); err == nil || len(b.server.Requests()) != before {
			b.Errorf("it is asked all the same: %v", err)
		}
	})
}
