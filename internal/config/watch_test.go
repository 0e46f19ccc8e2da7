package config_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"github.com/directdial/directdial/internal/config"
)

// watched is a configuration in a folder, and what Watch tells of it.
type watched struct {
	t       *testing.T
	dir     string
	reloads chan config.Reload
	applied chan *config.Config
	refuse  error // what apply answers
}

func watch(t *testing.T, before func(w *watched)) *watched {
	t.Helper()
	w := &watched{t: t, dir: t.TempDir(), reloads: make(chan config.Reload, 100), applied: make(chan *config.Config, 100)}
	w.write("directdial.yaml", "people: [./people/*.yaml]\npolicy: policy.yaml\n"+minimal+
		"sources: [{ name: crm, type: webhook, token_file: secrets/token }]\n")
	w.write("policy.yaml", "version: 1")
	w.write("secrets/token", "one")
	w.write("people/bo.yaml", "{ id: bo, terminal: bo }")
	path := filepath.Join(w.dir, "directdial.yaml")
	cfg, _ := must(t, path, options())
	if before != nil {
		before(w)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		apply := func(c *config.Config) error {
			w.applied <- c
			return w.refuse
		}
		config.Watch(ctx, path, options(), cfg, apply, func(r config.Reload) { w.reloads <- r })
	}()
	t.Cleanup(func() {
		cancel()
		<-done
		goleak.VerifyNone(t)
	})
	return w
}

func (w *watched) write(name, text string) { write(w.t, filepath.Join(w.dir, name), text) }

// replace writes a file as an editor does: another one, then a rename.
func (w *watched) replace(name, text string) {
	w.write(name+"~", text)
	if err := os.Rename(filepath.Join(w.dir, name+"~"), filepath.Join(w.dir, name)); err != nil {
		w.t.Fatal(err)
	}
}

// next waits for the next configuration in force.
func (w *watched) next() *config.Config {
	w.t.Helper()
	r := <-w.reloads
	if r.Err != nil {
		w.t.Fatal(r.Err, r.Problems)
	}
	return <-w.applied
}

// refused waits for an attempt that leaves the old configuration in force.
func (w *watched) refused() config.Reload {
	w.t.Helper()
	r := <-w.reloads
	if r.Err == nil {
		w.t.Fatal("the configuration is in force")
	}
	return r
}

func TestAChangeOfEachFileIsSeen(t *testing.T) {
	w := watch(t, nil)
	w.replace("directdial.yaml", "people: [./people/*.yaml]\npolicy: policy.yaml\ndata_dir: other\n"+minimal+
		"sources: [{ name: crm, type: webhook, token_file: secrets/token }]\n")
	if got := w.next().DataDir; got != filepath.Join(w.dir, "other") {
		t.Error(got)
	}
	w.replace("policy.yaml", "version: 2")
	if got := w.next().Policy.Version; got != "2" {
		t.Error(got)
	}
	w.replace("people/lee.yaml", "{ id: lee, terminal: lee }")
	if got := len(w.next().Directory.Experts); got != 3 {
		t.Error(got)
	}
	if err := os.Remove(filepath.Join(w.dir, "people/bo.yaml")); err != nil {
		t.Fatal(err)
	}
	if got := len(w.next().Directory.Experts); got != 2 {
		t.Error(got)
	}
	w.replace("secrets/token", "two")
	var hook webhook
	if err := w.next().Sources[0].Decode(&hook); err != nil || hook.Token.Reveal() != "two" {
		t.Error(err, hook.Token.Reveal())
	}
}

func TestABadFileKeepsTheOldConfigurationLoudly(t *testing.T) {
	w := watch(t, nil)
	w.replace("directdial.yaml", "htpp: {}\nexperts: [")
	r := w.refused()
	if r.Err.Error() != "the configuration has one error" || !config.Refused(r.Problems) {
		t.Error(r)
	}
	w.replace("directdial.yaml", "")
	w.refused()
	if err := os.Remove(filepath.Join(w.dir, "directdial.yaml")); err != nil {
		t.Fatal(err)
	}
	w.refused()
	if len(w.applied) != 0 {
		t.Error("a bad configuration was applied")
	}
	w.replace("directdial.yaml", minimal)
	w.next()
}

func TestAConfigurationThatCannotBeAppliedIsNotInForce(t *testing.T) {
	w := watch(t, func(w *watched) { w.refuse = errors.New("the port is taken") })
	w.replace("directdial.yaml", minimal)
	if r := w.refused(); !errors.Is(r.Err, w.refuse) {
		t.Error(r.Err)
	}
}

func TestAChangeBeforeTheWatchBeganIsSeen(t *testing.T) {
	w := watch(t, func(w *watched) { w.write("policy.yaml", "version: 2") })
	if got := w.next().Policy.Version; got != "2" {
		t.Error(got)
	}
}

// Kubernetes mounts a volume as links into a folder and replaces one link.
func TestAVolumeOfKubernetesIsSeen(t *testing.T) {
	dir := t.TempDir()
	for _, v := range []string{"1", "2"} {
		write(t, filepath.Join(dir, "..v"+v, "directdial.yaml"), minimal+"data_dir: v"+v)
	}
	link := func(old, name string) {
		t.Helper()
		if err := os.Symlink(old, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	link("..v1", "..data")
	link("..data/directdial.yaml", "directdial.yaml")
	path := filepath.Join(dir, "directdial.yaml")
	cfg, _ := must(t, path, options())
	ctx, cancel := context.WithCancel(t.Context())
	got := make(chan string, 10)
	done := make(chan struct{})
	go func() {
		defer close(done)
		config.Watch(ctx, path, options(), cfg, func(c *config.Config) error {
			got <- filepath.Base(c.DataDir)
			return nil
		}, func(config.Reload) {})
	}()
	link("..v2", "..tmp")
	if err := os.Rename(filepath.Join(dir, "..tmp"), filepath.Join(dir, "..data")); err != nil {
		t.Fatal(err)
	}
	if v := <-got; v != "v2" {
		t.Error(v)
	}
	cancel()
	<-done
}

func TestReloadsAreLoggedAndCounted(t *testing.T) {
	reg := prometheus.NewPedanticRegistry()
	var log bytes.Buffer
	tell := config.Tell(reg, zerolog.New(&log))
	value := func() float64 {
		t.Helper()
		families, err := reg.Gather()
		if err != nil || len(families) != 2 {
			t.Fatal(err, families)
		}
		return families[0].GetMetric()[0].GetGauge().GetValue()
	}
	if value() != 1 {
		t.Error("the configuration in force is no success")
	}
	tell(config.Reload{At: now, Err: errors.New("two errors"), Problems: []config.Problem{
		{File: "a.yaml", Line: 1, Column: 2, Msg: "unknown key x"}, {File: "a.yaml", Severity: config.Warning, Msg: "mind"},
	}})
	if value() != 0 {
		t.Error("a failure is a success")
	}
	tell(config.Reload{At: now})
	want := `
# HELP directdial_config_reload_success 1 if the last attempt to read the configuration succeeded, 0 if the one before it is still in force.
# TYPE directdial_config_reload_success gauge
directdial_config_reload_success 1
# HELP directdial_config_reload_timestamp_seconds When the configuration in force was read.
# TYPE directdial_config_reload_timestamp_seconds gauge
directdial_config_reload_timestamp_seconds ` + strconv.FormatInt(now.Unix(), 10) + "\n"
	if err := testutil.GatherAndCompare(reg, strings.NewReader(want)); err != nil {
		t.Error(err)
	}
	for _, want := range []string{
		`{"level":"error","message":"a.yaml:1:2: unknown key x"}`, `{"level":"warn","message":"a.yaml: warning: mind"}`,
		`"error":"two errors"`, `{"level":"info","message":"configuration read again"}`,
	} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, log.String())
		}
	}
}
