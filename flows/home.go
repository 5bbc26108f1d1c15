package flows

import (
	"slices"
	"time"

	"postern/client"
)

// Surveyed is what is known of who is signed in. What comes before Store is
// zero when nobody is.
type Surveyed struct {
	SignedIn     bool
	LoginID      string
	Name         client.Text
	Factors      []client.Text
	SessionUntil time.Time // local time: when the session token is to be renewed, zero when not known
	Until        time.Time // local time: when the session ends for good, zero when not known
	Store        string    // where the session is, or would be
	Damaged      bool      // something is stored that cannot be read any more
	Begun        *Begun    // a sign-up that was not finished, nil for none
}

func (Surveyed) result() {}

// Returned is the notice of a task that came back to home.
type Returned struct {
	From    Choice // what was picked
	End     End
	Err     error // as in Outcome, with Old and Missing
	Old     error
	LoginID string
	Missing Need
}

func (e Returned) Error() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	return endWords[e.End]
}
func (e Returned) Unwrap() error { return e.Err }

var endWords = map[End]string{
	Broken: "the task failed", Stopped: "the task was stopped", Entered: "signed in", Standing: "there was nothing to do",
}

// Departed is the notice of a sign-out. Alive says why the session lives on at
// the server, nil when it does not.
type Departed struct{ Alive error }

func (Departed) Error() string   { return "signed out" }
func (e Departed) Unwrap() error { return e.Alive }

// Overview shows who is signed in.
type Overview struct{ Surveyed }

func (Overview) show() {}

// Home shows who is signed in and what can be done. Each task comes back to it,
// until the person leaves.
func Home(p Plan) Flow { return start(surveying{hearth{plan: p}}) }

// hearth is what home keeps while a task is away.
type hearth struct {
	plan   Plan
	notice error // what came of the task before
}

// surveying looks who is signed in.
type surveying struct{ hearth }

func (surveying) want() Request { return Survey{} }

func (surveying) screen() Screen { return Screen{Step: StepSurvey, Can: Can{Cancel: true}} }

func (s surveying) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return over{Outcome{End: Stopped}}
	case Done:
		switch r := e.Result.(type) {
		case Surveyed:
			return home{s.hearth, r}
		case Failed:
			return unseen(r.Err, s)
		}
	}
	return nil
}

// unseen is where a look that came to nothing leads.
func unseen(err error, again state) state {
	if next := (job{}).locked(err, again); next != nil {
		return next
	}
	return stuck{err: err, again: again}
}

// home offers what can be done for the person who is signed in, or for nobody.
type home struct {
	hearth
	seen Surveyed
}

func (home) want() Request { return nil }

func (s home) choices() []Choice {
	if !s.seen.SignedIn {
		return []Choice{ToSignIn, ToSignUp, Leave}
	}
	rest := []Choice{ToStepUp, ToReplaceApp, ToSwitch, ToSignOut, Leave}
	if slices.Contains(s.seen.Factors, "mfa") {
		return rest
	}
	return append([]Choice{ToAddFactor}, rest...)
}

func (s home) screen() Screen {
	return Screen{
		Step: StepHome, LoginID: s.seen.LoginID, Show: Overview{s.seen}, Choices: s.choices(), Notice: s.notice,
		Can: Can{Cancel: true},
	}
}

func (s home) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return over{Outcome{End: Stopped}}
	case Pick:
		if e.Index >= 0 && e.Index < len(s.choices()) {
			return s.picked(s.choices()[e.Index])
		}
	}
	return nil
}

func (s home) picked(c Choice) state {
	switch {
	case c == Leave:
		return over{Outcome{End: Left}}
	case s.seen.SignedIn:
		return glancing{s, c}
	}
	return s.begun(c)
}

// begun does what was chosen.
func (s home) begun(c Choice) state {
	if c == ToSignOut {
		return signingOut{s.hearth}
	}
	return within{s.hearth, c, s.task(c).at}
}

// glancing looks once more, before anything is done with the session, if it
// still is that of the person who is shown: another window may have changed it.
type glancing struct {
	home
	pick Choice
}

func (glancing) want() Request { return Survey{} }

func (glancing) screen() Screen { return Screen{Step: StepSurvey, Can: Can{Cancel: true}} }

func (s glancing) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return over{Outcome{End: Stopped}}
	case Done:
		switch r := e.Result.(type) {
		case Surveyed:
			before := s.seen
			if s.seen = r; r.SignedIn && r.LoginID == before.LoginID {
				return s.home.begun(s.pick)
			}
			s.notice = Changed{before.LoginID}
			return s.home
		case Failed:
			return unseen(r.Err, s)
		}
	}
	return nil
}

// task is what a choice begins. A factor on top of the session is always asked
// for: what the plan prefers is a way in.
func (s home) task(c Choice) Flow {
	in, raise := s.plan, s.plan
	in.Begun = s.seen.Begun
	raise.Method, raise.MFA = "", ""
	switch c {
	case ToSignUp:
		in.Details = true
		return Enroll(in)
	case ToAddFactor:
		return SecondFactor(raise)
	case ToStepUp:
		return StepUp(raise)
	case ToReplaceApp:
		return Replace(raise)
	case ToSwitch:
		in.Force = true // to replace the live session is what was picked
	}
	return SignIn(in)
}

// within is a task that was begun at home, at some point of its way.
type within struct {
	hearth
	from  Choice
	inner state
}

func (s within) want() Request  { return s.inner.want() }
func (s within) screen() Screen { return s.inner.screen() }

func (s within) on(e Event) state {
	next := s.inner.on(e)
	if next == nil {
		return nil
	}
	if in, ok := next.(interface{ mail() []letter }); ok {
		s.plan.sent = in.mail()
	}
	if last, ended := next.(over); ended {
		return s.back(Returned{
			From: s.from, End: last.End, Err: last.Err, Old: last.Old, LoginID: last.LoginID, Missing: last.Missing,
		})
	}
	s.inner = next
	return s
}

// back goes home with news.
func (h hearth) back(news error) state {
	h.notice = news
	return surveying{h}
}

// signingOut ends the session. It cannot be cancelled: half of it would be a
// session that nobody knows of.
type signingOut struct{ hearth }

func (signingOut) want() Request { return SignOut{} }

func (signingOut) screen() Screen { return Screen{Step: StepSignOut} }

func (s signingOut) on(e Event) state {
	d, ok := e.(Done)
	if !ok {
		return nil
	}
	switch r := d.Result.(type) {
	case SignedOut:
		return s.back(Departed(r))
	case Failed:
		return s.back(Returned{From: ToSignOut, Err: r.Err})
	}
	return nil
}
