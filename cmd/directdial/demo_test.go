package main_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial/experts/desk"
)

// What changes from run to run in what the demo says.
var changing = regexp.MustCompile(`, open until .*| d[0-9a-f]{16}`)

func TestDemoShowsWhatItSaysItShows(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "dd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	yesterday := time.Now().UTC().AddDate(0, 0, -1).Format("2 January 2006")
	out, err := exec.Command(binary, "demo", "--keep", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var got []string
	for _, line := range strings.Split(string(out), "\n") {
		if said, ok := strings.CutPrefix(strings.TrimSpace(line), "→ "); ok {
			got = append(got, changing.ReplaceAllString(said, ""))
		}
	}
	want := []string{
		"dial Ana Lind by terminal",
		"heard before: it has its dial, with Ana Lind",
		"joins dial: the same conversation, no second card",
		"joins dial: the same conversation, no second card",
		"dial Bo Ek by terminal",
		"dial Shop by terminal",
		"dial Kim Strand by terminal",
		"dial Kim Strand by terminal",
		"dial Bo Ek by terminal",
		"nobody is dialled: not about us",
		"nobody is dialled: no tag",
		"dial Kim Strand by terminal, marked unsure",
		"dial Shop by terminal",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the decisions (-want +got):\n%s", diff)
	}
	for _, words := range []string{
		"not Bo Ek: grant ended " + yesterday + "\n", "accepted 0, duplicates 1", "less repeats and edits         0", "not Delivery desk: off duty until", "not Shop: the topic is restricted",
		"<!channel> the acme app is down again", "kill -9", "It balances",
	} {
		if !strings.Contains(string(out), words) {
			t.Errorf("the demo does not say %q", words)
		}
	}
	if strings.Contains(string(out), "\x1b") {
		t.Error("an escape sequence reached the output")
	}
	explainsAll(t, dir)
}

// explainsAll asks for each bundled mention whether its receipt decides equal.
func explainsAll(t *testing.T, dir string) {
	t.Helper()
	config := filepath.Join(dir, "directdial.yaml")
	list, err := exec.Command(binary, "mentions", "--config", config, "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var mentions []desk.MentionView
	if err := json.Unmarshal(list, &mentions); err != nil || len(mentions) != 12 {
		t.Fatalf("%d mentions, %v", len(mentions), err)
	}
	for _, m := range mentions {
		out, err := exec.Command(binary, "explain", m.ID, "--config", config, "--json").Output()
		var e desk.Explanation
		if err != nil || json.Unmarshal(out, &e) != nil || !e.Equal {
			t.Errorf("%s: %v, equal %v", m.ID, err, e.Equal)
		}
	}
}
