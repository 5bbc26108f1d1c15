package flows

import (
	"slices"
	"strings"

	"postern/client"
)

// askHidden is a secret that is not shown while it is typed.
var askHidden = Ask{Hidden: true}

// typing takes what is known or was written down: a password, or a recovery
// code. An empty answer asks for the other ways on.
type typing struct{ entry }

func (s typing) want() Request { return s.job.verify(s.method, s.try) }

func (s typing) screen() Screen {
	sc := Screen{
		Step: StepPassword, Errand: s.errand, LoginID: s.loginID, Notice: s.try.notice, Can: Can{Back: true, Cancel: true},
	}
	ask := askHidden
	if s.method == client.Recovery {
		sc.Step, ask = StepRecoveryCode, Ask{}
	}
	if s.asking() {
		sc.Ask = &ask
	}
	return sc
}

func (s typing) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(s.try.lost(s.method))
	case Back:
		return s.leave()
	case Submit:
		switch {
		case !s.asking():
		case strings.TrimSpace(e.Text) == "":
			return denied{job: s.left()}
		default:
			s.try = s.try.takeText(e, s.method)
			return s
		}
	case Done:
		if s.try.held {
			if !s.try.paused(e) {
				return nil
			}
			return s
		}
		return s.answered(e)
	}
	return nil
}

func (s typing) answered(d Done) state {
	typed := s.try.sending
	next, err := s.entry.answered(s.method, d)
	if err == nil {
		return next
	}
	switch kind := client.KindOf(err); {
	case kind == client.PasswordExpired && s.errand == ForSignIn:
		return fresh{job: s.left(), old: typed}.begin()
	case s.method == client.Recovery: // the list has others: the field waits for the next
	case slices.Contains(denials, kind):
		return denied{s.left(), err}
	}
	return s
}

// denials are the answers after which the other ways on are offered.
var denials = []client.Kind{client.WrongCode, client.CodeExpired, client.Denied, client.PasswordExpired}

// takeText judges a typed password or recovery code. A password may have any
// characters, and a blank at its end is one of them.
func (t try) takeText(s Submit, m client.Method) try {
	text := s.Text
	if m == client.Recovery {
		text = strings.TrimSpace(text)
	}
	t.notice = nil
	switch {
	case m == client.Recovery && strings.ContainsFunc(text, isUnseen):
		t.notice = BadID
	case t.knows(m, client.Secret(text)):
		t.notice = UsedSecret
	case s.At.Before(t.until):
		t.notice = Wait{t.until.Sub(s.At)}
	default:
		return t.send(client.Secret(text), s.At)
	}
	return t
}

// denied offers the ways on after a password that was not taken, or one or a
// recovery code that nobody has.
type denied struct {
	job
	err error
}

func (denied) want() Request { return nil }

func (s denied) choices() []Choice {
	if s.method == client.Password && s.errand == ForSignIn {
		return []Choice{TryAgain, ResetByMail, OtherMethod, Stop}
	}
	return []Choice{TryAgain, OtherMethod, Stop}
}

func (s denied) screen() Screen {
	return Screen{
		Step: StepDenied, Errand: s.errand, LoginID: s.loginID, Choices: s.choices(), Notice: s.err,
		Can: Can{Back: true, Cancel: true},
	}
}

func (s denied) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(s.err)
	case Back:
		return s.job.ask()
	case Pick:
		if e.Index >= 0 && e.Index < len(s.choices()) {
			return s.picked(s.choices()[e.Index])
		}
	}
	return nil
}

func (s denied) picked(c Choice) state {
	switch c {
	case TryAgain:
		return s.job.ask()
	case ResetByMail:
		s.plan.Reset = true
		return resetting{s.job}
	case OtherMethod:
		return choosing{job: s.job}
	}
	return s.job.stop(s.err)
}
