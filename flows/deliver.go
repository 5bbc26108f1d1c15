package flows

import (
	"errors"
	"time"

	"postern/client"
)

// Sent shows where a code went.
type Sent struct {
	Method   client.Method
	To       client.Text // masked by the server; empty when it does not say
	ResendAt time.Time   // local time before which no other is sent
	Tries    int         // how many are left, at least 1; 0 when that is not known
}

// deliver has a code sent, unless one is there already: leaving and coming
// back is no way to send another.
func (j job) deliver() state {
	switch {
	case j.letter.on(j):
		return j.field(nil)
	case j.typedNumber() != "":
		return confirming{j}
	}
	return sending{j}
}

// typedNumber is the phone number that a message would go to because somebody
// typed it here, and nobody has proven it.
func (j job) typedNumber() string {
	switch {
	case j.method.Channel() == client.Email || !j.first():
		return ""
	case j.errand == ForSignUp:
		return j.user.Phone
	case j.plan.OrSignUp && checkPhone(j.loginID) == nil:
		return j.loginID
	}
	return ""
}

// field is where the letter's code or link is typed, or its link waited for.
func (j job) field(notice error) state {
	switch n := newEntry(j, notice); {
	case j.letter.method == client.Link:
		return waiting{job: j, notice: notice, after: pollEvery}
	case isMagic(j.letter.method):
		return pasting{n}
	default:
		return delivered{n}
	}
}

// confirming shows a number before a message is sent there.
type confirming struct{ job }

func (confirming) want() Request { return nil }

func (s confirming) screen() Screen {
	return Screen{
		Step: StepConfirmSend, Errand: s.errand, LoginID: s.loginID,
		Show:    Recipient{s.method, client.Clean(s.typedNumber())},
		Choices: []Choice{Send, OtherMethod, OtherLoginID}, Can: Can{Back: true, Cancel: true},
	}
}

func (s confirming) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(nil)
	case Back:
		if s.errand == ForSignUp {
			return s.job.before(len(details))
		}
		return naming{job: s.job}
	case Pick:
		switch e.Index {
		case 0:
			return sending(s)
		case 1:
			return choosing{job: s.job}
		case 2:
			return naming{job: s.job}
		}
	}
	return nil
}

// sending has a code or a link delivered.
type sending struct{ job }

func (s sending) want() Request {
	send := client.Send{Method: s.method, Purpose: s.purpose(), LoginID: s.loginID, Options: s.options(), On: s.base.session}
	if send.Purpose == client.ToSignUp {
		send.User = s.user
	}
	return SendCode{send}
}

func (j job) purpose() client.Purpose {
	switch {
	case j.errand == ForSignUp:
		return client.ToSignUp
	case j.first() && j.plan.OrSignUp:
		return client.ToSignUpOrIn
	}
	return client.ToSignIn
}

func (s sending) screen() Screen {
	return Screen{
		Step: StepSend, Errand: s.errand, LoginID: s.loginID, Show: Recipient{Method: s.method}, Can: Can{Cancel: true},
	}
}

func (s sending) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(cutOff("send"))
	case Done:
		switch r := e.Result.(type) {
		case Delivered:
			if s.method == client.Link && r.Sent.Ref.Empty() {
				return s.failed(ErrInternal, e.At) // nothing to wait for
			}
			s.job = s.posted(letter{method: s.method, errand: s.errand, loginID: s.loginID, sent: r.Sent, resendAt: r.ResendAt, until: e.At.Add(linkWait)})
			s.past = s.past.without(client.Delivered...)
			return s.job.field(nil)
		case Failed:
			return s.failed(r.Err, e.At)
		}
	}
	return nil
}

func (s sending) failed(err error, at time.Time) state {
	switch {
	case !s.first() && isOver(err):
		return s.job.gone(err)
	case s.letter.on(s.job):
		if pause := pauseOf(err); pause > 0 {
			s.letter.resendAt = at.Add(pause)
		}
		return s.job.field(err) // the code before may be good still
	}
	if j, ok := s.recalled(err, at); ok {
		return j.field(nil)
	}
	switch {
	case errors.Is(err, client.UserExists) && s.errand == ForSignUp:
		return existing{s.job, err}
	case errors.Is(err, client.UserUnknown) && s.errand == ForSignIn:
		return unknown{s.job, err}
	}
	return s.job.stuckAt(s, err)
}

// pauseOf is how long an error says to wait.
func pauseOf(err error) time.Duration {
	var w Wait
	if errors.As(err, &w) {
		return w.Left
	}
	return retryAfter(err)
}

// delivered takes a code that was sent.
type delivered struct{ entry }

func (s delivered) want() Request { return s.job.verify(s.method, s.try) }

func (s delivered) screen() Screen {
	sc := Screen{
		Step: StepDelivered, Errand: s.errand, LoginID: s.loginID, Show: s.sent(), Notice: s.try.notice,
		Can: Can{Back: true, Cancel: true},
	}
	if s.asking() {
		sc.Ask = &askDelivered
		sc.Can.Resend, sc.Can.Method = s.sendable(), true
	}
	return sc
}

func (s delivered) sent() Sent {
	l := Sent{s.method, s.letter.sent.To, s.left().nextLetter(), s.letter.sent.Tries}
	if l.Tries > 0 {
		l.Tries = max(l.Tries-s.try.spent(client.Delivered...), 1)
	}
	return l
}

func (s delivered) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(s.try.lost(s.method))
	case Back:
		return s.leave()
	case Another:
		if s.asking() {
			return choosing{job: s.left()}
		}
	case Resend:
		if !s.asking() || !s.sendable() {
			return nil
		}
		if next := s.resend(e.At); next != nil {
			return next
		}
		return s
	case Submit:
		if s.asking() {
			s.try = s.try.take(e, s.method, askDelivered, nil)
			return s
		}
	case Done:
		if s.try.held {
			if !s.try.paused(e) {
				return nil
			}
			return s
		}
		return s.answered(e)
	}
	return nil
}

func (s delivered) answered(d Done) state {
	next, err := s.entry.answered(s.method, d)
	if err == nil {
		return next
	}
	return s
}
