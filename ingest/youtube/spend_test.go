package youtube

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/sourcetest"
	"github.com/directdial/directdial/ingest/youtube/youtubetest"
)

// midnight is how long it is until the quota is given anew.
func (b *bench) midnight() time.Duration {
	_, end := b.client.spend.today()
	return time.Until(end)
}

func TestSearchesAreSpreadOverTheDay(t *testing.T) {
	listen(t, words("acme", "widget", "gizmo"), func(b *bench) {
		time.Sleep(b.midnight())
		before := b.asked("search?")
		half := 0
		for begin, n := time.Now(), 0; time.Since(begin) < 24*time.Hour-10*time.Minute; n++ {
			if time.Since(begin) < 12*time.Hour {
				half = b.asked("search?") - before
			}
			if b.hear(); n%10 == 0 {
				b.restart() // what was used stands in the state
			}
		}
		all := b.asked("search?") - before
		if all > 90 || all < 80 || half > 50 || half < 40 {
			b.Errorf("%d searches in the first half of the day, %d in all", half, all)
		}
	})
}

func TestUnitsAreSpreadOverTheDay(t *testing.T) {
	settings := owner()
	settings.Quota = 200
	listen(t, settings, func(b *bench) {
		time.Sleep(b.midnight())
		before, v := b.asked("comment"), b.upload()
		for begin, n := time.Now(), 0; time.Since(begin) < 24*time.Hour-10*time.Minute; n++ {
			if n%60 == 0 {
				b.say(fmt.Sprint("comment ", n), v)
			}
			b.hear()
			if used, most := b.asked("comment")-before, 200*0.9*(time.Since(begin)+time.Hour).Hours()/24+2; float64(used) > most {
				b.Fatalf("%d units after %v", used, time.Since(begin))
			}
		}
		if n := b.asked("comment") - before; n > 180 || n < 150 {
			b.Errorf("%d units", n)
		}
		time.Sleep(15 * time.Minute)
		last := b.say("the last", v)
		if got := heard(sourcetest.Texts(b.hear())); !got[last.Text] {
			b.Errorf("got %v", got)
		}
	})
}

func TestAQuotaThatOthersHaveUsedUpIsWaitedFor(t *testing.T) {
	listen(t, owner(), func(b *bench) {
		b.say("acme", b.upload())
		b.server.Use(20_000, 0)
		left := b.midnight() - b.every
		_, err := b.poll()
		var e *directdial.Error
		if !errors.As(err, &e) || e.Kind != directdial.Temporary || e.After != left {
			b.Fatalf("got %v, after %v of %v", err, e.After, left)
		}
		if b.budgets[len(b.budgets)-1] != 0 {
			b.Errorf("reported %v", b.budgets)
		}
		before := len(b.server.Requests())
		if _, err := b.poll(); len(b.server.Requests()) != before {
			b.Errorf("it is asked all the same: %v", err)
		}
		time.Sleep(left)
		b.want("acme")
	})
}

func TestSearchesThatAreUsedUpDoNotStopTheComments(t *testing.T) {
	settings := owner()
	settings.Words = []string{"acme"}
	listen(t, settings, func(b *bench) {
		v := b.upload()
		b.server.Use(0, 1000)
		time.Sleep(time.Hour)
		b.say("acme", v)
		items, err := b.poll()
		if !heard(sourcetest.Texts(items))["acme"] || directdial.KindOf(err) != directdial.Temporary || directdial.After(err) > b.every {
			b.Errorf("heard %v, %v after %v", sourcetest.Texts(items), err, directdial.After(err))
		}
		b.say("acme again", v)
		time.Sleep(time.Hour)
		if got := heard(sourcetest.Texts(b.hear())); !got["acme again"] {
			b.Errorf("got %v", got)
		}
		b.server.Upload(youtubetest.Video{Channel: "user1", Title: "acme, a video"})
		time.Sleep(b.midnight())
		if got := heard(sourcetest.Texts(b.hear())); !got["acme, a video"] {
			b.Errorf("got %v", got)
		}
	})
}

func TestATenthIsLeftForLooking(t *testing.T) {
	settings := owner()
	settings.Quota = 100
	listen(t, settings, func(b *bench) {
		c := b.say("acme", b.upload())
		b.client.spend.recall(spent{Day: b.client.spend.account().Day, Units: 95})
		time.Sleep(time.Minute)
		before := len(b.server.Requests())
		b.hear()
		if len(b.server.Requests()) != before {
			b.Error("a round is made")
		}
		if _, err := b.look(c.ID, time.Time{}, ""); err != nil {
			b.Error(err)
		}
	})
}

func TestRefusalsSayWhatToDo(t *testing.T) {
	for reason, want := range map[string]directdial.Error{
		"rateLimitExceeded":   {Kind: directdial.Temporary, After: 5 * time.Minute},
		"backendError":        {Kind: directdial.Temporary},
		"processingFailure":   {Kind: directdial.Temporary},
		"keyInvalid":          {Kind: directdial.Denied},
		"accessNotConfigured": {Kind: directdial.Denied},
		"channelNotFound":     {Kind: directdial.NotFound},
		"forbidden":           {Kind: directdial.Denied},
	} {
		listen(t, owner(), func(b *bench) {
			b.spoil = func(w http.ResponseWriter, _ *http.Request) bool {
				w.WriteHeader(http.StatusForbidden)
				_, _ = fmt.Fprintf(w, `{"error":{"code":403,"message":"no","errors":[{"reason":%q}]}}`, reason)
				return true
			}
			_, err := b.poll()
			if directdial.KindOf(err) != want.Kind || directdial.After(err) > want.After || strings.Contains(err.Error(), youtubetest.Key) {
				b.Errorf("%s: %v %v, after %v", reason, directdial.KindOf(err), err, directdial.After(err))
			}
		})
	}
}

func TestTheKeyStandsInNoAddress(t *testing.T) {
	listen(t, words("acme"), func(b *bench) {
		for _, r := range b.server.Requests() {
			if strings.Contains(r, youtubetest.Key) {
				b.Errorf("asked %s", r)
			}
		}
	})
}
