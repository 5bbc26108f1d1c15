package flows

import (
	"errors"
	"time"

	"postern/client"
)

// fresh is a new password on its way: of somebody new, in the place of an old
// one, or on the session that a reset mail gave. It is handed from state to
// state as a job is.
type fresh struct {
	job
	old    client.Secret   // that it replaces, empty for none
	on     *client.Session // of a reset, nil for none; it ends when the person gives up
	policy client.PasswordPolicy
}

func (n fresh) begin() state { return learning{n} }

// quit gives up, and ends a session that was for this alone.
func (n fresh) quit(err error) state {
	if n.on == nil {
		return n.job.stop(err)
	}
	return revoking{session: n.on, outcome: Outcome{End: Stopped, Err: err, LoginID: n.loginID}}
}

// broke is quit because it cannot go on.
func (n fresh) broke(err error) state {
	if n.on == nil {
		return n.job.broke(err)
	}
	return revoking{session: n.on, outcome: Outcome{Err: err, LoginID: n.loginID}}
}

// stuckAt is stuck where no other method could do in the place of a change.
func (n fresh) stuckAt(again state, err error) state {
	return stuck{n.job, err, again, n.first()}
}

// before is the question before the new password, nil for none.
func (n fresh) before() state {
	switch {
	case n.on != nil:
		return nil
	case n.errand == ForSignUp:
		return n.job.before(len(details))
	case n.errand == ForPassword:
		return recalling{job: n.job}
	}
	return n.job.ask()
}

// learning asks for the policy.
type learning struct{ fresh }

func (learning) want() Request { return LearnPolicy{} }

func (s learning) screen() Screen {
	return Screen{Step: StepPolicy, Errand: s.errand, LoginID: s.loginID, Can: Can{Cancel: true}}
}

func (s learning) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.quit(nil)
	case Done:
		switch r := e.Result.(type) {
		case Learned:
			s.policy = r.Policy
			return inventing{fresh: s.fresh}
		case Failed:
			if s.fresh.on == nil && !noPolicy(r.Err) {
				return s.stuckAt(s, r.Err)
			}
			return inventing{fresh: s.fresh} // the server will say what it wants
		}
	}
	return nil
}

// noPolicy reports whether there is none to be had from this project.
func noPolicy(err error) bool {
	var e *client.Error
	return isClosed(err) || errors.As(err, &e) && e.Status == 404
}

// inventing asks for the new password.
type inventing struct {
	fresh
	notice error
}

func (inventing) want() Request { return nil }

func (s inventing) screen() Screen {
	return Screen{
		Step: StepNewPassword, Errand: s.errand, LoginID: s.loginID, Ask: &askHidden, Show: Wanted{s.policy}, Notice: s.notice,
		Can: Can{Back: s.before() != nil, Cancel: true},
	}
}

func (s inventing) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		if errors.Is(s.notice, client.Unknown) { // it may have been set
			return s.quit(s.notice)
		}
		return s.quit(nil)
	case Back:
		return s.before()
	case Submit:
		password := client.Secret(e.Text)
		if s.notice = s.refuses(password, e.At); s.notice != nil {
			return s
		}
		return repeating{fresh: s.fresh, password: password}
	}
	return nil
}

// refuses says why a new password cannot be used, nil when it can.
func (s inventing) refuses(password client.Secret, at time.Time) error {
	lacks := s.policy.Lacks(password)
	switch {
	case password.Empty():
		return Empty
	case len(lacks) > 0:
		return Weak{s.policy, lacks}
	case password == s.old:
		return SameSecret
	case at.Before(s.past.until):
		return Wait{s.past.until.Sub(at)}
	}
	return nil
}

// repeating asks for the new password once more: nobody has seen it.
type repeating struct {
	fresh
	password client.Secret
	notice   error
}

func (repeating) want() Request { return nil }

func (s repeating) screen() Screen {
	return Screen{
		Step: StepRepeatPassword, Errand: s.errand, LoginID: s.loginID, Ask: &askHidden, Notice: s.notice,
		Can: Can{Back: true, Cancel: true},
	}
}

func (s repeating) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.quit(nil)
	case Back:
		return inventing{fresh: s.fresh}
	case Submit:
		switch {
		case e.Text == "":
			s.notice = Empty
			return s
		case e.Text != s.password.Reveal():
			return inventing{s.fresh, Differs}
		}
		return setting{s.fresh, s.password}
	}
	return nil
}

// setting has the new password set.
type setting struct {
	fresh
	password client.Secret
}

func (s setting) want() Request {
	switch {
	case s.fresh.on != nil:
		return SetPassword{s.fresh.on, s.password}
	case s.errand == ForSignUp:
		return SignUpPassword{s.loginID, s.password, s.user, s.plan.Options}
	}
	return ReplacePassword{s.loginID, s.old, s.password}
}

func (s setting) screen() Screen {
	return Screen{Step: StepSetPassword, Errand: s.errand, LoginID: s.loginID, Can: Can{Cancel: true}}
}

func (s setting) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.quit(cutOff("password"))
	case Done:
		switch r := e.Result.(type) {
		case SignedIn:
			if s.fresh.on == nil {
				return s.entered(r.Session)
			}
		case PasswordSet:
			if s.fresh.on != nil {
				return s.job.entered(s.fresh.on)
			}
		case Failed:
			return s.failed(r.Err, e.At)
		}
	}
	return nil
}

// entered goes on with the session that came with the new password. That of a
// change is a new one in the place of the live one.
func (s setting) entered(in *client.Session) state {
	switch {
	case s.first():
		return s.job.entered(in)
	case in.Claims().UserID != s.base.session.Claims().UserID:
		return revoking{session: in, outcome: Outcome{Err: Stranger, LoginID: s.loginID}}
	}
	return s.job.admitted(in)
}

func (s setting) failed(err error, at time.Time) state {
	kind := client.KindOf(err)
	switch {
	case s.fresh.on != nil && isOver(err):
		return over{Outcome{Err: err, LoginID: s.loginID}}
	case isClosed(err) && s.fresh.on != nil:
		return s.broke(err)
	case isClosed(err):
		return s.stuckAt(nil, err)
	case kind == client.UserExists && s.errand == ForSignUp:
		return existing{s.job, err}
	case kind == client.Denied && s.errand == ForPassword:
		return recalling{s.job, err}
	case kind == client.Denied && s.errand == ForSignIn && s.fresh.on == nil:
		return denied{s.job, err}
	case kind == client.RateLimited:
		s.past.until = at.Add(retryAfter(err))
	}
	return inventing{s.fresh, err}
}

// recalling asks for the password that is to be changed.
type recalling struct {
	job
	notice error
}

func (recalling) want() Request { return nil }

func (s recalling) screen() Screen {
	return Screen{
		Step: StepOldPassword, Errand: s.errand, LoginID: s.loginID, Ask: &askHidden, Notice: s.notice, Can: Can{Cancel: true},
	}
}

func (s recalling) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(nil)
	case Submit:
		if e.Text == "" {
			s.notice = Empty
			return s
		}
		return fresh{job: s.job, old: client.Secret(e.Text)}.begin()
	}
	return nil
}
