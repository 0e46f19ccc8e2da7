// The tests of this package run the program as it is shipped: the binary is
// built once, started as a process with a configuration that the test writes,
// and looked at from outside, over HTTP, the command line, its control socket,
// and fakes of the services that it talks to.
package main_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

var (
	kills = flag.Int("kills", 3, "how often the daemon is killed in the test of kills")
	seed  = flag.Uint64("seed", 0, "of the random moments of the test of kills; 0: another one each time")
)

// binary is the program under test.
var binary string

func TestMain(m *testing.M) {
	flag.Parse()
	// The zone in which some times are told. Timers of dependencies ask the clock
	// while the tests begin, so time.Local itself must not be written.
	if err := os.Setenv("TZ", "UTC"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "dd")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "directdial")
	if err := build(binary); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// build builds the program, with the race detector if the tests have it.
func build(path string) error {
	args := []string{"build", "-o", path}
	if raceEnabled {
		args = append(args, "-race")
	}
	out, err := exec.Command("go", append(args, ".")...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}
