package flows

import (
	"time"

	"postern/client"
)

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
	// Resend asks for another message. At is the local time of the key.
	Resend struct{ At time.Time }
	// Another asks for another method.
	Another struct{}
	// Lost says that there is no authenticator to take a code from.
	Lost struct{}
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

func (Submit) event()  {}
func (Pick) event()    {}
func (Resend) event()  {}
func (Another) event() {}
func (Lost) event()    {}
func (Back) event()    {}
func (Cancel) event()  {}
func (Done) event()    {}

// Task is outside work. At most one is open; a Done with another ID is dropped.
type Task struct {
	ID   int
	Want Request
}

// Patient reports whether a person may have a say while the task goes on, so
// that a driver listens meanwhile.
func (t Task) Patient() bool {
	_, poll := t.Want.(Poll)
	return poll
}

// Request says what outside work is wanted.
type Request interface{ request() }

type (
	// Prepare finds out if a session could be stored, and who is signed in.
	Prepare struct{}
	// UseStore changes to another store, then prepares again.
	UseStore struct{ Store Store }
	// Unlock opens the store that a passphrase was needed for.
	Unlock struct{ Passphrase client.Secret }
	// Overlook prepares as if a damaged session were none.
	Overlook struct{}
	// Current brings the live session, and what the server says of its person.
	Current struct{}
	// SignUp asks for a TOTP key for somebody new.
	SignUp struct {
		LoginID string
		User    client.NewUser
	}
	// NewKey asks for a TOTP key for the person of a session.
	NewKey struct{ On *client.Session }
	// SendCode has a code or a link delivered.
	SendCode struct{ client.Send }
	// VerifyCode sends a code back, of either kind, or a magic link's token.
	VerifyCode struct{ client.Verify }
	// Pause lets time pass, after wrong codes, until this local time. It is a
	// task of its own, so that who leaves it knows that nothing was sent.
	Pause struct{ Until time.Time }
	// Poll asks once, after a while, whether a link was opened.
	Poll struct {
		client.Verify
		After time.Duration
		Until time.Time // local time when the waiting ends, and a poll that is at work then
	}
	// Keep stores the session: with StepUp, apart from the ordinary one.
	Keep struct {
		Session *client.Session
		StepUp  bool
		Gained  bool // it has a second factor that the ordinary one lacks
	}
	// Revoke ends, at the server, a session that is not wanted.
	Revoke struct{ Session *client.Session }
	// Survey looks who is signed in.
	Survey struct{}
	// SignOut ends the session that is there.
	SignOut struct{}
)

func (Prepare) request()    {}
func (UseStore) request()   {}
func (Unlock) request()     {}
func (Overlook) request()   {}
func (Current) request()    {}
func (SignUp) request()     {}
func (NewKey) request()     {}
func (SendCode) request()   {}
func (VerifyCode) request() {}
func (Pause) request()      {}
func (Poll) request()       {}
func (Keep) request()       {}
func (Revoke) request()     {}
func (Survey) request()     {}
func (SignOut) request()    {}

// Result is what outside work came to.
type Result interface{ result() }

type (
	// Prepared says that a store is ready, and which login ID is signed in now.
	Prepared struct{ Live string }
	// Unlocked says that the store is open.
	Unlocked struct{}
	// Present brings the live session and its person, who may be nil.
	Present struct {
		Session *client.Session
		User    *client.User
	}
	// Enrolled brings the key.
	Enrolled struct{ Enrollment *client.Enrollment }
	// Delivered says that a code or a link is on its way, and when the next may
	// follow.
	Delivered struct {
		Sent     client.Sent
		ResendAt time.Time // local time, zero for at once
	}
	// SignedIn brings a verified session.
	SignedIn struct{ Session *client.Session }
	// Paused says that the time went by.
	Paused struct{}
	// Kept says that the session is stored, and what became of the one before.
	Kept struct{ Old error }
	// Revoked says that the unwanted session is over.
	Revoked struct{}
	// SignedOut says that nothing is left here, and why the session lives on at
	// the server, nil when it does not.
	SignedOut struct{ Alive error }
	// Failed is the answer of any task that came to nothing.
	Failed struct{ Err error }
)

func (Prepared) result()  {}
func (Unlocked) result()  {}
func (Present) result()   {}
func (Enrolled) result()  {}
func (Delivered) result() {}
func (SignedIn) result()  {}
func (Paused) result()    {}
func (Kept) result()      {}
func (Revoked) result()   {}
func (SignedOut) result() {}
func (Failed) result()    {}
