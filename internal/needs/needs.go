// Package needs says what a test needs from the machine it runs on. A part
// that is missing skips the test and names the part; with
// POSTERN_TEST_REQUIRE_ALL=1 it fails the test instead, so that a machine that
// should have everything cannot pass by having nothing.
package needs

import (
	"os"
	"os/exec"
	"testing"
)

// RequireAll is the environment variable that turns each skip into a failure.
const RequireAll = "POSTERN_TEST_REQUIRE_ALL"

// Tool returns the path of the program name, and ends the test without it.
func Tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	Part(t, "the program "+name, err)
	return path
}

// Part ends the test if err says that what cannot be had here, such as
// "keyctl" or "a small file system of its own". A nil err does nothing.
func Part(t testing.TB, what string, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if os.Getenv(RequireAll) == "1" {
		t.Fatalf("needs %s: %v (%s=1)", what, err, RequireAll)
	}
	t.Skipf("needs %s: %v", what, err)
}
