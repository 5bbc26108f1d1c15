package flows

import "postern/client"

// renew goes on to the new key, with a warning where an old one gives way.
func (j job) renew() state {
	j.errand = ForNewKey
	if j.base.replaces() {
		return warning{j}
	}
	return renewing{j}
}

// warning comes before the key that the app may put in the old one's place.
type warning struct{ job }

func (warning) want() Request { return nil }

func (s warning) screen() Screen { return s.job.consent(StepReplaceWarning) }

func (s warning) on(e Event) state { return s.job.consented(e, renewing(s)) }

// consent asks, before something that cannot be undone, whether to go on.
func (j job) consent(step Step) Screen {
	return Screen{
		Step: step, Errand: j.errand, LoginID: j.loginID, Choices: []Choice{GoOn, Stop}, Can: Can{Cancel: true},
	}
}

func (j job) consented(e Event, next state) state {
	switch e := e.(type) {
	case Cancel:
		return j.stop(nil)
	case Pick:
		switch e.Index {
		case 0:
			return next
		case 1:
			return j.stop(nil)
		}
	}
	return nil
}

// renewing asks for the new key.
type renewing struct{ job }

func (s renewing) want() Request { return NewKey{s.base.session} }

func (s renewing) screen() Screen {
	return Screen{Step: StepNewKey, Errand: s.errand, LoginID: s.loginID, Can: Can{Cancel: true}}
}

func (s renewing) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(cutOff("new key"))
	case Done:
		switch r := e.Result.(type) {
		case Enrolled:
			return scan{s.job, r.Enrollment, try{past: s.past.without(client.TOTP)}}
		case Failed:
			if isOver(r.Err) {
				return s.job.gone(r.Err)
			}
			return stuck{s.job, r.Err, s, s.errand == ForFactor}
		}
	}
	return nil
}
