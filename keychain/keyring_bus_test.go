//go:build linux

package keychain

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"

	"postern/internal/needs"
	"postern/keychain/keyringtest"
)

// on returns a Keyring on d's bus. The test's process has one connection to it,
// as the library keeps it.
func on(t *testing.T, d *keyringtest.Daemon) *Keyring {
	t.Helper()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", d.Address)
	t.Setenv("XDG_RUNTIME_DIR", "")
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	t.Cleanup(hangUp)
	return NewKeyring("postern-test", Dirs{State: t.TempDir()})
}

// hangUp closes the library's connection, for the next test's bus.
func hangUp() {
	if conn, err := dbus.SessionBusPrivateNoAutoStartup(); err == nil {
		_ = conn.Close()
		if conn, err := dbus.SessionBus(); err == nil {
			_ = conn.Close()
		}
	}
}

// within fails the test if f takes longer.
func within(t *testing.T, d time.Duration, f func()) {
	t.Helper()
	start := time.Now()
	f()
	if took := time.Since(start); took > d {
		t.Errorf("got %v, want at most %v", took, d)
	}
}

func TestRealKeyringKeepsRecords(t *testing.T) {
	k := on(t, keyringtest.Start(t))
	if err := k.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantNothing(t, k)
	for _, record := range []string{"one", "", "\x00\xff\n", strings.Repeat("x", maxItem), strings.Repeat("y", MaxRecord), "two"} {
		save(t, k, record)
		wantRecord(t, k, record)
	}
	if err := errors.Join(k.Delete(t.Context(), account), k.Delete(t.Context(), account)); err != nil {
		t.Error(err)
	}
	wantNothing(t, k)
}

func TestFaultK01NoBusIsAbsent(t *testing.T) {
	for _, name := range []string{"ready", "load"} {
		within(t, limit, func() {
			if out := output(t, child(t, name, t.TempDir())); !strings.HasPrefix(out, "absent | ") || !strings.HasSuffix(out, "no session bus") {
				t.Errorf("%s: got %q, want absent", name, out)
			}
		})
	}
}

// TestFaultK02NoBusIsEverStarted: with dbus-launch there, the library alone
// would leave two daemons behind.
func TestFaultK02NoBusIsEverStarted(t *testing.T) {
	needs.Tool(t, "dbus-launch")
	ran := filepath.Join(t.TempDir(), "ran")
	for _, address := range []string{
		"", "autolaunch:", "unix:path=/nonexistent;autolaunch:", "unixexec:path=touch,argv1=" + dbus.EscapeBusAddressValue(ran),
	} {
		dir := t.TempDir()
		cmd := child(t, "load", dir)
		cmd.Env = append(cmd.Env, "DBUS_SESSION_BUS_ADDRESS="+address)
		if out := output(t, cmd); !strings.HasPrefix(out, "absent | ") {
			t.Errorf("%q: got %q, want absent", address, out)
		}
		if pids := keyringtest.ProcessesWith("HOME=" + dir); len(pids) != 0 {
			t.Errorf("%q: got processes %v, want none", address, pids)
		}
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("got a program run by an address, want none")
	}
}

func TestFaultK03DeadBusAddressIsAbsent(t *testing.T) {
	dead := filepath.Join(t.TempDir(), "dead")
	socket, err := net.ListenUnix("unix", &net.UnixAddr{Name: dead})
	if err != nil {
		t.Fatal(err)
	}
	socket.SetUnlinkOnClose(false)
	_ = socket.Close()
	for _, address := range []string{"unix:path=/nonexistent", "unix:path=" + dead, "nonsense", "unix:", "tcp:host=127.0.0.1,port=1"} {
		cmd := child(t, "load", t.TempDir())
		cmd.Env = append(cmd.Env, "DBUS_SESSION_BUS_ADDRESS="+address)
		if out := output(t, cmd); !strings.HasPrefix(out, "absent | ") {
			t.Errorf("%q: got %q, want absent", address, out)
		}
	}
}

func TestFaultK04BusWithoutSecretServiceIsAbsent(t *testing.T) {
	k := on(t, keyringtest.StartBus(t))
	if err := k.Ready(t.Context()); StateOf(err) != Absent {
		t.Errorf("got %v, want absent", err)
	}
}

func TestFaultK05NoCollectionIsExplained(t *testing.T) {
	k := on(t, keyringtest.StartEmpty(t))
	for _, err := range []error{k.Ready(t.Context()), k.Save(t.Context(), account, []byte("x"))} {
		if !errors.Is(err, ErrNoCollection) || StateOf(err) != Absent || !strings.Contains(err.Error(), "create a login keyring") {
			t.Errorf("got %v, want ErrNoCollection", err)
		}
	}
}

// atOnce is measured at 0.4 ms, and wanted within 150; a busy machine gets more.
const atOnce = 500 * time.Millisecond

func TestFaultK06LockedKeyringIsNotAbsent(t *testing.T) {
	d := keyringtest.Start(t)
	k := on(t, d)
	save(t, k, "record")
	d.Lock()
	k.Patience = time.Minute // of no use without a display
	within(t, atOnce, func() {
		if err := k.Ready(t.Context()); StateOf(err) != Locked {
			t.Errorf("got %v, want locked", err)
		}
	})
	within(t, atOnce, func() {
		if _, err := k.Load(t.Context(), account); StateOf(err) != Locked {
			t.Errorf("got %v, want locked", err)
		}
	})
	for _, err := range []error{k.Save(t.Context(), account, []byte("x")), k.Delete(t.Context(), account)} {
		if StateOf(err) != Locked {
			t.Errorf("got %v, want locked", err)
		}
	}
}

// TestFaultK21ChangedPasswordLeavesItLocked: the login that changed it no
// longer opens the keyring, which still has the old one.
func TestFaultK21ChangedPasswordLeavesItLocked(t *testing.T) {
	d := keyringtest.Start(t)
	k := on(t, d)
	save(t, k, "record")
	d.LogInWith("new password")
	if _, err := k.Load(t.Context(), account); StateOf(err) != Locked {
		t.Errorf("got %v, want locked", err)
	}
	d.Unlock()
	wantRecord(t, k, "record")
}

func TestFaultK22ParallelSavesAllArrive(t *testing.T) {
	k := on(t, keyringtest.Start(t))
	var wg sync.WaitGroup
	for i := range 20 {
		own := fmt.Sprintf("%s-%d", account, i)
		wg.Go(func() {
			for range 5 {
				record := []byte(strings.Repeat("x", 2400+10*i)) // some sealed
				if err := k.Save(t.Context(), own, record); err != nil {
					t.Error(err)
				}
				if got, err := k.Load(t.Context(), own); err != nil || string(got) != string(record) {
					t.Errorf("got %d bytes, %v, want %d", len(got), err, len(record))
				}
				if err := k.Save(t.Context(), account, record); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// TestFaultK26SSHSessionWithoutTheBusChangesNothing: what a desktop stored is
// absent over SSH, and no second store appears beside it.
func TestFaultK26SSHSessionWithoutTheBusChangesNothing(t *testing.T) {
	d := keyringtest.Start(t)
	k := on(t, d)
	large := strings.Repeat("x", 3700)
	save(t, k, large)
	state := k.files.dirs.State
	before := contents(t, state)
	for _, name := range []string{"ready", "load", "save keyring"} {
		if out := output(t, child(t, name, state)); !strings.HasPrefix(out, "absent | ") {
			t.Errorf("%s: got %q, want absent", name, out)
		}
	}
	if contents(t, state) != before {
		t.Error("got other files, want those of the desktop")
	}
	wantRecord(t, k, large)
}

func TestSessionBusIsFoundInTheRuntimeDirectory(t *testing.T) {
	d := keyringtest.Start(t)
	path, _, _ := strings.Cut(strings.TrimPrefix(d.Address, "unix:path="), ",")
	runtime := t.TempDir()
	if err := os.Symlink(path, filepath.Join(runtime, "bus")); err != nil {
		t.Fatal(err)
	}
	cmd := child(t, "load", t.TempDir())
	cmd.Env = append(cmd.Env, "XDG_RUNTIME_DIR="+runtime)
	if out := output(t, cmd); out != "ready | load: OS keyring: no record" {
		t.Errorf("got %q, want a keyring without a record", out)
	}
}

func BenchmarkLoad(b *testing.B) {
	d := keyringtest.Start(b)
	b.Setenv("DBUS_SESSION_BUS_ADDRESS", d.Address)
	b.Cleanup(hangUp)
	k := NewKeyring("postern-test", Dirs{State: b.TempDir()})
	if err := k.Save(b.Context(), account, []byte(strings.Repeat("x", 2000))); err != nil {
		b.Fatal(err)
	}
	b.Run("library", func(b *testing.B) {
		for b.Loop() {
			if _, err := keyring.Get("postern-test", account); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("ours", func(b *testing.B) {
		for b.Loop() {
			if _, err := k.Load(b.Context(), account); err != nil {
				b.Fatal(err)
			}
		}
	})
}
