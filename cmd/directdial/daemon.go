package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/webhook"
	"github.com/directdial/directdial/internal/config"
	"github.com/directdial/directdial/internal/web"
)

// daemon is the whole program in one process: sources, router, delivery and
// the listeners.
type daemon struct {
	*exchange
	registry *prometheus.Registry
	runner   *ingest.Runner
	delivery *experts.Delivery
	hearing  *experts.Hearing
	requests *prometheus.CounterVec
	out      io.Writer // of the channel terminal
	stopping atomic.Bool
}

type daemonOptions struct {
	log zerolog.Logger
	out io.Writer
	// restoring: the data directory is being restored, by this very command.
	restoring bool
}

// newDaemon opens the data directory and makes everything that will run. It
// starts nothing.
func newDaemon(ctx context.Context, c *config.Config, o daemonOptions) (d *daemon, err error) {
	if err := unfinished(c.DataDir); err != nil && !o.restoring {
		return nil, err
	}
	d = &daemon{registry: prometheus.NewRegistry(), out: o.out}
	d.registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	d.requests = web.Requests(d.registry)
	exampleGauge(d.registry, c.Example)
	buildGauge(d.registry)
	if d.exchange, err = openExchange(ctx, c, o.log, d.registry); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.close())
		}
	}()
	d.runner = ingest.NewRunner(ingest.Options{
		Log: intake{d.exchange}, Keyer: d.keys, Exchange: intake{d.exchange}, Watch: lookout{d.exchange},
		Client:  platformClient(func(address string) bool { return named(d.config.Load(), address) }),
		Metrics: d.registry, Logger: o.log,
	})
	if err := d.runner.SetSources(sourceConfigs(c)); err != nil {
		return d, err
	}
	channels, err := makeChannels(c, d.keys, d.log, d.out)
	if err != nil {
		return d, err
	}
	d.delivery = experts.NewDelivery(experts.Options{
		Exchange: &outbox{exchange: d.exchange}, Channels: channels, Log: o.log, Metrics: d.registry,
	})
	d.hearing = experts.NewHearing(replies{d.exchange}, channels, o.log)
	return d, nil
}

// platformClient is what sources ask their platforms with.
func platformClient(named func(address string) bool) *http.Client {
	return web.Client{
		UserAgent: "directdial/" + strings.ReplaceAll(buildVersion(), " ", "-") + " (+https://github.com/directdial/directdial)",
		Named:     named,
	}.HTTP()
}

// named reports whether a configuration names this address.
func named(c *config.Config, address string) bool {
	for _, s := range c.Sources {
		if slices.Contains(s.Hosts, address) {
			return true
		}
	}
	return false
}

func sourceConfigs(c *config.Config) []ingest.Config {
	configs := make([]ingest.Config, len(c.Sources))
	for i, s := range c.Sources {
		configs[i] = ingest.Config{Name: s.Name, Type: s.Type, Settings: s.Settings, Decode: s.Decode}
	}
	return configs
}

// ownBrand names the company in subjects and senders.
func ownBrand(c *config.Config) string {
	for _, b := range c.Directory.Brands {
		if !b.Competitor {
			return b.Name
		}
	}
	return ""
}

// grace is how long requests, sends and writes that are under way may take
// when the daemon is asked to stop.
const grace = 10 * time.Second

// run runs everything until ctx is done, then stops in the order of the way of
// a mention, so that nothing that was accepted waits longer than it must.
// started is called when all listeners listen.
func (d *daemon) run(ctx context.Context, started func()) error {
	listeners, err := d.listen(ctx)
	if err != nil {
		return err
	}
	var group sync.WaitGroup
	failed := make(chan error, 16) // more than there are stages
	// Each stage outlives the one before it: what sources still emit is routed,
	// what the router still decides is reported.
	stage := func(ctx context.Context, name string, run func(context.Context) error) (stop func()) {
		ctx, cancel := context.WithCancel(ctx)
		done := make(chan struct{})
		group.Go(func() {
			defer close(done)
			if err := run(ctx); err != nil && !errors.Is(err, context.Canceled) {
				failed <- fmt.Errorf("%s: %w", name, err)
			}
		})
		return func() { cancel(); <-done }
	}
	background := context.WithoutCancel(ctx)
	stopRouter := stage(background, "router", d.router.Run)
	stopTidy := stage(background, "tidy", d.router.Tidy)
	stopCalendars := stage(background, "calendars", func(ctx context.Context) error { return d.calendars.Run(ctx, d.replan) })
	stopHealth := stage(background, "log", d.watchLog)
	stopDelivery := stage(background, "delivery", d.delivery.Run)
	stopHearing := stage(background, "hearing", d.hearing.Run)
	stopProbe := stage(background, "probe", func(ctx context.Context) error {
		return experts.Probe(ctx, replies{d.exchange}, d.hearing.Channels, d.log)
	})
	stopSources := stage(background, "sources", d.runner.Run)
	stopListener := map[string]func(){}
	for _, l := range listeners {
		server := web.NewServer(web.Counted(d.requests, l.name, l.handler), d.log)
		stopListener[l.name] = stage(background, l.name, func(ctx context.Context) error {
			return web.Serve(ctx, server, l.listener, grace)
		})
	}
	started()
	select {
	case <-ctx.Done():
		d.log.Info().Msg("stopping: finishing what is under way")
	case err = <-failed:
	}
	d.stopping.Store(true)
	stopListener["public"]()
	stopListener["socket"]()
	if stop := stopListener["desk"]; stop != nil {
		stop()
	}
	stopSources()
	stopProbe()
	stopHearing()
	stopDelivery()
	stopCalendars()
	stopTidy()
	stopHealth()
	stopRouter()
	// The last to go: until then it says that this daemon is not ready.
	stopListener["admin"]()
	group.Wait()
	close(failed)
	for late := range failed {
		err = errors.Join(err, late)
	}
	return err
}

// public serves what strangers may reach: the webhooks, and what people do with
// the cards of channels that are answered over HTTP. A mux would send whoever asks
// for https://… as the id of a mention to https:/…, so it gets the rest alone.
func (d *daemon) public() http.Handler {
	mentions, mux := webhook.Handler(d.runner.Posted), http.NewServeMux()
	mux.Handle("/v1/sources/", d.runner.Handler())
	mux.Handle("/v1/channels/{channel}/", d.hearing.Handler())
	mux.Handle("/", mentions)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/v1/mentions/") {
			mentions.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// desk is what commands ask, on the control socket and on http.desk; at says where
// the daemon is reached.
func (d *daemon) desk(at desk.Status) http.Handler {
	file := d.config.Load().File
	if path, err := filepath.Abs(file); err == nil && file != "" {
		file = path
	}
	at.Version, at.PID, at.Started = buildVersion(), os.Getpid(), directdial.Clock(d.now())
	at.Example, at.Config = d.config.Load().Example, file
	return desk.Handler(deskView{
		exchange: d.exchange, imports: d.runner.Emit("import"), sources: d.runner.Standings, status: at,
	})
}
