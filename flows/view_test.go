package flows

import (
	"errors"
	"fmt"
	"strings"

	"postern/client"
)

// view is what a transcript shows of a flow: the state with its task or its
// question, and below it what the screen says.
func (s *stage) view() []string {
	if o, over := s.f.Outcome(); over {
		return outcome(o)
	}
	sc := s.f.Screen()
	parts := []string{}
	if task, open := s.f.Task(); open {
		parts = append(parts, "does "+request(task.Want))
	}
	if sc.Ask != nil {
		parts = append(parts, question(sc))
	}
	if len(sc.Choices) > 0 {
		parts = append(parts, "choice of "+choices(sc.Choices))
	}
	switch show := sc.Show.(type) {
	case Scan:
		parts = append(parts, "shows the key")
	case Person:
		parts = append(parts, fmt.Sprintf("shows %q", show.Name))
	}
	lines := []string{name(s.f) + ": " + strings.Join(parts, ", ")}
	if sc.Notice != nil {
		lines = append(lines, "says: "+notice(sc.Notice))
	}
	return lines
}

func outcome(o Outcome) []string {
	lines := []string{strings.TrimSpace("over: " + constName("End", int(o.End)) + " " + o.LoginID)}
	if o.Err != nil {
		lines = append(lines, "says: "+notice(o.Err))
	}
	if o.Old != nil {
		lines = append(lines, "lives on: "+o.Old.Error())
	}
	return lines
}

func question(sc Screen) string {
	switch {
	case sc.Ask.Digits > 0:
		return fmt.Sprintf("asks %s for %d digits", sc.LoginID, sc.Ask.Digits)
	case sc.Ask.Optional:
		return "asks " + stepName(sc.Step) + ", optional"
	}
	return "asks " + stepName(sc.Step)
}

func stepName(s Step) string { return strings.TrimPrefix(constName("Step", int(s)), "Step") }

func choices(cs []Choice) string {
	var names []string
	for _, c := range cs {
		names = append(names, constName("Choice", int(c)))
	}
	return strings.Join(names, ", ")
}

func request(want Request) string {
	switch w := want.(type) {
	case Prepare:
		return "Prepare"
	case UseStore:
		return "UseStore " + string(w.Store)
	case SignUp:
		return fmt.Sprintf("SignUp %s, name %q, email %q, phone %q", w.LoginID, w.User.Name, w.User.Email, w.User.Phone)
	case VerifyApp:
		return "VerifyApp " + w.LoginID + " " + w.Code.Reveal()
	case Keep:
		return "Keep"
	case Revoke:
		return "Revoke"
	}
	return fmt.Sprintf("%T", want)
}

// notice adds to an error's words what the key here said.
func notice(err error) string {
	var (
		doubt    Doubt
		rejected Rejected
	)
	switch {
	case errors.As(err, &doubt):
		return err.Error() + advice(doubt.Advice)
	case errors.As(err, &rejected):
		return err.Error() + advice(rejected.Advice)
	}
	return err.Error()
}

func advice(a client.Advice) string {
	switch {
	case a.Fits:
		return " (fits)"
	case a.Found:
		return fmt.Sprintf(" (phone %s, computer %s)", a.Phone, a.Computer)
	}
	return " (no code of the last and next minutes)"
}
