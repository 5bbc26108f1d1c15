package keychain

import (
	"bytes"
	"context"
	"sync"
)

// Memory keeps records until the process ends: for tests, and for a person who
// wants nothing stored. It is safe for goroutines.
type Memory struct {
	mu      sync.Mutex
	records map[string][]byte
	locks   map[string]chan struct{}
}

// NewMemory returns an empty Memory.
func NewMemory() *Memory {
	return &Memory{records: map[string][]byte{}, locks: map[string]chan struct{}{}}
}

// Ready is always nil.
func (m *Memory) Ready(context.Context) error { return nil }

// Lock waits until nobody else holds the account's lock, or ctx is over.
func (m *Memory) Lock(ctx context.Context, account string) (unlock func(), err error) {
	m.mu.Lock()
	lock, ok := m.locks[account]
	if !ok {
		lock = make(chan struct{}, 1)
		m.locks[account] = lock
	}
	m.mu.Unlock()
	select {
	case lock <- struct{}{}:
		return sync.OnceFunc(func() { <-lock }), nil
	case <-ctx.Done():
		return nil, wrap("memory", "lock", ctx.Err())
	}
}

// Load returns a copy of the account's record, or an fs.ErrNotExist.
func (m *Memory) Load(_ context.Context, account string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	record, ok := m.records[account]
	if !ok {
		return nil, wrap("memory", "load", errNone)
	}
	return bytes.Clone(record), nil
}

// Save keeps a copy of record.
func (m *Memory) Save(_ context.Context, account string, record []byte) error {
	if len(record) > MaxRecord {
		return wrap("memory", "save", ErrTooLarge)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.records[account] = bytes.Clone(record)
	return nil
}

// Delete forgets the account's record.
func (m *Memory) Delete(_ context.Context, account string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.records, account)
	return nil
}
