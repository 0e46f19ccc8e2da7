package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/config"
	"github.com/directdial/directdial/internal/web"
)

// examineWithin bounds each of the examinations, which run beside each other.
const examineWithin = 30 * time.Second

// examine looks at everything that a configuration needs. It changes nothing.
func examine(ctx context.Context, c *config.Config) []directdial.Finding {
	ctx, cancel := context.WithTimeout(ctx, examineWithin)
	defer cancel()
	clocks := &clocks{}
	streams := "nats"
	if c.NATS.URL.IsZero() { // embedded
		streams = "data_dir"
	}
	parts := []func() []directdial.Finding{
		unless(c, "data_dir", "data_dir", func() []directdial.Finding { return examineData(c) }),
		unless(c, streams, "nats", func() []directdial.Finding { return bus.Examine(ctx, busOptions(c, zerolog.Nop())) }),
		unless(c, "data_dir", "daemon", func() []directdial.Finding { return examineDaemon(ctx, c) }),
		func() []directdial.Finding { return examineChannels(ctx, c, clocks) },
		func() []directdial.Finding { return examineSources(ctx, c, clocks) },
		func() []directdial.Finding { return examineCalendars(ctx, c) },
	}
	found := make([][]directdial.Finding, len(parts))
	var group sync.WaitGroup
	for i, part := range parts {
		group.Go(func() { found[i] = part() })
	}
	group.Wait()
	all := []directdial.Finding{examineConfiguration(c)}
	return append(append(all, slices.Concat(found...)...), clocks.finding())
}

// Space on the disk below which somebody should look, and below which the log
// will soon refuse.
const (
	littleSpace = 2 << 30
	noSpace     = 256 << 20
)

// examineData looks at the data directory.
func examineData(c *config.Config) (found []directdial.Finding) {
	info, err := os.Stat(c.DataDir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []directdial.Finding{directdial.Doubted("data_dir", c.DataDir+" is not there yet", "the first directdial run makes it")}
	case err != nil:
		return []directdial.Finding{directdial.Failed("data_dir", err.Error(), "see that this user may read it")}
	case !info.IsDir():
		return []directdial.Finding{directdial.Failed("data_dir", c.DataDir+" is no folder", "name a folder in data_dir")}
	}
	found = append(found, examineMode(c.DataDir, info))
	if err := unfinished(c.DataDir); err != nil {
		found = append(found, directdial.Failed("data_dir", "a restore was not finished", "run directdial restore BACKUP again"))
	}
	if free, known := bus.DiskFree(c.DataDir); known {
		found = append(found, examineSpace(free))
	}
	return found
}

func examineMode(dir string, info fs.FileInfo) directdial.Finding {
	probe, err := os.CreateTemp(dir, "doctor-*")
	if err != nil {
		return directdial.Failed("data_dir", "this user may not write into "+dir, "run as the user that owns it, or give it to this one")
	}
	err = errors.Join(probe.Close(), os.Remove(probe.Name()))
	if err != nil {
		return directdial.Failed("data_dir", err.Error(), "look at the disk")
	}
	if others := info.Mode().Perm() & 0o077; others != 0 {
		return directdial.Doubted("data_dir", fmt.Sprintf("%s has mode %04o: others may look into what people wrote", dir, info.Mode().Perm()), "chmod 700 "+dir)
	}
	return directdial.Found("data_dir", dir+" can be written, and only by its owner")
}

func examineSpace(free int64) directdial.Finding {
	says := fmt.Sprintf("%.1f GiB are free", float64(free)/(1<<30))
	const remedy = "make room, move data_dir to a larger disk, or shorten retention.text"
	switch {
	case free < noSpace:
		return directdial.Failed("disk", says, remedy)
	case free < littleSpace:
		return directdial.Doubted("disk", says, remedy)
	}
	return directdial.Found("disk", says)
}

// examineDaemon asks the running daemon.
func examineDaemon(ctx context.Context, c *config.Config) []directdial.Finding {
	socket := filepath.Join(c.DataDir, socketName)
	if !reachable(socket) {
		return []directdial.Finding{examineSilence(socket)}
	}
	client := desk.Dial(socket)
	status, err := client.Status(ctx)
	if err != nil {
		return []directdial.Finding{directdial.Failed("daemon", err.Error(), "look at its log, and start it again")}
	}
	found := []directdial.Finding{directdial.Found("daemon", fmt.Sprintf("version %s, process %d, running since %s; webhook http://%s/v1/mentions, metrics http://%s/metrics",
		status.Version, status.PID, status.Started.Local().Format(time.DateTime), status.Listen, status.Admin))}
	if status.Desk != "" {
		found = append(found, directdial.Found("desk", fmt.Sprintf("commands of other machines: --addr %s, with the token in %s", status.Desk, deskTokenPlace(c))))
	}
	l, err := client.Ledger(ctx)
	switch {
	case err != nil:
		return append(found, directdial.Failed("ledger", err.Error(), "look at the log of the daemon"))
	case !l.Balanced():
		return append(found, directdial.Failed("ledger", "it does not balance", "see directdial ledger; restore the last backup if the log was damaged"))
	}
	return append(found, directdial.Found("ledger", fmt.Sprintf("it balances: %s, %d waiting", count(int(l.Mentions), "mention"), l.Waiting)))
}

// examineSilence says what it means that no daemon answers. One that stops takes its
// socket away: where that is left, one should run.
func examineSilence(socket string) directdial.Finding {
	if _, err := os.Lstat(socket); err == nil {
		return directdial.Failed("daemon", "no daemon answers on "+socket+", and the last one did not stop by itself", "look at its log, and start it: directdial run")
	}
	return directdial.Doubted("daemon", "none runs", "start it: directdial run")
}

// examineChannels asks each channel about itself and the addresses of the
// experts.
func examineChannels(ctx context.Context, c *config.Config, clocks *clocks) []directdial.Finding {
	channels, err := makeChannels(complete(c), nil, zerolog.Nop(), io.Discard)
	if err != nil {
		return []directdial.Finding{directdial.Failed("channels", err.Error(), "correct the configuration: directdial check")}
	}
	var found []directdial.Finding
	reached := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(channels)) {
		var people []directdial.Expert
		for _, e := range c.Directory.Experts {
			if e.Addresses[name] != "" {
				people = append(people, e)
				reached[e.ID] = true
			}
		}
		checker, ok := channels[name].(experts.Checker)
		if !ok {
			found = append(found, directdial.Found(name, "nothing to ask; it leads to "+count(len(people), "colleague")))
			continue
		}
		answers := checker.Check(ctx, people)
		for _, f := range answers {
			clocks.note(f.Clock)
		}
		found = append(found, answers...)
	}
	for _, ch := range c.Channels {
		if needs := "channel " + ch.Name; lacks(c, needs) {
			found = append(found, notLooked(c, needs, ch.Name))
			for _, e := range c.Directory.Experts {
				reached[e.ID] = reached[e.ID] || e.Addresses[ch.Name] != ""
			}
		}
	}
	for _, e := range c.Directory.Experts {
		if !reached[e.ID] {
			found = append(found, directdial.Failed("expert "+e.ID, "no channel that is configured leads to them", "give them an address of a channel under channels, or configure the channel"))
		}
	}
	return found
}

// examineSources asks the platform of each source.
func examineSources(ctx context.Context, c *config.Config, clocks *clocks) []directdial.Finding {
	client := platformClient(func(address string) bool { return named(c, address) })
	client.Transport = clocks.watch(client.Transport)
	answers, err := ingest.Examine(ctx, ingest.Options{Client: client, Logger: zerolog.Nop()}, sourceConfigs(complete(c)))
	if err != nil {
		return []directdial.Finding{directdial.Failed("sources", err.Error(), "correct the configuration: directdial check")}
	}
	found := make([]directdial.Finding, 0, len(c.Sources))
	for _, s := range c.Sources {
		what := "source " + s.Name
		answer, asked := answers[s.Name]
		switch {
		case lacks(c, what):
			found = append(found, notLooked(c, what, what))
		case !asked:
			found = append(found, directdial.Found(what, s.Type+": it is posted to, or brings its own; nothing to ask"))
		case answer != nil:
			says, remedy := web.Failure(answer)
			found = append(found, directdial.Failed(what, says, cmp.Or(remedy, sourceRemedy(answer))))
		default:
			found = append(found, directdial.Found(what, s.Type+" answers, and takes what it was given"))
		}
	}
	return found
}

func sourceRemedy(err error) string {
	switch directdial.KindOf(err) {
	case directdial.Denied, directdial.Invalid:
		return "correct the credentials or the settings of this source"
	case directdial.NotFound, directdial.Gone:
		return "correct the address of this source, or take it out"
	}
	return "see that this machine reaches the platform, and try again later"
}

// clocks holds the clock of this machine against those of the servers that were
// asked anyway.
type clocks struct {
	mu    sync.Mutex
	asked bool
	off   time.Duration // the least of all: one of them may be wrong
}

// How far the clock may be off. Signed requests to the webhook are refused from
// five minutes on.
const (
	clockDoubt = 30 * time.Second
	clockFails = 4 * time.Minute
)

// note takes what another clock says at this moment.
func (c *clocks) note(other time.Time) {
	if other.IsZero() {
		return
	}
	off := time.Since(other).Abs()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.asked || off < c.off {
		c.asked, c.off = true, off
	}
}

// watch notes the Date of every answer.
func (c *clocks) watch(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err == nil {
			date, _ := http.ParseTime(resp.Header.Get("Date"))
			c.note(date)
		}
		return resp, err
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (c *clocks) finding() directdial.Finding {
	says := fmt.Sprintf("it is %s off the clocks of those who were asked", c.off.Round(time.Second))
	const remedy = "let the machine set its clock (NTP): duty hours, budgets and signatures depend on it"
	switch {
	case !c.asked:
		return directdial.Found("clock", "not compared: no server was asked that tells the time")
	case c.off > clockFails:
		return directdial.Failed("clock", says, remedy)
	case c.off > clockDoubt:
		return directdial.Doubted("clock", says, remedy)
	}
	return directdial.Found("clock", "it goes as those of others do")
}
