//go:build linux

package main

import (
	"strings"
	"testing"
)

// A passphrase store that keeps nothing has nothing to unlock: doctor does not
// send to a command that would ask nothing, and find it locked again.
func TestDoctorAsksForNoUnlockingOfAnEmptyStore(t *testing.T) {
	t.Parallel()
	p := withPassphrase(t)
	p.rewrap()
	store := p.doctor(0)["store"]
	store.is(t, "warn", "locked")
	if !strings.Contains(store.Do, "postern login") || strings.Contains(store.Do, "postern status") {
		t.Errorf("got hint %q, want the sign-in", store.Do)
	}
}
