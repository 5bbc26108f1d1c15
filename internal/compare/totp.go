package compare

import (
	"fmt"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

const (
	halfMinute = 30 * time.Second // of one code (RFC 6238 §4.1)
	begun      = 2 * time.Second  // more than the server's time is uncertain by
	roomNeeded = 12 * time.Second // seven calls to a service far away fit
	mostWrong  = 8                // wrong codes in a row that are tried
)

var totpSteps = []step{
	{"2", "code of somebody unknown", func(w *walk) {
		w.note("answer", answer(w.verify(newMember().login, "000000", nil, "")))
	}},
	{"2", "code of somebody without an authenticator", func(w *walk) {
		w.note("answer", answer(w.verify(w.test.login, "000000", nil, "")))
	}},
	{"13", "sign-up with the login ID of a user without an authenticator", func(w *walk) {
		w.note("answer", answer(w.enroll("/v1/auth/totp/signup", &member{login: w.test.login}, "")))
	}},
	{"1", "TOTP sign-up", func(w *walk) {
		r := w.enroll("/v1/auth/totp/signup", w.ann, "")
		w.note("answer", answer(r))
		w.trio(r.object(), w.ann.login)
	}},
	{"2", "second sign-up, the first not finished", func(w *walk) {
		before := w.ann.key()
		w.note("answer", answer(w.enroll("/v1/auth/totp/signup", w.ann, "")))
		w.note("another key", yes(w.ann.key() != before))
	}},
	{"2", "wrong code", func(w *walk) {
		w.steady()
		r := w.verify(w.ann.login, w.wrong(w.ann), nil, "")
		w.note("answer", answer(r))
		_, full := fields(r.object(), "errorCode", "errorDescription", "errorMessage", "message")
		w.note("fields of the error", full...)
	}},
	{"2", "clock window", tryWindow},
	{"2", "used code", func(w *walk) {
		w.note("the same code again", answer(w.code(w.ann, 0, nil, "")))
		w.note("the code before it", answer(w.code(w.ann, -1, nil, "")))
	}},
	{"2", "clock window ahead", func(w *walk) {
		for i, what := range []string{"one step ahead", "two steps ahead"} {
			r := w.code(w.ann, i+1, nil, "")
			w.note(what, answer(r))
			w.ann.take(r)
		}
	}},
	{"13", "sign-up with the login ID of a finished user", func(w *walk) {
		w.note("answer", answer(w.enroll("/v1/auth/totp/signup", &member{login: w.ann.login}, "")))
	}},
	{"3", "authenticator replaced", tryReplacement},
	{"5", "second factor of the same kind", func(w *walk) {
		r := w.code(w.bob, 1, fill{"mfa": true}, w.bob.refresh)
		w.note("answer", answer(r))
		w.note("amr", factors(claimsOf(tokensOf(r).session))...)
	}},
	{"5", "second factor with a token of somebody else", func(w *walk) {
		w.enroll("/v1/auth/totp/update", w.ann, w.ann.refresh)
		w.steady()
		w.note("answer", answer(w.code(w.ann, 0, fill{"mfa": true}, w.test.refresh)))
	}},
	{"5", "second factor without a token", func(w *walk) {
		w.note("answer", answer(w.code(w.ann, 1, fill{"mfa": true}, "")))
	}},
}

// lastSteps end what they are tried on.
var lastSteps = []step{
	{"2", "wrong codes in a row", func(w *walk) {
		w.enroll("/v1/auth/totp/signup", w.cid, "")
		w.steady()
		first := answer(w.verify(w.cid.login, w.wrong(w.cid), nil, ""))
		for n := 2; n <= mostWrong && w.err == nil; n++ {
			if now := answer(w.verify(w.cid.login, w.wrong(w.cid), nil, "")); now != first {
				w.note("before another answer", number(n-1))
				w.note("answer then", now)
				return
			}
		}
		w.note("before another answer", "more than 8")
	}},
}

// tryWindow offers codes from the past, oldest first: where a used code is
// refused, older ones are as well.
func tryWindow(w *walk) {
	w.steady()
	for i, what := range []string{"two steps old", "one step old", "of now"} {
		r := w.code(w.ann, i-2, nil, "")
		w.note(what, answer(r))
		w.ann.take(r)
	}
}

// tryReplacement signs bob up, and gives him another authenticator.
func tryReplacement(w *walk) {
	w.enroll("/v1/auth/totp/signup", w.bob, "")
	w.steady()
	if r := w.code(w.bob, -1, nil, ""); !w.bob.take(r) {
		w.bob.take(w.code(w.bob, 0, nil, ""))
	}
	old := &member{login: w.bob.login, keys: w.bob.keys}
	w.note("asked for", answer(w.enroll("/v1/auth/totp/update", w.bob, w.bob.refresh)))
	r := w.code(old, 0, nil, "")
	w.note("the old one before the new one was used", answer(r))
	w.bob.take(r)
	r = w.code(w.bob, 0, nil, "")
	w.note("the new one", answer(r))
	w.bob.take(r)
	w.note("the old one after that", answer(w.code(old, 1, nil, "")))
}

// enroll asks for a key with sign-up or update.
func (w *walk) enroll(path string, m *member, token string) reply {
	made := m.making()
	r := w.do(call{path: path, token: token, body: fill{"loginId": m.login}})
	made(r)
	if key := text(r.object()["key"]); r.ok() && key != "" {
		m.keys = append(m.keys, key)
	}
	return r
}

// code verifies the code of m's newest key, of so many steps from now.
func (w *walk) code(m *member, steps int, options fill, token string) reply {
	// #nosec G115 -- steps may be negative, and the sum wraps back
	return w.verify(m.login, codeAt(m.key(), w.half+uint64(steps)), options, token)
}

func (w *walk) verify(login, code string, options fill, token string) reply {
	body := fill{"loginId": login, "code": code}
	if options != nil {
		body["loginOptions"] = options
	}
	return w.do(call{path: "/v1/auth/totp/verify", token: token, body: body})
}

// key is the newest key.
func (m *member) key() string {
	if len(m.keys) == 0 {
		return ""
	}
	return m.keys[len(m.keys)-1]
}

// take keeps the tokens of a sign-in.
func (m *member) take(r reply) bool {
	if t := tokensOf(r); r.ok() && t.refresh != "" {
		m.tokens = t
	}
	return r.ok()
}

// codeAt is a key's code, one that is wrong for a key that is none.
func codeAt(key string, step uint64) string {
	code, err := hotp.GenerateCodeCustom(key, step, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		return "000000"
	}
	return code
}

// wrong is a code that m's keys do not have anywhere near now.
func (w *walk) wrong(m *member) string {
	near := map[string]bool{}
	for _, key := range m.keys {
		for step := w.half - 20; step <= w.half+20; step++ {
			near[codeAt(key, step)] = true
		}
	}
	for n := 123456; ; n++ {
		if code := fmt.Sprintf("%06d", n); !near[code] {
			return code
		}
	}
}

// steady finds the server's time step, one that lasts for a few more calls.
func (w *walk) steady() {
	now := w.side.Now().Add(w.offset)
	into, wait := time.Duration(now.UnixNano())%halfMinute, time.Duration(0)
	switch {
	case into < begun:
		wait = begun - into
	case halfMinute-into < roomNeeded:
		wait = halfMinute - into + begun
	}
	if wait > 0 && w.err == nil {
		w.err = w.side.Wait(w.ctx, wait)
	}
	now = now.Add(wait)
	w.half = uint64(now.Unix()) / uint64(halfMinute/time.Second) // #nosec G115 -- a clock before 1970 has no codes
}
