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

// The marks between which generated parts of README.md stand.
const (
	tableBegin      = "<!-- conformance: go test ./ingest -run Table -update -->\n"
	tableEnd        = "<!-- end of conformance -->\n"
	transcriptBegin = "<!-- docs/sources.txt: go test ./ingest -run Transcript -update -->\n"
	transcriptEnd   = "<!-- end of docs/sources.txt -->\n"
)

// The table says which type of source passes which check of sourcetest, by what
// the kit has recorded in each folder.
func TestTableOfConformanceIsWhatTheKitRecorded(t *testing.T) {
	compareReadme(t, tableBegin, conformance(t), tableEnd)
}

// The transcript is of the program, run by a test of cmd/directdial.
func TestTranscriptOfSourcesIsTheOneOfTheProgram(t *testing.T) {
	transcript, err := os.ReadFile("../docs/sources.txt")
	if err != nil {
		t.Fatal(err)
	}
	compareReadme(t, transcriptBegin, "```text\n"+string(transcript)+"```\n", transcriptEnd)
}

// compareReadme holds what stands in README.md between two marks against what
// it should be, or writes it.
func compareReadme(t *testing.T, begin, text, end string) {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(readme), begin)
	_, after, ends := strings.Cut(rest, end)
	if !begins || !ends {
		t.Fatalf("README.md has no %s", begin)
	}
	want := before + begin + "\n" + text + "\n" + end + after
	if *update {
		if err := os.WriteFile("README.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(readme) {
		t.Errorf("README.md is stale: %s", begin)
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
