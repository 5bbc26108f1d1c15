//go:build linux

package main

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"postern/internal/ptytest"
)

// enrolling is somebody at the screen that shows the key, signing up at a
// server whose clock is somewhere.
type enrolling struct {
	*ptytest.Session
	p      *person
	server *server
	secret string
	debug  string
	plain  bool
}

// manners are the two ways to be asked.
var manners = []struct {
	name  string
	flags []string
	env   []string
}{
	{"full screen", nil, []string{"TERM=xterm-256color"}},
	{"line by line", []string{"--plain"}, []string{"TERM=xterm-256color"}},
	{"dumb terminal", nil, []string{"TERM=dumb"}},
}

var otpauth = regexp.MustCompile(`otpauth://totp/\S+`)

func enrol(t *testing.T, off time.Duration, flags, env []string) *enrolling {
	t.Helper()
	p := newPerson(t)
	p.set(env...)
	e := &enrolling{p: p, server: p.serveSteadily(off), debug: p.path("debug.jsonl")}
	e.plain = len(flags) > 0 || env[0] == "TERM=dumb"
	e.start(t, e.server.flags(append(flags, "--debug", e.debug, "signup", "ann@example.com", "--name", "Ann", "--phone", "+15550100")...)...)
	return e
}

// start begins the sign-up and takes the key into the phone.
func (e *enrolling) start(t *testing.T, args ...string) {
	t.Helper()
	e.Session = e.p.terminal(args...)
	e.reads(t)
}

// reads waits for the key and takes it into the phone.
func (e *enrolling) reads(t *testing.T) {
	t.Helper()
	e.WaitFor("Code for 127.0.0.1")
	if e.plain {
		e.line("u")
		e.WaitUntil("the link", func() bool { return otpauth.Match(e.Raw()) })
		e.secret = secretOf(t, string(otpauth.Find(e.Raw())))
		return
	}
	e.WaitUntil("a QR code that can be scanned", func() bool {
		e.secret = scan(t, e.Cells())
		return e.secret != ""
	})
}

// line types an answer and Enter.
func (e *enrolling) line(text string) { e.Type(text + "\r") }

// code types a code: on the full screen it sends itself.
func (e *enrolling) code(code string) {
	if e.plain {
		code += "\r"
	}
	e.Type(code)
}

// says waits for words, wherever the lines are broken and whatever picture
// stands beside them.
func (e *enrolling) says(words string) {
	e.p.t.Helper()
	letters := func(text string) string {
		return strings.Join(strings.Fields(strings.ReplaceAll(text, "▄", "")), "")
	}
	e.WaitUntil("the words "+words, func() bool { return strings.Contains(letters(e.Screen()), letters(words)) })
}

func (e *enrolling) verifications(t *testing.T) (n int) {
	for _, op := range requests(t, e.debug) {
		if op == "totp verify" {
			n++
		}
	}
	return n
}

func (e *enrolling) wantVerifications(t *testing.T, want int) {
	t.Helper()
	if got := e.verifications(t); got != want {
		t.Errorf("got %d codes sent, want %d; the calls were %v", got, want, requests(t, e.debug))
	}
}

func (e *enrolling) signsIn(t *testing.T) {
	t.Helper()
	e.says("Signed in as Ann (ann@example.com)")
	if code := e.Wait(); code != 0 {
		t.Errorf("got exit %d, want 0", code)
	}
	e.CheckRestored()
}

func TestWrongCodeAtEnrolmentIsHeldBack(t *testing.T) {
	for _, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			e := enrol(t, 0, m.flags, m.env)
			wrong := otherCode(t, e.secret)
			e.code(wrong)
			e.says("Not sent: the key does not make this code.")
			e.wantVerifications(t, 0)

			e.code(wrong) // once more: so it is meant
			e.says("The code was refused.")
			e.wantVerifications(t, 1)

			e.code(wrong) // refused once is refused: the server need not say it again
			e.says("This code was refused already.")
			e.wantVerifications(t, 1)

			e.code(authenticator(t, e.secret, e.server.now()))
			e.signsIn(t)
			e.wantVerifications(t, 2)
		})
	}
}

// On the full screen the code stands in the field still, and Enter sends it.
// Not the Enter of a hand that is used to end each answer with one.
func TestEnterSendsACodeThatWasHeldBack(t *testing.T) {
	t.Parallel()
	e := enrol(t, 0, nil, []string{"TERM=xterm-256color"})
	wrong := otherCode(t, e.secret)
	e.line(wrong)
	e.says("Not sent: the key does not make this code.")
	e.wantVerifications(t, 0)
	e.WaitUntil("the code to be sent by Enter", func() bool { // looked at with each second's countdown
		e.line("")
		return e.verifications(t) == 1
	})
	e.says("The code was refused.")
	e.Type("\x03")
	e.ends(t, 130)
}

func TestCodeOfAnotherTimeNamesTheClockOfThePhone(t *testing.T) {
	for _, row := range []struct {
		name  string
		phone time.Duration
		says  string
	}{
		{"two minutes slow", -2 * time.Minute, "Not sent: the phone's clock seems about 2 minutes slow."},
		{"five minutes fast", 5 * time.Minute, "Not sent: the phone's clock seems about 5 minutes fast."},
	} {
		for _, m := range manners {
			t.Run(row.name+" "+m.name, func(t *testing.T) {
				t.Parallel()
				e := enrol(t, 0, m.flags, m.env)
				late := authenticator(t, e.secret, e.server.now().Add(row.phone))
				e.code(late)
				e.says(row.says)
				e.wantVerifications(t, 0)
				e.code(late)
				e.says("The code was refused: the phone's clock is")
				e.wantVerifications(t, 1)
				e.code(authenticator(t, e.secret, e.server.now()))
				e.signsIn(t)
			})
		}
	}
}

// The phone has the right time and this computer has not: nobody needs to know.
func TestWrongClockOfThisComputerStopsNobody(t *testing.T) {
	for _, off := range []time.Duration{3 * time.Minute, -3 * time.Minute} {
		for _, m := range manners {
			t.Run(off.String()+" "+m.name, func(t *testing.T) {
				t.Parallel()
				e := enrol(t, off, m.flags, m.env)
				e.code(authenticator(t, e.secret, e.server.now()))
				e.signsIn(t)
				e.wantVerifications(t, 1)
				e.p.want(0, e.server.flags("token")...)
			})
		}
	}
}
