//go:build linux

package main

import (
	"os"
	"testing"
)

// TestFaultF14DamagedPassphraseKeyIsSaid: signing in again would not mend it, so
// that is not offered; removing it does.
func TestFaultF14DamagedPassphraseKeyIsSaid(t *testing.T) {
	t.Parallel()
	p := withPassphrase(t)
	p.rewrap()
	wrapped, err := os.ReadFile(p.wrappedKey())
	if err != nil {
		t.Fatal(err)
	}
	wrapped[len(wrapped)-1] ^= 1
	if err := os.WriteFile(p.wrappedKey(), wrapped, 0o600); err != nil {
		t.Fatal(err)
	}
	in := p.terminal("login", "ann@example.com", "--force", "--plain")
	in.WaitFor("Passphrase of the store (not shown):")
	in.Type(passphrase + "\r")
	in.WaitFor("The file that the passphrase opens is damaged")
	in.WaitFor("2 Stop")
	in.Type("2\r")
	if code := in.Wait(); code != 8 {
		t.Errorf("got exit %d, want 8\n%s", code, in.Screen())
	}
	p.want(0, "store", "forget", "passphrase", "--force")
	in = p.terminal("login", "ann@example.com", "--plain")
	in.WaitFor("A new passphrase for the store")
	in.Type("\x04")
	in.Wait()
}
