package flows

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"postern/client"
)

// try is a code field's memory: what was typed into it before.
type try struct {
	past
	sending client.Secret // on its way: the state has a task
	held    bool          // not yet: a pause after wrong ones goes first
	doubted client.Secret // held back once
	notice  error
}

// past is the part of it that outlives the field, so that leaving and coming
// back is no way to spend a code twice or to cut a pause short.
type past struct {
	refused []spent   // the server said no to these; never changed in place, snapshots share it
	until   time.Time // local time before which nothing is sent, as the server said
	wrong   int       // how many were refused, of every method
	last    time.Time // when the last of them was
	typed   time.Time // when the newest was typed
}

// longestPause is the most that a code waits for being sent, after many wrong
// ones: nobody guesses on, and who mistyped is not locked out.
const longestPause = time.Minute

// after is the local time at which the next code is sent: a second after the
// first wrong one, and twice as long after each other.
func (p past) after() time.Time {
	if p.wrong == 0 {
		return time.Time{}
	}
	return p.last.Add(min(time.Second<<min(p.wrong-1, 6), longestPause)) // 2⁶ s are more already
}

// spent is a code that was refused.
type spent struct {
	method client.Method
	code   client.Secret
}

// without forgets the codes of some methods, after which the same digits may
// be a good code. The pause goes on.
func (p past) without(ms ...client.Method) past {
	var left []spent
	for _, c := range p.refused {
		if !slices.Contains(ms, c.method) {
			left = append(left, c)
		}
	}
	p.refused = left
	return p
}

// knows reports whether this very code of a method was refused.
func (p past) knows(m client.Method, code client.Secret) bool {
	return slices.Contains(p.refused, spent{m, code})
}

// spent counts the refused codes of some methods.
func (p past) spent(ms ...client.Method) int { return len(p.refused) - len(p.without(ms...).refused) }

// adviser says what the key here makes of a code; nil where there is no key.
type adviser func(code string, at time.Time) client.Advice

const maxDigits = 64 // kept of what is typed: no code is longer, and a paste may be a whole file

// digits takes what people type and paste for a code: any script's digits by
// their value; spaces, dashes and all else are dropped.
func digits(typed string) string {
	var b strings.Builder
	for _, r := range typed {
		if !unicode.IsDigit(r) {
			continue
		}
		if b.WriteByte('0' + digitValue(r)); b.Len() == maxDigits {
			break
		}
	}
	return b.String()
}

// digitValue gives a decimal digit's value: each script's ten lie in order and
// without gaps, from zero (UAX #44, General_Category Nd); some scripts have
// several tens side by side.
func digitValue(r rune) byte {
	first := r
	for unicode.IsDigit(first - 1) {
		first--
	}
	return byte((r - first) % 10) // #nosec G115 -- 0 to 9
}

// take judges a typed code. With sending set, the code goes out; otherwise the notice says why not.
func (t try) take(s Submit, m client.Method, want Ask, advise adviser) try {
	code := digits(s.Text)
	t.notice = nil
	secret := client.Secret(code)
	switch {
	case code == "":
		t.notice = Empty
	case len(code) < want.Min || len(code) > want.Max:
		t.notice = Length{len(code), want.Min, want.Max}
	case t.knows(m, secret):
		t.notice = UsedCode
	case s.At.Before(t.until):
		t.notice = Wait{t.until.Sub(s.At)}
	default:
		if advise != nil && secret != t.doubted {
			if a := advise(code, s.At); !a.Fits {
				t.doubted, t.notice = secret, Doubt{a}
				return t
			}
		}
		t.typed = s.At
		return t.send(secret, s.At)
	}
	return t
}

// inTime is how long before the app's next code one has to be typed: what is
// typed later may get to the server when it counts no more.
const inTime = time.Second

// late is an error about a code that was typed when the server's clock, so
// much ahead of ours, was about to reach the next period.
func (t try) late(err error, ahead, period time.Duration) error {
	if t.typed.IsZero() || period-time.Duration(t.typed.Add(ahead).UnixNano())%period > inTime {
		return err
	}
	switch client.KindOf(err) {
	case client.WrongCode, client.CodeExpired, client.Denied:
		return Late{err}
	}
	return err
}

// send lets an answer go out, after the pause that wrong ones ask for.
func (t try) send(answer client.Secret, at time.Time) try {
	t.sending, t.held = answer, at.Before(t.after())
	return t
}

// paused takes the end of the pause, after which what was held back goes out.
// It reports whether that was one.
func (t *try) paused(d Done) bool {
	switch r := d.Result.(type) {
	case Paused:
	case Failed:
		t.sending, t.notice = "", r.Err
	default:
		return false
	}
	t.held = false
	return true
}

// failed takes the server's no. Only an answer about the code itself spends
// it: what never left, or may have got lost, can be sent again by hand.
func (t try) failed(m client.Method, err error, at time.Time, advise adviser) try {
	code := t.sending
	t.sending, t.held, t.notice = "", false, err
	switch client.KindOf(err) {
	case client.WrongCode, client.CodeExpired, client.Denied:
		t.refused = append(slices.Clip(t.refused), spent{m, code})
		t.wrong, t.last = t.wrong+1, at
		if advise != nil {
			t.notice = Rejected{err, advise(code.Reveal(), at)}
		}
	case client.RateLimited:
		t.until = at.Add(retryAfter(err))
	}
	return t
}

// atOnce are the methods whose sign-in is one call, which says what it is for.
var atOnce = []client.Method{client.TOTP, client.Password, client.Recovery}

// verify is the verification of the code that is on its way, nil for none. What
// a delivered code is for was said when it was sent.
func (j job) verify(m client.Method, t try) Request {
	if t.sending.Empty() {
		return nil
	}
	if t.held {
		return Pause{t.after()}
	}
	v := client.Verify{Method: m, LoginID: j.loginID, Code: t.sending, On: j.base.session}
	if slices.Contains(atOnce, m) {
		v.Options = j.options()
	}
	return VerifyCode{v}
}

// diverted is where a failed verification leads that is not about the code,
// nil when the field is the place.
func (j job) diverted(err error) state {
	switch {
	case !j.first() && isOver(err):
		return j.gone(err)
	case errors.Is(err, client.UserUnknown) && j.errand == ForSignIn:
		return unknown{j, err}
	case isClosed(err):
		return j.stuckAt(nil, err)
	}
	return nil
}

// lost is what to tell a person who leaves while nobody knows what became of
// the code: it may have signed them in, or up. Nil when all is known.
func (t try) lost(m client.Method) error {
	switch {
	case t.held:
		return ErrNeverSent
	case !t.sending.Empty():
		return cutOff(string(m) + " verify")
	}
	return unclear(t.notice)
}

// unclear is a notice that nobody knows what became of a request, nil for any
// other.
func unclear(notice error) error {
	if errors.Is(notice, client.Unknown) {
		return notice
	}
	return nil
}

func retryAfter(err error) time.Duration {
	var e *client.Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}
