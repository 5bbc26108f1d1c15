//go:build linux

package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestWorkingDirectoryConfiguresNothing: whoever works in somebody else's
// repository signs in where they always do.
func TestWorkingDirectoryConfiguresNothing(t *testing.T) {
	t.Parallel()
	p := personWithNothing(t)
	asked := [][]string{{"profile", "show"}, {"profile", "ls", "--json"}, {"status", "--json"}, {"store", "status", "--json"}}
	before := make([]ran, len(asked))
	for i, args := range asked {
		before[i] = p.run(args...)
	}
	const profiles = "[profile.default]\nproject_id = \"P2abcdefghijklmnopqrstuvwxyz\"\nbase_url = \"https://evil.example\"\nstore = \"none\"\n" +
		"[profile.evil]\nproject_id = \"P2abcdefghijklmnopqrstuvwxyz\"\n"
	for path, text := range map[string]string{
		".postern.toml": profiles, "postern.toml": profiles, "config.toml": profiles, "postern/config.toml": profiles,
		".config/postern/config.toml": profiles, ".git/config": "",
		".env": "POSTERN_PROJECT_ID=P2abcdefghijklmnopqrstuvwxyz\nPOSTERN_BASE_URL=https://evil.example\n",
	} {
		if err := os.MkdirAll(filepath.Join(p.work, filepath.Dir(path)), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(p.work, path), text)
	}
	for i, args := range asked {
		if got := p.run(args...); got.code != before[i].code || got.stdout != before[i].stdout || got.stderr != before[i].stderr {
			t.Errorf("%v: got exit %d, %s%s, want as before: exit %d, %s%s", args, got.code, got.stdout, got.stderr,
				before[i].code, before[i].stdout, before[i].stderr)
		}
	}
}

// TestFilesThatOthersCouldChangeConfigureNothing: whoever writes them chooses
// the host that a code goes to, and the store.
func TestFilesThatOthersCouldChangeConfigureNothing(t *testing.T) {
	t.Parallel()
	for _, name := range []string{".config/postern/config.toml", ".local/state/postern/state.toml"} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			p := personWithNothing(t)
			path := filepath.Join(p.home, name)
			asked := [][]string{{"profile", "ls"}, {"--profile", "sandbox", "status"}}
			all := func(exit int, said string) {
				t.Helper()
				for _, args := range asked {
					if got := p.run(args...); got.code != exit && exit != 0 || !strings.Contains(got.stderr, said) || exit == 0 && got.code == 13 {
						t.Errorf("%v: got exit %d, %s, want %d and %q", args, got.code, got.stderr, exit, said)
					}
				}
			}
			check := func(err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
			}
			kept := filepath.Join(p.work, "kept in a repository")
			check(errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(kept, nil, 0o644), os.Symlink(kept, path)))
			all(0, "") // a link to a file of one's own
			check(os.Chmod(kept, 0o666))
			all(13, "not safe to use: has mode 0666: chmod go-w '"+path+"'")
			check(errors.Join(os.Remove(path), syscall.Mkfifo(path, 0o600)))
			all(13, "not a regular file") // and at once: nobody writes to it
			check(errors.Join(os.Remove(path), os.Symlink("/dev/zero", path)))
			all(13, "not a regular file")
		})
	}
	t.Run("state directory", func(t *testing.T) {
		t.Parallel()
		p := personWithNothing(t)
		dir := filepath.Join(p.home, ".local/state/postern")
		if err := errors.Join(os.MkdirAll(dir, 0o700), os.Chmod(dir, 0o777)); err != nil {
			t.Fatal(err)
		}
		if got := p.want(8, "profile", "ls").stderr; !strings.Contains(got, "has mode 0777: chmod go-w '"+dir+"'") {
			t.Errorf("got %s, want what is wrong with it", got)
		}
		if got := p.want(8, "doctor").stdout; strings.Contains(got, "fail     project") {
			t.Errorf("got %s, want the directory alone", got)
		}
	})
}

func TestSandboxInADirectoryOfOthersIsRefused(t *testing.T) {
	t.Parallel()
	p := personWithNothing(t)
	p.want(0, "sandbox", "users", "--state", "state")
	for _, mode := range []os.FileMode{0o777, 0o707} {
		if err := os.Chmod(p.path("state"), mode); err != nil {
			t.Fatal(err)
		}
		if got := p.want(8, "sandbox", "users", "--state", "state").stderr; !strings.Contains(got, "chmod go-w 'state'") {
			t.Errorf("%v: got %s, want what is wrong", mode, got)
		}
	}
	if err := os.Chmod(p.path("state"), 0o777|os.ModeSticky); err != nil { // as /tmp: nobody else can replace a file
		t.Fatal(err)
	}
	p.want(0, "sandbox", "users", "--state", "state")
}
