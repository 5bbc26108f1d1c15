package ui

import (
	"errors"
	"fmt"
	"time"

	"postern/client"
	"postern/flows"
)

// The sentences of the screen home.

// homeTitle says who is signed in.
func homeTitle(s flows.Screen) string {
	o, _ := s.Show.(flows.Overview)
	if !o.SignedIn {
		return "Nobody is signed in."
	}
	return fmt.Sprintf("Signed in as %s.", who(Standing{LoginID: s.LoginID, Name: string(o.Name)}))
}

// homeLines are the facts below it: for how long, and where.
func homeLines(s flows.Screen, host string, now time.Time) []string {
	o, home := s.Show.(flows.Overview)
	switch {
	case !home:
		return nil
	case !o.SignedIn:
		return append(leftovers(o), fact("Project", host))
	}
	lines := []string{fact("Session", sessionLeft(o, now))}
	if !o.Until.IsZero() {
		lines = append(lines, fact("Stays for", left(max(o.Until.Sub(now), 0))))
	}
	return append(lines, fact("Kept in", StoreWords(o.Store)), fact("Project", host))
}

// leftovers are what was not finished, or cannot be read any more.
func leftovers(o flows.Overview) (lines []string) {
	if o.Damaged {
		lines = append(lines, fact("Session", "the stored one is damaged: sign in again"))
	}
	if o.Begun != nil {
		lines = append(lines, SayBegun(*o.Begun))
	}
	return lines
}

func sessionLeft(o flows.Overview, now time.Time) string {
	rest := o.SessionUntil.Sub(now)
	if rest <= 0 {
		return "due: it is renewed when it is needed"
	}
	factors := make([]string, len(o.Factors))
	for i, f := range o.Factors {
		factors[i] = string(f)
	}
	return fmt.Sprintf("%s left, by %s", left(rest), Listing(factors))
}

// homeNews tells in one line what came of the task before; ok is false for any
// other notice.
func homeNews(err error, called string) (line string, ok bool) {
	switch e := err.(type) {
	case flows.Departed:
		return SayFarewell(e.Alive == nil, true), true
	case flows.Changed:
		if e.Before == "" {
			return "Somebody signed in elsewhere: look again before you go on.", true
		}
		return fmt.Sprintf("Nothing was done: %s is no longer signed in here. Another window changed that.", client.Clean(e.Before)), true
	case flows.Returned:
		return returned(e, called), true
	}
	return "", false
}

func returned(r flows.Returned, called string) string {
	r.LoginID = string(client.Clean(r.LoginID))
	switch {
	case r.End == flows.Stopped && r.Old != nil:
		return SayUnwantedAlive(r.Old, called)
	case r.End == flows.Stopped && errors.Is(r.Err, client.Unknown):
		return "Stopped. No answer came back: the server may have carried it out."
	case r.End == flows.Stopped && errors.Is(r.Err, flows.ErrNeverSent):
		return "Stopped. What was typed last was held back: it was not sent."
	case r.End == flows.Stopped:
		return "Stopped."
	case r.End == flows.Standing && r.From == flows.ToAddFactor:
		return SaidHasMFA
	case r.End == flows.Standing:
		return fmt.Sprintf("Nothing to do: %s is signed in already.", r.LoginID)
	case r.End != flows.Entered:
		return fmt.Sprintf("That failed: %s", Explain(r.Err, called).What)
	case r.Old != nil:
		return SayOldAlive(r.Old, called)
	case r.Missing == flows.NeedMFA:
		return fmt.Sprintf("Signed in as %s, without the second factor.", r.LoginID)
	case r.Missing == flows.NeedStepUp:
		return "The code counted, but the session was not stepped up."
	}
	return enteredWords[r.From]
}

// enteredWords are those of a task that went well.
var enteredWords = map[flows.Choice]string{
	flows.ToSignIn:     "Signed in.",
	flows.ToSwitch:     "Signed in. The session before this one is over.",
	flows.ToSignUp:     "Signed up, and signed in.",
	flows.ToAddFactor:  "The second factor is added.",
	flows.ToStepUp:     "Stepped up, for a while.",
	flows.ToReplaceApp: "The authenticator is set up.",
}
