package ingest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestReloadTouchesOnlyWhatChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var started, stopped [3]int
		for i := range 3 {
			scripts.Store(fmt.Sprint(i), scripted{func(ctx context.Context, s ingest.State, _ ingest.Emit) error {
				started[i]++
				if err := s.Save(ctx, []byte("saved")); err != nil {
					return err
				}
				<-ctx.Done()
				stopped[i]++
				return ctx.Err()
			}})
		}
		b := runner(t, sourcetest.NewLog())
		b.set(t, config("a", "0"), config("b", "1"))
		b.set(t, config("b", "1"), config("a", "2"))
		if started != [3]int{1, 1, 1} || stopped != [3]int{1, 0, 0} {
			t.Errorf("after a change: started %v, stopped %v", started, stopped)
		}
		if err := b.SetSources([]ingest.Config{config("a", "0"), config("b", "none"), config("b", "1"), config("c.d", "1")}); err == nil ||
			!strings.Contains(err.Error(), "source b: settings: there is no script none") || !strings.Contains(err.Error(), "source c.d: ") {
			t.Errorf("the error names not all that is wrong: %v", err)
		}
		synctest.Wait()
		if started != [3]int{1, 1, 1} || stopped != [3]int{1, 0, 0} {
			t.Errorf("after a bad configuration: started %v, stopped %v", started, stopped)
		}
		b.set(t, config("b", "1"))
		if stopped != [3]int{1, 0, 1} {
			t.Errorf("after a removal: stopped %v", stopped)
		}
		if n, err := testutil.GatherAndCount(b.metrics, "directdial_source_up"); n != 1 || err != nil {
			t.Errorf("%d sources have a metric, %v", n, err)
		}
	})
}

func TestASourceStartsWhenTheOneBeforeHasStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now atomic.Int32
		for i := range 3 {
			scripts.Store("slow"+fmt.Sprint(i), scripted{func(ctx context.Context, _ ingest.State, _ ingest.Emit) error {
				if now.Add(1) > 1 {
					t.Error("two run at the same time")
				}
				<-ctx.Done()
				time.Sleep(time.Minute)
				now.Add(-1)
				return ctx.Err()
			}})
		}
		b := runner(t, sourcetest.NewLog())
		b.set(t, config("a", "slow0"))
		b.set(t, config("a", "slow1"))
		b.set(t)
		b.set(t, config("a", "slow2"))
		time.Sleep(time.Hour)
		synctest.Wait()
		if now.Load() != 1 {
			t.Errorf("%d run", now.Load())
		}
	})
}

func TestReceiversStandUnderTheirName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		idle := scripted{func(ctx context.Context, _ ingest.State, _ ingest.Emit) error {
			<-ctx.Done()
			return ctx.Err()
		}}
		scripts.Store("idle", idle)
		scripts.Store("receives", receiver{idle})
		scripts.Store("shared", shared{receiver{idle}, [32]byte{1}})
		scripts.Store("shared too", shared{receiver{idle}, [32]byte{1}})
		b := runner(t, sourcetest.NewLog())
		b.set(t, config("a", "receives"), config("b", "shared"), config("c", "idle"))
		for path, want := range map[string]int{
			"/v1/sources/a/": 200, "/v1/sources/a/x/y": 200,
			"/v1/sources/a": 404, "/v1/sources/b/": 404, "/v1/sources/c/": 404, "/v1/sources/d/": 404, "/v1/sources/": 404, "/": 404,
		} {
			w := httptest.NewRecorder()
			b.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, nil))
			if w.Code != want {
				t.Errorf("%s: %d, want %d: %s", path, w.Code, want, w.Body)
			}
		}
		if posted := b.Posted(); len(posted) != 2 || posted[0].Name != "a" || posted[1].Name != "b" {
			t.Errorf("%+v", posted)
		}
		if m := b.log.Mentions(); len(m) == 0 || m[0].Source != "a" {
			t.Errorf("%+v", m)
		}
		err := b.SetSources([]ingest.Config{config("b", "shared"), config("c", "shared too")})
		if err == nil || !strings.Contains(err.Error(), "sources b and c have the same token or secret") {
			t.Errorf("error %v", err)
		}
	})
}
