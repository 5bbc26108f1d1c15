package flows

import (
	"errors"

	"postern/client"
)

// signingUp asks for the key.
type signingUp struct{ job }

func (s signingUp) want() Request { return SignUp{s.loginID, s.user} }

func (s signingUp) screen() Screen {
	return Screen{Step: StepSignUp, LoginID: s.loginID, Can: Can{Cancel: true}}
}

func (s signingUp) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(nil)
	case Done:
		switch r := e.Result.(type) {
		case Enrolled:
			return scan{s.job, r.Enrollment, try{past: s.job.past.otherKey()}}
		case Failed:
			if errors.Is(r.Err, client.UserExists) {
				return existing{s.job, r.Err}
			}
			return stuck{s.job, r.Err, s}
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

func (s scan) want() Request { return s.try.request(s.loginID) }

func (s scan) screen() Screen {
	sc := Screen{
		Step: StepScan, LoginID: s.loginID, Show: Scan{s.key}, Notice: s.try.notice,
		Can: Can{Back: true, Cancel: true},
	}
	if s.try.sending.Empty() {
		sc.Ask = &Ask{Digits: s.key.Digits}
	}
	return sc
}

func (s scan) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(s.try.lost())
	case Back:
		s.job.past = s.try.past.otherKey()
		return naming{job: s.job}
	case Submit:
		if !s.try.sending.Empty() {
			return nil
		}
		s.try = s.try.take(e.Text, e.At, s.key.Digits, s.key.Check)
		return s
	case Done:
		switch r := e.Result.(type) {
		case SignedIn:
			return s.job.entered(r.Session)
		case Failed:
			s.try = s.try.failed(r.Err, e.At, s.key.Check)
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

func (s existing) screen() Screen {
	return Screen{
		Step: StepExisting, LoginID: s.loginID, Choices: []Choice{SignInInstead, OtherLoginID, Stop},
		Notice: s.err, Can: Can{Back: true, Cancel: true},
	}
}

func (s existing) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(s.err)
	case Back:
		return naming{job: s.job}
	case Pick:
		switch e.Index {
		case 0:
			s.job.signUp = false
			return naming{job: s.job}.named(s.loginID)
		case 1:
			return naming{job: s.job}
		case 2:
			return s.job.stop(s.err)
		}
	}
	return nil
}
