package keychain

import (
	"context"
	"errors"
	"io/fs"
	"testing"
)

// vault is what the client asks of a store.
type vault interface {
	Ready(ctx context.Context) error
	Lock(ctx context.Context, account string) (unlock func(), err error)
	Load(ctx context.Context, account string) ([]byte, error)
	Save(ctx context.Context, account string, record []byte) error
	Delete(ctx context.Context, account string) error
}

var (
	_ vault = (*Keyring)(nil)
	_ vault = (*Sealed)(nil)
	_ vault = (*Memory)(nil)
)

func TestMemoryCopiesInAndOut(t *testing.T) {
	m := NewMemory()
	record := []byte("one")
	if err := m.Save(t.Context(), account, record); err != nil {
		t.Fatal(err)
	}
	record[0] = 'X'
	got, err := m.Load(t.Context(), account)
	if err != nil || string(got) != "one" {
		t.Errorf("got %q, %v, want one", got, err)
	}
	got[0] = 'X'
	if again, _ := m.Load(t.Context(), account); string(again) != "one" {
		t.Errorf("got %q, want one", again)
	}
	if err := m.Delete(t.Context(), account); err != nil {
		t.Error(err)
	}
	if _, err := m.Load(t.Context(), account); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want not there", err)
	}
	if err := m.Save(t.Context(), account, make([]byte, MaxRecord+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v, want ErrTooLarge", err)
	}
}

func TestMemoryLockIsRealAndKeepsTheContext(t *testing.T) {
	m := NewMemory()
	unlock, err := m.Lock(t.Context(), account)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.Lock(ctx, account); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want cancelled", err)
	}
	unlock()
	unlock()
	if unlock, err = m.Lock(t.Context(), account); err != nil {
		t.Fatal(err)
	}
	unlock()
}

func TestErrorsTellTheirStateAndTheirCause(t *testing.T) {
	for _, row := range []struct {
		name string
		err  error
		want State
	}{
		{"nil", nil, Ready},
		{"not there", wrap("s", "load", fs.ErrNotExist), Ready},
		{"key gone", wrap("s", "load", ErrKeyGone), Ready},
		{"locked", wrap("s", "load", in(Locked, ErrDismissed)), Locked},
		{"unknown", wrap("s", "load", errors.New("x")), Broken},
		{"foreign", errors.New("x"), Broken},
	} {
		if got := StateOf(row.err); got != row.want {
			t.Errorf("%s: got %v, want %v", row.name, got, row.want)
		}
	}
	if err := wrap("s", "load", ErrKeyGone); !errors.Is(err, fs.ErrNotExist) || !errors.Is(err, ErrKeyGone) || errors.Is(err, ErrFileGone) {
		t.Errorf("got %v, want a key gone that does not exist", err)
	}
	if got := wrap("OS keyring", "load", in(Locked, ErrDismissed)).Error(); got != "load: OS keyring: the prompt was dismissed" {
		t.Errorf("got %q", got)
	}
}
