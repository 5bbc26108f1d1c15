package keychain

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// person answers a store's questions and counts them.
type person struct {
	text    string
	asked   int
	created int
}

func (p *person) ask(_ context.Context, create bool) (string, error) {
	p.asked++
	if create {
		p.created++
	}
	return p.text, nil
}

// fakePassphrase is a passphrase store whose unlocked keys lie in a map: a new
// one on the same map is the next process, with a new map the next boot.
func fakePassphrase(state string, ask Ask, cache keeper) *Sealed {
	s := NewPassphrase(Dirs{State: state}, ask)
	keys := s.keys.(*passphrase)
	keys.cache, keys.work = cache, 2 // 2^18 takes a second
	return s
}

// testKeyFile is a key file's store, and its file.
func testKeyFile(t *testing.T, state string) (*Sealed, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := CreateKeyFile(path); err != nil {
		t.Fatal(err)
	}
	return NewKeyFile(Dirs{State: state}, path), path
}

// store is a store of this package, its sealed files and its name.
type store struct {
	name  string
	vault vault
	files sealedDir
}

// stores are all stores on one state directory.
func stores(t *testing.T, state string) []store {
	t.Helper()
	kernel := NewKernel(Dirs{State: state})
	kernel.keys = ownKeys{fakeKeys{}}
	ring, _ := fakeKeyring(t)
	ring.files.dirs.State = state
	key, _ := testKeyFile(t, state)
	words := fakePassphrase(state, (&person{text: "words"}).ask, fakeKeys{})
	return []store{
		{"keyring", ring, ring.files}, {"kernel", kernel, kernel.files},
		{"passphrase", words, words.files}, {"key file", key, key.files},
	}
}

// TestRecordsOfEverySizeComeBackFromEveryStore: 3,700 bytes are a refresh token
// of a person with 20 tenants, 1,500 one without them.
func TestRecordsOfEverySizeComeBackFromEveryStore(t *testing.T) {
	all := append(stores(t, t.TempDir()), store{"memory", NewMemory(), sealedDir{}})
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) {
			wantNothing(t, s.vault)
			for _, size := range []int{1, 1500, maxItem, maxItem + 1, 3700, MaxRecord, 3700, 1500, 0} {
				record := strings.Repeat("x", size)
				save(t, s.vault, record)
				wantRecord(t, s.vault, record)
			}
			if err := s.vault.Save(t.Context(), account, make([]byte, MaxRecord+1)); !errors.Is(err, ErrTooLarge) {
				t.Errorf("got %v, want ErrTooLarge", err)
			}
			wantRecord(t, s.vault, "")
		})
	}
}

func TestStoresOfOneAccountDoNotTouchEachOther(t *testing.T) {
	state := t.TempDir()
	all := stores(t, state)
	long := func(s store) string { return strings.Repeat(s.name, 1000) }
	for _, s := range all {
		save(t, s.vault, long(s))
	}
	for i, s := range all {
		wantRecord(t, s.vault, long(s))
		if err := s.vault.Delete(t.Context(), account); err != nil {
			t.Error(err)
		}
		wantNothing(t, s.vault)
		for _, other := range all[i+1:] {
			wantRecord(t, other.vault, long(other))
		}
	}
}

// TestDeleteLeavesNothingOfAnAccount: not a damaged file, nor what a killed
// writer left, nor a key that no other account needs.
func TestDeleteLeavesNothingOfAnAccount(t *testing.T) {
	state := t.TempDir()
	for _, s := range stores(t, state) {
		t.Run(s.name, func(t *testing.T) {
			record := strings.Repeat("x", 3700)
			save(t, s.vault, record)
			path := sealedPath(t, s.files)
			if err := os.Truncate(path, 250); err != nil {
				t.Fatal(err)
			}
			save(t, s.vault, record)
			temp := filepath.Join(filepath.Dir(path), tempPrefix(filepath.Base(path))+"1")
			if err := os.WriteFile(temp, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if got, _ := os.ReadDir(filepath.Dir(path)); len(got) < 3 {
				t.Fatalf("got %v, want a file, a damaged and a temporary one", got)
			}
			for range 2 {
				if err := s.vault.Delete(t.Context(), account); err != nil {
					t.Error(err)
				}
			}
			if got, err := os.ReadDir(filepath.Dir(path)); err != nil || len(got) != 0 {
				t.Errorf("got %v, %v, want nothing", got, err)
			}
		})
	}
}

func TestDeleteRemovesTheFileAlsoWhereTheKeyCannotBeReached(t *testing.T) {
	k, _ := fakeKernel(t)
	save(t, k, "record")
	k.keys = ownKeys{noKeys{}}
	if err := k.Delete(t.Context(), account); StateOf(err) != Absent {
		t.Errorf("got %v, want absent", err)
	}
	if fileThere(t, k.files) {
		t.Error("got the file kept, want it removed")
	}
}

// noKeys is a kernel without keyrings.
type noKeys struct{ fakeKeys }

func (noKeys) get(string) (string, error) { return "", in(Absent, errors.New("none here")) }
func (noKeys) put(string, string) error   { return in(Absent, errors.New("none here")) }
func (noKeys) drop(string) error          { return in(Absent, errors.New("none here")) }

// keptKeys says that it forgets, and does not.
type keptKeys struct{ fakeKeys }

func (keptKeys) drop(string) error { return nil }

func TestKeyThatOutlivesDeleteIsSeen(t *testing.T) {
	k, keys := fakeKernel(t)
	save(t, k, "record")
	k.keys = ownKeys{keptKeys{keys}}
	if err := k.Delete(t.Context(), account); !errors.Is(err, errStillThere) {
		t.Errorf("got %v, want the key seen", err)
	}
}

func TestLockedDirectoryIsNotAnAbsentRecord(t *testing.T) {
	k, _ := fakeKernel(t)
	save(t, k, "record")
	dir := filepath.Dir(sealedPath(t, k.files))
	if err := errors.Join(os.RemoveAll(dir), os.WriteFile(dir, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Load(t.Context(), account); errors.Is(err, fs.ErrNotExist) || StateOf(err) != Broken {
		t.Errorf("got %v, want broken", err)
	}
}
