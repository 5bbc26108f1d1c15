package keychain

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"filippo.io/age"
)

// NewKernel keeps encrypted files in d.State/sealed and the key of each in the
// Linux kernel's user keyring: it outlives all of the user's processes and ends
// with a reboot. Every process of the same user can read the key. Where the
// kernel has no such keyring, or a container forbids it, every call says Absent.
func NewKernel(d Dirs) *Sealed {
	return &Sealed{
		name:  "kernel keyring",
		files: sealedDir{dirs: d, kind: "kernel"},
		keys:  ownKeys{kernelKeys{}},
		wait:  lockWait,
	}
}

// keeper keeps one short key text a name. A key that is not there, or no
// longer, is an fs.ErrNotExist.
type keeper interface {
	ready() error
	get(name string) (string, error)
	put(name, key string) error
	drop(name string) error
	expire(name string, after time.Duration) error
}

// ownKeys gives each account a key of its own.
type ownKeys struct{ keeper keeper }

func (o ownKeys) ready(context.Context) error { return o.keeper.ready() }

func (o ownKeys) unlock(context.Context) error { return o.keeper.ready() }

func (o ownKeys) has(account string) (bool, error) {
	_, err := o.get(context.Background(), account)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func (o ownKeys) get(_ context.Context, account string) (*age.X25519Identity, error) {
	text, err := o.keeper.get(account)
	if err != nil {
		return nil, err
	}
	return parseKey(text)
}

// make also reads back that the keeper has the key.
func (o ownKeys) make(_ context.Context, account string) (*age.X25519Identity, error) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	if err := o.keeper.put(account, key.String()); err != nil {
		return nil, err
	}
	back, err := o.keeper.get(account)
	if err != nil {
		return nil, err
	}
	if back != key.String() {
		return nil, errReadBack
	}
	return key, nil
}

// hold has nothing to do: the account's lock is the key's as well.
func (ownKeys) hold(context.Context, *age.X25519Identity) (func(), error) { return func() {}, nil }

func (o ownKeys) drop(_ context.Context, account string) error {
	if err := o.keeper.drop(account); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, err := o.keeper.get(account); !errors.Is(err, fs.ErrNotExist) {
		return errStillThere
	}
	return nil
}

func (o ownKeys) expire(account string, after time.Duration) error {
	return o.keeper.expire(account, after)
}
