package sourcetest

import (
	"errors"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// recordFile lists the checks of the kit that a source passes, one a line. It
// stands in the adapter's folder, and the table in ingest/README.md is made of
// them all.
const recordFile = "testdata/conformance.txt"

// recordVariable is set to write the files in place of comparing them.
const recordVariable = "CONFORMANCE"

// passed are the checks that ran and passed in this process, by type: some run
// the kit several times, each with other settings.
var passed struct {
	sync.Mutex
	of map[string]map[string]bool
}

func pass(kind, check string) {
	passed.Lock()
	defer passed.Unlock()
	if passed.of == nil {
		passed.of = map[string]map[string]bool{}
	}
	if passed.of[kind] == nil {
		passed.of[kind] = map[string]bool{}
	}
	passed.of[kind][check] = true
}

// record holds the checks that passed against the file, or writes it.
func record(t *testing.T, kind string) {
	t.Helper()
	if t.Failed() || strings.Contains(flag.Lookup("test.run").Value.String(), "/") {
		return // not all of them ran
	}
	passed.Lock()
	checks := slices.Sorted(maps.Keys(passed.of[kind]))
	passed.Unlock()
	if os.Getenv(recordVariable) != "" {
		if err := os.MkdirAll(filepath.Dir(recordFile), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(recordFile, []byte(strings.Join(checks, "\n")+"\n"), 0o644); err != nil {
			t.Error(err)
		}
		return
	}
	data, err := os.ReadFile(recordFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	known := strings.Split(string(data), "\n")
	for _, check := range checks {
		if !slices.Contains(known, check) {
			t.Errorf("%q passes and is not in %s, of which the table in ingest/README.md is made: run %s=1 go test ./%s && go test ./ingest -run Table -update",
				check, recordFile, recordVariable, "ingest/"+kind)
		}
	}
}
