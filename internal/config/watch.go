package config

import (
	"context"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Reload is one attempt to read the configuration again.
type Reload struct {
	At       time.Time
	Problems []Problem // all that there is to say about the files
	// Err says why the new configuration is not in force: its problems refuse
	// it, or it could not be applied. The old one stays. nil: it is in force.
	Err error
}

const (
	// settle is how long nothing must have changed before the files are read:
	// an editor writes in several steps.
	settle = 100 * time.Millisecond
	// look is how often the files are compared all the same. Some file systems
	// report no changes (NFS, mounts into containers), and some systems allow
	// no more watches.
	look = 30 * time.Second
)

// Watch reads the configuration at path again on SIGHUP, and when one of the
// files changes that it is made of, until ctx is done. current is the one in
// force. A new one without errors is handed to apply; when apply returns nil it
// is in force. Whatever comes of it, each attempt is told to tell. Both are
// called by Watch itself, one call at a time. Options.Now is set anew each
// time.
func Watch(ctx context.Context, path string, opt Options, current *Config, apply func(*Config) error, tell func(Reload)) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	defer signal.Stop(signals)
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	w := &watcher{path: path, opt: opt, apply: apply, tell: tell, seen: current.inputs, signals: signals, ticks: ticker.C}
	w.run(ctx)
}

type watcher struct {
	path    string
	opt     Options
	apply   func(*Config) error
	tell    func(Reload)
	signals <-chan os.Signal
	ticks   <-chan time.Time

	seen  inputs // of the last attempt
	files *fsnotify.Watcher
}

func (w *watcher) run(ctx context.Context) {
	var events chan fsnotify.Event
	var errs chan error
	if files, err := fsnotify.NewWatcher(); err == nil { // else the ticks have to do
		defer files.Close()
		w.files, events, errs = files, files.Events, files.Errors
		w.follow()
	}
	// What changed between the first reading and now was seen by nobody.
	w.reloadIfChanged()
	quiet := time.NewTimer(settle)
	quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.signals:
			w.reload()
		case e := <-events:
			if w.concerns(e.Name) {
				quiet.Reset(settle)
			}
		case <-errs: // events were lost
			quiet.Reset(settle)
		case <-quiet.C:
			w.reloadIfChanged()
		case <-w.ticks:
			w.reloadIfChanged()
		}
	}
}

// concerns reports whether a change of that name can be one of ours. Kubernetes
// replaces a link with two dots in front when a volume changes.
func (w *watcher) concerns(name string) bool {
	return w.seen.names(name) || strings.HasPrefix(filepath.Base(name), "..")
}

func (w *watcher) reloadIfChanged() {
	if w.seen.changed() {
		w.reload()
	}
}

func (w *watcher) reload() {
	w.opt.Now = time.Now()
	cfg, in, problems := read(w.path, w.opt)
	w.seen = in
	w.follow()
	r := Reload{At: w.opt.Now, Problems: problems}
	if cfg == nil {
		r.Err = refusal(problems)
	} else {
		r.Err = w.apply(cfg)
	}
	w.tell(r)
}

// follow watches the folders, not the files: an editor writes a new file and
// renames it, and a watch would stay with the old one.
func (w *watcher) follow() {
	if w.files == nil {
		return
	}
	old := map[string]bool{}
	for _, folder := range w.files.WatchList() {
		old[folder] = true
	}
	for _, folder := range w.seen.folders() {
		if !old[folder] {
			_ = w.files.Add(folder) // a folder that is not there yet is left to the ticks
		}
		delete(old, folder)
	}
	for folder := range old {
		_ = w.files.Remove(folder)
	}
}
