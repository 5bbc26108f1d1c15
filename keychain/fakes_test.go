package keychain

import (
	"context"
	"io/fs"
	"sync"
	"testing"
	"time"

	"github.com/zalando/go-keyring"
)

// fakeKeys is a keeper in memory.
type fakeKeys map[string]string

func (f fakeKeys) ready() error { return nil }

func (f fakeKeys) get(account string) (string, error) {
	key, ok := f[account]
	if !ok {
		return "", fs.ErrNotExist
	}
	return key, nil
}

func (f fakeKeys) put(account, key string) error { f[account] = key; return nil }

func (f fakeKeys) drop(account string) error { delete(f, account); return nil }

func (f fakeKeys) expire(account string, _ time.Duration) error { return f.drop(account) }

// fakeRing is a keyring in memory. Each field can be set to misbehave.
type fakeRing struct {
	mu    sync.Mutex
	items map[string]string
	limit int // larger items are refused, 0: none
	calls int

	state  error                   // what ready says
	before func(call string) error // runs before get, set and delete
	lie    bool                    // Set and Delete do nothing, and say it is done
	prompt func(ctx context.Context) error
	awake  bool // answers alive
}

// misbehave makes before run ahead of each further call.
func (f *fakeRing) misbehave(before func(call string) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.before = before
}

// made is how many calls there were.
func (f *fakeRing) made() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

func (f *fakeRing) enter(call string) error {
	f.mu.Lock()
	f.calls++
	before := f.before
	f.mu.Unlock()
	if before != nil {
		return before(call)
	}
	return nil
}

func (f *fakeRing) ready(context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state
}

func (f *fakeRing) unlock(ctx context.Context, opened func()) error {
	opened()
	if err := f.prompt(ctx); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.state = nil
	return nil
}

func (f *fakeRing) alive(context.Context) bool { return f.awake }

func (f *fakeRing) Get(service, account string) (string, error) {
	if err := f.enter("get"); err != nil {
		return "", err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	text, ok := f.items[service+"/"+account]
	if !ok {
		return "", keyring.ErrNotFound
	}
	return text, nil
}

func (f *fakeRing) Set(service, account, secret string) error {
	if err := f.enter("set"); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.limit > 0 && len(secret) > f.limit {
		return keyring.ErrSetDataTooBig
	}
	if !f.lie {
		f.items[service+"/"+account] = secret
	}
	return nil
}

func (f *fakeRing) Delete(service, account string) error {
	if err := f.enter("delete"); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.items[service+"/"+account]; !ok {
		return keyring.ErrNotFound
	}
	if !f.lie {
		delete(f.items, service+"/"+account)
	}
	return nil
}

// fakeKeyring is a Keyring on a fakeRing, with short waits.
func fakeKeyring(t *testing.T) (*Keyring, *fakeRing) {
	t.Helper()
	ring := &fakeRing{items: map[string]string{}}
	k := NewKeyring("postern-test", Dirs{State: t.TempDir()})
	k.ring = ring
	k.wait = 200 * time.Millisecond
	k.notice = 50 * time.Millisecond
	return k, ring
}
