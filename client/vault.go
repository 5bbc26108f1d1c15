package client

import (
	"context"
	"time"
)

// Vault keeps one record an account, out of other people's sight. Package
// keychain has them; this package only says what it needs.
//
// "Not there" is an error with errors.Is(err, fs.ErrNotExist). Save and Delete
// read back what they did. All methods keep the deadline of ctx as well as
// their own, and may be called from several goroutines.
type Vault interface {
	// Ready reports whether a record could be kept now. It changes nothing.
	Ready(ctx context.Context) error
	// Lock gives one process at a time the right to change the account's record.
	Lock(ctx context.Context, account string) (unlock func(), err error)
	// Load returns the account's record.
	Load(ctx context.Context, account string) ([]byte, error)
	// Save replaces the account's record, wholly or not at all.
	Save(ctx context.Context, account string, record []byte) error
	// Delete removes the account's record. Nothing there is no error.
	Delete(ctx context.Context, account string) error
}

// An Expirer is a Vault that can forget a record's key by itself.
type Expirer interface {
	Vault
	// SetTimeout makes the account's record unreadable after a time.
	SetTimeout(account string, after time.Duration) error
}

// Cache keeps what may be lost at any time: key sets, and sealed session
// tokens. "Not there" is an error with errors.Is(err, fs.ErrNotExist).
type Cache interface {
	Load(name string) ([]byte, error)
	Save(name string, content []byte) error
	Delete(name string) error
}
