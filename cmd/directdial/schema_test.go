package main

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial/internal/config"
)

//go:generate go test -run "TestSchemaIsFresh|TestReferenceOfTheConfigurationIsFresh" -update .

var update = flag.Bool("update", false, "write what is generated")

const schemaFile = "../../deploy/directdial.schema.json"

// The schema holds the settings of every adapter, so it is made here, where all
// of them are known.
func TestSchemaIsFresh(t *testing.T) {
	got, err := config.Schema(configOptions(false).Kinds, "../..")
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(schemaFile, got, 0o644); err != nil { //nolint:gosec // everybody may read it
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("deploy/directdial.schema.json is stale; run: go generate ./cmd/directdial\n%s", diff)
	}
}
