//go:build linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"postern/internal/needs"
	"postern/internal/ptytest"
)

// TestFaultT27T28TerminalThatIsGoneIsNotWaitedFor takes the terminal away, also
// from a program that was started so that it does not get to know (nohup).
func TestFaultT27T28TerminalThatIsGoneIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	for _, m := range manners {
		for _, nohup := range []string{"", "trap '' HUP; "} {
			t.Run(m.name+" "+nohup, func(t *testing.T) {
				t.Parallel()
				p := newPerson(t)
				p.set(m.env...)
				s := p.serveSteadily(0)
				o := p.options(append([]string{"-c", nohup + `exec postern "$@"`, "sh"},
					s.flags(append(m.flags[:len(m.flags):len(m.flags)], "signup", ann, "--name", "Ann", "--phone", "+15550100")...)...))
				o.Path = "sh"
				e := &enrolling{Session: ptytest.Start(t, o), p: p, server: s}
				e.WaitFor("Code for 127.0.0.1")
				gone := time.Now()
				e.Hangup()
				code := e.Wait()
				const slack = 2 * time.Second // a busy machine
				if took := time.Since(gone); took > 2*time.Second+slack {
					t.Errorf("got its end after %v, want two seconds at most", took)
				}
				if code != 129 {
					t.Errorf("got exit %d, want 129", code)
				}
			})
		}
	}
}

// TestFaultT32GNUScreenShowsThePictureAndKeepsNothing runs inside screen, with
// and without an alternate screen of its own.
func TestFaultT32GNUScreenShowsThePictureAndKeepsNothing(t *testing.T) {
	for _, alternate := range []string{"on", "off"} {
		t.Run("altscreen "+alternate, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t)
			s := inGNUScreen(t, p, alternate)
			var secret string
			s.WaitUntil("a QR code that can be scanned", func() bool {
				secret = scan(t, s.Cells())
				return secret != ""
			})
			s.Type("\x04")
			s.WaitFor("it ended with 3.")
			if before, after := read(t, p.path("before")), read(t, p.path("after")); before != after {
				t.Errorf("got terminal settings %q, want %q as before", after, before)
			}
			noKey(t, "the screen", s.Screen(), secret)
			hardcopy := exec.Command("screen", "-S", "test", "-X", "hardcopy", "-h", p.path("history"))
			hardcopy.Env, hardcopy.Dir = p.env, p.work
			if out, err := hardcopy.CombinedOutput(); err != nil {
				t.Fatalf("hardcopy: %v: %s", err, out)
			}
			eventually(t, "the history", func() bool {
				info, err := os.Stat(p.path("history"))
				return err == nil && info.Size() > 0
			})
			history := read(t, p.path("history"))
			noKey(t, "screen's history", history, secret)
			if !strings.Contains(history, "it ended with 3.") {
				t.Errorf("got a history without the end:\n%s", history)
			}
			s.Type("\r")
			if code := s.Wait(); code != 0 {
				t.Errorf("screen ended with %d\n%s", code, s.Screen())
			}
			s.CheckRestored()
		})
	}
}

// inGNUScreen is a shell in GNU screen that runs a sign-up.
func inGNUScreen(t *testing.T, p *person, alternate string) *ptytest.Session {
	t.Helper()
	sockets, err := os.MkdirTemp("", "screen") // short: a socket's path has room for 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(sockets) })
	dir := filepath.Join(sockets, "s")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, p.path("screenrc"), "startup_message off\ndefscrollback 500\naltscreen "+alternate+"\n")
	p.set("SCREENDIR="+dir, "TERM=xterm-256color")
	o := p.options([]string{"-U", "-c", p.path("screenrc"), "-S", "test", "sh", "-c", shell, "sh",
		"--profile", "sandbox", "signup", ann, "--name", "Ann", "--phone", "+15550100"})
	o.Path = needs.Tool(t, "screen")
	s := ptytest.Start(t, o)
	t.Cleanup(func() { endGNUScreen(t, dir) })
	return s
}

// endGNUScreen ends what is left of it: its server is a process by itself, and
// its socket is named after that.
func endGNUScreen(t *testing.T, dir string) {
	t.Helper()
	sockets, _ := filepath.Glob(filepath.Join(dir, "*.test"))
	for _, socket := range sockets {
		name, _, _ := strings.Cut(filepath.Base(socket), ".")
		if pid, err := strconv.Atoi(name); err == nil && pid > 1 {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}
