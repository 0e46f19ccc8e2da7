//go:build unix

package config_test

import (
	"os"
	"syscall"
	"testing"
)

func TestSIGHUPReadsAgainWhatHasNotChanged(t *testing.T) {
	w := watch(t, nil)
	w.replace("policy.yaml", "version: 2")
	w.next() // so it listens
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	w.next()
}
