package flows

import (
	"time"

	"postern/client"
)

// Flow is a guided task at some point of its way. It is a value: a copy is a
// snapshot. The zero Flow is not usable; begin with one of the tasks.
type Flow struct {
	at      state
	turn    int   // counts every move, and names the open task
	refused error // the last answer, which no state has seen
}

// state is one situation with exactly the data that exists in it.
type state interface {
	on(Event) state // the next state, or nil when the event means nothing here
	screen() Screen
	want() Request // the outside work this state waits for, nil for none
}

// AnyFactor stands for a method that the person is asked for.
const AnyFactor client.Method = "any"

// Plan is what is known before a task begins.
type Plan struct {
	LoginID    string              // empty: it is asked
	User       client.NewUser      // what is empty is asked when Details is set
	Details    bool                // at sign-up, ask for name, email and phone
	Force      bool                // a live session needs no confirmation to be replaced
	Method     client.Method       // the first factor, empty for TOTP; that of a step-up, empty to ask
	OrSignUp   bool                // a sign-in with a delivered code signs up who is not known
	MFA        client.Method       // the second factor, empty for none
	RequireMFA bool                // nothing is stored without a second factor
	Reset      bool                // the password is set anew on the way in, by a mail
	Options    client.LoginOptions // of every code; MFA and StepUp in it are not looked at
	Begun      *Begun              // a sign-up that was not finished, nil for none

	sent []letter // in this run, before the newest; never changed in place
}

// Pending is a code or a magic link that an earlier run sent.
type Pending struct {
	Method      client.Method
	LoginID     string
	MFA, StepUp bool // what it was sent for, on top of the live session
	Sent        client.Sent
	Purpose     client.Purpose // of that code, for the next one
	ResendAt    time.Time      // as in Delivered
}

// Enroll signs a new person up: with an authenticator app, or with the
// delivered code of Plan.Method.
func Enroll(p Plan) Flow { return start(preparing{newJob(p, ForSignUp)}) }

// SignIn signs a known person in.
func SignIn(p Plan) Flow { return start(preparing{newJob(p, ForSignIn)}) }

// SecondFactor adds Plan.MFA, or one that is asked for, to the live session.
func SecondFactor(p Plan) Flow {
	if p.MFA == "" {
		p.MFA = AnyFactor
	}
	return start(looking{newJob(p, ForFactor)})
}

// StepUp raises the live session for a while, with Plan.Method. With Plan.MFA
// that factor does it, and is added too.
func StepUp(p Plan) Flow { return start(looking{newJob(p, ForStepUp)}) }

// Replace gives the person of the live session a new authenticator, after a
// step-up with another factor where there is one to be replaced.
func Replace(p Plan) Flow { return start(looking{newJob(p, ForReplacing)}) }

// Reset signs a person in who has forgotten the password, and sets a new one.
func Reset(p Plan) Flow {
	p.Reset, p.Method = true, client.Password
	return start(preparing{newJob(p, ForSignIn)})
}

// ChangePassword sets a new password for the person of the live session, by
// the old one.
func ChangePassword(p Plan) Flow { return start(looking{newJob(p, ForPassword)}) }

// RecoveryCodes makes new recovery codes for the person of the live session.
func RecoveryCodes(p Plan) Flow { return start(looking{newJob(p, ForCodes)}) }

// Answer goes to the field of a code that was sent before. Of a sign-up,
// Plan.User says where another one would go.
func Answer(p Plan, sent Pending) Flow {
	p.LoginID, p.Method, p.OrSignUp = sent.LoginID, sent.Method, sent.Purpose == client.ToSignUpOrIn
	errand := ForSignIn
	switch {
	case sent.StepUp:
		errand = ForStepUp
	case sent.MFA:
		errand = ForFactor
	case sent.Purpose == client.ToSignUp:
		errand = ForSignUp
	}
	switch {
	case sent.MFA:
		p.MFA = sent.Method
	case sent.StepUp:
		p.MFA = ""
	}
	j := newJob(p, errand)
	j.loginID = sent.LoginID
	j.user = j.given()
	j.letter = letter{method: sent.Method, errand: errand, loginID: sent.LoginID, sent: sent.Sent, resendAt: sent.ResendAt}
	if sent.MFA || sent.StepUp {
		return start(looking{j})
	}
	return start(preparing{j})
}

func start(at state) Flow { return Flow{at: at, turn: 1} }

// Errand is what is being done. Some lead on to another one.
type Errand int

const (
	ForSignIn Errand = iota
	ForSignUp
	ForFactor    // a second factor
	ForStepUp    // a step-up
	ForReplacing // the step-up before an authenticator is replaced
	ForNewKey    // the new authenticator
	ForPassword  // a new password in the place of the old one
	ForCodes     // new recovery codes
)

// job is the errand with its data, handed from state to state.
type job struct {
	plan    Plan
	errand  Errand
	method  client.Method // of the factor that is asked for
	loginID string
	user    client.NewUser
	past    past   // of the code fields for this login ID
	letter  letter // the newest delivered code
	base    base   // what the code goes on top of
}

func newJob(p Plan, e Errand) job {
	j := job{plan: p, errand: e, method: p.Method, user: p.User}
	if j.method == "" {
		j.method = client.TOTP
	}
	return j
}

// first reports whether a first factor is asked for.
func (j job) first() bool { return j.errand == ForSignIn || j.errand == ForSignUp }

// Next is the only way to move. An event that means nothing here changes nothing.
func (f Flow) Next(e Event) Flow {
	if d, ok := e.(Done); ok {
		if t, open := f.Task(); !open || d.Task != t.ID {
			return f
		}
		d.Result = honest(d.Result)
		e = d
	}
	if long := f.tooLong(e); long != nil {
		return Flow{at: f.at, turn: f.turn + 1, refused: long}
	}
	next := f.at.on(e)
	if next == nil {
		return f
	}
	return Flow{at: next, turn: f.turn + 1}
}

// honest turns a result that does not hold what it says into a failure: no
// error is not yet a success.
func honest(r Result) Result {
	empty := false
	switch is := r.(type) {
	case Enrolled:
		empty = is.Enrollment == nil
	case SignedIn:
		empty = is.Session == nil
	case Present:
		empty = is.Session == nil
	case Failed:
		empty = is.Err == nil
	}
	if empty {
		return Failed{ErrInternal}
	}
	return r
}

// Screen is what to show and what to accept now.
func (f Flow) Screen() Screen {
	s := f.at.screen()
	if f.refused != nil {
		s.Notice = f.refused
	}
	if p, ok := f.at.want().(Pause); ok {
		s.Held = p.Until
	}
	return s
}

// Task is the outside work that the flow waits for, if any.
func (f Flow) Task() (Task, bool) {
	w := f.at.want()
	return Task{f.turn, w}, w != nil
}

// Outcome is set when the flow is over.
func (f Flow) Outcome() (Outcome, bool) {
	o, ok := f.at.(over)
	return o.Outcome, ok
}
