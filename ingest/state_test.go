package ingest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestAnotherTypeDoesNotReadTheState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := sourcetest.NewLog()
		data := []byte(`{"v":1,"at":"2026-11-21T10:00:00Z","type":"mastodon","state":"eA=="}`)
		if err := log.SaveState(t.Context(), "a", data); err != nil {
			t.Fatal(err)
		}
		var got []string
		scripts.Store("reads", ingest.Poll(time.Minute, func(_ context.Context, state []byte) ([]directdial.Item, []byte, error) {
			got = append(got, string(state))
			return nil, []byte("own"), nil
		}))
		runner(t, log).set(t, config("a", "reads"))
		time.Sleep(90 * time.Second)
		if synctest.Wait(); strings.Join(got, ",") != ",own" {
			t.Errorf("states %q", got)
		}
	})
}

func TestAStateThatIsSavedIsNotWrittenAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, writes := sourcetest.NewLog(), 0
		log.SetFaults(sourcetest.Faults{Save: func(string, []byte) (bool, error) {
			if writes++; writes == 2 {
				return true, &directdial.Error{Kind: directdial.Ambiguous, Msg: "lost"}
			}
			return true, nil
		}})
		n := 0
		scripts.Store("quiet", ingest.Poll(time.Minute, func(context.Context, []byte) ([]directdial.Item, []byte, error) {
			n++
			return nil, fmt.Append(nil, n/10), nil // another state each ten times
		}))
		b := runner(t, log)
		b.set(t, config("a", "quiet"))
		time.Sleep(time.Hour)
		synctest.Wait()
		const accounts = 12 // of an hour, one every five minutes
		if want := n/10 + 1 + accounts; writes < want || writes > want+1 {
			t.Errorf("%d writes of %d states", writes, want)
		}
	})
}

func TestPollStopsASourceThatGetsNowhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		scripts.Store("stuck", ingest.Poll(time.Minute, func(context.Context, []byte) ([]directdial.Item, []byte, error) {
			n++
			return []directdial.Item{post("1", "text")}, []byte("same"), ingest.ErrMore
		}))
		runner(t, sourcetest.NewLog()).set(t, config("a", "stuck"))
		time.Sleep(time.Hour)
		if synctest.Wait(); n > 200 {
			t.Errorf("%d requests in an hour", n)
		}
	})
}
