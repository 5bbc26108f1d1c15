package flows

import (
	"errors"

	"postern/client"
)

// signingUp asks for the key.
type signingUp struct{ job }

func (s signingUp) want() Request { return SignUp{s.loginID, s.user} }

func (s signingUp) screen() Screen {
	return Screen{Step: StepSignUp, Errand: s.errand, LoginID: s.loginID, Can: Can{Cancel: true}}
}

func (s signingUp) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(cutOff("sign-up"))
	case Done:
		switch r := e.Result.(type) {
		case Enrolled:
			return scan{s.job, r.Enrollment, try{past: s.past.without(client.TOTP)}}
		case Failed:
			if errors.Is(r.Err, client.UserExists) {
				return existing{s.job, r.Err}
			}
			return s.job.stuckAt(s, r.Err)
		}
	}
	return nil
}

// scan shows the key and takes the first code. The key lives here and nowhere
// else; leaving the state forgets it.
type scan struct {
	job
	key *client.Enrollment
	try try
}

func (s scan) want() Request { return s.job.verify(client.TOTP, s.try) }

func (s scan) screen() Screen {
	sc := Screen{
		Step: StepScan, Errand: s.errand, LoginID: s.loginID, Show: Scan{s.key}, Notice: s.try.notice,
		Can: Can{Back: s.before() != nil, Cancel: true},
	}
	if s.try.sending.Empty() {
		ask := s.ask()
		sc.Ask, sc.Can.Method = &ask, s.errand != ForNewKey
	}
	return sc
}

func (s scan) ask() Ask { return Ask{Digits: s.key.Digits, Min: s.key.Digits, Max: s.key.Digits} }

// before is what Back leads to: the key is forgotten, and another is asked for
// the next time.
func (s scan) before() state {
	switch s.job = s.left(); {
	case s.errand == ForSignUp:
		return naming{job: s.job}
	case s.errand == ForFactor:
		return choosing{job: s.job}
	case s.base.replaces():
		return warning{s.job}
	}
	return nil
}

// left is the job with what the field has learned.
func (s scan) left() job {
	s.job.past = s.try.past.without(client.TOTP)
	return s.job
}

func (s scan) on(e Event) state {
	asking := s.try.sending.Empty()
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(s.try.lost(client.TOTP))
	case Back:
		if asking || s.try.held {
			return s.before()
		}
		return noticing(s.before(), s.try.lost(client.TOTP))
	case Another:
		if asking && s.errand != ForNewKey {
			return choosing{job: s.left()}
		}
	case Submit:
		if asking {
			s.try = s.try.take(e, client.TOTP, s.ask(), s.key.Check)
			return s
		}
	case Done:
		if s.try.held {
			if !s.try.paused(e) {
				return nil
			}
			return s
		}
		switch r := e.Result.(type) {
		case SignedIn:
			return s.job.entered(r.Session)
		case Failed:
			if !s.first() && isOver(r.Err) {
				return s.job.gone(r.Err)
			}
			s.try = s.try.failed(client.TOTP, r.Err, e.At, s.key.Check)
			s.try.notice = s.try.late(s.try.notice, s.key.ClockOffset, s.key.Period)
			return s
		}
	}
	return nil
}

// existing is the door after a sign-up of somebody who has an account.
type existing struct {
	job
	err error
}

func (existing) want() Request { return nil }

// choices begin with the way in that the account is likely to have.
func (s existing) choices() []Choice {
	switch s.method {
	case client.TOTP:
		return []Choice{SignInInstead, ByCode, OtherLoginID, Stop}
	case client.Password:
		return []Choice{PasswordInstead, OtherMethod, OtherLoginID, Stop}
	}
	return []Choice{SendInstead, OtherMethod, OtherLoginID, Stop}
}

func (s existing) screen() Screen {
	return Screen{
		Step: StepExisting, Errand: s.errand, LoginID: s.loginID, Choices: s.choices(), Notice: s.err,
		Can: Can{Back: true, Cancel: true},
	}
}

func (s existing) on(e Event) state {
	signIn := s.job
	signIn.errand, signIn.letter = ForSignIn, letter{}
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(s.err)
	case Back:
		return naming{job: s.job}
	case Pick:
		switch e.Index {
		case 0:
			return signIn.ask()
		case 1:
			if s.method == client.TOTP {
				return choosing{job: signIn, shut: client.TOTP, why: NoAuthenticator}
			}
			return choosing{job: signIn}
		case 2:
			return naming{job: s.job}
		case 3:
			return s.job.stop(s.err)
		}
	}
	return nil
}
