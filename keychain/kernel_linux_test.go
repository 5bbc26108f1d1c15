package keychain

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"postern/internal/needs"
	"postern/keychain/keyringtest"
)

// realKernel is a kernel store with keys that no other test has.
func realKernel(t *testing.T) (k *Sealed, account string) {
	t.Helper()
	k = NewKernel(Dirs{State: t.TempDir()})
	if err := k.Ready(t.Context()); err != nil {
		needs.Part(t, "keyctl", err)
	}
	account = "v1:test-" + rand.Text()
	t.Cleanup(func() { _ = kernelKeys{}.drop(account) })
	return k, account
}

// These children run in a session keyring of their own that does not lead to
// the user's, as a second login without pam_keyinit has, session-keyring(7).
func init() {
	children["kernel load"] = func(dir string) error {
		return otherSession(func() error {
			record, err := NewKernel(Dirs{State: dir}).Load(context.Background(), os.Getenv("ACCOUNT"))
			fmt.Printf("%s\n", record)
			return err
		})
	}
	children["passphrase load"] = func(dir string) error {
		return otherSession(func() error {
			record, err := NewPassphrase(Dirs{State: dir}, nil).Load(context.Background(), os.Getenv("ACCOUNT"))
			fmt.Printf("%s\n", record)
			return err
		})
	}
	children["kernel save"] = func(dir string) error {
		return otherSession(func() error {
			return NewKernel(Dirs{State: dir}).Save(context.Background(), os.Getenv("ACCOUNT"), []byte("record"))
		})
	}
}

func otherSession(f func() error) error {
	runtime.LockOSThread() // for good: the session keyring is the thread's
	if _, err := unix.KeyctlInt(unix.KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0); err != nil && os.Getenv("KEYCTL") != "forbidden" {
		return err
	}
	return f()
}

func TestKernelKeyOutlivesTheProcessAndItsSession(t *testing.T) {
	k, account := realKernel(t)
	for _, name := range []string{"kernel save", "kernel load"} {
		cmd := child(t, name, k.files.dirs.State)
		cmd.Env = append(cmd.Env, "ACCOUNT="+account)
		if out := output(t, cmd); out != "ready | <nil>" {
			t.Errorf("%s: got %q, want no error", name, out)
		}
	}
	if got, err := k.Load(t.Context(), account); err != nil || string(got) != "record" {
		t.Errorf("got %q, %v, want what another process saved", got, err)
	}
	if err := k.Delete(t.Context(), account); err != nil {
		t.Error(err)
	}
}

// TestPassphraseUnlocksForTheNextProcessToo: the real kernel keeps the key, and
// the next process has nobody to ask.
func TestPassphraseUnlocksForTheNextProcessToo(t *testing.T) {
	kernel, _ := realKernel(t)
	dirs := kernel.files.dirs
	s := NewPassphrase(dirs, (&person{text: "words"}).ask)
	s.keys.(*passphrase).work = 2 // 2^18 takes a second
	record := strings.Repeat("x", 3700)
	save(t, s, record)
	t.Cleanup(func() { _ = s.Delete(context.Background(), account) })
	cmd := child(t, "passphrase load", dirs.State)
	cmd.Env = append(cmd.Env, "ACCOUNT="+account)
	if out, err := cmd.CombinedOutput(); err != nil || string(out) != record+"\nready | <nil>\n" {
		t.Errorf("got %.80q, %v, want the record", out, err)
	}
	key, wrapped, err := s.keys.(*passphrase).current()
	if err != nil || key == nil {
		t.Fatal(err)
	}
	if err := s.Delete(t.Context(), account); err != nil {
		t.Error(err)
	}
	if _, err := (kernelKeys{}).get(cacheName(wrapped)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want the key gone from the kernel", err)
	}
}

func TestKernelForgetsWhenTheTimeIsOver(t *testing.T) {
	k, account := realKernel(t)
	if err := k.Save(t.Context(), account, []byte("record")); err != nil {
		t.Fatal(err)
	}
	if err := k.SetTimeout(account, time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Load(t.Context(), account); err != nil {
		t.Errorf("got %v, want the record within the hour", err)
	}
	if err := k.SetTimeout(account, 0); err != nil {
		t.Fatal(err)
	}
	keyringtest.Wait(t, "the key to expire", func() bool {
		_, err := k.Load(t.Context(), account)
		return err != nil && strings.Contains(err.Error(), "key is gone")
	})
	if err := k.Save(t.Context(), account, []byte("new")); err != nil {
		t.Errorf("got %v, want a new key", err)
	}
	if got, err := k.Load(t.Context(), account); err != nil || string(got) != "new" {
		t.Errorf("got %q, %v, want new", got, err)
	}
	if err := k.Delete(t.Context(), account); err != nil {
		t.Error(err)
	}
}

// TestFaultX11ContainerWithoutKeyctlIsAbsent: docker's default profile answers
// EPERM, an old kernel ENOSYS.
func TestFaultX11ContainerWithoutKeyctlIsAbsent(t *testing.T) {
	for _, number := range []string{"EPERM", "ENOSYS"} {
		cmd := traced(t, "kernel load", t.TempDir(), "keyctl,add_key:error="+number)
		cmd.Env = append(cmd.Env, "ACCOUNT=x", "KEYCTL=forbidden")
		if out := output(t, cmd); !strings.HasPrefix(out, "absent | load: kernel keyring: not allowed here") {
			t.Errorf("%s: got %q, want absent", number, out)
		}
	}
}
