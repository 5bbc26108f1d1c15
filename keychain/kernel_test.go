package keychain

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
)

// fakeKernel is a kernel store whose keys lie in a map.
func fakeKernel(t *testing.T) (*Sealed, fakeKeys) {
	t.Helper()
	keys := fakeKeys{}
	k := NewKernel(Dirs{State: t.TempDir()})
	k.keys = ownKeys{keys}
	return k, keys
}

func save(t *testing.T, v vault, record string) {
	t.Helper()
	if err := v.Save(t.Context(), account, []byte(record)); err != nil {
		t.Fatal(err)
	}
}

func wantRecord(t *testing.T, v vault, want string) {
	t.Helper()
	if got, err := v.Load(t.Context(), account); err != nil || string(got) != want {
		t.Errorf("got %.40q (%d bytes), %v, want %.40q (%d bytes)", got, len(got), err, want, len(want))
	}
}

// wantNothing also accepts a lost record.
func wantNothing(t *testing.T, v vault) {
	t.Helper()
	if got, err := v.Load(t.Context(), account); !errors.Is(err, fs.ErrNotExist) || StateOf(err) != Ready {
		t.Errorf("got %.40q, %v, want nothing there", got, err)
	}
}

func fileThere(t *testing.T, s sealedDir) bool {
	t.Helper()
	there, err := s.there(account)
	if err != nil {
		t.Error(err)
	}
	return there
}

func sealedPath(t *testing.T, s sealedDir) string {
	t.Helper()
	path, err := s.path(account)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSealedRecordComesBackAndGoes(t *testing.T) {
	k, keys := fakeKernel(t)
	wantNothing(t, k)
	for _, record := range []string{"small", "", strings.Repeat("x", MaxRecord), "small again"} {
		save(t, k, record)
		wantRecord(t, k, record)
	}
	content, err := os.ReadFile(sealedPath(t, k.files))
	if err != nil || bytes.Contains(content, []byte("small")) {
		t.Errorf("got %q, %v, want it unreadable", content, err)
	}
	if err := errors.Join(k.Delete(t.Context(), account), k.Delete(t.Context(), account)); err != nil {
		t.Error(err)
	}
	wantNothing(t, k)
	if len(keys) != 0 || fileThere(t, k.files) {
		t.Errorf("got keys %d, file %v, want nothing left", len(keys), fileThere(t, k.files))
	}
	if err := k.Save(t.Context(), account, make([]byte, MaxRecord+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v, want ErrTooLarge", err)
	}
}

func TestKeyGoneSinceTheRebootLeadsToANewSignIn(t *testing.T) {
	k, keys := fakeKernel(t)
	save(t, k, "one")
	clear(keys)
	wantNothing(t, k)
	if _, err := k.Load(t.Context(), account); !errors.Is(err, ErrKeyGone) {
		t.Errorf("got %v, want ErrKeyGone", err)
	}
	save(t, k, "two")
	wantRecord(t, k, "two")
	if err := os.Remove(sealedPath(t, k.files)); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Load(t.Context(), account); !errors.Is(err, ErrFileGone) {
		t.Errorf("got %v, want ErrFileGone", err)
	}
	save(t, k, "three")
	wantRecord(t, k, "three")
}

func TestUnreadableKeyIsNotShownAndCanBeReplaced(t *testing.T) {
	k, keys := fakeKernel(t)
	keys[account] = "AGE-SECRET-KEY-1CANARY"
	if _, err := k.Load(t.Context(), account); StateOf(err) != Broken || strings.Contains(err.Error(), "CANARY") {
		t.Errorf("got %v, want a broken key that is not shown", err)
	}
	save(t, k, "one")
	wantRecord(t, k, "one")
}

func TestFaultF13F14F15F18DamagedFileIsSaidAndKeptAside(t *testing.T) {
	for _, row := range []struct {
		name   string
		damage func(content []byte) []byte
	}{
		{"F13 truncated", func(c []byte) []byte { return c[:len(c)-5] }},
		{"F13 only the header", func(c []byte) []byte { return c[:60] }},
		{"F14 bit flip in the record", func(c []byte) []byte { c[len(c)-20] ^= 1; return c }},
		{"F14 bit flip in the header", func(c []byte) []byte { c[40] ^= 1; return c }},
		{"F15 zero length", func([]byte) []byte { return nil }},
		{"F18 huge", func([]byte) []byte { return make([]byte, 10<<20) }},
	} {
		t.Run(row.name, func(t *testing.T) {
			k, _ := fakeKernel(t)
			save(t, k, "old")
			path := sealedPath(t, k.files)
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			content = row.damage(content)
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := k.Load(t.Context(), account)
			if !errors.Is(err, ErrDamaged) || StateOf(err) != Broken || errors.Is(err, fs.ErrNotExist) || got != nil {
				t.Errorf("got %q, %v, want ErrDamaged", got, err)
			}
			save(t, k, "new")
			wantRecord(t, k, "new")
			if aside, err := os.ReadFile(path + ".damaged"); err != nil || !bytes.Equal(aside, content) {
				t.Errorf("got %d bytes, %v, want the damaged file kept", len(aside), err)
			}
			if err := k.Delete(t.Context(), account); err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(path + ".damaged"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("got %v, want nothing left", err)
			}
		})
	}
}
