package flows

import (
	"reflect"
	"slices"
	"strings"

	"postern/client"
)

// patient are the requests that a state may wait for beside what a person may
// do meanwhile.
var patient = map[reflect.Type]bool{reflect.TypeFor[Poll](): true}

// uncancelled are the states that go on until their task is done.
var uncancelled = map[string]bool{"keeping*": true, "revoking*": true, "signingOut*": true, "making*": true}

// name is a state's: its type, and a star while it waits for a task.
func name(f Flow) string {
	if s, in := f.at.(within); in {
		return "within(" + name(Flow{at: s.inner, turn: f.turn}) + ")"
	}
	n := reflect.TypeOf(f.at).Name()
	if _, open := f.Task(); open {
		n += "*"
	}
	return n
}

// bare is a task without the home around it.
func bare(f Flow) Flow {
	if s, in := f.at.(within); in {
		f.at = s.inner
	}
	return f
}

// illegal says what is wrong with a flow at this point, "" for nothing.
func illegal(f Flow) string {
	s := f.Screen()
	task, open := f.Task()
	_, over := f.Outcome()
	asks := s.Ask != nil || len(s.Choices) > 0
	var wrong []string
	say := func(bad bool, what string) {
		if bad {
			wrong = append(wrong, what)
		}
	}
	say(over && (open || asks), "over, and wants something")
	say(!over && !open && !asks, "waits for nothing")
	say(open && (asks || s.Can.Resend || s.Can.Method || s.Can.Lost) && !patient[reflect.TypeOf(task.Want)], "has a task and a question")
	say(open && task.Patient() != patient[reflect.TypeOf(task.Want)], "does not say that its task is patient")
	say(open && task.Patient() && !s.Can.Cancel, "waits for long, and cannot be stopped")
	say(s.Ask != nil && len(s.Choices) > 0, "asks two things")
	say(!over && s.Step == StepOver, "says that it is over")
	say(over && s.Step != StepOver, "does not say that it is over")
	say(f.turn < 1, "turn below 1")

	back, cancel := f.Next(Back{}), f.Next(Cancel{})
	say(s.Can.Back != (back.turn != f.turn), "Can.Back is not true")
	say(s.Can.Cancel != (cancel.turn != f.turn), "Can.Cancel is not true")
	say(!over && !s.Can.Cancel && !uncancelled[name(bare(f))], "cannot be cancelled")
	for i := -1; i < len(s.Choices)+2; i++ {
		moved := f.Next(Pick{i}).turn != f.turn
		say(moved != (i >= 0 && i < len(s.Choices)), "Choices and the accepted Picks differ")
	}
	say(s.Can.Resend != (f.Next(Resend{noon}).turn != f.turn), "Can.Resend is not true")
	say(s.Can.Method != (f.Next(Another{}).turn != f.turn), "Can.Method is not true")
	say(s.Can.Lost != (f.Next(Lost{}).turn != f.turn), "Can.Lost is not true")
	say((s.Ask != nil) != (f.Next(Submit{"1", noon}).turn != f.turn), "Ask is not true")

	_, shown := s.Show.(Scan)
	say(shown != (s.Step == StepScan), "the key is shown on another step")
	_, codes := s.Show.(Codes)
	say(codes != (s.Step == StepCodes), "recovery codes are shown on another step")
	say(!shown && holds(f.at, reflect.TypeFor[client.Enrollment]()), "holds the key")
	say(open && task.ID != f.turn, "task of another turn")
	say(open && !honestRequest(task.Want), "a request without what it needs")
	return strings.Join(wrong, "; ")
}

// honestRequest reports whether everything in a request is there.
func honestRequest(want Request) bool {
	switch w := want.(type) {
	case UseStore:
		return w.Store != ""
	case Unlock:
		return !w.Passphrase.Empty()
	case SignUp:
		for _, d := range details {
			if v := *d.field(&w.User); v != "" && d.check(v) != nil {
				return false
			}
		}
		return checkLoginID(w.LoginID) == nil
	case NewKey:
		return w.On != nil
	case SendCode:
		return honestSend(w.Send)
	case VerifyCode:
		n, raises := len(w.Code.Reveal()), w.Options.MFA || w.Options.StepUp
		switch w.Method {
		case client.TOTP:
			return checkLoginID(w.LoginID) == nil && n == 6 && raises == (w.On != nil)
		case client.Password, client.Recovery:
			return checkLoginID(w.LoginID) == nil && n > 0 && raises == (w.On != nil)
		}
		if isMagic(w.Method) {
			return checkLoginID(w.LoginID) == nil && n > 0 && !raises
		}
		return checkLoginID(w.LoginID) == nil && n >= 4 && n <= 10 && !raises && slices.Contains(client.Delivered, w.Method)
	case Poll:
		return checkLoginID(w.LoginID) == nil && w.Method == client.Link && !w.Code.Empty() && w.After >= pollEvery && !w.Until.IsZero()
	case Keep:
		return w.Session != nil
	case Revoke:
		return w.Session != nil
	case SignUpPassword:
		return checkLoginID(w.LoginID) == nil && !w.Password.Empty()
	case ReplacePassword:
		return checkLoginID(w.LoginID) == nil && !w.Old.Empty() && !w.Fresh.Empty() && w.Old != w.Fresh
	case SetPassword:
		return w.On != nil && !w.Fresh.Empty()
	case ResetPassword:
		return checkLoginID(w.LoginID) == nil
	case MakeCodes:
		return w.On != nil
	}
	return want != nil
}

// honestSend reports whether a message has an address where one is needed, and
// raises a session only where there is one.
func honestSend(s client.Send) bool {
	raises := s.Options.MFA || s.Options.StepUp
	address := s.User.Phone
	if s.Method.Channel() == client.Email {
		address = s.User.Email
	}
	return checkLoginID(s.LoginID) == nil && s.Method.Channel() != "" &&
		raises == (s.On != nil) && (s.Purpose == client.ToSignIn || s.On == nil) &&
		(s.Purpose == client.ToSignUp) == (s.User != client.NewUser{}) && (s.Purpose != client.ToSignUp || address != "")
}
