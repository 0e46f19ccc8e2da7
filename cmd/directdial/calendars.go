package main

import (
	"context"
	"net"
	"net/url"
	"path/filepath"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/internal/config"
)

// newCalendars makes the calendars of a configuration, as they were read last.
func (x *exchange) newCalendars(c *config.Config, reg prometheus.Registerer) *experts.Calendars {
	calendars := experts.NewCalendars(experts.CalendarOptions{
		Dir: filepath.Join(c.DataDir, "calendars"), Log: x.log, Metrics: reg, Now: x.now,
		// What the operator names may be in the own network.
		Client: platformClient(func(address string) bool { return namesCalendar(x.config.Load().Directory, address) }),
	})
	calendars.Use(c.Directory)
	return calendars
}

// examineCalendars reads the calendars of leave and holidays.
func examineCalendars(ctx context.Context, c *config.Config) []directdial.Finding {
	return experts.ExamineCalendars(ctx, c.Directory, experts.CalendarOptions{
		Dir:    filepath.Join(c.DataDir, "calendars"),
		Client: platformClient(func(address string) bool { return namesCalendar(c.Directory, address) }),
	})
}

// namesCalendar reports whether a calendar is named by this host:port.
func namesCalendar(d *directdial.Directory, address string) bool {
	for i := range d.Experts {
		if hostOf(d.Experts[i].Calendar) == address {
			return true
		}
	}
	for _, h := range d.Holidays {
		if hostOf(h.Calendar) == address {
			return true
		}
	}
	return false
}

// hostOf is the host:port of a URL, "" for a path.
func hostOf(calendar string) string {
	u, err := url.Parse(calendar)
	if err != nil || u.Host == "" {
		return ""
	}
	port := map[string]string{"http": "80", "https": "443", "webcal": "443"}[u.Scheme]
	if u.Port() != "" {
		port = u.Port()
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// replan puts the plan in force anew: somebody is on leave at another time than
// it was known.
func (d *daemon) replan() {
	plan, err := plan(d.config.Load())
	if err != nil { // it was made before
		d.log.Error().Err(err).Msg("the plan cannot be made anew")
		return
	}
	d.router.Configure(plan)
}
