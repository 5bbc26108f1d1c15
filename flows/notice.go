package flows

import (
	"errors"
	"fmt"
	"time"

	"postern/client"
)

// Store names a place for sessions that a person can choose here.
type Store string

const (
	Keyring    Store = "keyring"
	Kernel     Store = "kernel"
	Passphrase Store = "passphrase"
	KeyFile    Store = "keyfile"
	None       Store = "none"
)

var storeChoices = map[Store]Choice{
	Keyring: InKeyring, Kernel: InKernel, Passphrase: InPassphrase, KeyFile: InKeyFile, None: ThisRun,
}

// Where says why a machine may have no keyring.
type Where int

const (
	Anywhere Where = iota
	OverSSH        // the desktop's keyring is of another session
	InContainer
	InWSL
)

// NoStore is the error of Prepare where there is no place for a session. The
// person chooses one of Options before anything is sent.
type NoStore struct {
	Options []Store
	Where   Where
	Err     error
}

func (e *NoStore) Error() string { return fmt.Sprintf("no place to keep a session: %v", e.Err) }
func (e *NoStore) Unwrap() error { return e.Err }

// NotStored is the error of Keep with the other places that work here.
type NotStored struct {
	Options []Store
	Err     error
}

func (e NotStored) Error() string { return e.Err.Error() }
func (e NotStored) Unwrap() error { return e.Err }

// ErrNeverSent is why a task was stopped whose answer was still held back.
var ErrNeverSent = errors.New("nothing was sent")

// Changed is the notice of home that another process signed in or out. Before
// is the login ID that was signed in here, "" for nobody.
type Changed struct{ Before string }

func (Changed) Error() string { return "somebody else signed in or out" }

// Notices that are not errors of the client.
type (
	// Doubt holds a code back that the key here does not make. The same code
	// again is sent.
	Doubt struct{ Advice client.Advice }
	// Rejected is a code that the server refused, with what the key here says.
	Rejected struct {
		Err    error
		Advice client.Advice
	}
	// WrongTwice is the second code of an authenticator that was refused, or a
	// later one: the account may have another authenticator, or none.
	WrongTwice struct{ Err error }
	// Late is a code that was refused, and typed in the last second before the
	// next one.
	Late struct{ Err error }
	// Length is a code of the wrong length, in digits.
	Length struct{ Got, Min, Max int }
	// Wait is something sent too early: a code after the server asked for a
	// pause, or a message soon after the one before.
	Wait struct{ Left time.Duration }
	// LiveSession is somebody signed in already.
	LiveSession struct{ LoginID string }
	// Unusable is a method that was asked for and cannot be used.
	Unusable struct {
		Method client.Method
		Why    Reason
	}
	// Input is an answer that cannot be used.
	Input int
)

// Why an answer cannot be used.
const (
	Empty           Input = iota // nothing was typed
	BadID                        // a login ID or a name has characters that nobody can see
	LongID                       // or is longer than any address
	BadEmail                     // no user@host
	BadPhone                     // not in E.164
	UsedCode                     // this very code was refused already: the next one has a chance
	Stranger                     // the server signed somebody else in
	SameKind                     // the factor did not count as a second one
	CodesAtMost                  // no factor is known that would do; a recovery code may
	UsedSecret                   // this very password or recovery code was refused already
	SameSecret                   // the new password is the old one
	Differs                      // the new password was not repeated
	NoToken                      // neither a link with a token in it, nor a token
	UsedLink                     // this very link was refused already
	WrongPassphrase              // does not open the store
	OtherPassphrase              // not the one that was typed before
	ShortPassphrase              // below MinPassphrase
	LongPassphrase               // above MaxPassphrase, or no text
	NoSample                     // no picture has this number
)

func (Doubt) Error() string        { return "the code is not one that the key makes now" }
func (e Rejected) Error() string   { return e.Err.Error() }
func (e Rejected) Unwrap() error   { return e.Err }
func (e WrongTwice) Error() string { return e.Err.Error() }
func (e WrongTwice) Unwrap() error { return e.Err }
func (e Late) Error() string       { return e.Err.Error() }
func (e Late) Unwrap() error       { return e.Err }
func (e Length) Error() string {
	if e.Min < e.Max {
		return fmt.Sprintf("a code of %d digits, want %d to %d", e.Got, e.Min, e.Max)
	}
	return fmt.Sprintf("a code of %d digits, want %d", e.Got, e.Min)
}
func (e Wait) Error() string      { return fmt.Sprintf("wait %s", e.Left.Round(time.Second)) }
func (LiveSession) Error() string { return "another session is live" }
func (e Unusable) Error() string {
	return fmt.Sprintf("%s cannot be used: %s", e.Method, reasonWords[e.Why])
}

var inputWords = map[Input]string{
	Empty: "nothing was typed", BadID: "characters that cannot be seen", LongID: "longer than any address",
	BadEmail: "not an email address", BadPhone: "not an E.164 phone number", UsedCode: "code was refused already",
	Stranger: "somebody else was signed in", SameKind: "does not count as a second factor",
	CodesAtMost: "no other factor is known", UsedSecret: "refused already", SameSecret: "the new password is the old one",
	Differs: "the two passwords differ", NoToken: "no token in it", UsedLink: "link was refused already",
	WrongPassphrase: "wrong passphrase", OtherPassphrase: "not the same passphrase",
	ShortPassphrase: "too short a passphrase", LongPassphrase: "too long a passphrase",
	NoSample: "no picture has this number",
}

func (e Input) Error() string { return inputWords[e] }
