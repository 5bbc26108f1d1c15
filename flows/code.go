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
	doubted client.Secret // held back once
	notice  error
}

// past is the part of it that outlives the field, so that leaving and coming
// back is no way to spend a code twice or to cut a pause short.
type past struct {
	refused []client.Secret // the server said no to these; never changed in place, snapshots share it
	until   time.Time       // local time before which nothing is sent
}

// for another key, only the pause goes on.
func (p past) otherKey() past { return past{until: p.until} }

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
	return byte((r - first) % 10)
}

// take judges a typed code. advise may be nil where there is no key to ask.
// With sending set, the code goes out; otherwise the notice says why not.
func (t try) take(typed string, at time.Time, want int, advise func(string, time.Time) client.Advice) try {
	code := digits(typed)
	t.notice = nil
	secret := client.Secret(code)
	switch {
	case code == "":
		t.notice = Empty
	case len(code) != want:
		t.notice = Length{len(code), want}
	case slices.Contains(t.refused, secret):
		t.notice = UsedCode
	case at.Before(t.until):
		t.notice = Wait{t.until.Sub(at)}
	default:
		if advise != nil && secret != t.doubted {
			if a := advise(code, at); !a.Fits {
				t.doubted, t.notice = secret, Doubt{a}
				return t
			}
		}
		t.sending = secret
	}
	return t
}

// failed takes the server's no. Only an answer about the code itself spends
// it: what never left, or may have got lost, can be sent again by hand.
func (t try) failed(err error, at time.Time, advise func(string, time.Time) client.Advice) try {
	code := t.sending
	t.sending, t.notice = "", err
	switch client.KindOf(err) {
	case client.WrongCode, client.CodeExpired:
		t.refused = append(slices.Clip(t.refused), code)
		if advise != nil {
			t.notice = Rejected{err, advise(code.Reveal(), at)}
		}
	case client.RateLimited:
		t.until = at.Add(retryAfter(err))
	}
	return t
}

// request is the verification of the code that is on its way, nil for none.
func (t try) request(loginID string) Request {
	if t.sending.Empty() {
		return nil
	}
	return VerifyApp{loginID, t.sending}
}

// lost is what to tell a person who leaves while nobody knows what became of
// the code: it may have signed them in, or up. Nil when all is known.
func (t try) lost() error {
	if !t.sending.Empty() {
		return &client.Error{Op: "totp verify", Kind: client.Unknown}
	}
	if errors.Is(t.notice, client.Unknown) {
		return t.notice
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
