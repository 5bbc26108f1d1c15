package flows

import "postern/client"

// End says how a flow ended.
type End int

const (
	Broken   End = iota // it failed: Outcome.Err says why
	Stopped             // the person ended it
	Entered             // signed in, and stored
	Standing            // there is nothing to do: the live session will do
	Made                // what was asked for was made, for the session that is there
	Left                // home was left, with whatever was done there
	Seen                // a picture was read: Outcome.Sample says which
)

// Need is what a session lacks.
type Need int

const (
	NoNeed Need = iota
	NeedMFA
	NeedStepUp
)

// Outcome is how a flow ended. The zero Outcome is a failure.
type Outcome struct {
	End     End
	Err     error           // why it broke, or what made the person stop; may be nil
	Session *client.Session // when Entered
	LoginID string          // who it was about, as far as that was known
	// Old says why a session that is not wanted lives on at the server: when
	// Entered the one that was replaced, else the new one, which was not kept.
	Old error
	// Missing is what was asked for and is not there. With Entered, the
	// session is stored without it, and Err may say why.
	Missing       Need
	Before, After []client.Text // factors of the session that was there, and of the one that is
	Sample        int           // which of the samples was read, when Seen
}

// over is the last state.
type over struct{ Outcome }

func (over) on(Event) state { return nil }
func (over) screen() Screen { return Screen{Step: StepOver} }
func (over) want() Request  { return nil }

// stop ends the task because the person wants that.
func (j job) stop(err error) state { return j.end(Outcome{End: Stopped, Err: err}) }

// cutOff is what to tell a person who leaves while a request that changes
// something is under way: it may have been carried out.
func cutOff(op string) error { return &client.Error{Op: op, Kind: client.Unknown} }

// broke ends the task because it cannot go on.
func (j job) broke(err error) state { return j.end(Outcome{End: Broken, Err: err}) }

// end gives up. A session that is stored stays, as does one that was there
// before; one that must not be stored alone is ended.
func (j job) end(o Outcome) state {
	o.LoginID, o.Before, o.Missing = j.loginID, j.base.before, j.lacks(j.base.session)
	switch {
	case j.base.session == nil || j.base.hold == found:
		return over{o}
	case j.base.hold == unstored:
		return revoking{session: j.base.session, outcome: o}
	}
	o.End, o.Session, o.Old = Entered, j.base.session, j.base.old
	o.After = j.base.session.Claims().Factors
	return over{o}
}

// gone ends the task after the server ended the session that was to be raised.
func (j job) gone(err error) state {
	return over{Outcome{Err: err, LoginID: j.loginID, Before: j.base.before, Missing: j.lacks(j.base.session)}}
}

// finished is the good end, with a session that was just stored.
func (j job) finished(s *client.Session, old error) state {
	if old == nil {
		old = j.base.old
	}
	return over{Outcome{
		End: Entered, Session: s, LoginID: j.loginID, Old: old,
		Missing: j.lacks(s), Before: j.base.before, After: s.Claims().Factors,
	}}
}
