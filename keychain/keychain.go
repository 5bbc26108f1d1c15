// Package keychain keeps one small secret record an account. It never knows
// what a record means, and never touches a terminal.
//
//	NewKeyring     the operating system's keyring; what is too large for an
//	               item, above 2,500 bytes, in a sealed file whose key is there
//	NewKernel      a sealed file, its key in the Linux kernel until a reboot
//	NewPassphrase  a sealed file, its key behind a passphrase, which is asked
//	               for once until a reboot
//	NewKeyFile     a sealed file, its key in a file that somebody provides
//	NewMemory      nowhere, until the process ends
//
// A sealed file is an age file (age-encryption.org/v1) in the state directory,
// named after the account and the store: two stores of one account are apart.
// Any record above 64 KiB is refused.
//
// All stores are used in the same way: Ready, Lock, Load, Save and Delete.
// Every Save and Delete is read back, a crash leaves the old record or the new
// one, and Delete removes whatever the account ever left in that store. Nothing
// falls back to another store by itself: a store that is locked, absent or
// broken says so, in an Error.
//
// What it cannot do: other programs of the same user can ask the keyring and
// the kernel for the same record, as they can for every program's; and whoever
// has a copy of the state directory can try passphrases on it, as fast as
// scrypt lets them.
package keychain

import (
	"errors"
	"fmt"
	"io/fs"
)

// State says what is the matter with a store.
type State int

// The states of a store. A locked one is never absent: what it keeps is there.
const (
	Ready   State = iota // works
	Locked               // must be unlocked, and nobody can be asked here
	Waiting              // must be unlocked, and a prompt can ask for it
	Absent               // not on this machine, or not in this session
	Broken               // there, but does not answer or keeps damaged things
)

// String returns the state as one lower-case word.
func (s State) String() string {
	switch s {
	case Ready:
		return "ready"
	case Locked:
		return "locked"
	case Waiting:
		return "waiting"
	case Absent:
		return "absent"
	case Broken:
		return "broken"
	}
	return "unknown"
}

// Causes that callers tell apart, with errors.Is.
var (
	// ErrNoCollection: the keyring service runs, but has no default keyring.
	ErrNoCollection = errors.New("no default keyring: create a login keyring")
	// ErrDismissed: the person closed the keyring's prompt.
	ErrDismissed = errors.New("the prompt was dismissed")
	// ErrDamaged: an encrypted file is there and cannot be decrypted.
	ErrDamaged = errors.New("the file is damaged")
	// ErrTooLarge: a record above MaxRecord.
	ErrTooLarge = errors.New("larger than 64 KiB")
	// ErrUnsafe: a file or directory that others could read, write or replace.
	ErrUnsafe = errors.New("not safe to use")
	// ErrKeyGone: the encrypted file is there, but its key is not, as after a
	// reboot. It also is an fs.ErrNotExist: the record is lost, sign in again.
	ErrKeyGone error = lost("its key is gone, as after a reboot: sign in again")
	// ErrOtherKey: the encrypted file was not made for the key that was given.
	// What is damaged in the same place looks alike, so nothing is replaced.
	ErrOtherKey = errors.New("sealed with another key, or damaged")
	// ErrPassphrase: what was typed does not open the key. Nothing changed.
	ErrPassphrase = errors.New("wrong passphrase")
	// ErrPassphraseNeeded: the key is locked, and nobody was asked for the
	// passphrase, or gave none.
	ErrPassphraseNeeded = errors.New("its passphrase is needed")
	// ErrPassphraseNew: as ErrPassphraseNeeded, which it also is, but none was
	// chosen yet: it will be a new one.
	ErrPassphraseNew = fmt.Errorf("%w, a new one", ErrPassphraseNeeded)
	// ErrKeyDamaged: as ErrDamaged, which it also is, but of the key that all
	// records are sealed with. Saving does not mend it, deleting does.
	ErrKeyDamaged = fmt.Errorf("the key's: %w", ErrDamaged)
	// ErrFileGone: the key is there, but its encrypted file is not. It also is
	// an fs.ErrNotExist.
	ErrFileGone error = lost("its encrypted file is gone: sign in again")
)

// errNone: nothing was saved.
const errNone = lost("no record")

// lost is a reason why a record is not there.
type lost string

func (l lost) Error() string { return string(l) }

// Is makes every lost record one that does not exist.
func (l lost) Is(target error) bool { return target == fs.ErrNotExist }

// Error is the one error type of this package's stores. It never holds a
// record. errors.Is(err, fs.ErrNotExist) is "no such record", in State Ready.
type Error struct {
	Store string // which store, such as "OS keyring"
	Op    string // ready, lock, load, save, delete
	State State
	Err   error
}

// Error returns "op: store: cause".
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Op + ": " + e.Store + ": " + e.State.String()
	}
	return e.Op + ": " + e.Store + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// StateOf returns the state that err reports: Ready for nil and for a record
// that does not exist, Broken for an error that is not of this package.
func StateOf(err error) State {
	var e *Error
	switch {
	case err == nil:
		return Ready
	case errors.As(err, &e):
		return e.State
	case errors.Is(err, fs.ErrNotExist):
		return Ready
	}
	return Broken
}

// wrap makes err an Error of store and op. It leaves an Error's state alone; a
// plain error is Broken, but one that only says "not there" is Ready.
func wrap(store, op string, err error) error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return &Error{Store: store, Op: op, State: e.State, Err: e.Err}
	}
	return &Error{Store: store, Op: op, State: StateOf(err), Err: err}
}

// in is an Error that only knows its state yet; wrap adds the rest.
func in(state State, err error) error { return &Error{State: state, Err: err} }

// MaxRecord is the largest record that is kept, in bytes. A record is a refresh
// token and a few lines; what is larger is a mistake or an attack.
const MaxRecord = 64 << 10
