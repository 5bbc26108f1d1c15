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
	"time"

	"postern/internal/needs"
)

func TestSettingsThatOthersCouldChangeAreRefused(t *testing.T) {
	for _, row := range []struct {
		name   string
		damage func(path string) error
		want   string // "" is read
	}{
		{"as it was made", func(string) error { return nil }, ""},
		{"readable by all", func(p string) error { return os.Chmod(p, 0o444) }, ""},
		{"link", func(p string) error { return errors.Join(os.Rename(p, p+"2"), os.Symlink(p+"2", p)) }, ""},
		{"two names", func(p string) error { return os.Link(p, p+"2") }, ""},
		{"writable by all", func(p string) error { return os.Chmod(p, 0o646) }, "has mode 0646: chmod go-w '"},
		{"writable by a group", func(p string) error { return errors.Join(os.Chown(p, -1, 54321), os.Chmod(p, 0o664)) }, "has mode 0664: chmod go-w '"},
		{"other owner", func(p string) error { return os.Chown(p, 12345, -1) }, "belongs to user 12345, not to"},
		{"link to another's", func(p string) error {
			return errors.Join(os.Rename(p, p+"2"), os.Symlink(p+"2", p), os.Chown(p+"2", 12345, -1))
		}, "belongs to user 12345, not to"},
		{"FIFO", func(p string) error { return errors.Join(os.Remove(p), syscall.Mkfifo(p, 0o600)) }, "not a regular file"},
		{"endless device", func(p string) error { return errors.Join(os.Remove(p), os.Symlink("/dev/zero", p)) }, "not a regular file"},
		{"directory", func(p string) error { return errors.Join(os.Remove(p), os.Mkdir(p, 0o700)) }, "not a regular file"},
		{"too large", func(p string) error { return os.Truncate(p, maxFile+1) }, "too large: more than 1048576 bytes"},
	} {
		t.Run(row.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "config.toml")
			err := errors.Join(os.WriteFile(path, []byte("content"), 0o600), row.damage(path))
			if errors.Is(err, fs.ErrPermission) {
				needs.Part(t, "the right to make one: "+row.name, err)
			} else if err != nil {
				t.Fatal(err)
			}
			content, err := ReadOwn(path)
			switch {
			case row.want == "" && (err != nil || string(content) != "content"):
				t.Errorf("got %q, %v, want the content", content, err)
			case row.want != "" && (err == nil || len(content) != 0 || !strings.Contains(err.Error(), row.want)):
				t.Errorf("got %d bytes, %v, want an error with %q", len(content), err, row.want)
			}
		})
	}
}

// TestGroupOfOneselfAloneMayWrite: Debian and Fedora give each user such a
// group, and a umask of 002 with it.
func TestGroupOfOneselfAloneMayWrite(t *testing.T) {
	for _, row := range []struct {
		name, groups string
		want         bool
	}{
		{"alone", "root:x:0:\nme:x:1000:\n", true},
		{"named in it", "me:x:1000:me\n", true},
		{"last line", "me:x:1000:", true},
		{"with another", "me:x:1000:me,bob\n", false},
		{"only another", "me:x:1000:bob\n", false},
		{"other name", "users:x:1000:\n", false},
		{"two names of one number", "me:x:1000:\nusers:x:1000:bob\n", false},
		{"other number", "me:x:100:\n", false},
		{"unknown", "", false},
	} {
		if got := isPrivate(row.groups, "me", 1000); got != row.want {
			t.Errorf("%s: got %v, want %v", row.name, got, row.want)
		}
	}
}

// TestStateDirectoryThatOthersCouldChangeIsRefused: its parts are sound, but
// others could put their own in their place.
func TestStateDirectoryThatOthersCouldChangeIsRefused(t *testing.T) {
	state := t.TempDir()
	s, _ := testKeyFile(t, state)
	if err := s.Save(t.Context(), account, []byte("record")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(state, 0o777); err != nil {
		t.Fatal(err)
	}
	_, loaded := s.Load(t.Context(), account)
	_, locked := Dirs{State: state}.lock(t.Context(), account, time.Second)
	for what, err := range map[string]error{
		"ready": s.Ready(t.Context()), "load": loaded, "lock": locked,
		"save": s.Save(t.Context(), account, []byte("x")), "delete": s.Delete(t.Context(), account),
	} {
		if !errors.Is(err, ErrUnsafe) || !strings.Contains(err.Error(), "has mode 0777: chmod go-w '"+state+"'") {
			t.Errorf("%s: got %v, want ErrUnsafe", what, err)
		}
	}
	if err := os.Chmod(state, 0o700); err != nil {
		t.Fatal(err)
	}
	wantRecord(t, s, "record")
}
