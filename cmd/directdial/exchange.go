package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/config"
	"github.com/directdial/directdial/internal/index"
	"github.com/directdial/directdial/route"
)

// exchange is an open data directory: the log, the index, and the router over
// them. The daemon runs it; a command opens it where no daemon does.
type exchange struct {
	config atomic.Pointer[config.Config]
	keys   *directdial.Keyer
	bus    *bus.Bus
	index  *index.DB
	router *route.Router
	// calendars know when colleagues are on leave.
	calendars *experts.Calendars
	log       zerolog.Logger
	now       func() time.Time

	backups backups
}

// openExchange opens the data directory of a configuration and brings the index
// up to the end of the log.
func openExchange(ctx context.Context, c *config.Config, log zerolog.Logger, reg prometheus.Registerer) (x *exchange, err error) {
	x = &exchange{log: log, now: time.Now}
	defer func() {
		if err != nil {
			err = errors.Join(err, x.close())
		}
	}()
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return x, fmt.Errorf("data_dir: %w", err)
	}
	if err := keyInPlace(c.DataDir); err != nil {
		return x, err
	}
	if x.keys, err = loadKey(filepath.Join(c.DataDir, "key")); err != nil {
		return x, err
	}
	x.bus, err = bus.Open(ctx, busOptions(c, log))
	if err != nil {
		return x, err
	}
	reg.MustRegister(bus.NewCollector(x.bus))
	if x.index, err = index.Open(filepath.Join(c.DataDir, "index.db"), route.Buckets()...); err != nil {
		return x, inDir(err, c.DataDir)
	}
	plan, err := plan(c)
	if err != nil {
		return x, err
	}
	x.config.Store(c)
	x.calendars = x.newCalendars(c, reg)
	x.router = route.New(route.Options{
		Bus: x.bus, Index: x.index, Keys: x.keys, Duty: x.calendars.Duty, Now: x.now, Log: log, Metrics: reg, Plan: plan,
		Erasing: x.listErasures,
	})
	return x, inDir(x.router.Recover(ctx), c.DataDir)
}

// keyInPlace refuses a data directory whose key is lost: a new one would
// recognise nothing, and every mention would be dialled again.
func keyInPlace(dir string) error {
	_, noKey := os.Stat(filepath.Join(dir, "key"))
	_, noLog := os.Stat(filepath.Join(dir, "nats"))
	if errors.Is(noKey, fs.ErrNotExist) && noLog == nil {
		return inDir(directdial.Errorf(directdial.Invalid,
			"the key of the data directory is missing, and its log cannot be read without it. Nothing was changed.\nEvery backup has it: cp BACKUP/key DATA_DIR/key"), dir)
	}
	return nil
}

// inDir puts the data directory into a command that an error says to type.
func inDir(err error, dir string) error {
	if err == nil || !strings.Contains(err.Error(), "DATA_DIR") {
		return err
	}
	return &directdial.Error{Kind: directdial.KindOf(err), Msg: strings.ReplaceAll(err.Error(), "DATA_DIR", dir)}
}

func busOptions(c *config.Config, log zerolog.Logger) bus.Options {
	return bus.Options{
		Dir: filepath.Join(c.DataDir, "nats"), URL: c.NATS.URL.Reveal(), Replicas: c.NATS.Replicas,
		Listen: c.NATS.Listen, Log: log,
	}
}

// plan makes of a configuration what decides. It puts nothing in force.
func plan(c *config.Config) (route.Plan, error) {
	classifier, err := newClassifier(c.Directory)
	if err != nil {
		return route.Plan{}, err
	}
	channels := make([]string, len(c.Channels))
	for i := range c.Channels {
		channels[i] = c.Channels[i].Name
	}
	return route.Plan{
		Directory: c.Directory, Channels: channels, Classify: classifier.Classify, Retention: route.Retention(c.Retention),
	}, nil
}

func (x *exchange) close() error {
	var errs []error
	x.backups.stop()
	if x.index != nil {
		errs = append(errs, x.index.Close())
	}
	if x.bus != nil {
		errs = append(errs, x.bus.Close())
	}
	return errors.Join(errs...)
}

// loadKey reads the key of the data directory, or makes it. It is on disk,
// name and all, before anything is hashed with it.
func loadKey(path string) (*directdial.Keyer, error) {
	secret, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		secret = make([]byte, directdial.KeySize)
		if _, err := rand.Read(secret); err != nil {
			return nil, err
		}
		err = writeDurably(path, secret)
	}
	if err != nil {
		return nil, fmt.Errorf("key of the data directory: %w", err)
	}
	keys, err := directdial.NewKeyer(secret)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return keys, nil
}
