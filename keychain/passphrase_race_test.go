package keychain

import (
	"context"
	"errors"
	"io/fs"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"filippo.io/age"
)

// TestTwoFirstPassphrasesMakeOneKey: both processes ask before either has made
// the key; the second one's passphrase must open it.
func TestTwoFirstPassphrasesMakeOneKey(t *testing.T) {
	for _, row := range []struct {
		name, other string
		want        error
	}{{"the same", "words", nil}, {"another", "other words", ErrPassphrase}} {
		t.Run(row.name, func(t *testing.T) {
			state := t.TempDir()
			first := fakePassphrase(state, (&person{text: "words"}).ask, fakeKeys{})
			second := fakePassphrase(state, func(context.Context, bool) (string, error) {
				save(t, first, "one") // while the second person types
				return row.other, nil
			}, fakeKeys{})
			if err := second.Save(t.Context(), "v1:second", []byte("two")); !errors.Is(err, row.want) {
				t.Errorf("got %v, want %v", err, row.want)
			}
			wantRecord(t, first, "one")
		})
	}
}

// meanwhile does something between a Save's look at the key and its write.
type meanwhile struct {
	keys
	do func()
}

func (m meanwhile) hold(ctx context.Context, key *age.X25519Identity) (func(), error) {
	m.do()
	return m.keys.hold(ctx, key)
}

// TestKeyThatWasReplacedMeanwhileIsNotWrittenFor: another process deletes the
// last account, and perhaps makes a new key.
func TestKeyThatWasReplacedMeanwhileIsNotWrittenFor(t *testing.T) {
	shared := fakeKeys{}
	for _, row := range []struct {
		name        string
		mine, other fakeKeys // the kernel that each process sees
		again       bool
		left        error // what Load says afterwards
	}{
		{"gone", fakeKeys{}, fakeKeys{}, false, fs.ErrNotExist},
		{"replaced", fakeKeys{}, fakeKeys{}, true, ErrPassphrase},
		{"replaced and unlocked", shared, shared, true, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			state := t.TempDir()
			s := fakePassphrase(state, (&person{text: "words"}).ask, row.mine)
			save(t, s, "one")
			other := fakePassphrase(state, (&person{text: "other"}).ask, row.other)
			real := s.keys
			s.keys = meanwhile{real, func() {
				if err := other.Delete(t.Context(), account); err != nil {
					t.Fatal(err)
				}
				if row.again {
					save(t, other, "two")
				}
			}}
			if err := s.Save(t.Context(), account, []byte("three")); !errors.Is(err, errKeyChanged) || StateOf(err) != Locked {
				t.Errorf("got %v (%v), want errKeyChanged", err, StateOf(err))
			}
			s.keys = real
			if _, err := s.Load(t.Context(), account); !errors.Is(err, row.left) {
				t.Errorf("got %v, want %v", err, row.left)
			}
			if row.again {
				wantRecord(t, other, "two")
			}
			if err := s.Delete(t.Context(), account); err != nil {
				t.Errorf("got %v, want the lock free", err)
			}
		})
	}
}

// TestManyAtOnceAreOneQuestion: the others wait while one of them asks.
func TestManyAtOnceAreOneQuestion(t *testing.T) {
	state, p := t.TempDir(), &person{text: "words"}
	save(t, fakePassphrase(state, p.ask, fakeKeys{}), "record")
	synctest.Test(t, func(t *testing.T) {
		var questions atomic.Int32
		s := fakePassphrase(state, func(ctx context.Context, create bool) (string, error) {
			questions.Add(1)
			<-time.After(time.Second) // until all the others wait
			return p.text, nil
		}, fakeKeys{})
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() { wantRecord(t, s, "record") })
		}
		wg.Wait()
		if n := questions.Load(); n != 1 {
			t.Errorf("got %d questions, want 1", n)
		}
	})
}

func TestWhoWaitsForAnAnswerKeepsTheContext(t *testing.T) {
	s := fakePassphrase(t.TempDir(), nil, fakeKeys{})
	done, err := s.keys.(*passphrase).turn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	if err := s.Unlock(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want cancelled", err)
	}
}
