//go:build linux

package keychain

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/gofrs/flock"
)

// holding starts a process that holds the account's lock.
func holding(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	cmd := child(t, "lock", dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "locked\n" {
		rest, _ := io.ReadAll(out)
		t.Fatalf("got %q, %v, %q", line, err, rest)
	}
	return cmd
}

func TestFaultC05C09LockIsOneForAllStoresOfAnAccount(t *testing.T) {
	d := Dirs{State: t.TempDir(), Runtime: t.TempDir()}
	unlock, err := NewKeyring("postern-test", Dirs{State: d.State}).Lock(t.Context(), account)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	_, err = NewKernel(d).Lock(ctx, account)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the lock held", err)
	}
	other, err := NewKernel(d).Lock(t.Context(), "v1:fedcba9876543210")
	if err != nil {
		t.Fatal(err)
	}
	other()
	unlock()
	unlock() // twice is fine
	again, err := NewKernel(d).Lock(t.Context(), account)
	if err != nil {
		t.Fatal(err)
	}
	again()
}

func TestFaultC06StoppedHolderIsNamed(t *testing.T) {
	dir := t.TempDir()
	cmd := holding(t, dir)
	if err := cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	_, err := Dirs{State: dir}.lock(t.Context(), account, 50*time.Millisecond)
	var held *HeldError
	if !errors.As(err, &held) || held.PID != cmd.Process.Pid {
		t.Errorf("got %v, want process %d named", err, cmd.Process.Pid)
	}
}

func TestFaultC07KilledHolderFreesTheLockAtOnce(t *testing.T) {
	dir := t.TempDir()
	cmd := holding(t, dir)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	unlock, err := Dirs{State: dir}.lock(t.Context(), account, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}

func TestFaultC08UnlinkedLockFileLetsNobodyIn(t *testing.T) {
	d := Dirs{State: t.TempDir()}
	first, err := d.lock(t.Context(), account, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer first()
	path := lockPath(t, d)
	before, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	// A waiter that has the old file open, while a new one gets its name.
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	second, err := d.lock(t.Context(), account, limit)
	if err != nil {
		t.Fatal(err)
	}
	defer second()
	after, err := os.Lstat(path)
	if err != nil || os.SameFile(before, after) {
		t.Errorf("got the old file, %v, want a new one", err)
	}
	if _, err := d.lock(t.Context(), account, 30*time.Millisecond); err == nil {
		t.Error("got a third lock, want the second respected")
	}
}

// TestFaultC08UnlinkStormKeepsOneHolder: a file that was unlinked between our
// open and our lock is only caught by looking at the inode again.
func TestFaultC08UnlinkStormKeepsOneHolder(t *testing.T) {
	d := Dirs{State: t.TempDir()}
	var inside atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				unlock, err := d.lock(t.Context(), account, limit)
				if err != nil {
					t.Error(err)
					return
				}
				if n := inside.Add(1); n != 1 {
					t.Errorf("got %d holders, want 1", n)
				}
				runtime.Gosched()
				inside.Add(-1)
				_ = os.Remove(lockPath(t, d))
				unlock()
			}
		})
	}
	wg.Wait()
}

func TestFaultC08ReplacedLockFileIsSeen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	lock := flock.New(path, flock.SetFlag(lockFlags), flock.SetPermissions(0o600))
	if ok, err := lock.TryLock(); !ok || err != nil {
		t.Fatal(ok, err)
	}
	defer lock.Unlock()
	if err := errors.Join(os.Remove(path), os.WriteFile(path, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := signLock(lock, path); !errors.Is(err, errReplaced) {
		t.Errorf("got %v, want the replacement seen", err)
	}
}

func lockPath(t *testing.T, d Dirs) string {
	t.Helper()
	return filepath.Join(d.State, "locks", "v1%3A0123456789abcdef.lock")
}

func TestFaultF07F11F12UnsafeLockFilesAreRefused(t *testing.T) {
	for _, row := range []struct {
		name string
		make func(path string) error
	}{
		{"F11 symbolic link", func(p string) error { return os.Symlink("/etc/passwd", p) }},
		{"F11 link to nothing", func(p string) error { return os.Symlink(p+"2", p) }},
		{"F12 FIFO", func(p string) error { return syscall.Mkfifo(p, 0o600) }},
		{"F12 directory", func(p string) error { return os.Mkdir(p, 0o700) }},
		{"F07 readable by others", func(p string) error { return errors.Join(os.WriteFile(p, nil, 0o600), os.Chmod(p, 0o644)) }},
	} {
		t.Run(row.name, func(t *testing.T) {
			d := Dirs{State: t.TempDir()}
			if err := os.Mkdir(filepath.Join(d.State, "locks"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := row.make(lockPath(t, d)); err != nil {
				t.Fatal(err)
			}
			if _, err := d.lock(t.Context(), account, limit); !errors.Is(err, ErrUnsafe) {
				t.Errorf("got %v, want ErrUnsafe", err)
			}
			if _, err := os.Lstat(lockPath(t, d) + "2"); err == nil {
				t.Error("got a file made through the link")
			}
		})
	}
}

func TestFaultF21FileSystemWithoutLocksIsAnError(t *testing.T) {
	out := output(t, traced(t, "try lock", t.TempDir(), "flock:error=ENOLCK"))
	if !strings.HasPrefix(out, "broken | lock: lock file: ") || !strings.Contains(out, "no locks available") {
		t.Errorf("got %q, want a broken lock file", out)
	}
}
