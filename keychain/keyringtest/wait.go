//go:build linux

package keyringtest

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Limit is how long anything may take that a test waits for.
const Limit = 10 * time.Second

// Wait polls until what holds, and fails the test after Limit.
func (d *Daemon) Wait(what string, holds func() bool) {
	d.t.Helper()
	Wait(d.t, what, holds)
}

// Wait polls until what holds, and fails the test after Limit.
func Wait(t testing.TB, what string, holds func() bool) {
	t.Helper()
	over := time.After(Limit)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-over:
			t.Fatalf("waited %v for %s", Limit, what)
		case <-tick.C:
		}
	}
}

// Receive returns what arrives, and fails the test after Limit.
func Receive[T any](t testing.TB, what string, from <-chan T) (got T) {
	t.Helper()
	select {
	case got = <-from:
	case <-time.After(Limit):
		t.Fatalf("waited %v for %s", Limit, what)
	}
	return got
}

// Processes returns the numbers of all processes that live in Home, such as
// the bus, the keyring, and whatever they or a test started.
func (d *Daemon) Processes() []int { return ProcessesWith("HOME=" + d.Home) }

// ProcessesWith returns the numbers of all other processes that have the
// variable, written NAME=value, in their environment.
func ProcessesWith(variable string) []int {
	var found []int
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		env, err := os.ReadFile(filepath.Join("/proc", e.Name(), "environ"))
		if err == nil && strings.Contains("\x00"+string(env), "\x00"+variable+"\x00") {
			found = append(found, pid)
		}
	}
	return found
}
