//go:build linux

package main

import (
	"strings"
	"syscall"
	"testing"
	"time"
)

// killedAtScan begins a sign-up and kills it where its key is shown: as a crash
// or a power cut does.
func killedAtScan(t *testing.T, p *person, s *server) (secret string) {
	t.Helper()
	p.set("TERM=xterm-256color")
	e := &enrolling{p: p, server: s}
	e.Session = p.terminal(s.flags("signup", "ann@example.com", "--name", "Ann", "--phone", "+15550100")...)
	e.reads(t)
	e.Signal(syscall.SIGKILL)
	e.Wait()
	return e.secret
}

const cutOff = "A sign-up of ann@example.com was begun on"

// TestFaultC18C19CutOffSignUpIsToldAndResumed: the next run says that the
// account may exist, claims no more, and goes on at the code.
func TestFaultC18C19CutOffSignUpIsToldAndResumed(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	s := p.serveSteadily(0)
	secret := killedAtScan(t, p, s)
	if r := p.want(4, s.flags("status")...); strings.Contains(r.stdout+r.stderr, "Signed in as") {
		t.Errorf("got status %q, want that nobody is signed in", r.stdout+r.stderr)
	}
	p.want(4, s.flags("token", "--no-input")...)

	in := p.terminal(s.flags()...)
	in.WaitFor(cutOff)
	in.WaitFor("the account may exist")
	in.WaitFor("Nobody is signed in.")
	in.Type("\x04")
	in.Wait()

	in = p.terminal(s.flags("login", "--plain")...)
	in.WaitFor(cutOff)
	in.Type("1\r")
	in.WaitFor("Code for 127.0.0.1")
	in.Type(authenticator(t, secret, s.now()) + "\r")
	in.WaitFor("Signed in as Ann (ann@example.com)")
	if code := in.Wait(); code != 0 {
		t.Fatalf("got exit %d, want 0\n%s", code, in.Screen())
	}
	p.want(0, s.flags("logout")...)
	in = p.terminal(s.flags("login", "--plain")...) // it is finished, and told no more
	in.WaitFor("Login ID")
	in.Type("\x04")
	in.Wait()
	if strings.Contains(in.Screen(), cutOff) {
		t.Errorf("got a finished sign-up told again:\n%s", in.Screen())
	}
}

// TestFaultC19CutOffSignUpStartsOver with a new key; where the service keeps the
// unfinished one, the way in by code is offered instead.
func TestFaultC19CutOffSignUpStartsOver(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		flags []string
		after string
	}{
		{"the unfinished one is replaced", nil, "Sign up as ann@example.com"},
		{"the unfinished one is kept", []string{"--variant", "pending-kept"}, "ann@example.com has an account already."},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t)
			s := p.serve(row.flags...)
			killedAtScan(t, p, s)
			in := p.terminal(s.flags("signup", "ann@example.com", "--plain")...)
			in.WaitFor(cutOff)
			in.Type("1\r")
			in.WaitFor(row.after)
			in.Type("\x04")
			in.Wait()
			p.want(4, s.flags("status")...)
		})
	}
}

// TestFaultC20CutOffReplacement: the authenticator from before may work still.
// Both are possible of the service; the words do not promise either.
func TestFaultC20CutOffReplacementLeavesTheOldAuthenticatorOrNot(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		flags []string
		exit  int
	}{
		{"the old one works", nil, 0},
		{"the old one is off", []string{"--variant", "old-key-off"}, 6},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t)
			s := p.serveSteadily(0, row.flags...)
			secret := p.enrolled("ann@example.com", s.flags()...)
			p.set("TERM=dumb")
			in := p.terminal(s.flags("mfa", "add", "totp")...)
			in.WaitFor("Code for 127.0.0.1")
			in.Type(strings.TrimSpace(p.want(0, "sandbox", "inbox", "--code", "ann@example.com").stdout) + "\r")
			in.WaitUntil("what is not known", func() bool {
				return strings.Contains(strings.ReplaceAll(in.Screen(), "\n", ""), "only the service knows: finish")
			})
			in.Type("1\r")
			in.WaitFor("New authenticator for ann@example.com")
			in.Signal(syscall.SIGKILL)
			in.Wait()
			p.want(0, s.flags("token")...) // the session is what it was
			p.want(0, s.flags("logout")...)
			code := p.path("code")
			write(t, code, authenticator(t, secret, s.now().Add(30*time.Second))+"\n")
			p.want(row.exit, s.flags("login", "ann@example.com", "--code-file", code)...)
		})
	}
}
