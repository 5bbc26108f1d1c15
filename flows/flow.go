package flows

import (
	"time"

	"postern/client"
)

// Flow is a guided task at some point of its way. It is a value: a copy is a
// snapshot. The zero Flow is not usable; begin with Enroll or SignIn.
type Flow struct {
	at   state
	turn int // counts every move, and names the open task
}

// state is one situation with exactly the data that exists in it.
type state interface {
	on(Event) state // the next state, or nil when the event means nothing here
	screen() Screen
	want() Request // the outside work this state waits for, nil for none
}

// Plan is what is known before a task begins.
type Plan struct {
	LoginID string         // empty: it is asked
	User    client.NewUser // what is empty is asked when Details is set
	Details bool           // at sign-up, ask for name, email and phone
	Force   bool           // a live session needs no confirmation to be replaced
}

// Enroll signs a new person up with an authenticator app.
func Enroll(p Plan) Flow {
	return Flow{at: preparing{job{plan: p, user: p.User, signUp: true}}, turn: 1}
}

// SignIn signs a known person in with a code of their authenticator app.
func SignIn(p Plan) Flow { return Flow{at: preparing{job{plan: p, user: p.User}}, turn: 1} }

// job is the errand itself, handed from state to state.
type job struct {
	plan    Plan
	signUp  bool
	loginID string
	user    client.NewUser
	past    past // of the code fields for this login ID
}

// Event is what may happen to a flow: a person's verb, or Done.
type Event interface{ event() }

type (
	// Submit is a typed answer. At is the local time of the Enter key.
	Submit struct {
		Text string
		At   time.Time
	}
	// Pick chooses one of the screen's Choices, from 0.
	Pick struct{ Index int }
	// Back goes to the question before, or to the login ID.
	Back struct{}
	// Cancel ends the task.
	Cancel struct{}
	// Done is the answer to the task with this ID. At is the local time.
	Done struct {
		Task   int
		Result Result
		At     time.Time
	}
)

func (Submit) event() {}
func (Pick) event()   {}
func (Back) event()   {}
func (Cancel) event() {}
func (Done) event()   {}

// Task is outside work. At most one is open; a Done with another ID is dropped.
type Task struct {
	ID   int
	Want Request
}

// Request says what outside work is wanted.
type Request interface{ request() }

type (
	// Prepare finds out if a session could be stored, and who is signed in.
	Prepare struct{}
	// UseStore changes to another store, then prepares again.
	UseStore struct{ Store Store }
	// SignUp asks for a TOTP key for somebody new.
	SignUp struct {
		LoginID string
		User    client.NewUser
	}
	// VerifyApp sends a code of the authenticator app.
	VerifyApp struct {
		LoginID string
		Code    client.Secret
	}
	// Keep stores the session.
	Keep struct{ Session *client.Session }
	// Revoke ends, at the server, a session that is not wanted.
	Revoke struct{ Session *client.Session }
)

func (Prepare) request()   {}
func (UseStore) request()  {}
func (SignUp) request()    {}
func (VerifyApp) request() {}
func (Keep) request()      {}
func (Revoke) request()    {}

// Result is what outside work came to.
type Result interface{ result() }

type (
	// Prepared says that a store is ready, and which login ID is signed in now.
	Prepared struct{ Live string }
	// Enrolled brings the key.
	Enrolled struct{ Enrollment *client.Enrollment }
	// SignedIn brings a verified session.
	SignedIn struct{ Session *client.Session }
	// Kept says that the session is stored, and what became of the one before.
	Kept struct{ Old error }
	// Revoked says that the unwanted session is over.
	Revoked struct{}
	// Failed is the answer of any task that came to nothing.
	Failed struct{ Err error }
)

func (Prepared) result() {}
func (Enrolled) result() {}
func (SignedIn) result() {}
func (Kept) result()     {}
func (Revoked) result()  {}
func (Failed) result()   {}

// Next is the only way to move. An event that means nothing here changes nothing.
func (f Flow) Next(e Event) Flow {
	if d, ok := e.(Done); ok {
		if t, open := f.Task(); !open || d.Task != t.ID {
			return f
		}
		d.Result = honest(d.Result)
		e = d
	}
	next := f.at.on(e)
	if next == nil {
		return f
	}
	return Flow{next, f.turn + 1}
}

// honest turns a result that does not hold what it says into a failure: no
// error is not yet a success.
func honest(r Result) Result {
	switch is := r.(type) {
	case Enrolled:
		if is.Enrollment == nil {
			return Failed{ErrInternal}
		}
	case SignedIn:
		if is.Session == nil {
			return Failed{ErrInternal}
		}
	case Failed:
		if is.Err == nil {
			return Failed{ErrInternal}
		}
	}
	return r
}

// Screen is what to show and what to accept now.
func (f Flow) Screen() Screen { return f.at.screen() }

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

// End says how a flow ended.
type End int

const (
	Broken   End = iota // it failed: Outcome.Err says why
	Stopped             // the person ended it
	Entered             // signed in, and stored
	Standing            // signed in already: nothing was done
)

// Outcome is how a flow ended. The zero Outcome is a failure.
type Outcome struct {
	End     End
	Err     error           // why it broke, or what made the person stop; may be nil
	Session *client.Session // when Entered
	LoginID string          // who it was about, as far as that was known
	// Old says why a session that is not wanted lives on at the server: when
	// Entered the one that was replaced, else the new one, which was not kept.
	Old error
}

// over is the last state.
type over struct{ Outcome }

func (over) on(Event) state { return nil }
func (over) screen() Screen { return Screen{Step: StepOver} }
func (over) want() Request  { return nil }

// stop ends the task because the person wants that.
func (j job) stop(err error) state {
	return over{Outcome{End: Stopped, Err: err, LoginID: j.loginID}}
}
