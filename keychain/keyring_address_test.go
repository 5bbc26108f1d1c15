//go:build linux

package keychain

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"

	"postern/internal/needs"
	"postern/keychain/keyringtest"
)

// noRecord is what a child says that asked a keyring which works.
const noRecord = "ready | load: OS keyring: no record"

// loadAt asks for a record with these variables in the environment.
func loadAt(t *testing.T, env ...string) string {
	t.Helper()
	cmd := child(t, "load", t.TempDir())
	cmd.Env = append(cmd.Env, env...)
	return output(t, cmd)
}

// socketOf is the path that a daemon listens at.
func socketOf(d *keyringtest.Daemon) string {
	path, _, _ := strings.Cut(strings.TrimPrefix(d.Address, "unix:path="), ",")
	return path
}

// listening returns a listener that counts its callers, until the test ends.
func listening(t *testing.T, network, address string) (l net.Listener, callers *atomic.Int32) {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	callers = new(atomic.Int32)
	var done sync.WaitGroup
	done.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			callers.Add(1)
			_ = conn.Close()
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		done.Wait()
	})
	return l, callers
}

// shortDir is a directory whose sockets have short names: unix(7).
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "bus")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// TestBusIsASocketOfThisMachine: the token goes over the bus in the clear, so
// it must go to no other machine, and to no program that an address runs.
func TestBusIsASocketOfThisMachine(t *testing.T) {
	l, callers := listening(t, "tcp", "127.0.0.1:0")
	port := l.Addr().(*net.TCPAddr).Port
	tcp := fmt.Sprintf("tcp:host=127.0.0.1,port=%d", port)
	d := keyringtest.Start(t)
	for _, address := range []string{
		tcp, "nonce-" + tcp + ",noncefile=/dev/null", tcp + ",path=" + socketOf(d), "unixexec:path=/bin/true",
	} {
		out := loadAt(t, "DBUS_SESSION_BUS_ADDRESS="+address)
		if !strings.HasPrefix(out, "absent | ") || !strings.Contains(out, "not safe to use: not a unix: socket") {
			t.Errorf("%q: got %q, want it refused", address, out)
		}
	}
	if out := loadAt(t, "DBUS_SESSION_BUS_ADDRESS="+tcp+";"+d.Address); out != noRecord {
		t.Errorf("got %q, want the socket that stands beside it", out)
	}
	if n := callers.Load(); n != 0 {
		t.Errorf("got %d calls over TCP, want none", n)
	}
}

// TestBusOfAnotherUserIsRefused: after su, the variables are still those of who
// was there before.
func TestBusOfAnotherUserIsRefused(t *testing.T) {
	dir := shortDir(t)
	if err := os.Chmod(dir, 0o777|os.ModeSticky); err != nil { // as /tmp: only who made a name replaces it
		t.Fatal(err)
	}
	path, name := filepath.Join(dir, "bus"), "postern-test-"+filepath.Base(dir)
	as(t, 12345, func() {
		listening(t, "unix", path)
		listening(t, "unix", "@"+name)
	})
	for _, env := range []string{
		"DBUS_SESSION_BUS_ADDRESS=unix:path=" + path,
		"DBUS_SESSION_BUS_ADDRESS=unix:abstract=" + name,
		"XDG_RUNTIME_DIR=" + dir,
	} {
		if out := loadAt(t, env); !strings.HasPrefix(out, "absent | ") || !strings.Contains(out, "user 12345 listens there") {
			t.Errorf("%s: got %q, want it refused", env, out)
		}
	}
}

// as runs f on a thread of another user, who is what the kernel says of the
// sockets that f listens on: unix(7), SO_PEERCRED.
func as(t *testing.T, uid uintptr, f func()) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const same = ^uintptr(0)
	own := uintptr(os.Geteuid())
	if _, _, e := unix.RawSyscall(unix.SYS_SETRESUID, same, uid, same); e != 0 {
		needs.Part(t, "root", e)
	}
	defer func() {
		if _, _, e := unix.RawSyscall(unix.SYS_SETRESUID, same, own, same); e != 0 {
			panic(e)
		}
	}()
	f()
}

// TestBusThatOthersCouldReplaceIsRefused: between our question and the
// library's call, somebody else's could stand there.
func TestBusThatOthersCouldReplaceIsRefused(t *testing.T) {
	dir := shortDir(t)
	path := filepath.Join(dir, "bus")
	_, callers := listening(t, "unix", path)
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	out := loadAt(t, "DBUS_SESSION_BUS_ADDRESS=unix:path="+path)
	if !strings.HasPrefix(out, "absent | ") || !strings.Contains(out, "has mode 0777: chmod go-w '"+dir+"'") {
		t.Errorf("got %q, want it refused", out)
	}
	if n := callers.Load(); n != 0 {
		t.Errorf("got %d calls, want none", n)
	}
}

func TestEachFormOfALocalAddressWorks(t *testing.T) {
	d := keyringtest.Start(t)
	path := socketOf(d)
	linked := filepath.Join(shortDir(t), "a,b;c link")
	if err := os.Symlink(path, linked); err != nil {
		t.Fatal(err)
	}
	abstract := "postern-test-" + filepath.Base(filepath.Dir(linked))
	relay(t, "@"+abstract, path)
	_, guid, _ := strings.Cut(d.Address, ",")
	for name, address := range map[string]string{
		"path":           "unix:path=" + path,
		"with a guid":    "unix:path=" + path + "," + guid,
		"a guid first":   "unix:" + guid + ",path=" + path,
		"the second one": "unix:path=/nonexistent;unix:path=" + path + "," + guid,
		"an empty one":   ";unix:path=" + path + ";",
		"escaped link":   "unix:path=" + strings.NewReplacer(",", "%2c", ";", "%3B", " ", "%20").Replace(linked),
		"abstract":       "unix:abstract=" + abstract + "," + guid,
	} {
		if out := loadAt(t, "DBUS_SESSION_BUS_ADDRESS="+address); out != noRecord {
			t.Errorf("%s: got %q, want a keyring without a record", name, out)
		}
	}
}

// relay passes what arrives at one socket on to another, until the test ends.
func relay(t *testing.T, from, to string) {
	t.Helper()
	l, err := net.Listen("unix", from)
	if err != nil {
		t.Fatal(err)
	}
	var done sync.WaitGroup
	done.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("unix", to)
			if err != nil {
				_ = near.Close()
				continue
			}
			done.Go(func() { _, _ = io.Copy(far, near); _ = far.Close() })
			done.Go(func() { _, _ = io.Copy(near, far); _ = near.Close() })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		done.Wait()
	})
}
