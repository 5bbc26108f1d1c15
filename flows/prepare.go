package flows

import (
	"errors"
	"strings"
)

// preparing finds out, before anything is asked or sent, if a session could
// be stored and whether one is there.
type preparing struct{ job }

func (preparing) want() Request { return Prepare{} }

func (preparing) screen() Screen { return Screen{Step: StepPrepare, Can: Can{Cancel: true}} }

func (s preparing) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(nil)
	case Done:
		return s.job.prepared(e.Result, s)
	}
	return nil
}

// prepared goes on from either way of finding a store; again is the state that
// would try once more.
func (j job) prepared(r Result, again state) state {
	switch r := r.(type) {
	case Prepared:
		return j.with(r.Live)
	case Failed:
		var none *NoStore
		if errors.As(r.Err, &none) {
			return choosingStore{j, none}
		}
		if next := j.locked(r.Err, again); next != nil {
			return next
		}
		var damaged *Damaged
		switch found := errors.As(r.Err, &damaged); {
		case found && j.plan.Force:
			return overlooking{j}
		case found:
			return mending{j, damaged}
		}
		return stuck{job: j, err: r.Err, again: again}
	}
	return nil
}

// with goes on beside a live session, which may be nobody's ("").
func (j job) with(live string) state {
	switch {
	case live == "" || j.plan.Force:
		return j.begin()
	case j.errand == ForSignUp || j.plan.Reset || j.plan.LoginID != "" && !strings.EqualFold(strings.TrimSpace(j.plan.LoginID), live):
		return replacing{j, live}
	case j.letter.on(j):
		return j.begin()
	case j.wantsMFA():
		j.errand = ForFactor
		return looking{j}
	}
	return over{Outcome{End: Standing, LoginID: live}}
}

// begin asks for the login ID, unless it is known. What the plan says of it,
// and of the live session, has done its work then.
func (j job) begin() state {
	id := j.plan.LoginID
	begun := j.plan.Begun
	j.plan.LoginID, j.plan.Method, j.plan.Force, j.plan.Begun = "", "", false, nil
	switch {
	case j.letter.on(j):
		return j.field(nil)
	case begun.concerns(j, id):
		return resuming{j, *begun}
	case id == "":
		return naming{job: j}
	}
	return naming{job: j}.named(id)
}

// choosingStore asks where to keep the session, on a machine without a keyring.
type choosingStore struct {
	job
	none *NoStore
}

func (choosingStore) want() Request { return nil }

func (s choosingStore) choices() []Choice {
	var cs []Choice
	for _, o := range s.none.Options {
		cs = append(cs, storeChoices[o])
	}
	return append(cs, Stop)
}

func (s choosingStore) screen() Screen {
	return Screen{Step: StepChooseStore, Choices: s.choices(), Notice: s.none, Can: Can{Cancel: true}}
}

func (s choosingStore) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(nil)
	case Pick:
		if e.Index >= 0 && e.Index < len(s.none.Options) {
			return switching{s.job, s.none.Options[e.Index]}
		}
		if e.Index == len(s.none.Options) {
			return s.job.stop(nil)
		}
	}
	return nil
}

// switching changes to the chosen store.
type switching struct {
	job
	store Store
}

func (s switching) want() Request { return UseStore{s.store} }

func (switching) screen() Screen { return Screen{Step: StepPrepare, Can: Can{Cancel: true}} }

func (s switching) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(nil)
	case Done:
		return s.job.prepared(e.Result, s)
	}
	return nil
}

// replacing asks before a live session gives way.
type replacing struct {
	job
	live string
}

func (replacing) want() Request { return nil }

func (s replacing) screen() Screen {
	return Screen{
		Step: StepReplace, LoginID: s.live, Choices: []Choice{KeepLive, ReplaceLive},
		Notice: LiveSession{s.live}, Can: Can{Cancel: true},
	}
}

func (s replacing) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(nil)
	case Pick:
		switch e.Index {
		case 0:
			return s.job.stop(nil)
		case 1:
			return s.job.begin()
		}
	}
	return nil
}

// stuck offers to try the same again after a failure that may pass.
type stuck struct {
	job
	err   error
	again state // nil where that is of no use
	other bool  // another method may do
}

// stuckAt is stuck where a method failed.
func (j job) stuckAt(again state, err error) state {
	if isClosed(err) {
		again = nil
	}
	return stuck{j, err, again, true}
}

func (stuck) want() Request { return nil }

func (s stuck) choices() []Choice {
	var cs []Choice
	if s.again != nil {
		cs = append(cs, TryAgain)
	}
	if s.other {
		cs = append(cs, OtherMethod)
	}
	return append(cs, Stop)
}

// named reports whether there is a login ID to go back to.
func (s stuck) named() bool { return s.loginID != "" && s.first() }

func (s stuck) screen() Screen {
	return Screen{
		Step: StepStuck, Errand: s.errand, LoginID: s.loginID, Choices: s.choices(), Notice: s.err,
		Can: Can{Cancel: true, Back: s.named()},
	}
}

func (s stuck) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.broke(s.err)
	case Back:
		if s.named() {
			return naming{job: s.job}
		}
	case Pick:
		if e.Index >= 0 && e.Index < len(s.choices()) {
			return s.picked(s.choices()[e.Index])
		}
	}
	return nil
}

func (s stuck) picked(c Choice) state {
	switch {
	case c == TryAgain:
		return s.again
	case c == Stop:
		return s.job.broke(s.err)
	case isClosed(s.err):
		return s.job.choose(s.method, ClosedByProject, nil)
	}
	return s.job.choose("", NoReason, nil)
}
