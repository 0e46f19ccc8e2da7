package main_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/backup"
)

// elsewhere is a site with the same configuration and no data: an empty machine.
func (s *site) elsewhere() *site {
	s.t.Helper()
	dir, err := os.MkdirTemp("", "dd")
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { os.RemoveAll(dir) })
	config, err := os.ReadFile(s.path("directdial.yaml"))
	if err != nil {
		s.t.Fatal(err)
	}
	other := &site{t: s.t, dir: dir, env: s.env}
	other.write("directdial.yaml", string(config))
	return other
}

// told is what a site says of itself.
func (s *site) told(command ...string) (v any) {
	s.t.Helper()
	if err := json.Unmarshal([]byte(s.must(append(command, "--json")...)), &v); err != nil {
		s.t.Fatal(err)
	}
	return v
}

func TestRestoreOnAnEmptyMachineGivesTheSame(t *testing.T) {
	s, _ := newSlack(t, nil)
	d := s.start()
	d.send(several(1, 40, complaint)...)
	d.send(several(100, 20, parcel)...)
	d.send(several(200, 20, smalltalk)...)
	d.settled()
	first := d.dials()[0].ID
	s.must("dials", "take", first, "--as", d.dials()[0].Holder)
	d.send(said(1, complaint+" edited"))
	d.settled()
	s.must("backup", s.path("copy"))
	d.stop() // nothing happens between the backup and the comparison
	other := s.elsewhere()
	if out := other.must("restore", s.path("copy")); !strings.Contains(out, "the ledger balances") {
		t.Errorf("restore said %q", out)
	}
	if diff := cmp.Diff(s.dump(), other.dump()); diff != "" {
		t.Errorf("the index is another:\n%s", diff)
	}
	for _, command := range [][]string{{"ledger"}, {"dials", "--all"}, {"mentions", "--limit", "1000"}, {"explain", said(1, "").ID}} {
		if diff := cmp.Diff(s.told(command...), other.told(command...)); diff != "" {
			t.Errorf("%q is another:\n%s", command, diff)
		}
	}
	// It goes on where it was: what is known is known, a new mention is dialled.
	d = other.start()
	d.send(said(2, complaint), said(1000, complaint))
	if l := d.settled(); l.Mentions != 81 {
		t.Errorf("the ledger is %+v", l)
	}
}

// The backup of a busy daemon holds together.
func TestBackupUnderLoadRestores(t *testing.T) {
	s, _ := newSlack(t, nil)
	d := s.start()
	var posted, stop atomic.Int64
	var posting sync.WaitGroup
	posting.Go(func() {
		for stop.Load() == 0 {
			n := int(posted.Add(20))
			d.send(several(n, 20, complaint)...)
			d.settled() // as fast as it goes, and no faster: what waits must not pile up
		}
	})
	for i := range 4 {
		await(t, "mentions come in", func() bool { return posted.Load() > int64(100*(i+1)) })
		dir := s.path(fmt.Sprintf("copy%d", i))
		s.must("backup", dir)
		other := s.elsewhere()
		other.must("restore", dir)
		var l directdial.Ledger
		if err := json.Unmarshal([]byte(other.must("ledger", "--json")), &l); err != nil || !l.Balanced() || l.Position+l.Waiting < 100 {
			t.Errorf("the ledger is %+v, %v", l, err)
		}
	}
	stop.Store(1)
	posting.Wait()
	d.settled()
}

// A backup that is killed leaves nothing that restore would take, and does not
// stand in the way of the next one.
func TestBackupThatIsKilledIsNone(t *testing.T) {
	s := newSite(t, terminalOnly("crm"))
	d := s.start()
	d.send(several(1, 900, fire)...)
	d.decided()
	dir := s.path("copy")
	killed := 0
	for range 10 {
		if err := os.RemoveAll(dir + ".partial"); err != nil { // else it would seem to have begun
			t.Fatal(err)
		}
		started := make(chan result, 1)
		go func() { started <- s.command("backup", dir) }()
		await(t, "a backup begins", func() bool {
			_, err := os.Stat(dir + ".partial")
			_, whole := os.Stat(dir)
			return err == nil || whole == nil
		})
		d.kill()
		r := <-started
		if _, err := os.Stat(filepath.Join(dir, "backup.json")); err == nil {
			if _, err := backup.Open(dir); err != nil {
				t.Errorf("a backup has its name and is not whole: %v (%s)", err, r.err)
			}
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		} else {
			killed++
			other := s.elsewhere()
			other.refused(1, "no backup", "restore", dir)
			if _, err := os.Stat(filepath.Join(dir+".partial", "backup.json")); err != nil { // with it, it is whole
				other.refused(1, "not finished", "restore", dir+".partial")
			}
		}
		d = s.start()
	}
	t.Logf("%d of 10 were killed on the way", killed)
	s.must("backup", dir)
	s.elsewhere().must("restore", dir)
}

func TestBackupThatIsWrongIsRefused(t *testing.T) {
	s := newSite(t, terminalOnly("crm"))
	d := s.start()
	d.send(several(1, 50, fire)...)
	d.decided()
	s.must("backup", s.path("copy"))
	s.refused(1, "holds something already", "backup", s.path("copy"))
	d.stop()
	for name, c := range map[string]struct {
		words string
		harm  func(dir string) error
	}{
		"cut":         {"MENTIONS has", func(dir string) error { return os.Truncate(filepath.Join(dir, "MENTIONS"), 100) }},
		"missing":     {"DIALS is missing", func(dir string) error { return os.Remove(filepath.Join(dir, "DIALS")) }},
		"changed":     {"not what was written", func(dir string) error { return flip(filepath.Join(dir, "DIALS")) }},
		"another key": {"key is not what was written", func(dir string) error { return flip(filepath.Join(dir, "key")) }},
		"no manifest": {"is no backup", func(dir string) error { return os.Remove(filepath.Join(dir, "backup.json")) }},
		"newer":       {"of version 2", func(dir string) error { return edit(filepath.Join(dir, "backup.json"), `"v": 1`, `"v": 2`) }},
		"no erasures": {"is no erasure", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "erasures.jsonl"), []byte("{}\n"), 0o600)
		}},
		"a manifest cut": {"cannot be read", func(dir string) error { return os.Truncate(filepath.Join(dir, "backup.json"), 40) }},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "copy")
			if err := os.CopyFS(dir, os.DirFS(s.path("copy"))); err != nil {
				t.Fatal(err)
			}
			if err := c.harm(dir); err != nil {
				t.Fatal(err)
			}
			other := s.elsewhere()
			other.refused(1, c.words, "restore", dir)
			if _, err := os.Stat(other.path("data")); err == nil {
				t.Error("it was begun all the same")
			}
		})
	}
	s.refused(1, "is not empty", "restore", s.path("copy"))
}

// flip changes one bit in the middle of a file.
func flip(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	data[len(data)/2] ^= 1
	return os.WriteFile(path, data, 0o600)
}

func edit(path, old, now string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(strings.Replace(string(data), old, now, 1)), 0o600)
}

// What was erased after the backup was made does not come back with it.
func TestRestoreRepeatsTheErasures(t *testing.T) {
	s := newSite(t, terminalOnly("crm"))
	d := s.start()
	author := directdial.Author{Handle: "numbat"}
	gone := said(2, fire)
	d.send(by(said(1, fire), author), gone, said(3, "my acme caught fire, this is awful"))
	d.decided()
	s.must("backup", s.path("copy"))
	s.must("forget", "mastodon:numbat")
	d.delete(gone)
	d.until("the deletion is done", func(l *directdial.Ledger) bool {
		left, err := d.desk.Erasures(t.Context())
		return err == nil && left.Messages == 0 && l.Withdrawn == 2
	})
	d.stop()
	other := s.elsewhere()
	other.must("restore", s.path("copy"))
	if files := holding(t, other.path("data"), textMark); len(files) > 0 {
		t.Errorf("the words stand in %q", files)
	}
	var l directdial.Ledger
	if err := json.Unmarshal([]byte(other.must("ledger", "--json")), &l); err != nil || l.Erased != 2 || l.Withdrawn != 2 || l.Dialled != 1 {
		t.Errorf("the ledger is %+v, %v", l, err)
	}
}

func TestRestoreThatWasBrokenOffIsRunAgain(t *testing.T) {
	s := newSite(t, terminalOnly("crm"))
	d := s.start()
	d.send(several(1, 50, fire)...)
	d.decided()
	s.must("backup", s.path("copy"))
	d.stop()
	other := s.elsewhere()
	other.write("data/restoring", "")
	other.write("data/nats/half", "of something")
	other.refused(1, "was not finished", "run")
	other.refused(1, "was not finished", "ledger")
	other.must("restore", s.path("copy"))
	other.must("ledger")
}
