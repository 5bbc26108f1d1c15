//go:build linux

package keychain

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"postern/internal/needs"
	"postern/keychain/keyringtest"
)

// secretTool runs another program that uses the same keyring.
func secretTool(t *testing.T, d *keyringtest.Daemon, input string, args ...string) string {
	t.Helper()
	cmd := exec.Command(needs.Tool(t, "secret-tool"), args...)
	cmd.Env = d.Env()
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v %s", cmd, err, out)
	}
	return string(out)
}

func TestFaultK17ItemDeletedByThePersonIsNotThere(t *testing.T) {
	d := keyringtest.Start(t)
	k := on(t, d)
	save(t, k, "record")
	secretTool(t, d, "", "clear", "service", "postern-test", "username", account)
	wantNothing(t, k)
}

func TestFaultK18GarbageComesBackAsItIsAndStays(t *testing.T) {
	d := keyringtest.Start(t)
	k := on(t, d)
	for _, garbage := range []string{"{\"v\":99}", "\x01\x02", sealedMark + "garbage"} {
		save(t, k, "x") // so that secret-tool finds an item to replace
		if err := k.ring.Set("postern-test", account, garbage); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			got, err := k.Load(t.Context(), account)
			if strings.HasPrefix(garbage, sealedMark) {
				if StateOf(err) != Broken {
					t.Errorf("got %v, want broken", err)
				}
			} else if err != nil || string(got) != garbage {
				t.Errorf("got %q, %v, want %q", got, err, garbage)
			}
		}
		if got := secretTool(t, d, "", "lookup", "service", "postern-test", "username", account); got != garbage {
			t.Errorf("got %q, want it untouched", got)
		}
	}
}

func TestFaultK19SecondItemWithOurAttributes(t *testing.T) {
	d := keyringtest.Start(t)
	k := on(t, d)
	save(t, k, "ours")
	secretTool(t, d, "theirs", "store", "--label", "x", "service", "postern-test", "username", account, "more", "x")
	if err := k.Save(t.Context(), account, []byte("new")); err == nil {
		wantRecord(t, k, "new")
	} else if !errors.Is(err, errReadBack) {
		t.Errorf("got %v, want the other item seen", err)
	}
	if err := k.Delete(t.Context(), account); err != nil {
		t.Error(err)
	}
	wantNothing(t, k)
	save(t, k, "again")
	wantRecord(t, k, "again")
}

func TestFaultK20TruncatedKeyringFileIsNotReady(t *testing.T) {
	d := keyringtest.Start(t)
	k := on(t, d)
	save(t, k, "record")
	if err := os.Truncate(filepath.Join(d.Home, "data/keyrings/login.keyring"), 20); err != nil {
		t.Fatal(err)
	}
	d.Kill()
	_, err := k.Load(t.Context(), account)
	if StateOf(err) == Ready {
		t.Errorf("got %v, want another state than ready", err)
	}
	t.Log(err)
}
