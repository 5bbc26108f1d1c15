package keychain

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"filippo.io/age"
)

// Sealed keeps each record in an encrypted file. Its stores differ only in
// where the key of that file lies: NewKernel, NewPassphrase, NewKeyFile.
//
// It is safe for goroutines; writers of one account hold its Lock.
type Sealed struct {
	name  string // as errors say it
	files sealedDir
	keys  keys
	wait  time.Duration // for the lock
}

// keys is where the keys of sealed files lie. A key that is not there is an
// fs.ErrNotExist; whatever else keeps it away is an Error with its state.
type keys interface {
	// ready reports why there is no key, or could be none, without a question.
	ready(ctx context.Context) error
	// unlock asks the person for what ready found missing.
	unlock(ctx context.Context) error
	// has reports whether a key of this account alone is there.
	has(account string) (bool, error)
	// get returns the key of the account's file. It may ask.
	get(ctx context.Context, account string) (*age.X25519Identity, error)
	// make makes a new key in place of none, or of one that is unreadable.
	make(ctx context.Context, account string) (*age.X25519Identity, error)
	// hold keeps the key where it is until a file was written for it.
	hold(ctx context.Context, key *age.X25519Identity) (release func(), err error)
	// drop removes the key, unless other accounts need it.
	drop(ctx context.Context, account string) error
	// expire removes the account's own key after a time.
	expire(account string, after time.Duration) error
}

// Ready reports whether a record could be kept now. It asks nothing: a store
// that needs its passphrase first is Waiting, or Locked where nobody can be
// asked.
func (s *Sealed) Ready(ctx context.Context) error {
	err := ctx.Err()
	if err == nil {
		err = s.keys.ready(ctx)
	}
	if err == nil {
		err = s.files.dirs.writable("locks", "sealed")
	}
	return wrap(s.name, "ready", err)
}

// Unlock asks for the passphrase that Ready is Waiting for, or for a new one,
// and is as good as Ready elsewhere. Load and Save ask by themselves; this is
// for who wants the question at a better time.
func (s *Sealed) Unlock(ctx context.Context) error {
	err := ctx.Err()
	if err == nil {
		err = s.files.dirs.writable("locks", "sealed")
	}
	if err == nil {
		err = s.keys.unlock(ctx)
	}
	return wrap(s.name, "unlock", err)
}

// ChangePassphrase puts the key of a passphrase store behind another
// passphrase; the records stay as they are, and what was unlocked stays so. A
// copy of the files from before still opens with the passphrase of then. next is
// asked for once current was seen to fit. Errors with errors.Is(err,
// ErrPassphrase): it does not, fs.ErrNotExist: no passphrase was set yet,
// errors.ErrUnsupported: a store without one.
func (s *Sealed) ChangePassphrase(ctx context.Context, current string, next func() (string, error)) error {
	p, ok := s.keys.(*passphrase)
	if !ok {
		return errors.ErrUnsupported
	}
	return wrap(s.name, "change the passphrase", p.change(ctx, current, next))
}

// Lock takes the account's lock, the same one for every store with these Dirs.
func (s *Sealed) Lock(ctx context.Context, account string) (unlock func(), err error) {
	return s.files.dirs.lock(ctx, account, s.wait)
}

// Load returns the account's record. Errors with errors.Is(err,
// fs.ErrNotExist): none was saved, ErrKeyGone, ErrFileGone.
func (s *Sealed) Load(ctx context.Context, account string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, wrap(s.name, "load", err)
	}
	record, err := s.load(ctx, account)
	return record, wrap(s.name, "load", err)
}

func (s *Sealed) load(ctx context.Context, account string) ([]byte, error) {
	there, err := s.files.there(account)
	if err != nil {
		return nil, err
	}
	if !there {
		return nil, s.missing(account)
	}
	key, err := s.keys.get(ctx, account)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrKeyGone
	}
	if err != nil {
		return nil, err
	}
	record, err := s.files.read(account, key)
	return record, fileGone(err)
}

// missing says why there is no record where there is no file. Nobody is asked
// for a passphrase for that.
func (s *Sealed) missing(account string) error {
	has, err := s.keys.has(account)
	switch {
	case err != nil:
		return err
	case has:
		return ErrFileGone
	}
	return errNone
}

// Save replaces the account's record, wholly or not at all. A damaged one is
// kept beside it, with the ending ".damaged".
func (s *Sealed) Save(ctx context.Context, account string, record []byte) error {
	err := ctx.Err()
	if err == nil {
		err = s.save(ctx, account, record)
	}
	return wrap(s.name, "save", err)
}

func (s *Sealed) save(ctx context.Context, account string, record []byte) error {
	if len(record) > MaxRecord {
		return ErrTooLarge
	}
	key, err := s.keys.get(ctx, account)
	old := err == nil
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errBadKey) {
		// What an older key sealed is lost with it, so it is simply replaced.
		key, err = s.keys.make(ctx, account)
	}
	if err != nil {
		return err
	}
	release, err := s.keys.hold(ctx, key)
	if err != nil {
		return err
	}
	defer release()
	if old {
		if err := s.files.setAside(account, key); err != nil {
			return err
		}
	}
	return s.files.write(account, key, record)
}

// Delete removes everything that the account left here: its key, its file, and
// a damaged one that was kept. Nothing there is no error.
func (s *Sealed) Delete(ctx context.Context, account string) error {
	err := ctx.Err()
	if err == nil {
		// The key first: without it the file is noise. The file also where the
		// key cannot be reached.
		err = errors.Join(s.keys.drop(ctx, account), s.files.remove(account))
	}
	return wrap(s.name, "delete", err)
}

// errStillThere: a deleted record or key can still be read.
var errStillThere = errors.New("read back: still there")

// SetTimeout makes a store forget the account's key after a time, such as the
// life of the token in the record. Less than a second counts as one. Only the
// kernel can; elsewhere it does nothing.
func (s *Sealed) SetTimeout(account string, after time.Duration) error {
	return wrap(s.name, "set time-out", s.keys.expire(account, after))
}
