//go:build linux

package main

import (
	"strings"
	"testing"
	"time"
)

// The program by itself is a stay: tasks come back to it, and it says who is
// signed in.
func TestHomeIsWhereTasksComeBackTo(t *testing.T) {
	for _, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t)
			p.set(m.env...)
			e := &enrolling{p: p, server: p.serveSteadily(0), plain: len(m.flags) > 0 || m.env[0] == "TERM=dumb"}
			e.Session = p.terminal(e.server.flags(m.flags...)...)
			e.says("Nobody is signed in.")
			e.says("3 Leave")
			e.picks("2")
			e.says("Login ID")
			e.line("ann@example.com")
			e.says("Your name")
			e.line("Ann")
			e.says("Phone number")
			e.line("")
			e.reads(t)
			e.code(authenticator(t, e.secret, e.server.now()))
			e.says("Signed up, and signed in.")
			e.says("Signed in as Ann (ann@example.com).")
			e.says("6 Leave")
			p.want(0, e.server.flags("token")...)

			e.picks("4") // somebody else: nothing more is asked of the live session
			e.says("Login ID")
			if e.plain { // its only way back is a whole task
				e.line("ann@example.com")
				e.says("Code for 127.0.0.1")
				e.code(authenticator(t, e.secret, e.server.now().Add(30*time.Second)))
				e.says("The session before this one is over.")
			} else {
				e.Type("\x1b")
				e.says("Stopped.")
			}
			e.picks("5")
			e.says("Signed out, at the server and here.")
			e.says("3 Leave")
			p.want(4, e.server.flags("token")...)
			e.picks("3")
			e.ends(t, 0)
			if !e.plain && strings.Contains(e.History()+e.Screen(), "Leave") {
				t.Errorf("home left something behind:\n%s", e.Screen())
			}
		})
	}
}

func TestHomeCanBeStopped(t *testing.T) {
	t.Parallel()
	for key, exit := range map[string]int{"\x04": 3, "\x1b": 3, "\x03": 130} {
		p := newPerson(t)
		in := p.terminal("--profile", "sandbox")
		in.WaitFor("3 Leave")
		in.Type(key)
		if code := in.Wait(); code != exit {
			t.Errorf("%q: got exit %d, want %d\n%s", key, code, exit, in.Screen())
		}
		in.CheckRestored()
	}
	p := newPerson(t) // within a task: Esc goes home, Ctrl-C away
	in := p.terminal("--profile", "sandbox")
	in.WaitFor("3 Leave")
	in.Type("1")
	in.WaitFor("Login ID")
	in.Type("\x1b")
	in.WaitFor("Stopped.")
	in.Type("1")
	in.WaitFor("Login ID")
	in.Type("\x03")
	if code := in.Wait(); code != 130 {
		t.Errorf("Ctrl-C in a task: got exit %d, want 130\n%s", code, in.Screen())
	}
	in.CheckRestored()
}

// A session that is for this run only ends with the stay, at the server too.
func TestHomeEndsASessionThatIsNotStored(t *testing.T) {
	t.Parallel()
	p := personWithNothing(t)
	p.set("TERM=xterm-256color")
	e := &enrolling{p: p, server: p.serveSteadily(0), debug: p.path("debug.jsonl")}
	e.Session = p.terminal(e.server.flags("--store", "none", "--debug", e.debug)...)
	e.says("3 Leave")
	e.picks("2")
	e.says("Login ID")
	e.line("ann@example.com")
	e.says("Your name")
	e.line("")
	e.says("Phone number")
	e.line("")
	e.reads(t)
	e.code(authenticator(t, e.secret, e.server.now()))
	e.says("Kept in memory, for this run only")
	e.Type("\x03")
	e.ends(t, 130)
	if ops := strings.Join(requests(t, e.debug), ", "); !strings.Contains(ops, "logout") {
		t.Errorf("got requests %s, want the session ended", ops)
	}
}

// Where nobody is asked, the program by itself is the status.
func TestHomeWithoutAPersonIsTheStatus(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	p.enrolled("ann@example.com", "--profile", "sandbox")
	status := p.want(0, "status").stdout
	if got := p.want(0).stdout; !strings.HasPrefix(got, "Signed in as") || got[:40] != status[:40] {
		t.Errorf("got\n%s\nwant\n%s", got, status)
	}
	for _, flag := range []string{"--no-input", "--json"} {
		in := p.terminal(flag)
		if code := in.Wait(); code != 0 || !strings.Contains(in.Screen(), "ann@example.com") {
			t.Errorf("%s on a terminal: got exit %d, want the status\n%s", flag, code, in.Screen())
		}
	}
}
