//go:build linux

package keychain

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/internal/needs"
)

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

func TestFaultF04F05F06FailedSystemCallLeavesTheOldFile(t *testing.T) {
	for _, row := range []struct{ name, inject, want string }{
		{"F04 quota", "write:error=EDQUOT:when=1", "quota exceeded"},
		{"F05 fsync", "fsync:error=EIO:when=1", "input/output error"},
		{"F06 rename, disk full", "renameat,rename:error=ENOSPC", "no space left"},
		{"F06 rename, other device", "renameat,rename:error=EXDEV", "cross-device"},
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
