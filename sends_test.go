//go:build linux

package main

import (
	"strings"
	"sync"
	"testing"
)

// inbox is what was delivered to anybody, newest first.
func (p *person) inbox() []string {
	p.t.Helper()
	return strings.FieldsFunc(p.want(0, "sandbox", "inbox").stdout, func(r rune) bool { return r == '\n' })
}

// calls counts those of one name in a --debug file.
func calls(t *testing.T, path, op string) (n int) {
	t.Helper()
	for _, call := range requests(t, path) {
		if call == op {
			n++
		}
	}
	return n
}

// TestTenProcessesSendOneMessage has all of them ask at once: a second message
// would make the code of the first one useless, and costs money.
func TestTenProcessesSendOneMessage(t *testing.T) {
	t.Parallel()
	const processes = 10
	c := newCustomer(t, hand{}, "--latency", "100ms")
	away(c)
	ended := make([]ran, processes)
	var all sync.WaitGroup
	for i := range ended {
		all.Go(func() {
			r, err := c.tryRun(c.flags("challenge", "start", ann, "--method", "sms")...)
			if err != nil {
				t.Error(err)
			}
			ended[i] = r
		})
	}
	all.Wait()
	codes := map[int]int{}
	for _, r := range ended {
		codes[r.code]++
		if r.code == 7 && !strings.Contains(r.stderr, "Too early: nothing was sent") {
			t.Errorf("exit 7 with %q, want what held the message back", r.stderr)
		}
	}
	if codes[0] != 1 || codes[7] != processes-1 {
		t.Errorf("got exit codes %v, want 0 once and 7 else", codes)
	}
	if got := c.inbox(); len(got) != 1 {
		t.Errorf("got messages %q, want one", got)
	}
}

// mailed is a sign-in on the whole screen whose code was delivered.
func mailed(t *testing.T, h hand, flags ...string) (c *customer, on *enrolling, code string) {
	t.Helper()
	c = newCustomer(t, h, flags...)
	away(c)
	on = c.asked("--debug", c.path("calls"), "login", ann, "--method", "email")
	on.says("a code was sent by email")
	on.WaitFor("Code for 127.0.0.1")
	return c, on, c.delivered(ann)
}

// A paste is one answer, with its spaces and its end of line; Enter sends it.
func TestPastedCodeIsOneSubmit(t *testing.T) {
	t.Parallel()
	for _, h := range hands[:2] {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			c, on, code := mailed(t, h)
			on.Paste(code[:3] + " " + code[3:] + "\n")
			if !on.plain {
				on.WaitFor(code[:3] + " " + code[3:])
				if n := calls(t, c.path("calls"), "otp verify email"); n != 0 {
					t.Errorf("got %d codes sent before Enter, want none", n)
				}
				on.Type("\r")
			}
			on.says("Signed in as Ann")
			on.ends(t, 0)
			if n := calls(t, c.path("calls"), "otp verify email"); n != 1 {
				t.Errorf("got %d codes sent, want one", n)
			}
		})
	}
}

// One of known length sends itself, once.
func TestPastedCodeOfAnAuthenticatorSendsItselfOnce(t *testing.T) {
	t.Parallel()
	for _, h := range hands[:2] {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			c := newCustomer(t, h)
			away(c)
			on := c.asked("--debug", c.path("calls"), "login", ann)
			on.says("Code for 127.0.0.1")
			code := c.code(1)
			on.Paste(code[:3] + " " + code[3:] + "\n")
			on.says("Signed in as Ann")
			on.ends(t, 0)
			if n := calls(t, c.path("calls"), "totp verify"); n != 1 {
				t.Errorf("got %d codes sent, want one", n)
			}
		})
	}
}

func TestEnterPressedTwentyTimesSendsOneCode(t *testing.T) {
	t.Parallel()
	for _, h := range hands[:2] {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			c, on, code := mailed(t, h, "--latency", "200ms")
			on.Type(code + strings.Repeat("\r", 20))
			on.says("Signed in as Ann")
			on.ends(t, 0)
			if n := calls(t, c.path("calls"), "otp verify email"); n != 1 {
				t.Errorf("got %d codes sent, want one: %v", n, requests(t, c.path("calls")))
			}
			if got := c.inbox(); len(got) != 1 {
				t.Errorf("got messages %q, want one", got)
			}
		})
	}
}

// notThe is a code of the same form that was not delivered.
func notThe(code string) string {
	if code == "111111" {
		return "222222"
	}
	return "111111"
}

func TestDeliveredCodeThatWasRefusedIsNotSentTwice(t *testing.T) {
	t.Parallel()
	for _, h := range hands[:2] {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			c, on, code := mailed(t, h)
			wrong := notThe(code)
			on.line(wrong)
			on.says("The code is wrong")
			on.line(wrong)
			on.says("This code was refused already.")
			if n := calls(t, c.path("calls"), "otp verify email"); n != 1 {
				t.Errorf("got %d codes sent, want one", n)
			}
			on.line(code)
			on.says("Signed in as Ann")
			on.ends(t, 0)
			if n := calls(t, c.path("calls"), "otp verify email"); n != 2 {
				t.Errorf("got %d codes sent, want two", n)
			}
		})
	}
}

// From the screen of a delivered code there are ways on, and none of them sends
// a message that is not due.
func TestDeliveredScreenCanBeLeftAndComeBackTo(t *testing.T) {
	t.Parallel()
	c, on, code := mailed(t, hands[0])
	on.says("another one in") // r is off until then
	on.Type("r")
	on.Type("m")
	on.says("How do you want to sign in as " + ann + "?")
	on.picks("3") // email, where the code is already
	on.says("a code was sent by email")
	if strings.Contains(on.Screen(), "Too early") {
		t.Errorf("coming back asked for another code:\n%s", on.Screen())
	}

	on.Type("\x1b") // back, to the login ID
	on.WaitFor("Login ID")
	on.line("")
	on.says("a code was sent by email")
	if got := c.inbox(); len(got) != 1 {
		t.Errorf("got messages %q, want one", got)
	}

	on.Type("m")
	on.says("How do you want to sign in as " + ann + "?")
	on.picks("4")
	on.says("a code was sent by SMS")
	if got := c.inbox(); len(got) != 2 {
		t.Errorf("got messages %q, want two", got)
	}
	if newer := c.delivered(ann); newer != code {
		code = newer
	}
	on.line(code)
	on.says("Signed in as Ann")
	on.ends(t, 0)
	if got := strings.Join(c.claims().Factors, " "); got != "sms" {
		t.Errorf("got factors %q, want sms", got)
	}
}
