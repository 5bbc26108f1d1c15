package flows

import (
	"errors"
	"fmt"
	"strings"
	"time"

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
	if shown := shows(sc.Show); shown != "" {
		parts = append(parts, "shows "+shown)
	}
	lines := []string{name(s.f) + ": " + strings.Join(parts, ", ")}
	if sc.Notice != nil {
		lines = append(lines, "says: "+notice(sc.Notice))
	}
	return lines
}

func shows(s Show) string {
	switch show := s.(type) {
	case Scan:
		return "the key"
	case Person:
		return fmt.Sprintf("%q", show.Name)
	case Recipient:
		return strings.TrimSpace(fmt.Sprintf("%s %s", show.Method, show.To))
	case Sent:
		return fmt.Sprintf("%s to %s, next at %s, tries %d", show.Method, show.To, show.ResendAt.Format(time.TimeOnly), show.Tries)
	case Wanted:
		return fmt.Sprintf("what is wanted: %d characters, %d rules", show.MinLength, len(show.Rules()))
	case Codes:
		return fmt.Sprintf("%d codes", len(show.Codes))
	case Samples:
		return fmt.Sprintf("%d pictures", len(show.All))
	case Link:
		words := fmt.Sprintf("link %s to %s, next at %s, until %s", show.Number, show.To, show.ResendAt.Format(time.TimeOnly), show.Until.Format(time.TimeOnly))
		if !show.Heard.IsZero() {
			words += ", no answer since " + show.Heard.Format(time.TimeOnly)
		}
		return words
	case Overview:
		if !show.SignedIn {
			return "nobody"
		}
		return strings.TrimSpace(fmt.Sprintf("%s %s %s", show.LoginID, show.Name, show.Factors))
	case Ways:
		var words []string
		for _, w := range show.Open {
			words = append(words, strings.TrimSpace(fmt.Sprintf("%s %s", w.Method, w.To)))
		}
		for _, w := range show.Closed {
			words = append(words, fmt.Sprintf("no %s (%s)", w.Method, reasonWords[w.Why]))
		}
		return strings.Join(words, ", ")
	}
	return ""
}

func outcome(o Outcome) []string {
	lines := []string{strings.TrimSpace("over: " + constName("End", int(o.End)) + " " + o.LoginID)}
	if o.Err != nil {
		lines = append(lines, "says: "+notice(o.Err))
	}
	if o.Missing != NoNeed {
		lines = append(lines, "missing: "+constName("Need", int(o.Missing)))
	}
	if o.End == Seen {
		lines = append(lines, fmt.Sprintf("picture: %d", o.Sample))
	}
	if o.Before != nil {
		lines = append(lines, fmt.Sprintf("factors: %s, now %s", o.Before, o.After))
	}
	if o.Old != nil {
		lines = append(lines, "lives on: "+o.Old.Error())
	}
	return lines
}

func question(sc Screen) string {
	switch {
	case sc.Step == StepSample:
		return "asks which was read"
	case sc.Ask.Digits > 0:
		return fmt.Sprintf("asks %s for %d digits", sc.LoginID, sc.Ask.Digits)
	case sc.Ask.Code():
		return fmt.Sprintf("asks %s for %d to %d digits", sc.LoginID, sc.Ask.Min, sc.Ask.Max)
	case sc.Ask.Hidden:
		return "asks " + stepName(sc.Step) + ", hidden"
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
	case SendCode:
		to := w.LoginID
		if w.Purpose == client.ToSignUp {
			to += fmt.Sprintf(", name %q, email %q, phone %q", w.User.Name, w.User.Email, w.User.Phone)
		}
		return fmt.Sprintf("SendCode %s %s %s", constName("Purpose", int(w.Purpose)), w.Method, to) + extra(w.Options)
	case VerifyCode:
		return fmt.Sprintf("VerifyCode %s %s %s", w.Method, w.LoginID, w.Code.Reveal()) + extra(w.Options)
	case Pause:
		return fmt.Sprintf("Pause until %s", w.Until.Format(time.TimeOnly))
	case Poll:
		return fmt.Sprintf("Poll in %s", w.After)
	case Keep:
		words := "Keep"
		if w.StepUp {
			words += " apart"
		}
		if w.Gained {
			words += " with its new factor"
		}
		return words
	case SignUpPassword:
		return fmt.Sprintf("SignUpPassword %s %s, name %q", w.LoginID, w.Password.Reveal(), w.User.Name) + extra(w.Options)
	case ReplacePassword:
		return fmt.Sprintf("ReplacePassword %s %s %s", w.LoginID, w.Old.Reveal(), w.Fresh.Reveal())
	case SetPassword:
		return "SetPassword " + w.Fresh.Reveal()
	case ResetPassword:
		return "ResetPassword " + w.LoginID
	case Revoke:
		return "Revoke"
	}
	return strings.TrimPrefix(fmt.Sprintf("%T", want), "flows.")
}

// extra are the options that make a code more than a sign-in.
func extra(o client.LoginOptions) (words string) {
	if o.MFA {
		words += ", mfa"
	}
	if o.StepUp {
		words += ", stepup"
	}
	return words
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
	case errors.As(err, new(WrongTwice)):
		return err.Error() + " (twice)"
	case errors.As(err, new(Late)):
		return err.Error() + " (late)"
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
