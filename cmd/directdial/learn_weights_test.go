package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTopicsThatAreNotConfiguredAreNamedWithTheOneThatIsMeant(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "in.csv"), []byte("text,route\nthe lid is wobbly,Billing\nthe lid is off,xylophones\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, code := told(t, dir, "learn", "weights", "--data", "in.csv", "--out", "x.tsv")
	want := "No topics of the configuration, learned as none: Billing (did you mean billing?), xylophones."
	if code != 1 || !strings.Contains(out, want) {
		t.Errorf("code %d, want %q in\n%s", code, want, out)
	}
}
