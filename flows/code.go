package flows

import (
	"strings"
	"time"
	"unicode"

	"postern/client"
)

// try is a code field's memory: what was typed into it before.
type try struct {
	sending client.Secret // on its way: the state has a task
	refused client.Secret // the server said no to this one
	doubted client.Secret // held back once
	until   time.Time     // local time before which nothing is sent
	notice  error
}

// digits takes what people type and paste for a code: any script's digits by
// their value; spaces, dashes and all else are dropped.
func digits(typed string) string {
	var b strings.Builder
	for _, r := range typed {
		if v, ok := digitValue(r); ok && b.Len() < 64 {
			b.WriteByte('0' + v)
		}
	}
	return b.String()
}

// digitValue gives a decimal digit's value: Unicode's Nd ranges begin with
// zero and are runs of ten (UAX #44, General_Category).
func digitValue(r rune) (byte, bool) {
	if r >= '0' && r <= '9' {
		return byte(r - '0'), true
	}
	if !unicode.IsDigit(r) {
		return 0, false
	}
	for back := rune(0); back < 10; back++ {
		if !unicode.IsDigit(r - back - 1) {
			return byte(back), true
		}
	}
	// In a longer run (mathematical digits) zero is at a multiple of ten.
	return byte((r - 0x1D7CE) % 10), r >= 0x1D7CE && r <= 0x1D7FF
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
	case secret == t.refused:
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
		t.refused = code
		if advise != nil {
			t.notice = Rejected{err, advise(code.Reveal(), at)}
		}
	case client.RateLimited:
		t.until = at.Add(retryAfter(err))
	}
	return t
}
