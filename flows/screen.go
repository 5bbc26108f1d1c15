package flows

import (
	"fmt"
	"time"

	"postern/client"
)

// Step names a screen. Package ui has the words for it.
type Step int

const (
	StepPrepare Step = iota
	StepChooseStore
	StepReplace
	StepLoginID
	StepName
	StepEmail
	StepPhone
	StepSignUp
	StepScan
	StepCode
	StepExisting
	StepUnknown
	StepStuck
	StepIdentity
	StepKeep
	StepUnkept
	StepRevoke
	StepOver
)

// Screen is what to show and what to accept. No field can hold a token.
type Screen struct {
	Step    Step
	LoginID string   // who this is about, as far as it is known
	Ask     *Ask     // the question that takes a Submit, nil for none
	Show    Show     // what is shown beside it, nil for nothing
	Choices []Choice // what takes a Pick
	Notice  error    // what went wrong, or is in doubt
	Can     Can
}

// Ask describes a typed answer.
type Ask struct {
	Optional bool // an empty answer is one
	Digits   int  // the answer is a code of that many digits; 0: any text
}

// Can says which of the other verbs mean something now.
type Can struct{ Back, Cancel bool }

// Show is what a screen shows beside its question.
type Show interface{ show() }

// Scan shows a key on its way into an authenticator app.
type Scan struct{ *client.Enrollment }

// Person shows whom the server signed in.
type Person struct{ *client.User }

func (Scan) show()   {}
func (Person) show() {}

// Choice is one of several ways on.
type Choice int

const (
	TryAgain Choice = iota
	Stop
	InKernel // keep the session in a sealed file, until reboot
	ThisRun  // keep it only while this program runs
	KeepLive // stay with the session that is there
	ReplaceLive
	SignInInstead
	SignUpInstead
	OtherLoginID
	ThatIsMe
	NotMe
)

// Store names a place for sessions that a person can choose here.
type Store string

const (
	Kernel Store = "kernel"
	None   Store = "none"
)

var storeChoices = map[Store]Choice{Kernel: InKernel, None: ThisRun}

// NoStore is the error of Prepare where there is no place for a session. The
// person chooses one of Options before anything is sent.
type NoStore struct {
	Options []Store
	Err     error
}

func (e *NoStore) Error() string { return fmt.Sprintf("no place to keep a session: %v", e.Err) }
func (e *NoStore) Unwrap() error { return e.Err }

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
	// Length is a code of the wrong length.
	Length struct{ Got, Want int }
	// Wait is a code sent too early after the server asked for a pause.
	Wait struct{ Left time.Duration }
	// LiveSession is somebody signed in already.
	LiveSession struct{ LoginID string }
	// Input is an answer that cannot be used.
	Input int
)

// Why an answer cannot be used.
const (
	Empty    Input = iota // nothing was typed
	BadID                 // a login ID or a name has characters that nobody can see
	LongID                // or is longer than any address
	BadEmail              // no user@host
	BadPhone              // not in E.164
	UsedCode              // this very code was refused already: the next one has a chance
	Stranger              // the server signed somebody else in
)

func (Doubt) Error() string      { return "the code is not one that the key makes now" }
func (e Rejected) Error() string { return e.Err.Error() }
func (e Rejected) Unwrap() error { return e.Err }
func (e Length) Error() string   { return fmt.Sprintf("a code of %d digits, want %d", e.Got, e.Want) }
func (e Wait) Error() string     { return fmt.Sprintf("wait %s", e.Left.Round(time.Second)) }
func (LiveSession) Error() string {
	return "another session is live"
}

var inputWords = map[Input]string{
	Empty: "nothing was typed", BadID: "characters that cannot be seen", LongID: "longer than any address",
	BadEmail: "not an email address", BadPhone: "not an E.164 phone number", UsedCode: "code was refused already",
	Stranger: "somebody else was signed in",
}

func (e Input) Error() string { return inputWords[e] }
