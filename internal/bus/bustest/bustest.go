// Package bustest opens the real log for the tests of other packages. It opens
// in milliseconds, so nothing needs to stand in for it.
//
// The embedded server also runs under the fake clock of testing/synctest: days
// pass in milliseconds. A package that does that hands its TestMain over to
// Main, opens the log inside the bubble, and closes it there, which Open does.
package bustest

import (
	"os"
	"testing"

	"github.com/nats-io/nats-server/v2/server/ats"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial/internal/bus"
)

// Main runs the tests of a package that opens the log inside a bubble of
// testing/synctest:
//
//	func TestMain(m *testing.M) { bustest.Main(m) }
func Main(m *testing.M) {
	Clock()
	os.Exit(m.Run())
}

// Clock starts the server's clock for file access, one for the whole process.
// Started by a server inside a bubble it would belong to the bubble and keep
// its time from passing. Main calls it; a TestMain of one's own may, too.
func Clock() { ats.Register() }

// Open opens the embedded log in a directory of the test's own, and closes it
// when the test ends.
func Open(t testing.TB) *bus.Bus {
	t.Helper()
	return OpenDir(t, t.TempDir())
}

// OpenDir opens the embedded log in dir, and closes it when the test ends. A
// test that opens the same directory again closes the first one before.
func OpenDir(t testing.TB, dir string) *bus.Bus {
	t.Helper()
	b, err := bus.Open(t.Context(), bus.Options{Dir: dir, Log: Log(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// Log is a log that shows with the test, from warnings on.
func Log(t testing.TB) zerolog.Logger {
	return zerolog.New(zerolog.NewTestWriter(t)).Level(zerolog.WarnLevel)
}
