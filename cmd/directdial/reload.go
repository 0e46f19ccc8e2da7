package main

import (
	"errors"
	"fmt"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/config"
)

// reload puts another configuration in force: all of it, or nothing.
func (d *daemon) reload(c *config.Config) error {
	old := d.config.Load()
	if err := sameFooting(old, c); err != nil {
		return err
	}
	plan, err := plan(c)
	if err != nil {
		return err
	}
	channels, err := makeChannels(c, d.keys, d.log, d.out)
	if err != nil {
		return err
	}
	// Before the sources start: which addresses they may ask stands in it.
	d.config.Store(c)
	if err := d.runner.SetSources(sourceConfigs(c)); err != nil {
		d.config.Store(old)
		return err
	}
	d.delivery.Use(channels)
	d.calendars.Use(c.Directory)
	d.hearing.Use(channels)
	d.router.Configure(plan)
	return nil
}

// sameFooting refuses what cannot change while the daemon runs: where its data
// are, and where it listens. To take the rest would leave commands and dashboards
// looking in the wrong place.
func sameFooting(old, c *config.Config) error {
	var errs []error
	for _, setting := range []struct {
		key       string
		old, next any
	}{
		{"data_dir", old.DataDir, c.DataDir},
		{"http.listen", old.HTTP.Listen, c.HTTP.Listen},
		{"http.desk", old.HTTP.Desk, c.HTTP.Desk},
		{"http.desk_token", old.HTTP.DeskToken.Reveal(), c.HTTP.DeskToken.Reveal()},
		{"http.admin", old.HTTP.Admin, c.HTTP.Admin},
		{"nats.url", old.NATS.URL.Reveal(), c.NATS.URL.Reveal()},
		{"nats.replicas", old.NATS.Replicas, c.NATS.Replicas},
		{"nats.listen", old.NATS.Listen, c.NATS.Listen},
	} {
		if setting.old != setting.next {
			errs = append(errs, &directdial.Error{
				Kind: directdial.Invalid, Field: setting.key, Msg: "takes effect only at a start: start directdial again",
			})
		}
	}
	if len(errs) > 0 {
		return fmt.Errorf("a setting was changed that a reload cannot change: %w", errors.Join(errs...))
	}
	return nil
}
