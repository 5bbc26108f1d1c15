//go:build unix

package sandbox

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

func TestStateThatOthersCouldChangeIsRefused(t *testing.T) {
	link := func(p string) error { return errors.Join(os.Rename(p, p+"2"), os.Symlink(p+"2", p)) }
	dangling := func(p string) error { return errors.Join(os.Remove(p), os.Symlink(p+"2", p)) }
	for _, row := range []struct {
		name, file string
		damage     func(path string) error
		want       string // "" is opened
	}{
		{"as it was made", "state.db", func(string) error { return nil }, ""},
		{"readable by others", "state.db", func(p string) error { return os.Chmod(p, 0o644) }, ""},
		{"link", "state.db", link, "is a symbolic link"},
		{"link to nothing", "state.db", dangling, "is a symbolic link"},
		{"FIFO", "state.db", func(p string) error { return errors.Join(os.Remove(p), syscall.Mkfifo(p, 0o600)) }, "is not a regular file"},
		{"writable by others", "state.db", func(p string) error { return os.Chmod(p, 0o666) }, "has mode 0666, and others could change it: chmod go-w"},
		{"another user's", "state.db", func(p string) error { return os.Chown(p, 12345, -1) }, "belongs to another user"},
		{"lock that is a link", "state.lock", link, "is a symbolic link"},
		{"lock that is a link to nothing", "state.lock", dangling, "is a symbolic link"},
		{"lock of another user", "state.lock", func(p string) error { return os.Chown(p, 12345, -1) }, "belongs to another user"},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir := t.TempDir()
			open(t, newClock().in(dir))
			path := filepath.Join(dir, row.file)
			if err := row.damage(path); errors.Is(err, fs.ErrPermission) {
				needs.Part(t, "the right to make one: "+row.name, err)
			} else if err != nil {
				t.Fatal(err)
			}
			_, err := Open(newClock().in(dir))
			if row.want == "" && err != nil || row.want != "" && (err == nil || !strings.Contains(err.Error(), path+" "+row.want)) {
				t.Errorf("got %v, want %q", err, row.want)
			}
			if _, err := os.Stat(path + "2"); strings.HasSuffix(row.name, "link to nothing") && err == nil {
				t.Error("got a file where the link leads to, want none")
			}
		})
	}
}
