// Package keychain keeps one small secret record an account: in the operating
// system's keyring, in an encrypted file whose key lies in the Linux kernel,
// or in memory. It never knows what a record means.
//
// Keyring, Kernel and Memory are used in the same way: Ready, Lock, Load, Save
// and Delete. Every Save and Delete is read back. Nothing falls back to
// another store by itself: a store that is locked, absent or broken says so,
// in an Error.
//
// What it cannot do: other programs of the same user can ask the keyring and
// the kernel for the same record, as they can for every program's.
package keychain

import (
	"errors"
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
