package keychain

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestPassphraseIsAskedOnceUntilAReboot(t *testing.T) {
	state, cache, p := t.TempDir(), fakeKeys{}, &person{text: "words"}
	s := fakePassphrase(state, p.ask, cache)
	wantNothing(t, s)
	if p.asked != 0 {
		t.Errorf("got %d questions to find nothing, want none", p.asked)
	}
	save(t, s, "one")
	wantRecord(t, s, "one")
	if p.asked != 1 || p.created != 1 {
		t.Errorf("got %d questions, %d for a new one, want 1 and 1", p.asked, p.created)
	}
	next := fakePassphrase(state, p.ask, cache) // the next process
	wantRecord(t, next, "one")
	save(t, next, "two")
	if err := next.Save(t.Context(), "v1:other", []byte("x")); err != nil {
		t.Error(err)
	}
	if p.asked != 1 {
		t.Errorf("got %d questions, want 1", p.asked)
	}
	boot := fakePassphrase(state, p.ask, fakeKeys{})
	if err := boot.Ready(t.Context()); StateOf(err) != Waiting || !errors.Is(err, ErrPassphraseNeeded) {
		t.Errorf("got %v, want waiting", err)
	}
	wantRecord(t, boot, "two")
	if err := boot.Ready(t.Context()); err != nil {
		t.Errorf("got %v, want ready", err)
	}
	if p.asked != 2 || p.created != 1 {
		t.Errorf("got %d questions, %d for a new one, want 2 and 1", p.asked, p.created)
	}
}

func TestPassphraseIsAskedOnceAProcessWithoutAKernelKeyring(t *testing.T) {
	p := &person{text: "words"}
	s := fakePassphrase(t.TempDir(), p.ask, noKeys{})
	if err := s.Unlock(t.Context()); err != nil {
		t.Fatal(err)
	}
	save(t, s, "one")
	wantRecord(t, s, "one")
	if p.asked != 1 {
		t.Errorf("got %d questions, want 1", p.asked)
	}
	if err := s.Delete(t.Context(), account); err != nil {
		t.Error(err)
	}
	wantNothing(t, s)
}

func TestWrongOrMissingPassphraseChangesNothing(t *testing.T) {
	closed := errors.New("closed")
	answer := func(text string, err error) Ask {
		return func(context.Context, bool) (string, error) { return text, err }
	}
	for _, row := range []struct {
		name string
		ask  Ask
		want error
	}{
		{"wrong", answer("other words", nil), ErrPassphrase},
		{"empty", answer("", nil), ErrPassphraseNeeded},
		{"closed", answer("", closed), closed},
		{"nobody to ask", nil, ErrPassphraseNeeded},
	} {
		t.Run(row.name, func(t *testing.T) {
			state := t.TempDir()
			save(t, fakePassphrase(state, answer("words", nil), fakeKeys{}), "record")
			before := contents(t, state)
			s := fakePassphrase(state, row.ask, fakeKeys{})
			_, loadErr := s.Load(t.Context(), account)
			for _, err := range []error{loadErr, s.Save(t.Context(), account, []byte("new")), s.Unlock(t.Context())} {
				if !errors.Is(err, row.want) || StateOf(err) != Locked || strings.Contains(err.Error(), "words") {
					t.Errorf("got %v (%v), want locked, %v", err, StateOf(err), row.want)
				}
			}
			if got := contents(t, state); got != before {
				t.Errorf("got %q, want %q", got, before)
			}
			wantRecord(t, fakePassphrase(state, answer("words", nil), fakeKeys{}), "record")
		})
	}
}

// contents is everything in the sealed files below state.
func contents(t *testing.T, state string) string {
	t.Helper()
	var all strings.Builder
	for _, path := range glob(t, state) {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(path + string(content))
	}
	return all.String()
}

func glob(t *testing.T, state string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(state, "sealed", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func TestRunWithoutAPersonIsToldBeforeTheSignIn(t *testing.T) {
	state, cache := t.TempDir(), fakeKeys{}
	silent := fakePassphrase(state, nil, cache)
	if err := silent.Ready(t.Context()); StateOf(err) != Locked || !errors.Is(err, ErrPassphraseNeeded) {
		t.Errorf("got %v, want locked", err)
	}
	if err := fakePassphrase(state, (&person{text: "words"}).ask, cache).Unlock(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := silent.Ready(t.Context()); err != nil {
		t.Errorf("got %v, want ready once another run has unlocked it", err)
	}
	save(t, silent, "record")
	wantRecord(t, silent, "record")
}

func TestKeyStaysUntilTheLastAccountGoes(t *testing.T) {
	state, p := t.TempDir(), &person{text: "words"}
	s := fakePassphrase(state, p.ask, fakeKeys{})
	const second = "v1:second"
	save(t, s, "one")
	if err := errors.Join(s.Save(t.Context(), second, []byte("two")), s.Delete(t.Context(), account)); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Load(t.Context(), second); err != nil || string(got) != "two" {
		t.Errorf("got %q, %v, want two", got, err)
	}
	temp := filepath.Join(state, "sealed", ".passphrase.key.tmp-1") // of a killed writer
	if err := errors.Join(os.WriteFile(temp, nil, 0o600), s.Delete(t.Context(), second)); err != nil {
		t.Error(err)
	}
	if left := glob(t, state); len(left) != 0 {
		t.Errorf("got %v, want nothing", left)
	}
	if keys := s.keys.(*passphrase).cache.(fakeKeys); len(keys) != 0 {
		t.Errorf("got %d cached keys, want none", len(keys))
	}
	p.text = "new words" // forgotten, so chosen anew
	save(t, s, "three")
	if p.created != 2 {
		t.Errorf("got %d new passphrases, want 2", p.created)
	}
}

func TestPassphraseKeyGoneLosesTheRecordAndNothingElse(t *testing.T) {
	state, p := t.TempDir(), &person{text: "words"}
	s := fakePassphrase(state, p.ask, fakeKeys{})
	save(t, s, "one")
	if err := os.Remove(filepath.Join(state, "sealed", "passphrase.key")); err != nil {
		t.Fatal(err)
	}
	wantNothing(t, s)
	if _, err := s.Load(t.Context(), account); !errors.Is(err, ErrKeyGone) {
		t.Errorf("got %v, want ErrKeyGone", err)
	}
	save(t, s, "two")
	wantRecord(t, s, "two")
}

func TestDamagedPassphraseKeyIsSaidAndNotReplaced(t *testing.T) {
	for _, row := range []struct {
		name   string
		damage func([]byte) []byte
	}{
		{"truncated", func(c []byte) []byte { return c[:len(c)-5] }},
		{"zero length", func([]byte) []byte { return nil }},
		{"bit flip in the key", func(c []byte) []byte { c[len(c)-5] ^= 1; return c }},
		{"absurd work", func(c []byte) []byte { return []byte(strings.Replace(string(c), " 2\n", " 21\n", 1)) }},
	} {
		t.Run(row.name, func(t *testing.T) {
			state, p := t.TempDir(), &person{text: "words"}
			save(t, fakePassphrase(state, p.ask, fakeKeys{}), "record")
			path := filepath.Join(state, "sealed", "passphrase.key")
			content, err := os.ReadFile(path)
			if err == nil {
				err = os.WriteFile(path, row.damage(content), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			before := contents(t, state)
			s := fakePassphrase(state, p.ask, fakeKeys{})
			_, loadErr := s.Load(t.Context(), account)
			for _, err := range []error{loadErr, s.Save(t.Context(), account, nil)} {
				if !errors.Is(err, ErrDamaged) || StateOf(err) != Broken {
					t.Errorf("got %v (%v), want ErrDamaged", err, StateOf(err))
				}
			}
			if got := contents(t, state); got != before {
				t.Errorf("got %q, want %q", got, before)
			}
		})
	}
}

// TestPassphraseCostsWhoeverGuessesTheFullWork: all other tests make it cheap.
func TestPassphraseCostsWhoeverGuessesTheFullWork(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	s := NewPassphrase(Dirs{State: state}, (&person{text: "words"}).ask)
	s.keys.(*passphrase).cache = fakeKeys{}
	save(t, s, "record")
	content, err := os.ReadFile(filepath.Join(state, "sealed", "passphrase.key"))
	if err != nil {
		t.Fatal(err)
	}
	// age-encryption.org/v1, the scrypt recipient: 16 bytes of salt, and the
	// logarithm of N.
	if want := regexp.MustCompile(`^age-encryption\.org/v1\n-> scrypt [A-Za-z0-9+/]{22} 18\n`); !want.Match(content) {
		t.Errorf("got %.60q, want %s", content, want)
	}
}

func TestPassphraseIsChanged(t *testing.T) {
	state, cache, p := t.TempDir(), fakeKeys{}, &person{text: "words"}
	s := fakePassphrase(state, p.ask, cache)
	save(t, s, "one")
	asked := 0
	next := func() (string, error) { asked++; return "other words", nil }
	if err := s.ChangePassphrase(t.Context(), "guess", next); !errors.Is(err, ErrPassphrase) || asked != 0 {
		t.Errorf("got %v after %d questions for a new one, want %v before any", err, asked, ErrPassphrase)
	}
	if err := s.ChangePassphrase(t.Context(), "words", next); err != nil {
		t.Fatal(err)
	}
	wantRecord(t, s, "one")
	wantRecord(t, fakePassphrase(state, nil, cache), "one") // what was unlocked stays so
	if len(cache) != 1 {
		t.Errorf("got %d keys in the kernel, want the one of the new file", len(cache))
	}
	for text, want := range map[string]error{"words": ErrPassphrase, "other words": nil} {
		boot := fakePassphrase(state, (&person{text: text}).ask, fakeKeys{})
		if _, err := boot.Load(t.Context(), account); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", text, err, want)
		}
	}
}

func TestFailedChangeLeavesTheOldPassphrase(t *testing.T) {
	state, given := t.TempDir(), errors.New("gone away")
	s := fakePassphrase(state, (&person{text: "words"}).ask, fakeKeys{})
	save(t, s, "one")
	err := s.ChangePassphrase(t.Context(), "words", func() (string, error) { return "", given })
	if !errors.Is(err, given) {
		t.Errorf("got %v, want %v", err, given)
	}
	meanwhile := func() (string, error) { // another process is faster
		other := fakePassphrase(state, nil, fakeKeys{})
		return "mine", other.ChangePassphrase(t.Context(), "words", func() (string, error) { return "theirs", nil })
	}
	if err := s.ChangePassphrase(t.Context(), "words", meanwhile); !errors.Is(err, errKeyChanged) {
		t.Errorf("got %v, want %v", err, errKeyChanged)
	}
	wantRecord(t, fakePassphrase(state, (&person{text: "theirs"}).ask, fakeKeys{}), "one")
}

func TestOnlyThePassphraseStoreHasAPassphrase(t *testing.T) {
	if err := NewKernel(Dirs{State: t.TempDir()}).ChangePassphrase(t.Context(), "a", nil); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("got %v, want unsupported", err)
	}
}
