//go:build linux

package main

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"postern/internal/needs"
	"postern/internal/ptytest"
)

// blackhole takes connections and never answers.
func blackhole(t *testing.T) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return "http://" + l.Addr().String() // the backlog takes them
}

func TestFaultT10TermWhileACallBlocksIsHeeded(t *testing.T) {
	t.Parallel()
	for _, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t)
			p.set(m.env...)
			s := p.terminal(append(m.flags[:len(m.flags):len(m.flags)], "--project-id", "P"+strings.Repeat("2", 27), "--base-url", blackhole(t),
				"signup", ann, "--name", "Ann", "--phone", "+15550100")...)
			s.WaitFor("Asking for a key")
			asked := time.Now()
			s.Signal(syscall.SIGTERM)
			code := s.Wait()
			const slack = 2 * time.Second // a busy machine
			if took := time.Since(asked); code != 143 || took > time.Second+slack {
				t.Errorf("got exit %d after %v, want 143 within a second", code, took)
			}
			s.CheckRestored()
		})
	}
}

// TestFaultT05AndL13KilledScreenIsMendedByReset: nothing can be done at a SIGKILL.
// What was stored before is whole, and `reset` mends the terminal.
func TestFaultT05AndL13KilledScreenIsMendedByReset(t *testing.T) {
	t.Parallel()
	needs.Tool(t, "reset")
	p := newPerson(t)
	p.set("TERM=xterm-256color", "PS1=prompt> ", "POSTERN_PROFILE=sandbox", "HISTFILE=")
	p.enrolled(ann)
	s := p.bash()
	s.Type("reset; stty -g >before; echo mended\r") // it makes the settings sane
	s.WaitUntil("the first reset", func() bool { return s.Screen() == "mended\nprompt>" })
	s.Type(`sh -c 'echo $$ >pid; exec postern signup bob@example.com --force --name Bob --phone +15550101'` + "\r")
	s.WaitUntil("a QR code that can be scanned", func() bool { return readable(s) })
	pid, err := strconv.Atoi(strings.TrimSpace(read(t, p.path("pid"))))
	if err == nil {
		err = syscall.Kill(pid, syscall.SIGKILL)
	}
	if err != nil {
		t.Fatal(err)
	}
	s.WaitFor("Killed")
	if !strings.Contains(s.Screen(), "▄") { // nobody is there to blank it
		t.Errorf("the screen does not stay as it was:\n%s", s.Screen())
	}
	s.Type("seq 1001 1060 | sed s/1/x/\r") // what a person does next moves lines out of the screen
	s.WaitFor("x060")
	if past := s.History(); strings.Contains(past, "▄") {
		t.Errorf("a part of the key can be scrolled back to:\n%s", past)
	}
	s.Type("reset; stty -g >after; echo mended\r")
	s.WaitUntil("the second reset", func() bool { return s.Screen() == "mended\nprompt>" })
	if got := s.Modes(); got.AltScreen || got.CursorHidden || got.Mouse {
		t.Errorf("got %+v after the reset", got)
	}
	if before, after := read(t, p.path("before")), read(t, p.path("after")); before != after {
		t.Errorf("got terminal settings %q, want %q as before", after, before)
	}
	s.Type("exit\r")
	s.Wait()
	p.want(0, "token")
}

// bash is an interactive shell on a terminal.
func (p *person) bash() *ptytest.Session {
	o := p.options([]string{"--norc", "--noprofile", "-i"})
	o.Path = "bash"
	s := ptytest.Start(p.t, o)
	s.WaitFor(">")
	return s
}

func TestFaultT13StoppedScreenIsDrawnAnew(t *testing.T) {
	t.Parallel()
	e := enrol(t, 0, nil, []string{"TERM=xterm-256color"})
	e.Signal(syscall.SIGSTOP)
	eventually(t, "it to stop", func() bool { return stopped(t, e.Pid()) })
	e.Print("\x1b[H\x1b[2Jsomebody wrote here")
	e.WaitFor("somebody wrote here")
	if got := scan(t, e.Cells()); got != "" {
		t.Fatalf("got a key read from a screen that was written over")
	}
	e.Signal(syscall.SIGCONT)
	e.WaitUntil("the same key", func() bool { return scan(t, e.Cells()) == e.secret })
	e.WaitGone("somebody wrote here")
	e.Type("\x04")
	e.ends(t, 3)
}

func stopped(t *testing.T, pid int) bool {
	_, state, _ := strings.Cut(read(t, fmt.Sprintf("/proc/%d/stat", pid)), ") ")
	return strings.HasPrefix(state, "T")
}

func TestFaultT34TerminalThatWasRawStaysRaw(t *testing.T) {
	t.Parallel()
	for _, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t)
			p.set(m.env...)
			o := p.options(append([]string{"-c", "stty raw -echo\n" + shell, "sh"}, append(m.flags, "--profile", "sandbox", "signup", ann, "--name", "Ann", "--phone", "+15550100")...))
			o.Path = "sh"
			s := ptytest.Start(t, o)
			s.WaitRaw("Code for the sandbox") // lines do not begin at the left then
			pid, err := strconv.Atoi(strings.TrimSpace(read(t, p.path("pid"))))
			if err == nil {
				err = syscall.Kill(pid, syscall.SIGTERM)
			}
			if err != nil {
				t.Fatal(err)
			}
			s.WaitRaw("it ended with 143.")
			if before, after := read(t, p.path("before")), read(t, p.path("after")); before != after {
				t.Errorf("got terminal settings %q, want %q as before", after, before)
			}
		})
	}
}

func TestFaultT36OutputHeldByCtrlSDoesNotKeepItFromEnding(t *testing.T) {
	t.Parallel()
	for _, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			e := enrol(t, 0, m.flags, m.env)
			e.Type("\x13")
			if e.plain {
				eventually(t, "the terminal to hold its output", e.Held)
			}
			e.Signal(syscall.SIGTERM)
			e.ends(t, 143)
		})
	}
}

func TestFaultT33AndL14RecorderIsWarnedOfOnce(t *testing.T) {
	t.Parallel()
	needs.Tool(t, "script")
	for _, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t)
			p.set(append(m.env, "SHELL=/bin/sh")...)
			line := "postern --profile sandbox " + strings.Join(m.flags, " ") + " signup ann@example.com --name Ann --phone +15550100"
			o := p.options([]string{"-q", "-e", "-c", line, p.path("typescript")})
			o.Path = "script"
			s := ptytest.Start(t, o)
			e := &enrolling{Session: s, p: p}
			e.says("script records this terminal")
			s.WaitFor("Code for the sandbox")
			s.Type("k")
			if m.name == "full screen" {
				s.WaitGone("records this")
				s.Type("k")
				s.WaitFor("▄▄▄▄▄") // the picture again
				s.Type("\x1b")     // away, and back to the key
				s.WaitFor("Login ID")
				s.Type("\r")
				s.WaitFor("Code for the sandbox")
			} else {
				s.Type("\r")
			}
			s.Type("\x04")
			if code := s.Wait(); code != 3 {
				t.Errorf("got exit %d, want 3", code)
			}
			if got := strings.Count(strings.Join(strings.Fields(string(s.Raw())), " "), "records"); got != 1 {
				t.Errorf("got it said %d times, want once", got)
			}
		})
	}
	e := enrol(t, 0, nil, []string{"TERM=xterm-256color"})
	if strings.Contains(e.Screen(), "records") {
		t.Errorf("got a warning without a recorder:\n%s", e.Screen())
	}
}

// eventually waits for what comes without a word on the terminal.
func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	late := time.After(limit)
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for !cond() {
		select {
		case <-look.C:
		case <-late:
			t.Fatalf("waited %v for %s", limit, what)
		}
	}
}
