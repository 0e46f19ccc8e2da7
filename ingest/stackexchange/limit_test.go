package stackexchange

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/stackexchange/stackexchangetest"
	"github.com/directdial/directdial/internal/secret"
)

func TestABackOffIsKept(t *testing.T) {
	listen(t, words("acme", "widget"), func(b *bench) {
		b.ask("acme one")
		b.ask("widget two")
		b.server.Backoff(10) // of search; the second word has to wait
		begin := time.Now().Add(b.every)
		b.want("acme one", "widget two")
		if waited := time.Since(begin); waited != 10*time.Second {
			b.Errorf("waited %v", waited)
		}
	})
}

func TestABackOffIsOfOneMethod(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		q := b.ask("acme one")
		b.server.Backoff(3600)
		begin := time.Now().Add(b.every)
		b.want("acme one") // questions are another method than search
		if waited := time.Since(begin); waited != 0 {
			b.Errorf("waited %v", waited)
		}
		time.Sleep(time.Minute)
		if _, err := b.look(ref(q)); err != nil {
			b.Error(err)
		}
		_, err := b.poll()
		var e *directdial.Error
		if !errors.As(err, &e) || e.Kind != directdial.Temporary || e.After != time.Hour-b.every-time.Minute {
			b.Errorf("got %v", err)
		}
		time.Sleep(e.After)
		b.want()
	})
}

func TestAQuotaThatIsUsedUpIsWaitedFor(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		b.server.Use(stackexchangetest.Quota)
		b.ask("acme one")
		time.Sleep(time.Hour)
		_, err := b.poll()
		left := 24*time.Hour - time.Since(time.Now().UTC().Truncate(24*time.Hour))
		var e *directdial.Error
		if !errors.As(err, &e) || e.Kind != directdial.Temporary || e.After != left {
			b.Fatalf("got %v, after %v of %v", err, e.After, left)
		}
		before := len(b.server.Requests())
		if _, err := b.poll(); err == nil || len(b.server.Requests()) != before {
			b.Errorf("it is asked all the same: %v", err)
		}
		time.Sleep(left)
		b.want("acme one")
	})
}

func TestATenthOfTheQuotaIsLeftForLooking(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		q := b.ask("acme one")
		b.want("acme one")
		b.server.Use(stackexchangetest.Quota * 9 / 10)
		_, _ = b.poll() // one request tells how many are left
		_, err := b.poll()
		var e *directdial.Error
		if !errors.As(err, &e) || e.Kind != directdial.Temporary || e.After <= 0 || e.After > probe {
			b.Fatalf("got %v", err)
		}
		if _, err := b.look(ref(q)); err != nil {
			b.Errorf("nobody can look: %v", err)
		}
		if b.budgets[len(b.budgets)-1] > stackexchangetest.Quota/10 {
			b.Errorf("reported %v", b.budgets)
		}
		b.ask("acme two")
		time.Sleep(24 * time.Hour)
		b.want("acme two")
	})
}

func TestAKeyIsSentAndNotTold(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		b.settings.Key = secret.New(stackexchangetest.Key)
		b.restart()
		time.Sleep(time.Minute)
		b.want()
		if n := b.budgets[len(b.budgets)-1]; n < stackexchangetest.QuotaWithKey/2 {
			b.Errorf("%d requests are left", n)
		}
		b.spoil = func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"error_id":405,"error_name":"key_required","error_message":"key"}`))
			return true
		}
		if _, err := b.poll(); directdial.KindOf(err) != directdial.Denied || strings.Contains(err.Error(), stackexchangetest.Key) {
			b.Errorf("got %v", err)
		}
	})
}

func TestRefusalsOfTheAPISayWhatToDo(t *testing.T) {
	for body, want := range map[string]directdial.Error{
		`{"error_id":502,"error_name":"throttle_violation","error_message":"too many requests from this IP, more requests available in 83 seconds"}`: {Kind: directdial.Temporary, After: 83 * time.Second},
		`{"error_id":502,"error_name":"throttle_violation","error_message":"too many requests from this IP, more requests available in 1 second"}`:   {Kind: directdial.Temporary, After: time.Second},
		`{"error_id":502,"error_name":"throttle_violation","error_message":"too many requests from this IP"}`:                                        {Kind: directdial.Temporary, After: throttled},
		`{"error_id":502,"error_message":"available in 999999999 seconds"}`:                                                                          {Kind: directdial.Temporary, After: maxWait},
		`{"error_id":503,"error_name":"temporarily_unavailable","error_message":"later"}`:                                                            {Kind: directdial.Temporary},
		`{"error_id":400,"error_name":"bad_parameter","error_message":"fromdate"}`:                                                                   {Kind: directdial.Invalid},
		`{"error_id":403,"error_name":"access_denied","error_message":"no"}`:                                                                         {Kind: directdial.Denied},
		`nothing`: {Kind: directdial.Invalid},
	} {
		listen(t, words("acme"), func(b *bench) {
			b.spoil = func(w http.ResponseWriter, _ *http.Request) bool {
				w.WriteHeader(http.StatusBadRequest)
				_, _ = w.Write([]byte(body))
				return true
			}
			_, err := b.poll()
			if directdial.KindOf(err) != want.Kind || directdial.After(err) != want.After {
				b.Errorf("%s: %v %v, after %v", body, directdial.KindOf(err), err, directdial.After(err))
			}
		})
	}
}
