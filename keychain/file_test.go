//go:build linux

package keychain

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

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

func TestUnsafeFilesAreRefusedAndLeftAlone(t *testing.T) {
	for _, row := range []struct {
		name   string
		damage func(path string) error
		want   string
	}{
		{"FaultF07 readable by others", func(p string) error { return os.Chmod(p, 0o644) }, "chmod 600 '"},
		{"FaultF07 writable by others", func(p string) error { return os.Chmod(p, 0o666) }, "chmod 600 '"},
		{"FaultF08 directory writable by others", func(p string) error { return os.Chmod(filepath.Dir(p), 0o777) }, "chmod 700 '"},
		{"FaultF09 other owner", func(p string) error { return os.Chown(p, 12345, -1) }, "belongs to user 12345"},
		{"FaultF10 symbolic link", func(p string) error {
			return errors.Join(os.Rename(p, p+"2"), os.Symlink(p+"2", p))
		}, "symbolic link"},
		{"FaultF12 FIFO", func(p string) error { return errors.Join(os.Remove(p), syscall.Mkfifo(p, 0o600)) }, "not a regular file"},
		{"FaultF12 directory", func(p string) error { return errors.Join(os.Remove(p), os.Mkdir(p, 0o700)) }, "not a regular file"},
		{"FaultF12 device", func(p string) error {
			return errors.Join(os.Remove(p), syscall.Mknod(p, syscall.S_IFCHR|0o600, 1<<8|5))
		}, "not a regular file"},
		{"FaultF19 hard link", func(p string) error { return os.Link(p, p+"2") }, "has 2 names"},
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
			if strings.Contains(row.name, "directory writable") {
				loadErr = files.Save("name", nil) // reading from it is harmless
			}
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

// TestFaultF02ReadOnlyDirectoryIsSaidBefore: Ready must tell, as after a
// sign-in it is too late.
func TestFaultF02ReadOnlyDirectoryIsSaidBefore(t *testing.T) {
	dir := t.TempDir()
	out := output(t, mounted(t, "ready kernel", dir, "mount -t tmpfs -o ro tmpfs"))
	if !strings.Contains(out, "read-only file system") {
		t.Errorf("got %q, want it to say read-only", out)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("got %v in the directory, want nothing", entries)
	}
}

func TestFaultF03FullDiskLeavesTheOldFile(t *testing.T) {
	dir := t.TempDir()
	keep := filepath.Join(t.TempDir(), "copy")
	cmd := mounted(t, "save", dir, "mount -t tmpfs -o size=64k,mode=700 tmpfs",
		"printf old >", dir+"/name && chmod 600", dir+"/name && head -c 56k /dev/zero >", dir+"/filler")
	cmd.Args[len(cmd.Args)-2] += "; cp -a " + dir + " " + keep // while the mount lasts
	cmd.Env = append(cmd.Env, "CONTENT="+strings.Repeat("x", 20<<10))
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "no space left") {
		t.Errorf("got %v, %q, want no space left", err, out)
	}
	if got, _ := os.ReadFile(filepath.Join(keep, "name")); string(got) != "old" {
		t.Errorf("got %q, want old", got)
	}
	if got := names(t, keep); got != "filler name" {
		t.Errorf("got files %q, want no temporary one", got)
	}
}

// mounted is child with dir mounted in a name space that ends with it.
func mounted(t *testing.T, name, dir, mount string, also ...string) *exec.Cmd {
	t.Helper()
	unshare := needs.Tool(t, "unshare")
	script := mount + " " + dir
	if err := exec.Command(unshare, "-m", "sh", "-c", script).Run(); err != nil {
		needs.Part(t, "a mount of its own", err)
	}
	if len(also) > 0 {
		script += " && " + strings.Join(also, " ")
	}
	return child(t, name, dir, unshare, "-m", "sh", "-c", script+` && "$0"`)
}

func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return strings.Join(all, " ")
}

// traced is child under strace, with a fault injected, see strace(1).
func traced(t *testing.T, name, dir, inject string) *exec.Cmd {
	t.Helper()
	strace := needs.Tool(t, "strace")
	if err := exec.Command(strace, "-f", "-o", os.DevNull, "true").Run(); err != nil {
		needs.Part(t, "the right to trace", err)
	}
	call, _, _ := strings.Cut(inject, ":")
	return child(t, name, dir, strace, "-f", "-o", os.DevNull, "-e", "trace="+call, "-e", "inject="+inject)
}

func TestFailedSystemCallLeavesTheOldFile(t *testing.T) {
	for _, row := range []struct{ name, inject, want string }{
		{"FaultF05 fsync", "fsync:error=EIO:when=1", "input/output error"},
		{"FaultF06 rename, disk full", "renameat,rename:error=ENOSPC", "no space left"},
		{"FaultF06 rename, other device", "renameat,rename:error=EXDEV", "cross-device"},
	} {
		t.Run(row.name, func(t *testing.T) {
			files, path := one(t)
			cmd := traced(t, "save", filepath.Dir(path), row.inject)
			cmd.Env = append(cmd.Env, "CONTENT=new")
			if out := output(t, cmd); !strings.Contains(out, row.want) {
				t.Errorf("got %q, want %q", out, row.want)
			}
			if got, err := files.Load("name"); err != nil || string(got) != "old" {
				t.Errorf("got %q, %v, want old", got, err)
			}
			if got := names(t, filepath.Dir(path)); got != "name" {
				t.Errorf("got files %q, want no temporary one", got)
			}
		})
	}
}

func TestFaultC11KillAtAnySystemCallLeavesOldOrNew(t *testing.T) {
	for _, inject := range []string{
		"fsync:signal=KILL:when=1", "fsync:signal=KILL:when=2", "renameat,rename:signal=KILL", "fchmod,close:signal=KILL:when=3",
	} {
		t.Run(inject, func(t *testing.T) {
			files, path := one(t)
			cmd := traced(t, "save", filepath.Dir(path), inject)
			cmd.Env = append(cmd.Env, "CONTENT=new")
			if out, err := cmd.Output(); err == nil {
				t.Errorf("got %q, want a killed process", out)
			}
			got, err := files.Load("name")
			if err != nil || !bytes.Equal(got, []byte("old")) && !bytes.Equal(got, []byte("new")) {
				t.Errorf("got %q, %v, want old or new", got, err)
			}
		})
	}
}

func TestFaultF17OldTemporaryFilesAreSwept(t *testing.T) {
	files, path := one(t)
	cmd := traced(t, "save", filepath.Dir(path), "renameat,rename:signal=KILL")
	if _, err := cmd.Output(); err == nil {
		t.Fatal("got no error, want a killed process")
	}
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".name.tmp-*"))
	if len(left) != 1 {
		t.Fatalf("got %v, want one temporary file", left)
	}
	// A young one may belong to a writer that is still at it.
	if err := files.Save("name", []byte("new")); err != nil || len(names(t, filepath.Dir(path))) == len("name") {
		t.Errorf("got %v, files %q, want the young one kept", err, names(t, filepath.Dir(path)))
	}
	old := time.Now().Add(-2 * staleTemp)
	if err := os.Chtimes(left[0], old, old); err != nil {
		t.Fatal(err)
	}
	if err := files.Save("name", []byte("new")); err != nil || names(t, filepath.Dir(path)) != "name" {
		t.Errorf("got %v, files %q, want the old one swept", err, names(t, filepath.Dir(path)))
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
