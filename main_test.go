//go:build linux

// The tests of the whole program: they run it as people and scripts do, on
// terminals, in tmux, in pipes, with real keyrings. They are for Linux, where
// both of those can be had fresh for each test; elsewhere they would use the
// keyring of the person who runs them.

package main

import (
	"os"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// alone in the environment takes the program away from the terminal that the
// tests run on: scripts have none, whoever starts them.
const alone = "POSTERN_TEST_ALONE"

// TestMain makes the test binary the program itself, under its name in PATH.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"postern": func() {
		if os.Getenv(alone) != "" {
			_, _ = syscall.Setsid()
			_ = os.Unsetenv(alone)
		}
		main()
	}, "stage": staged})
}
