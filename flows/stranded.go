package flows

import "postern/client"

// stranded has no method left: only an administrator can help.
type stranded struct{ job }

func (stranded) want() Request { return nil }

func (s stranded) choices() []Choice {
	if !s.first() {
		return []Choice{Stop}
	}
	return []Choice{OtherMethod, OtherLoginID, Stop}
}

func (s stranded) screen() Screen {
	sc := Screen{
		Step: StepAskAdmin, Errand: s.errand, LoginID: s.loginID, Choices: s.choices(),
		Can: Can{Cancel: true, Back: s.first()},
	}
	if !s.first() {
		sc.Step, sc.Show, sc.Notice = StepNoFactor, Ways{Closed: s.ways("", NoReason).Closed}, s.err()
	}
	return sc
}

// err is what makes the task end here.
func (s stranded) err() error {
	if s.first() {
		return nil
	}
	return &client.Error{Op: "second factor or step-up", Kind: client.FactorNeeded}
}

func (s stranded) on(e Event) state {
	choice := Stop
	switch e := e.(type) {
	case Cancel:
	case Back:
		choice = OtherLoginID
	case Pick:
		if e.Index < 0 || e.Index >= len(s.choices()) {
			return nil
		}
		choice = s.choices()[e.Index]
	default:
		return nil
	}
	switch {
	case choice == Stop && !s.first():
		return s.job.broke(s.err())
	case choice == Stop:
		return s.job.stop(nil)
	case !s.first():
		return nil // no login ID to go back to
	case choice == OtherMethod:
		return choosing{job: s.job}
	}
	return naming{job: s.job}
}
