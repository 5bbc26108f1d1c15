package flows

import (
	"errors"
	"slices"

	"postern/client"
)

// base is a session that another factor is to go on top of. The zero base is
// none: a first factor is asked for.
type base struct {
	session *client.Session
	user    *client.User // what the server says of the person, nil for nothing
	hold    hold
	before  []client.Text // its factors, when it was new here
	old     error         // what became of the session that it replaced
}

// hold says where a base is, and so what giving up means.
type hold int

const (
	found    hold = iota // it was there before the task
	stored               // it was stored on the way
	unstored             // it must not be stored without another factor
)

// has reports whether a method was passed in this session. A link counts as
// what brought it (Descope docs: amr), and voice as SMS (descope/go-sdk, factor
// names), as a phone number is proven by either.
func (b base) has(m client.Method) bool {
	if through := m.Channel(); through != "" {
		m = through
	}
	if m == client.Voice {
		m = client.SMS
	}
	name := string(m)
	if m == client.Password {
		name = "pwd" // descope/go-sdk, factor names
	}
	for _, f := range b.session.Claims().Factors {
		if string(f) == name {
			return true
		}
	}
	return false
}

// replaces reports whether the person has an authenticator already, or may.
func (b base) replaces() bool { return b.user == nil || b.user.TOTP }

// gains is what the next code is to add to the base.
func (j job) gains() (mfa, stepUp bool) {
	switch j.errand {
	case ForFactor:
		return true, false
	case ForStepUp:
		return j.plan.MFA != "", true
	case ForReplacing:
		return false, true
	case ForNewKey: // the session gains the factor, or proves it once more
		had := j.base.has(client.TOTP)
		return !had, had || j.base.replaces()
	}
	return false, false
}

// lacks is what a session does not have of what the errand is for.
func (j job) lacks(s *client.Session) Need {
	if j.errand == ForNewKey {
		return NoNeed
	}
	mfa, stepUp := j.gains()
	switch {
	case s == nil && mfa, s != nil && mfa && !s.Claims().MFA():
		return NeedMFA
	case s == nil && stepUp, s != nil && stepUp && !s.Claims().StepUp:
		return NeedStepUp
	}
	return NoNeed
}

// options go with the next code.
func (j job) options() client.LoginOptions {
	o := j.plan.Options
	o.MFA, o.StepUp = j.gains()
	return o
}

// looking asks whom the live session belongs to.
type looking struct{ job }

func (looking) want() Request { return Current{} }

func (s looking) screen() Screen {
	return Screen{Step: StepLook, Errand: s.errand, LoginID: s.loginID, Can: Can{Cancel: true}}
}

func (s looking) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(nil)
	case Done:
		switch r := e.Result.(type) {
		case Present:
			return s.job.present(r)
		case Failed:
			if isOver(r.Err) {
				return s.job.gone(r.Err)
			}
			if next := s.job.locked(r.Err, s); next != nil {
				return next
			}
			return stuck{job: s.job, err: r.Err, again: s}
		}
	}
	return nil
}

// isOver reports whether there is no session to raise, or no longer.
func isOver(err error) bool {
	return errors.Is(err, client.NotSignedIn) || errors.Is(err, client.Ended)
}

// present goes on with the session that is there.
func (j job) present(r Present) state {
	j.base = base{session: r.Session, user: r.User, before: r.Session.Claims().Factors}
	if j.loginID == "" {
		j.loginID = r.Session.LoginID()
	}
	switch {
	case j.letter.on(j):
		return j.field(nil)
	case j.errand == ForFactor && r.Session.Claims().MFA() && !j.plan.Force:
		factors := j.base.before
		return over{Outcome{End: Standing, LoginID: j.loginID, Before: factors, After: factors}}
	case j.errand == ForReplacing && !j.base.replaces():
		return j.renew()
	case j.errand == ForPassword:
		return recalling{job: j}
	case j.errand == ForCodes:
		return j.recover()
	}
	return j.factor()
}

// wantsMFA reports whether a first factor is not enough.
func (j job) wantsMFA() bool { return j.plan.MFA != "" || j.plan.RequireMFA }

// second goes on to the second factor, on top of the first one's session.
func (j job) second(s *client.Session, h hold, old error) state {
	j.errand = ForFactor
	j.base = base{s, s.User(), h, s.Claims().Factors, old}
	return j.factor()
}

// factor asks for the factor that the plan names, or which it shall be.
func (j job) factor() state {
	named := j.plan.Method
	if mfa, _ := j.gains(); mfa {
		named = j.plan.MFA
	}
	open := j.ways("", NoReason).Open
	// A link goes where a code does, and a recovery code may not exist: neither
	// is a reason to ask.
	direct := slices.DeleteFunc(slices.Clone(open), func(w Way) bool { return isLink(w.Method) || w.Method == client.Recovery })
	switch why := j.reason(named); {
	case len(open) == 0:
		return stranded{j}
	case named != "" && named != AnyFactor && why != NoReason:
		return choosing{job: j, notice: Unusable{named, why}}
	case named != "" && named != AnyFactor:
		return j.by(named)
	case len(direct) == 1 && !direct[0].New:
		return j.by(direct[0].Method)
	case len(direct) == 0:
		return choosing{job: j, notice: CodesAtMost}
	}
	return choosing{job: j}
}

// raised goes on with the session that came of a factor on top of the base.
func (j job) raised(s *client.Session) state {
	mfa, stepUp := j.gains()
	claims := s.Claims()
	if j.base.hold == unstored {
		j.base.session = s
		if !claims.MFA() {
			return choosing{job: j, notice: SameKind}
		}
	}
	return keeping{j, Keep{s, stepUp && claims.StepUp, mfa && claims.MFA()}}
}
