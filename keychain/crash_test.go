//go:build linux

package keychain

import (
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"postern/internal/needs"
)

// TestFaultC11KillAtAnySystemCallLeavesOldOrNew ends a process at its first,
// second, third … call of each kind, until it lives to the end.
func TestFaultC11KillAtAnySystemCallLeavesOldOrNew(t *testing.T) {
	state := t.TempDir()
	path := filepath.Join(state, "key")
	if err := CreateKeyFile(path); err != nil {
		t.Fatal(err)
	}
	sealed := NewKeyFile(Dirs{State: state}, path)
	files := NewFiles(filepath.Join(t.TempDir(), "files"))
	for _, row := range []struct {
		child, dir string
		save       func(content string) error
		load       func() ([]byte, error)
	}{
		{"save", files.dir, func(c string) error { return files.Save("name", []byte(c)) },
			func() ([]byte, error) { return files.Load("name") }},
		{"save sealed", state, func(c string) error { return sealed.Save(t.Context(), account, []byte(c)) },
			func() ([]byte, error) { return sealed.Load(t.Context(), account) }},
	} {
		for call, want := range map[string]int{
			"openat": 2, "write": 1, "fsync": 2, "renameat,rename": 1, "close": 2, // the file's and the directory's
		} {
			t.Run(row.child+" "+call, func(t *testing.T) {
				if err := row.save("old"); err != nil {
					t.Fatal(err)
				}
				kills := 0
				for killed(t, row.child, row.dir, fmt.Sprintf("%s:signal=KILL:when=%d", call, kills+1)) {
					kills++
					if got, err := row.load(); err != nil || string(got) != "old" && string(got) != "new" {
						t.Fatalf("got %q, %v after kill %d, want old or new", got, err, kills)
					}
				}
				if got, err := row.load(); err != nil || string(got) != "new" {
					t.Errorf("got %q, %v in the end, want new", got, err)
				}
				if kills < want {
					t.Errorf("got %d kills, want at least %d", kills, want)
				}
			})
		}
	}
}

// TestFaultC11KillDuringAFirstPassphraseSave: the key's file is there or not,
// and the next try ends well with the same passphrase.
func TestFaultC11KillDuringAFirstPassphraseSave(t *testing.T) {
	for call, want := range map[string]int{"fsync": 4, "renameat,rename": 2} {
		t.Run(call, func(t *testing.T) {
			for kills := 0; ; kills++ {
				state := t.TempDir()
				lives := !killed(t, "save passphrase", state, fmt.Sprintf("%s:signal=KILL:when=%d", call, kills+1))
				s := fakePassphrase(state, (&person{text: "words"}).ask, fakeKeys{})
				got, err := s.Load(t.Context(), account)
				if !(err == nil && string(got) == "new") && (lives || !errors.Is(err, fs.ErrNotExist)) {
					t.Errorf("got %q, %v after kill %d, want nothing or new", got, err, kills+1)
				}
				save(t, s, "again")
				wantRecord(t, s, "again")
				if lives {
					if kills != want {
						t.Errorf("got %d kills, want %d", kills, want)
					}
					return
				}
			}
		})
	}
}

// killed reports whether the injected signal ended the child.
func killed(t *testing.T, name, dir, inject string) bool {
	t.Helper()
	cmd := traced(t, name, dir, inject)
	cmd.Env = append(cmd.Env, "CONTENT=new")
	out, err := cmd.CombinedOutput()
	if err == nil && !strings.Contains(string(out), "ready | <nil>") {
		t.Fatalf("got %q, want it saved", out)
	}
	return err != nil
}

// TestFaultF23NoFileIsLeftToOpen: whatever the limit, the answer is an error or
// the new content, and nothing else changes.
func TestFaultF23NoFileIsLeftToOpen(t *testing.T) {
	prlimit := needs.Tool(t, "prlimit")
	failed := 0
	for limit := 3; limit <= 8; limit++ {
		files, path := one(t)
		cmd := child(t, "save", filepath.Dir(path), prlimit, fmt.Sprintf("--nofile=%d", limit))
		cmd.Env = append(cmd.Env, "CONTENT=new")
		out, err := cmd.CombinedOutput()
		if _, exited := err.(*exec.ExitError); exited {
			continue // the test program itself could not start
		}
		want := "new"
		if !strings.Contains(string(out), "ready | <nil>") {
			if failed++; !strings.Contains(string(out), "too many open files") {
				t.Errorf("limit %d: got %q, want too many open files", limit, out)
			}
			want = "old"
		}
		if got, err := files.Load("name"); err != nil || string(got) != want || names(t, filepath.Dir(path)) != "name" {
			t.Errorf("limit %d: got %q, %v, want %s alone", limit, got, err, want)
		}
	}
	if failed == 0 {
		t.Error("got no failure, want one at least")
	}
}
