package ingest_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of README.md")

// The marks between which the table stands.
const (
	tableBegin = "<!-- conformance: go test ./ingest -run Table -update -->\n"
	tableEnd   = "<!-- end of conformance -->\n"
)

// The table says which type of source passes which check of sourcetest, by what
// the kit has recorded in each folder.
func TestTableOfConformanceIsWhatTheKitRecorded(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(readme), tableBegin)
	_, after, ends := strings.Cut(rest, tableEnd)
	if !begins || !ends {
		t.Fatal("README.md has no place for the table")
	}
	want := before + tableBegin + "\n" + conformance(t) + "\n" + tableEnd + after
	if *update {
		if err := os.WriteFile("README.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(readme) {
		t.Error("the table of README.md is stale: go test ./ingest -run Table -update")
	}
}

// conformance is the table: a row for each check, a column for each type.
func conformance(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("*/testdata/conformance.txt")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d records, %v", len(files), err)
	}
	passes := map[string][]string{} // types by check
	var types []string
	for _, name := range files {
		kind, _, _ := strings.Cut(filepath.ToSlash(name), "/")
		types = append(types, kind)
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for check := range strings.Lines(string(data)) {
			check = strings.TrimSpace(check)
			passes[check] = append(passes[check], kind)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "| check | %s |\n|---|%s\n", strings.Join(types, " | "), strings.Repeat(":-:|", len(types)))
	for _, check := range slices.Sorted(maps.Keys(passes)) {
		fmt.Fprintf(&b, "| %s |", check)
		for _, kind := range types {
			mark := " "
			if slices.Contains(passes[check], kind) {
				mark = "✓"
			}
			fmt.Fprintf(&b, " %s |", mark)
		}
		b.WriteString("\n")
	}
	return b.String()
}
