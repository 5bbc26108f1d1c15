package flows

import (
	"context"

	"postern/client"
)

// RecoveryAuthority is the part of an Authority that makes recovery codes.
type RecoveryAuthority interface {
	RecoveryCodes(ctx context.Context, on *client.Session) ([]client.Secret, error)
}

// MakeCodes asks for new recovery codes. Those made before are void then.
type MakeCodes struct{ On *client.Session }

func (MakeCodes) request() {}

// CodesMade brings them. There are none in it when they were handed over, and
// Err says why they could not be.
type CodesMade struct {
	Codes []client.Secret
	Err   error
}

func (CodesMade) result() {}

// Codes shows recovery codes, which nobody can see again.
type Codes struct{ Codes []client.Secret }

func (Codes) show() {}

// makeCodes makes codes and hands them over, where there is somebody to take
// them.
func (r Runner) makeCodes(ctx context.Context, on *client.Session) Result {
	codes, err := r.Auth.RecoveryCodes(ctx, on)
	switch {
	case err != nil:
		return Failed{err}
	case r.Codes == nil:
		return CodesMade{Codes: codes}
	}
	if err := r.Codes(codes); err != nil {
		return CodesMade{codes, err}
	}
	return CodesMade{}
}

// recover goes on to the new codes, with a question first: nobody knows if
// there are others.
func (j job) recover() state {
	if j.plan.Force {
		return making{j}
	}
	return voiding{j}
}

// voiding asks before earlier codes become void.
type voiding struct{ job }

func (voiding) want() Request { return nil }

func (s voiding) screen() Screen { return s.job.consent(StepVoidCodes) }

func (s voiding) on(e Event) state { return s.job.consented(e, making(s)) }

// making asks for the codes. It cannot be cancelled: the codes of before may be
// void already, and the new ones are in the answer alone.
type making struct{ job }

func (s making) want() Request { return MakeCodes{s.base.session} }

func (s making) screen() Screen {
	return Screen{Step: StepMakeCodes, Errand: s.errand, LoginID: s.loginID}
}

func (s making) on(e Event) state {
	d, ok := e.(Done)
	if !ok {
		return nil
	}
	switch r := d.Result.(type) {
	case CodesMade:
		if len(r.Codes) == 0 {
			return over{Outcome{End: Made, LoginID: s.loginID}}
		}
		return noting{s.job, r.Codes, r.Err}
	case Failed:
		switch {
		case isOver(r.Err):
			return s.job.gone(r.Err)
		case isClosed(r.Err):
			return stuck{job: s.job, err: r.Err}
		}
		return stuck{job: s.job, err: r.Err, again: s}
	}
	return nil
}

// noting shows the codes until they are written down. They live here and
// nowhere else.
type noting struct {
	job
	codes  []client.Secret
	notice error
}

func (noting) want() Request { return nil }

func (s noting) screen() Screen {
	return Screen{
		Step: StepCodes, Errand: s.errand, LoginID: s.loginID, Show: Codes{s.codes}, Choices: []Choice{Noted}, Notice: s.notice,
		Can: Can{Cancel: true},
	}
}

func (s noting) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
	case Pick:
		if e.Index != 0 {
			return nil
		}
	default:
		return nil
	}
	return over{Outcome{End: Made, LoginID: s.loginID, Err: s.notice}}
}
