//go:build linux

package main

import (
	"strings"
	"syscall"
	"testing"
)

// What is asked outside of the flows is asked line by line, on every terminal.
func TestInitAsksUntilItCanBeUsed(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	s := p.serve()
	in := p.terminal("init")
	again := func(question string) { // what is typed before would stand before it
		t.Helper()
		in.WaitUntil("the question again: "+question, func() bool { return strings.Count(in.Screen(), question) > 1 })
	}
	in.WaitFor("Project id (in the Descope console, below Project):")
	in.Type("P1\r")
	in.WaitFor("does not look like one")
	again("Project id (")
	in.Type(s.ProjectID + "\r")
	in.WaitFor("Name for the profile [default]:")
	in.Type("sandbox\r")
	in.WaitFor("built in")
	again("Name for the profile [default]:")
	in.Type("work\r")
	in.WaitFor("[https://api.descope.com]:")
	in.Type("http://example.com\r")
	in.WaitFor("plain http")
	again("[https://api.descope.com]:")
	in.Type(s.BaseURL + "\r")
	in.WaitFor("Next: postern login")
	if code := in.Wait(); code != 0 {
		t.Fatalf("got exit %d, want 0\n%s", code, in.Screen())
	}
	in.CheckRestored()
	if out := p.want(0, "profile", "show").stdout; !strings.Contains(out, "work (from current profile)") || !strings.Contains(out, s.BaseURL) {
		t.Errorf("got profile\n%s\nwant work at %s", out, s.BaseURL)
	}
}

func TestInitCanBeLeft(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	s := p.serve()
	p.want(0, "init", s.ProjectID, "--base-url", s.BaseURL, "--name", "work")
	in := p.terminal("init", "--name", "work")
	in.WaitFor("Project id")
	in.Type(s.ProjectID + "\r")
	in.WaitFor("There is a profile \"work\" already.")
	in.WaitFor("Name for the profile [default]:")
	in.Type("\x04") // the end of the input
	if code := in.Wait(); code != 3 || !strings.Contains(in.Screen(), "cancelled") {
		t.Errorf("got exit %d, want 3\n%s", code, in.Screen())
	}

	in = p.terminal("init")
	in.WaitFor("Project id")
	in.Type("\x03")
	if code := in.Wait(); code != 130 {
		t.Errorf("Ctrl-C: got exit %d, want 130\n%s", code, in.Screen())
	}
	in.CheckRestored()
	if out := p.want(0, "profile", "ls").stdout; strings.Count(out, "\n") != 2 {
		t.Errorf("got\n%s\nwant the one profile, and the sandbox", out)
	}
	p.want(10, "init", "--no-input")
}

func TestKeyIsAskedForUnseen(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	s := p.serve("--fault", "disabled-method")
	in := p.terminal(s.flags("profile", "key", "set")...)
	in.WaitFor("Auth management key (not shown):")
	in.WaitFor("handing it to people opens them again")
	in.Type(s.AuthManagementKey + "\r")
	in.WaitFor("The key is kept")
	if code := in.Wait(); code != 0 {
		t.Fatalf("got exit %d, want 0\n%s", code, in.Screen())
	}
	if strings.Contains(string(in.Raw()), s.AuthManagementKey) {
		t.Error("the key was shown")
	}
	in.CheckRestored()
	p.enrolled("ann@example.com", s.flags()...)

	in = p.terminal(s.flags("profile", "key", "set")...)
	in.WaitFor("Auth management key (not shown):")
	in.Type("\x03")
	if code := in.Wait(); code != 130 {
		t.Errorf("Ctrl-C: got exit %d, want 130\n%s", code, in.Screen())
	}
	in.CheckRestored() // what is typed shows again
}

// The terminal sends Ctrl-C to the command itself, so that one is not passed on
// as well; what a key cannot send is.
func TestCommandGetsCtrlCOnce(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	p.enrolled("ann@example.com", "--profile", "sandbox")
	in := p.terminal("exec", "--", "sh", "-c", `n=0; trap 'n=$((n+1)); echo "caught $n"' INT; trap 'echo told' TERM
		echo up; until [ "$x" = end ]; do read x; done; exit 4$n`)
	in.WaitFor("up")
	in.Type("\x03")
	in.WaitFor("caught 1")
	in.Signal(syscall.SIGINT)
	in.Signal(syscall.SIGTERM) // comes after the other
	in.WaitFor("told")
	in.Type("end\r")
	if code := in.Wait(); code != 41 {
		t.Errorf("got exit %d, want 41: caught once\n%s", code, in.Screen())
	}
	in.CheckRestored()
}
