package flows

import (
	"errors"
	"time"

	"postern/client"
)

// ResetPassword has a mail sent that lets the person in without the password.
type ResetPassword struct{ LoginID string }

func (ResetPassword) request() {}

// ResetSent says that it is on its way, and how it is answered: Link or
// MagicLink.
type ResetSent struct {
	Method   client.Method
	Sent     client.Sent
	ResendAt time.Time // local time, zero for at once
}

func (ResetSent) result() {}

// reset goes on with the mail, unless one is there already. It is answered as
// any link is; what comes of that is other, see entered.
func (j job) reset() state {
	if j.letter.reset && j.letter.errand == j.errand {
		j.method = j.letter.method
		return j.field(nil)
	}
	return resetting{j}
}

// resetting has the mail sent.
type resetting struct{ job }

func (s resetting) want() Request { return ResetPassword{s.loginID} }

func (s resetting) screen() Screen {
	return Screen{Step: StepReset, Errand: s.errand, LoginID: s.loginID, Can: Can{Cancel: true}}
}

func (s resetting) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(cutOff("password reset"))
	case Done:
		switch r := e.Result.(type) {
		case ResetSent:
			s.job = s.posted(letter{
				method: r.Method, errand: s.errand, loginID: s.loginID, sent: r.Sent, resendAt: r.ResendAt,
				until: e.At.Add(linkWait), reset: true,
			})
			s.past = s.past.without(client.MagicLink, client.Link)
			return s.job.reset()
		case Failed:
			return s.failed(r.Err, e.At)
		}
	}
	return nil
}

func (s resetting) failed(err error, at time.Time) state {
	if s.letter.reset {
		s.method = s.letter.method
		return s.job.field(err) // the mail before may be good still
	}
	if j, ok := s.recalled(err, at); ok {
		return j.field(nil)
	}
	switch {
	case errors.Is(err, client.UserUnknown):
		return unknown{s.job, err}
	}
	return s.job.stuckAt(s, err)
}

// send has another message sent, of the kind that is answered here.
func (j job) send() state {
	if j.plan.Reset {
		return resetting{j}
	}
	return sending{j}
}

// let goes on with the session of a reset mail, to the new password.
func (j job) let(in *client.Session) state {
	if !in.IsWhoWasMeant() { // whose password would be set?
		return revoking{session: in, outcome: Outcome{Err: Stranger, LoginID: j.loginID}}
	}
	j.plan.Reset, j.method = false, client.Password
	return fresh{job: j, on: in}.begin()
}
