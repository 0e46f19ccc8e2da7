package bus

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/directdial/directdial"
)

func TestADirectoryIsHeldByOneBus(t *testing.T) {
	dir := t.TempDir()
	b := open(t, Options{Dir: dir})
	_, err := Open(t.Context(), Options{Dir: dir})
	wantKind(t, err, directdial.Temporary, ErrHeld)
	if want := fmt.Sprintf("another directdial holds the log in %s (process %d)", dir, os.Getpid()); err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if out := openElsewhere(t, dir); !strings.Contains(out, "another directdial holds the log") {
		t.Errorf("another process says %q", out)
	}
	publish(t, b, Dials, numbered(Dials, 0, 1)...) // it is none the worse
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if out := openElsewhere(t, dir); out != "opened" {
		t.Errorf("another process says %q", out)
	}
	open(t, Options{Dir: dir})
}

// openElsewhere opens dir in another process, which says what came of it.
func openElsewhere(t *testing.T, dir string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), elsewhere+"="+dir)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// elsewhere names the variable that makes a process of this test open a
// directory, see TestMain.
const elsewhere = "BUS_TEST_OPEN"

func openHere(dir string) {
	b, err := Open(context.Background(), Options{Dir: dir})
	if err == nil {
		err = b.Close()
	}
	if err != nil {
		fmt.Print(err)
		return
	}
	fmt.Print("opened")
}
