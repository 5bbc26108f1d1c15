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
		return stuck{j, r.Err, again}
	}
	return nil
}

// with goes on beside a live session, which may be nobody's ("").
func (j job) with(live string) state {
	switch {
	case live == "" || j.plan.Force:
		return j.begin()
	case !j.signUp && (j.plan.LoginID == "" || strings.EqualFold(strings.TrimSpace(j.plan.LoginID), live)):
		return over{Outcome{End: Standing, LoginID: live}}
	}
	return replacing{j, live}
}

// begin asks for the login ID, unless the plan has it.
func (j job) begin() state {
	if j.plan.LoginID == "" {
		return naming{job: j}
	}
	return naming{job: j}.named(j.plan.LoginID)
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
	again state
}

func (stuck) want() Request { return nil }

func (s stuck) screen() Screen {
	return Screen{
		Step: StepStuck, LoginID: s.loginID, Choices: []Choice{TryAgain, Stop}, Notice: s.err,
		Can: Can{Cancel: true, Back: s.loginID != ""},
	}
}

func (s stuck) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return over{Outcome{Err: s.err, LoginID: s.loginID}}
	case Back:
		if s.loginID != "" {
			return naming{job: s.job}
		}
	case Pick:
		switch e.Index {
		case 0:
			return s.again
		case 1:
			return over{Outcome{Err: s.err, LoginID: s.loginID}}
		}
	}
	return nil
}
