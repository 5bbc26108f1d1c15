package flows

import "postern/client"

// entered goes on with a verified session: to the store, unless the server
// signed in somebody who shares nothing with what was typed.
func (j job) entered(s *client.Session) state {
	if !s.IsWhoWasMeant() {
		return identifying{j, s}
	}
	return keeping{j, s}
}

// identifying asks whether the person is whom the server signed in.
type identifying struct {
	job
	session *client.Session
}

func (identifying) want() Request { return nil }

func (s identifying) screen() Screen {
	return Screen{
		Step: StepIdentity, LoginID: s.loginID, Show: Person{s.who()},
		Choices: []Choice{ThatIsMe, NotMe}, Notice: Stranger, Can: Can{Cancel: true},
	}
}

func (s identifying) on(e Event) state {
	no := revoking{s.session, Outcome{Err: Stranger, LoginID: s.loginID}}
	switch e := e.(type) {
	case Cancel:
		return no
	case Pick:
		switch e.Index {
		case 0:
			return keeping(s)
		case 1:
			return no
		}
	}
	return nil
}

// who was signed in: at least the user ID, which every session has.
func (s identifying) who() *client.User {
	if u := s.session.User(); u != nil {
		return u
	}
	return &client.User{UserID: client.Clean(s.session.Claims().UserID)}
}

// keeping stores the session. It cannot be cancelled: it takes seconds, and
// half of it would be a session that nobody has.
type keeping struct {
	job
	session *client.Session
}

func (s keeping) want() Request { return Keep{s.session} }

func (s keeping) screen() Screen { return Screen{Step: StepKeep, LoginID: s.loginID} }

func (s keeping) on(e Event) state {
	d, ok := e.(Done)
	if !ok {
		return nil
	}
	switch r := d.Result.(type) {
	case Kept:
		return over{Outcome{End: Entered, Session: s.session, LoginID: s.loginID, Old: r.Old}}
	case Failed:
		return unkept{s.job, s.session, r.Err}
	}
	return nil
}

// unkept is signed in, with nowhere to keep it.
type unkept struct {
	job
	session *client.Session
	err     error
}

func (unkept) want() Request { return nil }

func (s unkept) screen() Screen {
	return Screen{
		Step: StepUnkept, LoginID: s.loginID, Choices: []Choice{TryAgain, Stop}, Notice: s.err,
		Can: Can{Cancel: true},
	}
}

func (s unkept) on(e Event) state {
	no := revoking{s.session, Outcome{Err: s.err, LoginID: s.loginID}}
	switch e := e.(type) {
	case Cancel:
		return no
	case Pick:
		switch e.Index {
		case 0:
			return keeping{s.job, s.session}
		case 1:
			return no
		}
	}
	return nil
}

// revoking ends a session that is not wanted; how the flow ends is decided.
type revoking struct {
	session *client.Session
	outcome Outcome
}

func (s revoking) want() Request { return Revoke{s.session} }

func (s revoking) screen() Screen { return Screen{Step: StepRevoke, LoginID: s.outcome.LoginID} }

func (s revoking) on(e Event) state {
	d, ok := e.(Done)
	if !ok {
		return nil
	}
	switch r := d.Result.(type) {
	case Revoked:
		return over{s.outcome}
	case Failed:
		s.outcome.Old = r.Err
		return over{s.outcome}
	}
	return nil
}
