package main

import (
	"context"
	"net/http"
	"net/http/pprof"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/metric"
	"github.com/directdial/directdial/internal/web"
)

// admin serves what ops look at. Its address is loopback unless they say
// otherwise.
func (d *daemon) admin() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(d.registry, promhttp.HandlerOpts{Registry: d.registry}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		web.WriteJSON(w, http.StatusOK, map[string]string{"status": "alive"})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ready := d.readiness(r.Context())
		status := http.StatusOK
		if ready.Status != "ready" {
			status = http.StatusServiceUnavailable
		}
		web.WriteJSON(w, status, ready)
	})
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}

// readiness is whether the exchange can take mentions, and both sides of the
// ledger in short.
type readiness struct {
	Status   string            `json:"status"` // ready, or not ready
	Example  bool              `json:"example,omitempty"`
	Problems map[string]string `json:"problems,omitempty"`
	Mentions struct {
		Position uint64 `json:"position"` // up to which everything is decided
		Waiting  uint64 `json:"waiting"`
		InAState int    `json:"in_a_state"`
		Repeats  int    `json:"repeats"`
	} `json:"mentions"`
	Balanced bool `json:"balanced"`
}

func (d *daemon) readiness(ctx context.Context) readiness {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	r := readiness{Status: "ready", Example: d.config.Load().Example, Problems: map[string]string{}}
	if d.stopping.Load() {
		r.Problems["daemon"] = "it is stopping: what is under way is finished, nothing new is taken"
	}
	if err := d.bus.Health(ctx); err != nil {
		r.Problems["log"] = err.Error()
	}
	if err := d.router.Trouble(); err != nil {
		r.Problems["router"] = err.Error()
	}
	sums := d.router.Sums()
	r.Mentions.Position, r.Mentions.InAState, r.Mentions.Repeats = sums.Position, sums.InAState, sums.Repeats
	r.Balanced = uint64(sums.InAState+sums.Repeats) == sums.Position
	if !r.Balanced {
		r.Problems["ledger"] = "it does not balance: see `directdial ledger`"
	}
	if state, err := d.bus.State(ctx, bus.Mentions); err != nil {
		r.Problems["log"] = err.Error()
	} else {
		r.Mentions.Waiting = state.Last - min(sums.Position, state.Last)
	}
	if len(r.Problems) > 0 {
		r.Status = "not ready"
	}
	return r
}

// exampleGauge shows that nobody has configured anything yet.
func exampleGauge(reg prometheus.Registerer, example bool) {
	g := promauto.With(reg).NewGauge(prometheus.GaugeOpts{
		Name: metric.Example, Help: "1 if the built-in example configuration runs.",
	})
	if example {
		g.Set(1)
	}
}

// buildGauge shows which build runs, for a dashboard to mark a change of it.
func buildGauge(reg prometheus.Registerer) {
	promauto.With(reg).NewGaugeVec(prometheus.GaugeOpts{
		Name: metric.BuildInfo, Help: "Always 1; the labels say which build runs.",
	}, []string{"version", "goversion"}).WithLabelValues(buildVersion(), runtime.Version()).Set(1)
}
