//go:build linux

package keychain

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
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
	for _, address := range []string{"", "autolaunch:", "unixexec:path=dbus-launch", "unix:path=/nonexistent;autolaunch:"} {
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

func TestFaultK06LockedKeyringIsNotAbsent(t *testing.T) {
	d := keyringtest.Start(t)
	k := on(t, d)
	save(t, k, "record")
	d.Lock()
	k.Patience = time.Minute // of no use without a display
	within(t, 150*time.Millisecond, func() {
		if err := k.Ready(t.Context()); StateOf(err) != Locked {
			t.Errorf("got %v, want locked", err)
		}
	})
	within(t, 150*time.Millisecond, func() {
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

func TestFaultK07PromptThatNobodyAnswersEndsInTime(t *testing.T) {
	d := keyringtest.Start(t)
	k := on(t, d)
	save(t, k, "record")
	d.Lock()
	t.Setenv("DISPLAY", ":99")
	if err := k.Ready(t.Context()); StateOf(err) != Locked {
		t.Errorf("got %v, want locked without patience", err)
	}
	prompter := d.HoldPrompts(keyringtest.Ignore)
	k.Patience = 300 * time.Millisecond
	if err := k.Ready(t.Context()); StateOf(err) != Waiting {
		t.Errorf("got %v, want waiting", err)
	}
	told := make(chan time.Time, 1)
	k.Prompting = func() { told <- time.Now() }
	start := time.Now()
	within(t, 2*time.Second, func() {
		if _, err := k.Load(t.Context(), account); StateOf(err) != Waiting || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want waiting", err)
		}
	})
	<-prompter.Opened
	if after := (<-told).Sub(start); after > time.Second {
		t.Errorf("got the notice after %v, want 1 s", after)
	}
	// A person can cancel, and try again.
	ctx, cancel := context.WithCancel(t.Context())
	k.Patience, k.Prompting = time.Minute, cancel
	if err := k.Save(ctx, account, []byte("new")); StateOf(err) != Waiting || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want cancelled", err)
	}
}

func TestFaultK08DismissedPromptIsARefusal(t *testing.T) {
	d := keyringtest.Start(t)
	k := on(t, d)
	d.Lock()
	d.HoldPrompts(keyringtest.Dismiss)
	t.Setenv("DISPLAY", ":99")
	k.Patience = time.Minute
	within(t, limit, func() {
		if err := k.Delete(t.Context(), account); StateOf(err) != Locked || !errors.Is(err, ErrDismissed) {
			t.Errorf("got %v, want dismissed", err)
		}
	})
}

func TestFaultK09StoppedDaemonCostsThreeSecondsOnce(t *testing.T) {
	d := keyringtest.Start(t)
	k := on(t, d)
	save(t, k, "record")
	d.Stop()
	k.Patience = time.Minute // it does not answer, so it is not waiting for a person
	start := time.Now()
	_, err := k.Load(t.Context(), account)
	if took := time.Since(start); StateOf(err) != Broken || took < keyringWait || took > keyringWait+500*time.Millisecond {
		t.Errorf("got %v after %v, want broken after %v", err, took, keyringWait)
	}
	d.Cont()
	within(t, 10*time.Millisecond, func() {
		if err := k.Ready(t.Context()); StateOf(err) != Broken {
			t.Errorf("got %v, want it not called again", err)
		}
	})
}

func TestFaultK09StoppedBusCostsThreeSeconds(t *testing.T) {
	d := keyringtest.StartBus(t)
	cmd := child(t, "load", t.TempDir())
	cmd.Env = append(cmd.Env, "DBUS_SESSION_BUS_ADDRESS="+d.Address)
	d.StopBus()
	within(t, keyringWait+2*time.Second, func() {
		if out := output(t, cmd); !strings.HasPrefix(out, "broken | ") {
			t.Errorf("got %q, want broken", out)
		}
	})
}

func TestFaultK10KilledDaemonComesBackLocked(t *testing.T) {
	d := keyringtest.Start(t)
	k := on(t, d)
	save(t, k, "record")
	d.Kill()
	if _, err := k.Load(t.Context(), account); StateOf(err) != Locked {
		t.Errorf("got %v, want locked", err)
	}
	d.Unlock()
	wantRecord(t, k, "record")
}

func TestFaultK11K12DeathDuringAPromptIsNoticed(t *testing.T) {
	for _, row := range []struct {
		name string
		kill func(*keyringtest.Daemon)
		want State
	}{
		{"FaultK11 daemon", (*keyringtest.Daemon).Kill, Broken},
		{"FaultK12 bus", (*keyringtest.Daemon).KillBus, Absent},
	} {
		t.Run(row.name, func(t *testing.T) {
			d := keyringtest.Start(t)
			k := on(t, d)
			d.Lock()
			prompter := d.HoldPrompts(keyringtest.Ignore)
			t.Setenv("DISPLAY", ":99")
			k.Patience = time.Minute
			failed := make(chan error, 1)
			go func() {
				_, err := k.Load(t.Context(), account)
				failed <- err
			}()
			<-prompter.Opened
			row.kill(d)
			select {
			case err := <-failed:
				if StateOf(err) != row.want {
					t.Errorf("got %v (%v), want %v", StateOf(err), err, row.want)
				}
			case <-time.After(limit):
				t.Fatal("got no answer")
			}
		})
	}
}

func TestFaultK12DeadBusIsAbsentAndDoesNotPanic(t *testing.T) {
	d := keyringtest.Start(t)
	k := on(t, d)
	save(t, k, "record")
	d.KillBus()
	waitFor(t, "the end of the connection", func() bool {
		_, err := k.Load(t.Context(), account)
		return StateOf(err) == Absent
	})
}

func TestFaultK13DaemonKilledDuringSetLeavesOldOrNew(t *testing.T) {
	d := keyringtest.Start(t)
	k := on(t, d)
	save(t, k, "0")
	for i := 1; i <= 10; i++ {
		old, err := k.Load(t.Context(), account)
		if err != nil {
			t.Fatal(err)
		}
		saved := make(chan error, 1)
		go func() { saved <- k.Save(t.Context(), account, []byte(fmt.Sprint(i))) }()
		d.Kill()
		saveErr := <-saved
		d.Unlock()
		got, err := k.Load(t.Context(), account)
		if err != nil || string(got) != string(old) && string(got) != fmt.Sprint(i) || saveErr == nil && string(got) != fmt.Sprint(i) {
			t.Errorf("got %q, %v, want %q or %d; Save said %v", got, err, old, i, saveErr)
		}
	}
}

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
	secretTool(t, d, "theirs", "store", "--label", "x", "service", "postern-test", "username", account)
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

func TestSessionBusIsFoundInTheRuntimeDirectory(t *testing.T) {
	d := keyringtest.Start(t)
	path, _, _ := strings.Cut(strings.TrimPrefix(d.Address, "unix:path="), ",")
	runtime := t.TempDir()
	if err := os.Symlink(path, filepath.Join(runtime, "bus")); err != nil {
		t.Fatal(err)
	}
	cmd := child(t, "load", t.TempDir())
	cmd.Env = append(cmd.Env, "XDG_RUNTIME_DIR="+runtime)
	if out := output(t, cmd); out != "ready | load: OS keyring: file does not exist" {
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
