package flows

import (
	"time"

	"postern/client"
)

// Step names a screen. Package ui has the words for it.
type Step int

const (
	StepPrepare Step = iota
	StepChooseStore
	StepReplace
	StepLook
	StepLoginID
	StepName
	StepEmail
	StepPhone
	StepMethod
	StepConfirmSend
	StepSend
	StepDelivered
	StepMagic
	StepLink
	StepUnopened
	StepSignUp
	StepReplaceWarning
	StepNewKey
	StepScan
	StepCode
	StepExisting
	StepUnknown
	StepAskAdmin
	StepNoFactor
	StepStuck
	StepIdentity
	StepKeep
	StepUnkept
	StepRevoke
	StepSurvey
	StepHome
	StepSignOut
	StepPassword
	StepRecoveryCode
	StepDenied
	StepPolicy
	StepNewPassword
	StepRepeatPassword
	StepSetPassword
	StepReset
	StepOldPassword
	StepVoidCodes
	StepMakeCodes
	StepCodes
	StepPassphrase // of the store, as those below
	StepNewPassphrase
	StepRepeatPassphrase
	StepUnlock
	StepDamaged
	StepResume
	StepSample
	StepOver
)

// Screen is what to show and what to accept. No field can hold a token.
type Screen struct {
	Step    Step
	Errand  Errand    // what a code is for, where one is asked or sent
	LoginID string    // who this is about, as far as it is known
	Ask     *Ask      // the question that takes a Submit, nil for none
	Show    Show      // what is shown beside it, nil for nothing
	Choices []Choice  // what takes a Pick
	Notice  error     // what went wrong, or is in doubt
	Held    time.Time // local time until which the code is held back, after wrong ones
	Can     Can
}

// Ask describes a typed answer.
type Ask struct {
	Optional bool // an empty answer is one
	Hidden   bool // what is typed is not shown, and is taken as it is
	Digits   int  // a code of that many digits, which may send itself at its last one
	Min, Max int  // digits of a code that waits for Enter, or both Digits; 0 for any text
}

// Code reports whether a code is asked for.
func (a *Ask) Code() bool { return a != nil && a.Max > 0 }

var (
	askTOTP      = Ask{Digits: totpDigits, Min: totpDigits, Max: totpDigits}
	askDelivered = Ask{Min: 4, Max: 10} // no length is published for real users
)

// Can says which of the other verbs mean something now.
type Can struct {
	Back, Cancel bool
	Resend       bool // Resend, which may be too early
	Method       bool // Another
	Lost         bool // Lost
}

// Show is what a screen shows beside its question.
type Show interface{ show() }

type (
	// Scan shows a key on its way into an authenticator app.
	Scan struct{ *client.Enrollment }
	// Person shows whom the server signed in.
	Person struct{ *client.User }
	// Recipient shows where a message would go, before it is sent.
	Recipient struct {
		Method client.Method
		To     client.Text // as it was typed
	}
	// Ways shows what there is to choose from.
	Ways struct {
		Open   []Way // in the order of the Choices
		Closed []Way
	}
)

func (Scan) show()      {}
func (Person) show()    {}
func (Recipient) show() {}
func (Sent) show()      {}
func (Ways) show()      {}
func (Link) show()      {}

// Choice is one of several ways on.
type Choice int

const (
	TryAgain Choice = iota
	Stop
	InKernel // keep the session in a sealed file, until reboot
	ThisRun  // keep it only while this program runs
	KeepLive // stay with the session that is there
	ReplaceLive
	SignInInstead // with the account's authenticator
	SendInstead   // a code to sign in with
	PasswordInstead
	ByCode // a delivered code, because there is no authenticator
	SignUpInstead
	OtherLoginID
	OtherMethod
	ByTOTP
	ByEmail
	BySMS
	ByVoice
	ByWhatsApp
	ByLink
	ByMagicLink
	ByMagicSMS
	ByMagicWhatsApp
	ByPassword
	ByRecovery
	NoneOfThese
	Send      // the message, to the address that is shown
	SendAgain // the link, in a message of its own
	GoOn
	ResetByMail
	Noted // the codes are written down
	ThatIsMe
	NotMe
	ToSignIn // from home, as those below
	ToSignUp
	ToAddFactor
	ToStepUp
	ToReplaceApp // add or replace the authenticator
	ToSwitch     // sign in as somebody else
	ToSignOut
	Leave
	InKeyring    // the operating system's, as another place
	InPassphrase // keep the session in a sealed file, behind a passphrase
	InKeyFile    // behind a key file that somebody provides
	OverDamaged  // sign in, and let a damaged session give way
	HaveTheKey   // the sign-up that was begun has its key in an authenticator
	StartOver    // begin that sign-up again
)
