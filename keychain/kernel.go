package keychain

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"filippo.io/age"
)

// Kernel keeps each record in an encrypted file whose key lies in the Linux
// kernel's user keyring: it outlives all of the user's processes and ends with
// a reboot. Every process of the same user can read the key. Where the kernel
// has no such keyring, or a container forbids it, every call says Absent.
//
// It is safe for goroutines; writers of one account hold its Lock.
type Kernel struct {
	files sealed
	keys  keeper
	wait  time.Duration // for the lock
}

// keeper keeps one short key text an account. A key that is not there, or no
// longer, is an fs.ErrNotExist.
type keeper interface {
	ready() error
	get(account string) (string, error)
	put(account, key string) error
	drop(account string) error
	expire(account string, after time.Duration) error
}

// NewKernel keeps encrypted files in d.State/sealed.
func NewKernel(d Dirs) *Kernel {
	return &Kernel{files: sealed{d}, keys: kernelKeys{}, wait: lockWait}
}

const kernelStore = "kernel keyring"

// Ready reports whether the kernel would keep a key and the directory a file.
func (k *Kernel) Ready(ctx context.Context) error {
	err := ctx.Err()
	if err == nil {
		err = k.keys.ready()
	}
	if err == nil {
		err = k.files.dirs.writable("locks", "sealed")
	}
	return wrap(kernelStore, "ready", err)
}

// Lock takes the account's lock, the same one for every store with these Dirs.
func (k *Kernel) Lock(ctx context.Context, account string) (unlock func(), err error) {
	return k.files.dirs.lock(ctx, account, k.wait)
}

// Load returns the account's record. Errors with errors.Is(err,
// fs.ErrNotExist): none was saved, ErrKeyGone, ErrFileGone.
func (k *Kernel) Load(ctx context.Context, account string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, wrap(kernelStore, "load", err)
	}
	record, err := k.load(account)
	return record, wrap(kernelStore, "load", err)
}

func (k *Kernel) load(account string) ([]byte, error) {
	key, err := k.key(account)
	switch {
	case errors.Is(err, fs.ErrNotExist) && k.files.there(account):
		return nil, ErrKeyGone
	case errors.Is(err, fs.ErrNotExist):
		return nil, errNone
	case err != nil:
		return nil, err
	}
	record, err := k.files.read(account, key)
	return record, fileGone(err)
}

// Save replaces the account's record. A damaged one is kept beside it, with the
// ending ".damaged".
func (k *Kernel) Save(ctx context.Context, account string, record []byte) error {
	err := ctx.Err()
	if err == nil {
		err = k.save(account, record)
	}
	return wrap(kernelStore, "save", err)
}

func (k *Kernel) save(account string, record []byte) error {
	if len(record) > MaxRecord {
		return ErrTooLarge
	}
	key, err := k.key(account)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, errBadKey):
		// What an older key sealed is lost with it, so it is simply replaced.
		key, err = k.newKey(account)
	case err == nil:
		err = k.files.setAside(account, key)
	}
	if err != nil {
		return err
	}
	return k.files.write(account, key, record)
}

// newKey makes a key and reads back that the kernel has it.
func (k *Kernel) newKey(account string) (*age.X25519Identity, error) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	if err := k.keys.put(account, key.String()); err != nil {
		return nil, err
	}
	back, err := k.keys.get(account)
	if err != nil {
		return nil, err
	}
	if back != key.String() {
		return nil, errReadBack
	}
	return key, nil
}

func (k *Kernel) key(account string) (*age.X25519Identity, error) {
	text, err := k.keys.get(account)
	if err != nil {
		return nil, err
	}
	return parseKey(text)
}

// Delete removes the key first: without it the file is noise.
func (k *Kernel) Delete(ctx context.Context, account string) error {
	err := ctx.Err()
	if err == nil {
		err = k.delete(account)
	}
	return wrap(kernelStore, "delete", err)
}

func (k *Kernel) delete(account string) error {
	if err := k.keys.drop(account); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, err := k.keys.get(account); !errors.Is(err, fs.ErrNotExist) {
		return errStillThere
	}
	return k.files.remove(account)
}

// errStillThere: a deleted record or key can still be read.
var errStillThere = errors.New("read back: still there")

// SetTimeout makes the kernel forget the account's key after a time, such as
// the life of the token in the record. Less than a second counts as one.
func (k *Kernel) SetTimeout(account string, after time.Duration) error {
	return wrap(kernelStore, "set time-out", k.keys.expire(account, after))
}
