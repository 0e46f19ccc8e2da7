package deploy_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// command is a command line that a file here runs.
type command struct {
	where string
	args  []string // without the name of the program
}

const (
	unitFile        = "systemd/directdial.service"
	dockerfile      = "docker/Dockerfile"
	composeFile     = "docker/compose.yaml"
	statefulSetFile = "kustomize/base/statefulset.yaml"
)

func commands(t *testing.T) (all []command) {
	t.Helper()
	start := strings.Fields(unit(t, unitFile)["Service.ExecStart"][0])
	all = append(all, command{unitFile, start[1:]})
	for line := range strings.Lines(read(t, dockerfile)) {
		line = strings.TrimSpace(line)
		if list, ok := strings.CutPrefix(line, "CMD "); ok {
			var args []string
			if err := json.Unmarshal([]byte(list), &args); err != nil {
				t.Fatalf("%s: %s: %v", dockerfile, line, err)
			}
			// The health check names the program, the command of the image does not.
			all = append(all, command{dockerfile, slices.DeleteFunc(args, func(s string) bool { return s == "/directdial" })})
		}
	}
	for name, service := range at(documents(t, composeFile)[0], "services").(map[string]any) {
		if at(service, "image") == "directdial:local" {
			all = append(all, command{composeFile + ": " + name, texts(at(service, "command"))})
		}
	}
	return append(all, command{
		statefulSetFile, texts(at(documents(t, statefulSetFile)[0], "spec", "template", "spec", "containers", 0, "args")),
	})
}

func TestEveryCommandLineNamesItsConfiguration(t *testing.T) {
	all := commands(t)
	if len(all) != 7 {
		t.Errorf("there are %d command lines: %v", len(all), all)
	}
	for _, c := range all {
		i := slices.Index(c.args, "--config")
		if i < 0 || i+1 >= len(c.args) || c.args[i+1] != "/etc/directdial/directdial.yaml" {
			t.Errorf("%s: %q does not name /etc/directdial/directdial.yaml with --config", c.where, c.args)
		}
	}
}

// The program takes each of the command lines: with --help at their end it
// reads all of them, and does nothing.
func TestTheProgramKnowsEveryCommandLine(t *testing.T) {
	for _, c := range commands(t) {
		out, err := exec.Command(program(t), append(slices.Clone(c.args), "--help")...).CombinedOutput()
		if err != nil || !strings.Contains(string(out), "directdial "+c.args[0]) {
			t.Errorf("%s: %q: %v\n%s", c.where, c.args, err, out)
		}
	}
}

// Without its configuration nothing that is deployed falls back on the built-in
// example.
func TestAConfigurationThatIsMissingIsAnError(t *testing.T) {
	for _, c := range commands(t) {
		args := slices.Clone(c.args)
		args[slices.Index(args, "--config")+1] = filepath.Join(t.TempDir(), "directdial.yaml")
		err := exec.Command(program(t), args...).Run()
		if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 2 {
			t.Errorf("%s: %q: %v, want exit 2", c.where, args, err)
		}
	}
}

// program builds the program once for all tests of this package.
func program(t *testing.T) string {
	t.Helper()
	if path, err := built(); err == nil {
		return path
	} else {
		t.Fatal(err)
		return ""
	}
}

var folder string // of the program; TestMain removes it

var built = sync.OnceValues(func() (path string, err error) {
	if folder, err = os.MkdirTemp("", "dd"); err != nil {
		return "", err
	}
	path = filepath.Join(folder, "directdial")
	out, err := exec.Command("go", "build", "-o", path, "../cmd/directdial").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if folder != "" {
		os.RemoveAll(folder)
	}
	os.Exit(code)
}

func TestTheReadmeNamesTheConfigurationInEachCommand(t *testing.T) {
	for line := range strings.Lines(read(t, "README.md")) {
		for _, name := range []string{"run", "dials", "ledger", "check", "ready"} {
			if strings.Contains(line, "directdial "+name) && !strings.Contains(line, "--config /etc/directdial/directdial.yaml") &&
				!strings.Contains(line, "--addr ") {
				t.Errorf("the README says %s", strings.TrimSpace(line))
			}
		}
	}
}
