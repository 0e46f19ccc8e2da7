package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial/internal/config"
)

// The tests that the README shows pass under what init writes, with its topic
// recall switched on, as the README says.
func TestTheReadmeTestsWhereTextsGo(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, tests, _ := strings.Cut(string(readme), "```yaml\ntests:\n")
	tests, _, _ = strings.Cut(tests, "```")
	recall := regexp.MustCompile(`(?m)^( *)#(- name: recall|  owner: kim|  keywords: \[recall|  restricted:|- \{ topics: \[recall)`)
	text := recall.ReplaceAllString(string(config.Starter(time.Now())), "$1$2") + "\ntests:\n" + tests

	cfg, problems := config.Parse("directdial.yaml", []byte(text), configOptions(false))
	if cfg == nil || len(cfg.Tests) != 3 || len(cfg.Directory.Topics) != 3 {
		t.Fatalf("%v in:\n%s", problems, text)
	}
	failed, err := tryTests(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range failed {
		t.Error(f)
	}
}
