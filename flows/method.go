package flows

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"postern/client"
)

// methods are all that there are, the strongest first.
var methods = slices.Concat(
	[]client.Method{client.TOTP, client.Link}, client.Delivered, client.Magic, []client.Method{client.Password, client.Recovery},
)

var methodChoices = map[client.Method]Choice{
	client.TOTP: ByTOTP, client.Email: ByEmail, client.SMS: BySMS, client.Voice: ByVoice, client.WhatsApp: ByWhatsApp,
	client.Link: ByLink, client.MagicLink: ByMagicLink, client.MagicSMS: ByMagicSMS, client.MagicWhatsApp: ByMagicWhatsApp,
	client.Password: ByPassword, client.Recovery: ByRecovery,
}

// Way is a method with the address that a code would go to.
type Way struct {
	Method client.Method
	To     client.Text // masked; empty when it is not known here
	New    bool        // an authenticator that has yet to be set up
	Why    Reason      // of a closed one
}

// Reason says why a method cannot be used now.
type Reason int

const (
	NoReason        Reason = iota
	PassedAlready          // the session has this factor: the same again is no second one
	NoAuthenticator        // none is registered
	NoAddress              // the account has no address for it
	LostPhone              // the person said so
	NoPassword             // none is set
	IsReplaced             // it is what is to be replaced
	ClosedByProject        // the project does not let programs use it
)

var reasonWords = map[Reason]string{
	NoReason: "no reason", PassedAlready: "passed already", NoAuthenticator: "none is registered",
	NoPassword: "none is set", NoAddress: "no address for it", LostPhone: "the phone is lost", IsReplaced: "it is to be replaced",
	ClosedByProject: "closed by the project",
}

// closedCode is what the service answers for a method that is not open to the
// public (seen in the field; no official table has it).
const closedCode client.Text = "E061002"

func isClosed(err error) bool {
	var e *client.Error
	return errors.As(err, &e) && e.Kind == client.Refused && e.Code == closedCode
}

// reason says why the person cannot use a method for this errand.
func (j job) reason(m client.Method) Reason {
	mfa, _ := j.gains()
	u := j.base.user
	switch {
	case j.first():
		return NoReason // the server will say
	case j.errand == ForReplacing && m == client.TOTP:
		return IsReplaced
	case mfa && j.base.has(m):
		return PassedAlready
	case u == nil:
		return NoReason
	case m == client.TOTP && !u.TOTP && !j.newApp():
		return NoAuthenticator
	case m == client.Password && !u.Password:
		return NoPassword
	case m.Channel() != "" && j.address(m) == "":
		return NoAddress
	}
	return NoReason
}

// newApp reports whether an authenticator is a factor that has to be set up:
// the person has none, and is to gain one.
func (j job) newApp() bool { return j.errand == ForFactor && j.base.user != nil && !j.base.user.TOTP }

// address is where the server would send a code, as far as that is known here.
func (j job) address(m client.Method) string {
	var known client.Text
	typed, fits := j.user.Phone, checkPhone
	if m.Channel() == client.Email {
		typed, fits = j.user.Email, checkEmail
	}
	if u := j.base.user; u != nil && m.Channel() == client.Email {
		known = u.Email
	} else if u != nil {
		known = u.Phone
	}
	switch {
	case m.Channel() == "":
		return ""
	case known != "":
		return string(known)
	case j.errand == ForSignUp && typed != "":
		return typed
	case fits(j.loginID) == nil:
		return j.loginID
	}
	return ""
}

// ways are the methods that are open and those that are not. One may be shut
// for a reason that only the moment knows.
func (j job) ways(shut client.Method, why Reason) Ways {
	var w Ways
	for _, m := range j.methods(why) {
		way := Way{m, mask(j.address(m)), m == client.TOTP && j.newApp(), j.reason(m)}
		if m == shut {
			way.Why = why
		}
		if isMagic(m) && (way.To == "" || way.Why != NoReason && m != shut) {
			continue // no line of its own: the code that goes the same way has one
		}
		if way.Why == NoReason {
			w.Open = append(w.Open, way)
		} else {
			w.Closed = append(w.Closed, way)
		}
	}
	return w
}

// methods are those that there are for an errand. Who has lost the phone may
// have recovery codes on paper.
func (j job) methods(why Reason) []client.Method {
	rest := methods[:len(methods)-1] // recovery codes come last
	switch {
	case j.errand == ForSignUp:
		return rest
	case why == LostPhone:
		return append([]client.Method{client.Recovery}, rest...)
	}
	return methods
}

// mask hides most of an address from whoever looks on.
func mask(address string) client.Text {
	first, size := utf8.DecodeRuneInString(address)
	if at := strings.LastIndexByte(address, '@'); at >= size && at > 0 {
		return client.Clean(string(first) + "***" + address[at:])
	}
	const shown = 2 // digits of a phone number: enough to tell one's own
	if len(address) <= shown {
		return ""
	}
	return client.Clean(strings.Repeat("*", len(address)-shown) + address[len(address)-shown:])
}

// choose offers the other methods, unless there are none.
func (j job) choose(shut client.Method, why Reason, notice error) state {
	if len(j.ways(shut, why).Open) == 0 {
		return stranded{j}
	}
	return choosing{j, shut, why, notice}
}

// choosing asks which method it shall be.
type choosing struct {
	job
	shut   client.Method // one that is left out, empty for none
	why    Reason
	notice error
}

func (choosing) want() Request { return nil }

func (s choosing) choices() []Choice {
	var cs []Choice
	for _, w := range s.ways(s.shut, s.why).Open {
		cs = append(cs, methodChoices[w.Method])
	}
	if s.hopeless() {
		cs = append(cs, NoneOfThese)
	}
	return append(cs, Stop)
}

// hopeless reports whether the person may have no way in at all.
func (s choosing) hopeless() bool { return s.errand == ForSignIn && s.shut == client.TOTP }

func (s choosing) screen() Screen {
	return Screen{
		Step: StepMethod, Errand: s.errand, LoginID: s.loginID, Show: s.ways(s.shut, s.why), Choices: s.choices(),
		Notice: s.notice, Can: Can{Cancel: true, Back: s.first()},
	}
}

func (s choosing) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(unclear(s.notice))
	case Back:
		if s.first() {
			return naming{job: s.job}
		}
	case Pick:
		return s.picked(e.Index)
	}
	return nil
}

func (s choosing) picked(i int) state {
	cs, open := s.choices(), s.ways(s.shut, s.why).Open
	switch {
	case i < 0 || i >= len(cs):
		return nil
	case i < len(open):
		return s.job.by(open[i].Method)
	case cs[i] == NoneOfThese:
		return stranded{s.job}
	}
	return s.job.stop(nil)
}

// by goes on with a method.
func (j job) by(m client.Method) state {
	j.method, j.plan.Reset = m, false
	if j.errand == ForSignUp {
		return j.enroll()
	}
	return j.ask()
}
