package flows

import (
	"errors"

	"postern/client"
)

// entered goes on with a verified session, unless the server signed in
// somebody who shares nothing with what was typed.
func (j job) entered(s *client.Session) state {
	j.past, j.letter, j.plan.sent = past{}, letter{}, nil // a good code settles them
	switch {
	case j.plan.Reset:
		return j.let(s)
	case !j.first():
		return j.raised(s)
	case !s.IsWhoWasMeant():
		return identifying{j, s}
	}
	return j.admitted(s)
}

// admitted goes on with the session of the right person: to the store, unless
// it must not be stored without a second factor.
func (j job) admitted(s *client.Session) state {
	if j.plan.RequireMFA && !s.Claims().MFA() {
		return j.second(s, unstored, nil)
	}
	return keeping{j, Keep{Session: s}}
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
	no := revoking{session: s.session, outcome: Outcome{Err: Stranger, LoginID: s.loginID}}
	switch e := e.(type) {
	case Cancel:
		return no
	case Pick:
		switch e.Index {
		case 0:
			return s.job.admitted(s.session)
		case 1:
			no.next = stuck{s.job, Stranger, s.job.ask(), true}
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
	keep Keep
}

func (s keeping) want() Request { return s.keep }

func (s keeping) screen() Screen { return Screen{Step: StepKeep, Errand: s.errand, LoginID: s.loginID} }

func (s keeping) on(e Event) state {
	d, ok := e.(Done)
	if !ok {
		return nil
	}
	switch r := d.Result.(type) {
	case Kept:
		return s.job.kept(s.keep.Session, r.Old)
	case Failed:
		return unkept{s.job, s.keep, r.Err}
	}
	return nil
}

// kept goes on with a session that was stored.
func (j job) kept(s *client.Session, old error) state {
	switch {
	case j.first() && j.wantsMFA() && !s.Claims().MFA():
		return j.second(s, stored, old)
	case j.errand == ForReplacing && !s.Claims().StepUp:
		return j.broke(stranded{j}.err())
	case j.errand == ForReplacing:
		j.base.session = s
		return j.renew()
	}
	return j.finished(s, old)
}

// unkept is signed in, with nowhere to keep it.
type unkept struct {
	job
	keep Keep
	err  error
}

func (unkept) want() Request { return nil }

// options are the other places to try.
func (s unkept) options() []Store {
	var not NotStored
	if s.first() && errors.As(s.err, &not) {
		return not.Options
	}
	return nil
}

func (s unkept) choices() []Choice {
	var cs []Choice
	if client.KindOf(s.err) != client.NotKept { // there is nothing in it to store
		cs = append(cs, TryAgain)
	}
	for _, o := range s.options() {
		cs = append(cs, storeChoices[o])
	}
	return append(cs, Stop)
}

func (s unkept) screen() Screen {
	return Screen{
		Step: StepUnkept, Errand: s.errand, LoginID: s.loginID, Choices: s.choices(), Notice: s.err,
		Can: Can{Cancel: true},
	}
}

func (s unkept) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.unwanted()
	case Pick:
		if e.Index >= 0 && e.Index < len(s.choices()) {
			return s.picked(s.choices()[e.Index])
		}
	}
	return nil
}

func (s unkept) picked(c Choice) state {
	switch c {
	case TryAgain:
		return keeping{s.job, s.keep}
	case Stop:
		return s.unwanted()
	}
	for _, o := range s.options() {
		if storeChoices[o] == c {
			return rehousing{s, o}
		}
	}
	return nil
}

// unwanted gives up a session that nobody would have. One on top of a base is
// the same session at the server, and goes the way of that.
func (s unkept) unwanted() state {
	if !s.first() {
		return s.job.broke(s.err)
	}
	return revoking{session: s.keep.Session, outcome: Outcome{Err: s.err, LoginID: s.loginID}}
}

// revoking ends a session that is not wanted.
type revoking struct {
	session *client.Session
	outcome Outcome // how the flow ends
	next    state   // or how it goes on, once the session is over
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
		if s.next != nil {
			return s.next
		}
		return over{s.outcome}
	case Failed:
		s.outcome.Old = r.Err
		return over{s.outcome}
	}
	return nil
}
