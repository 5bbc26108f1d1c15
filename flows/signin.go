package flows

import (
	"errors"
	"time"

	"postern/client"
)

// totpDigits is the length of Descope's TOTP codes (Descope API:
// /v1/auth/totp/signup, RFC 6238 defaults).
const totpDigits = 6

const totpPeriod = 30 * time.Second // RFC 6238 §5.2

// entering takes the code of somebody who has an authenticator.
type entering struct{ entry }

func (s entering) want() Request { return s.job.verify(client.TOTP, s.try) }

func (s entering) screen() Screen {
	sc := Screen{
		Step: StepCode, Errand: s.errand, LoginID: s.loginID, Notice: s.try.notice, Can: Can{Back: true, Cancel: true},
	}
	if s.asking() {
		sc.Ask = &askTOTP
		sc.Can.Method, sc.Can.Lost = true, true
	}
	return sc
}

func (s entering) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(s.try.lost(client.TOTP))
	case Back:
		return s.leave()
	case Another:
		if s.asking() {
			return choosing{job: s.left()}
		}
	case Lost:
		if s.asking() {
			return s.left().choose(client.TOTP, LostPhone, nil)
		}
	case Submit:
		if s.asking() {
			s.try = s.try.take(e, client.TOTP, askTOTP, nil)
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

const manyWrong = 2 // codes: one may be a slip, two in a row may be another account's

func (s entering) answered(d Done) state {
	next, err := s.entry.answered(client.TOTP, d)
	if err == nil {
		return next
	}
	s.try.notice = s.try.late(s.try.notice, 0, totpPeriod)
	if errors.Is(err, client.WrongCode) && s.try.spent(client.TOTP) >= manyWrong {
		s.try.notice = WrongTwice{err}
	}
	return s
}

// unknown is the door after a sign-in of somebody who has no account.
type unknown struct {
	job
	err error
}

func (unknown) want() Request { return nil }

func (s unknown) screen() Screen {
	return Screen{
		Step: StepUnknown, Errand: s.errand, LoginID: s.loginID, Choices: []Choice{SignUpInstead, OtherLoginID, Stop},
		Notice: s.err, Can: Can{Back: true, Cancel: true},
	}
}

func (s unknown) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(s.err)
	case Back:
		return naming{job: s.job}
	case Pick:
		switch e.Index {
		case 0:
			s.errand, s.letter, s.plan.Details, s.plan.Reset = ForSignUp, letter{}, true, false
			return naming{job: s.job}.named(s.loginID)
		case 1:
			return naming{job: s.job}
		case 2:
			return s.job.stop(s.err)
		}
	}
	return nil
}
