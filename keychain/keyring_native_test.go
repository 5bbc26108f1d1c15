//go:build darwin || windows

package keychain

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"postern/internal/needs"
)

// TestNativeKeyringKeepsRecords uses the keychain of macOS or the credential
// manager of Windows, under a name that no other program and no other run has.
// A keychain that nobody can unlock, as over SSH, is a part that is missing.
func TestNativeKeyringKeepsRecords(t *testing.T) {
	k := NewKeyring("postern-test-"+rand.Text(), Dirs{State: t.TempDir()})
	if err := k.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	// Whatever fails below, nothing shall stay in somebody's own keyring.
	t.Cleanup(func() { _ = k.Delete(context.Background(), account) }) // t.Context is over by then
	err := k.Save(t.Context(), account, []byte("one"))
	if s := StateOf(err); s == Locked || s == Absent {
		needs.Part(t, "a keyring that is unlocked", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	wantRecord(t, k, "one")
	for _, record := range []string{"", "\x00\xff\n", strings.Repeat("x", maxItem), strings.Repeat("y", MaxRecord), "two"} {
		save(t, k, record)
		wantRecord(t, k, record)
	}
	if err := errors.Join(k.Delete(t.Context(), account), k.Delete(t.Context(), account)); err != nil {
		t.Error(err)
	}
	wantNothing(t, k)
}
