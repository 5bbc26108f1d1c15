package keychain

import (
	"io/fs"
	"time"
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
