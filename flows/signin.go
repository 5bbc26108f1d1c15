package flows

import (
	"errors"

	"postern/client"
)

// totpDigits is the length of Descope's TOTP codes (Descope API:
// /v1/auth/totp/signup, RFC 6238 defaults).
const totpDigits = 6

// entering takes the code of somebody who has an authenticator.
type entering struct {
	job
	try try
}

func (s entering) want() Request { return s.try.request(s.loginID) }

func (s entering) screen() Screen {
	sc := Screen{Step: StepCode, LoginID: s.loginID, Notice: s.try.notice, Can: Can{Back: true, Cancel: true}}
	if s.try.sending.Empty() {
		sc.Ask = &Ask{Digits: totpDigits}
	}
	return sc
}

func (s entering) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(s.try.lost())
	case Back:
		s.job.past = s.try.past
		return naming{job: s.job}
	case Submit:
		if !s.try.sending.Empty() {
			return nil
		}
		s.try = s.try.take(e.Text, e.At, totpDigits, nil)
		return s
	case Done:
		switch r := e.Result.(type) {
		case SignedIn:
			return s.job.entered(r.Session)
		case Failed:
			if errors.Is(r.Err, client.UserUnknown) {
				return unknown{s.job, r.Err}
			}
			s.try = s.try.failed(r.Err, e.At, nil)
			return s
		}
	}
	return nil
}

// unknown is the door after a sign-in of somebody who has no account.
type unknown struct {
	job
	err error
}

func (unknown) want() Request { return nil }

func (s unknown) screen() Screen {
	return Screen{
		Step: StepUnknown, LoginID: s.loginID, Choices: []Choice{SignUpInstead, OtherLoginID, Stop},
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
			s.job.signUp, s.job.plan.Details = true, true
			return naming{job: s.job}.named(s.loginID)
		case 1:
			return naming{job: s.job}
		case 2:
			return s.job.stop(s.err)
		}
	}
	return nil
}
