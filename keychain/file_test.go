//go:build linux

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

// one keeps the file "name" in a new directory and returns both.
func one(t *testing.T) (files *Files, path string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "files")
	files = NewFiles(dir)
	if err := files.Save("name", []byte("old")); err != nil {
		t.Fatal(err)
	}
	return files, filepath.Join(dir, "name")
}

func TestFilesComeBackAndGo(t *testing.T) {
	files, _ := one(t)
	if got, err := files.Load("name"); err != nil || string(got) != "old" {
		t.Errorf("got %q, %v, want old", got, err)
	}
	if err := errors.Join(files.Delete("name"), files.Delete("name")); err != nil {
		t.Error(err)
	}
	if _, err := files.Load("name"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want not there", err)
	}
}

func TestFaultF01MissingDirectoryIsMadeForItsOwnerOnly(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	_, path := one(t)
	for at, want := range map[string]fs.FileMode{filepath.Dir(path): fs.ModeDir | 0o700, path: 0o600} {
		info, err := os.Stat(at)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s: got %v, want %v", at, info.Mode(), want)
		}
	}
}

func TestFaultF07F08F09F10F12F19UnsafeFilesAreRefusedAndLeftAlone(t *testing.T) {
	for _, row := range []struct {
		name   string
		damage func(path string) error
		want   string
	}{
		{"F07 readable by others", func(p string) error { return os.Chmod(p, 0o644) }, "chmod 600 '"},
		{"F07 writable by others", func(p string) error { return os.Chmod(p, 0o666) }, "chmod 600 '"},
		{"F08 directory writable by others", func(p string) error { return os.Chmod(filepath.Dir(p), 0o777) }, "chmod 700 '"},
		{"F09 other owner", func(p string) error { return os.Chown(p, 12345, -1) }, "belongs to user 12345"},
		{"F10 symbolic link", func(p string) error {
			return errors.Join(os.Rename(p, p+"2"), os.Symlink(p+"2", p))
		}, "symbolic link"},
		{"F12 FIFO", func(p string) error { return errors.Join(os.Remove(p), syscall.Mkfifo(p, 0o600)) }, "not a regular file"},
		{"F12 directory", func(p string) error { return errors.Join(os.Remove(p), os.Mkdir(p, 0o700)) }, "not a regular file"},
		{"F12 device", func(p string) error {
			return errors.Join(os.Remove(p), syscall.Mknod(p, syscall.S_IFCHR|0o600, 1<<8|5))
		}, "not a regular file"},
		{"F19 hard link", func(p string) error { return os.Link(p, p+"2") }, "has 2 names"},
	} {
		t.Run(row.name, func(t *testing.T) {
			files, path := one(t)
			if err := row.damage(path); errors.Is(err, fs.ErrPermission) {
				needs.Part(t, "the right to "+row.name, err)
			} else if err != nil {
				t.Fatal(err)
			}
			before, _ := os.Lstat(path)
			_, loadErr := files.Load("name")
			saveErr := files.Save("name", []byte("new"))
			for _, err := range []error{loadErr, saveErr} {
				if !errors.Is(err, ErrUnsafe) || !strings.Contains(err.Error(), row.want) {
					t.Errorf("got %v, want ErrUnsafe with %q", err, row.want)
				}
			}
			if after, _ := os.Lstat(path); !os.SameFile(before, after) || before.Mode() != after.Mode() {
				t.Errorf("got %v, want %v", after, before)
			}
		})
	}
}

func TestFaultF18LargeFileIsNotRead(t *testing.T) {
	files, path := one(t)
	if err := os.Truncate(path, 10<<20); err != nil {
		t.Fatal(err)
	}
	if _, err := files.Load("name"); !errors.Is(err, errTooMuch) {
		t.Errorf("got %v, want too large", err)
	}
	if err := files.Save("big", make([]byte, maxFile+1)); !errors.Is(err, errTooMuch) {
		t.Errorf("got %v, want too large", err)
	}
}

func TestFaultF20DirectoryMustBeAbsolute(t *testing.T) {
	for _, dir := range []string{"", "relative"} {
		if err := NewFiles(dir).Save("name", nil); err == nil {
			t.Errorf("directory %q: got no error", dir)
		}
		if _, err := (Dirs{State: dir}).lock(t.Context(), account, 0); err == nil {
			t.Errorf("state %q: got no error", dir)
		}
	}
}

func TestFaultF22PathNeedNotBeText(t *testing.T) {
	files := NewFiles(filepath.Join(t.TempDir(), "a\xffb '\n"))
	if err := files.Save("a\xffb/../c", []byte("x")); err != nil {
		t.Fatal(err)
	}
	if got, err := files.Load("a\xffb/../c"); err != nil || string(got) != "x" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestNamesBecomeSafeFileNamesAndStayApart(t *testing.T) {
	for name, want := range map[string]string{
		account: "v1%3A0123456789abcdef", "v1-0": "v1-0", "../x": "%2E.%2Fx", ".": "%2E", "a%": "a%25", "A.b_c": "A.b_c",
	} {
		if got, err := fileName(name); err != nil || got != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
	for _, name := range []string{"", strings.Repeat("x", 201)} {
		if _, err := fileName(name); err == nil {
			t.Errorf("got no error for %d bytes", len(name))
		}
	}
}

func TestFaultX09RootMakesNothingInAnotherUsersHome(t *testing.T) {
	home := t.TempDir()
	if err := os.Chown(home, 12345, -1); err != nil {
		needs.Part(t, "the rights of root", err)
	}
	if err := NewFiles(filepath.Join(home, "state")).Save("name", nil); !errors.Is(err, ErrUnsafe) {
		t.Errorf("got %v, want ErrUnsafe", err)
	}
	if got := names(t, home); got != "" {
		t.Errorf("got %q, want nothing", got)
	}
}
