//go:build unix

package keychain

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"postern/internal/needs"
)

func TestKeyFileIsMadeForItsOwnerAndNeverReplaced(t *testing.T) {
	s, path := testKeyFile(t, t.TempDir())
	info, err := os.Stat(path)
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("got %v, %v, want mode 0600", info.Mode(), err)
	}
	before, _ := os.ReadFile(path)
	if err := CreateKeyFile(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v, want it refused", err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(link+"2", link); err != nil {
		t.Fatal(err)
	}
	if err := CreateKeyFile(link); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v, want no link followed", err)
	}
	if after, _ := os.ReadFile(path); string(after) != string(before) {
		t.Error("got another key")
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestKeyFileIsWhatAgeMakes(t *testing.T) {
	s, path := testKeyFile(t, t.TempDir())
	key, err := s.keys.get(t.Context(), account)
	if err != nil {
		t.Fatal(err)
	}
	text := "# created: 2026-01-01T00:00:00Z\r\n# public key: age1\r\n\r\n" + key.String()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	save(t, s, "record")
	wantRecord(t, s, "record")
}

func TestMissingKeyFileIsAbsentAndNotASignOut(t *testing.T) {
	s, path := testKeyFile(t, t.TempDir())
	save(t, s, "record")
	if err := os.Rename(path, path+"2"); err != nil {
		t.Fatal(err)
	}
	_, loadErr := s.Load(t.Context(), account)
	_, otherErr := s.Load(t.Context(), "v1:none")
	for _, err := range []error{loadErr, otherErr, s.Ready(t.Context()), s.Save(t.Context(), account, nil)} {
		if StateOf(err) != Absent || errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
			t.Errorf("got %v (%v), want absent, with the path", err, StateOf(err))
		}
	}
	if err := os.Rename(path+"2", path); err != nil {
		t.Fatal(err)
	}
	wantRecord(t, s, "record")
}

func TestAnotherKeyFileLeavesTheRecordAsItIs(t *testing.T) {
	state := t.TempDir()
	s, _ := testKeyFile(t, state)
	save(t, s, "record")
	before := contents(t, state)
	other, _ := testKeyFile(t, state)
	_, loadErr := other.Load(t.Context(), account)
	for _, err := range []error{loadErr, other.Save(t.Context(), account, []byte("new"))} {
		if !errors.Is(err, ErrOtherKey) || StateOf(err) != Locked {
			t.Errorf("got %v (%v), want ErrOtherKey", err, StateOf(err))
		}
	}
	if contents(t, state) != before {
		t.Error("got another file")
	}
	wantRecord(t, s, "record")
}

func TestUnreadableKeyFileIsRefusedAndNotShown(t *testing.T) {
	s, path := testKeyFile(t, t.TempDir())
	key, err := s.keys.get(t.Context(), account)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"empty": "", "comments only": "# nothing\n", "not a key": "AGE-SECRET-KEY-1CANARY\n",
		"two keys": key.String() + "\n" + key.String() + "\n", "too large": strings.Repeat("#\n", maxKeyFile),
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		err := s.Save(t.Context(), account, []byte("record"))
		if StateOf(err) != Broken || strings.Contains(err.Error(), "CANARY") || strings.Contains(err.Error(), key.String()) {
			t.Errorf("%s: got %v (%v), want broken", name, err, StateOf(err))
		}
	}
}

func TestUnsafeKeyFileIsRefused(t *testing.T) {
	for _, row := range []struct {
		name   string
		damage func(path string) error
		want   string
	}{
		{"readable by others", func(p string) error { return os.Chmod(p, 0o640) }, "chmod 600 '"},
		{"other owner", func(p string) error { return os.Chown(p, 12345, -1) }, "belongs to user 12345"},
		{"symbolic link", func(p string) error { return errors.Join(os.Rename(p, p+"2"), os.Symlink(p+"2", p)) }, "symbolic link"},
		{"FIFO", func(p string) error { return errors.Join(os.Remove(p), syscall.Mkfifo(p, 0o600)) }, "not a regular file"},
		{"hard link", func(p string) error { return os.Link(p, p+"2") }, "has 2 names"},
		{"directory writable by others", func(p string) error { return os.Chmod(filepath.Dir(p), 0o777) }, "chmod go-w '"},
		{"directory of another", func(p string) error { return os.Chown(filepath.Dir(p), 12345, -1) }, "belongs to another user"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s, path := testKeyFile(t, t.TempDir())
			if err := row.damage(path); errors.Is(err, fs.ErrPermission) {
				needs.Part(t, "the right to "+row.name, err)
			} else if err != nil {
				t.Fatal(err)
			}
			if err := s.Ready(t.Context()); !errors.Is(err, ErrUnsafe) || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want ErrUnsafe with %q", err, row.want)
			}
		})
	}
}

func TestKeyFileMayLieInAStickyDirectory(t *testing.T) {
	s, path := testKeyFile(t, t.TempDir())
	if err := os.Chmod(filepath.Dir(path), 0o777|fs.ModeSticky); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}
