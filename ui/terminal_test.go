//go:build unix

package ui

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"postern/flows"
	"postern/internal/ptytest"
)

// onTerminal are the options for a child on a terminal.
func onTerminal(name string) ptytest.Options {
	env := slices.DeleteFunc(os.Environ(), func(e string) bool {
		return strings.HasPrefix(e, "LC_") || strings.HasPrefix(e, "NO_COLOR") || strings.HasPrefix(e, "SSH_")
	})
	return ptytest.Options{
		Path: os.Args[0], Env: append(env, child+"="+name, "LANG=C.UTF-8", "TERM=xterm-256color"),
		Cols: 80, Rows: 24, Limit: 2 * waitLimit,
	}
}

// shell is a child with a shell in between.
func shell(name, path string, args ...string) ptytest.Options {
	o := onTerminal(name)
	o.Path, o.Args = path, args
	o.Env = append(o.Env, "CHILD="+os.Args[0], "PS1=prompt> ", "HISTFILE=")
	return o
}

// wantNoSecret fails when a text that stays has a part of the key.
func wantNoSecret(t *testing.T, where, text string) {
	t.Helper()
	for _, secret := range []string{"▄", "JBSW", "3PXP"} {
		if strings.Contains(text, secret) {
			t.Errorf("got %q in the %s\n%s", secret, where, text)
		}
	}
}

// afterErasing is what was sent after the rows were erased last.
func afterErasing(t *testing.T, raw string) string {
	t.Helper()
	i := strings.LastIndex(raw, erase)
	if i < 0 {
		t.Fatalf("got no row erased in %q", raw)
	}
	return raw[i:]
}

func TestFaultL06L07T06T07TerminalIsRestoredHoweverTheScreenEnds(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(*ptytest.Session){
		"any code":     func(s *ptytest.Session) { s.Type("123456\r") },
		"stop":         func(s *ptytest.Session) { s.Type("\x04") },
		"interrupt":    func(s *ptytest.Session) { s.Type("\x03") },
		"terminated":   func(s *ptytest.Session) { s.Signal(syscall.SIGTERM) },
		"break":        func(s *ptytest.Session) { s.Type("123456"); s.WaitFor("Not sent") },
		"phone breaks": func(s *ptytest.Session) { s.Type("p") },
		"resized too":  func(s *ptytest.Session) { s.Type("\x04"); resize(s) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := onTerminal(name)
			o.Dir = t.TempDir()
			o.Env = append(o.Env, "TEA_DEBUG=true") // Bubble Tea would write a panic into a file
			s := ptytest.Start(t, o)
			s.WaitFor("Type the code")
			leave(s)
			switch name {
			case "any code":
				s.WaitFor("Not sent")
				s.Type("123456") // again, for the server to judge; this one takes any
			case "break":
				s.Type("\x1b[200~123456\x1b[201~")
			}
			s.WaitFor("END")
			s.Wait()
			s.CheckRestored()
			raw := string(s.Raw())
			wantNoSecret(t, "output after the erasing", afterErasing(t, raw))
			wantNoSecret(t, "screen", s.Screen())
			wantNoSecret(t, "history", s.History())
			if strings.Contains(raw, "canary") || strings.Contains(raw, "goroutine") {
				t.Errorf("got a panic's text in %q", raw)
			}
			if files, err := os.ReadDir(o.Dir); err != nil || len(files) > 0 {
				t.Errorf("got files %v, %v, want none", files, err)
			}
		})
	}
}

func resize(s *ptytest.Session) {
	for i := range 40 {
		s.Resize(70+i, 20+i%10)
	}
}

func TestFaultT11SuspendedScreenShowsNoSecretAndComesBack(t *testing.T) {
	t.Parallel()
	s := ptytest.Start(t, shell("", "bash", "--norc", "--noprofile", "-i"))
	s.WaitFor("prompt>")
	s.Type(child + "=stop $CHILD\r")
	s.WaitFor("Type the code")
	s.Type("12\x1a")
	s.WaitFor("Stopped")
	raw := string(s.Raw())
	wantNoSecret(t, "output after the erasing", afterErasing(t, raw))
	wantNoSecret(t, "screen", s.Screen())
	s.Type("fg\r")
	s.WaitFor("> 12")
	s.Type("\x04")
	s.WaitFor("END")
	wantNoSecret(t, "screen", s.Screen())
	s.Type("exit\r")
	s.Wait()
	s.CheckRestored()
}

func TestFaultT12ScreenThatNobodyCouldWakeIsNotSuspended(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]ptytest.Options{
		"session leader": onTerminal("stop"), "the leader's group": shell("stop", "sh", "-c", `"$CHILD"; true`),
	} {
		t.Run(name, func(t *testing.T) {
			s := ptytest.Start(t, o)
			s.WaitFor("Type the code")
			s.Type("\x1a")
			s.WaitFor("There is no shell")
			s.Type("\x03")
			s.WaitFor("END")
			s.Wait()
			s.CheckRestored()
		})
	}
}

func TestFaultT28TerminalThatIsGoneEndsTheProgram(t *testing.T) {
	t.Parallel()
	s := ptytest.Start(t, onTerminal("hangup")) // SIGHUP is ignored, as under nohup
	s.WaitFor("Type the code")
	s.Hangup()
	if got, want := s.Wait(), 10+int(flows.Stopped); got != want {
		t.Errorf("got exit %d, want %d", got, want)
	}
}

// TestFaultT30AnswersOfASlowTerminalStayOffThePrompt ends before the terminal has
// answered what it was asked at the start.
func TestFaultT30AnswersOfASlowTerminalStayOffThePrompt(t *testing.T) {
	t.Parallel()
	o := shell("short", "bash", "--norc", "-c",
		`"$CHILD"; IFS= read -r -s -t 1 -n 200 left; printf 'LEFT=%q.' "$left"`)
	o.Latency = 300 * time.Millisecond
	s := ptytest.Start(t, o)
	s.WaitFor("LEFT=")
	s.Wait()
	if got := s.Screen(); !strings.Contains(got, fmt.Sprintf("END %d, <nil>", flows.Standing)) || !strings.Contains(got, "LEFT=''.") {
		t.Errorf("got\n%s\nwant nothing left", got)
	}
}

func TestTerminalIsAskedNothing(t *testing.T) {
	t.Parallel()
	o := onTerminal("stop")
	o.Mute = true
	s := ptytest.Start(t, o)
	s.WaitFor("Type the code")
	s.Type("\x04")
	s.WaitFor("END")
	s.Wait()
	s.CheckRestored()
	for _, question := range []string{"$p", "\x1b[?u", "\x1b[c", "\x1b[6n", "\x1b]11;?"} {
		if strings.Contains(string(s.Raw()), question) {
			t.Errorf("got the question %q in the output, want none", question)
		}
	}
}

func TestFaultL10AndL12NothingSecretStaysWithoutAnAlternateScreen(t *testing.T) {
	t.Parallel()
	for _, without := range []bool{false, true} {
		o := onTerminal("stop")
		o.NoAltScreen = without
		p := ptytest.Tmux(t, o)
		p.WaitFor("Type the code")
		p.WaitUntil("the URI to be read from the screen", func() bool { // tmux may show half a frame first
			return ptytest.DecodeQR(t, p.Cells().Image(ptytest.Dark)) == enrollment(ada, "Example").URI.Reveal()
		})
		p.Key("C-d")
		p.WaitFor("END")
		wantNoSecret(t, "history", p.History())
	}
}
