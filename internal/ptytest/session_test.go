//go:build unix

package ptytest_test

import (
	"bytes"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"postern/internal/ptytest"
)

// sh runs a script on a pty.
func sh(t *testing.T, script string, change ...func(*ptytest.Options)) *ptytest.Session {
	t.Helper()
	opts := ptytest.Options{Path: "sh", Args: []string{"-c", script}}
	for _, f := range change {
		f(&opts)
	}
	return ptytest.Start(t, opts)
}

func TestTypedTextReachesTheProgram(t *testing.T) {
	s := sh(t, `printf 'name? '; read name; printf '\033[2J\033[Hhello %s' "$name"; read end`)
	s.WaitFor("name?")
	s.Type("ada\r")
	s.WaitFor("hello ada")
	s.WaitGone("name?")
	if got, want := s.Screen(), "hello ada"; got != want {
		t.Errorf("got screen %q, want %q", got, want)
	}
	if !bytes.Contains(s.Raw(), []byte("\x1b[2J")) {
		t.Errorf("got output %q, want the erase sequence in it", s.Raw())
	}
	s.Type("\r")
	if got := s.Wait(); got != 0 {
		t.Errorf("got exit code %d, want 0", got)
	}
}

func TestExitCodesAreCountedAsByAShell(t *testing.T) {
	for _, row := range []struct {
		name, script string
		want         int
	}{
		{"success", "exit 0", 0},
		{"failure", "exit 14", 14},
		{"killed by TERM", "kill -TERM $$", 143},
		{"killed by INT", "kill -INT $$", 130},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := sh(t, row.script).Wait(); got != row.want {
				t.Errorf("got %d, want %d", got, row.want)
			}
		})
	}
}

func TestSignalReachesTheProgram(t *testing.T) {
	s := sh(t, `trap 'echo caught; exit 5' USR1; echo ready; while :; do read x; done`)
	s.WaitFor("ready")
	s.Signal(syscall.SIGUSR1)
	s.Type("\r") // dash runs a trap after the read
	s.WaitFor("caught")
	if got := s.Wait(); got != 5 {
		t.Errorf("got exit code %d, want 5", got)
	}
}

func TestHangupIsALostTerminal(t *testing.T) {
	s := sh(t, `echo ready; exec sleep 600`) // one that reads may see the end of input first
	s.WaitFor("ready")
	s.Hangup()
	if got := s.Wait(); got != 129 {
		t.Errorf("got exit code %d, want 129", got)
	}
}

func TestResizeIsSeenByTheProgram(t *testing.T) {
	s := sh(t, `trap 'stty size' WINCH; stty size; while :; do read x; done`)
	s.WaitFor("24 80")
	s.Resize(100, 30)
	s.Type("\r")
	s.WaitFor("30 100")
	if got := s.Cells(); len(got) != 30 || len(got[0]) != 100 {
		t.Errorf("got %dx%d cells, want 100x30", len(got[0]), len(got))
	}
}

func TestTerminalLeftRawIsSeen(t *testing.T) {
	s := sh(t, `stty raw -echo; exit 0`)
	s.Wait()
	if s.Termios() == s.StartTermios() {
		t.Error("got equal settings after stty raw, want a difference")
	}
	s = sh(t, `old=$(stty -g); stty raw -echo; stty "$old"; printf '\033[?1049h\033[?25l\033[?1049l\033[?25h'`)
	s.Wait()
	s.CheckRestored()
}

func TestModesLeftOnAreSeen(t *testing.T) {
	s := sh(t, `printf '\033[?1049h\033[?25l\033[?2004h\033[?1002h\033[?1004h\033[>1u'`)
	s.Wait()
	want := ptytest.Modes{AltScreen: true, CursorHidden: true, Paste: true, Mouse: true, Focus: true, Kitty: 1}
	if got := s.Modes(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// question asks for device attributes and waits for the answer's last letter.
const question = `stty raw -echo min 0 time 3; printf '\033[c'; a=$(dd bs=1 count=9 2>/dev/null); stty sane; ` +
	`printf '%s' "$a" | grep -q c && echo answered || echo silence`

func TestTerminalAnswersUnlessMuted(t *testing.T) {
	sh(t, question).WaitFor("answered")
	sh(t, question, func(o *ptytest.Options) { o.Mute = true }).WaitFor("silence")
}

func TestAnswerComesLateOnASlowLink(t *testing.T) {
	began := time.Now()
	s := sh(t, `stty raw -echo; printf '\033[c'; dd bs=1 count=9 2>/dev/null >&2; echo answered`,
		func(o *ptytest.Options) { o.Latency = 100 * time.Millisecond })
	s.WaitFor("answered")
	if took := time.Since(began); took < 100*time.Millisecond {
		t.Errorf("got an answer after %v, want 100 ms at least", took)
	}
}

func TestHalfDrawnFrameIsNotJudged(t *testing.T) {
	e := ended{TB: t, said: make(chan string, 1)}
	s := ptytest.Start(e, ptytest.Options{
		Path: "sh", Args: []string{"-c", `printf '\033[?2026hhalf'; read x; printf '\033[?2026l'; read x`},
		Limit: 500 * time.Millisecond,
	})
	s.WaitRaw("half")
	over := make(chan struct{})
	go func() {
		defer close(over)
		s.WaitFor("half")
	}()
	if <-over; len(e.said) == 0 {
		t.Error("got a frame judged before it was whole")
	}
	s.Type("\r")
	s.WaitFor("half")
}

func TestScrolledOffTextIsInTheHistory(t *testing.T) {
	s := sh(t, `seq 1 40; printf '\033[?1049hsecret\n'; seq 50 90; printf '\033[?1049l'; echo end; read x`)
	s.WaitFor("end")
	if got := s.History(); !strings.HasPrefix(got, "1\n2\n") || strings.Contains(got, "secret") {
		t.Errorf("got history %q, want the first lines and nothing of the alternate screen", got)
	}
}

func TestPasteIsBracketedOnlyWhereAsked(t *testing.T) {
	s := sh(t, `read a; printf '\033[?2004hready'; read b; printf '%s|%s' "$a" "$b" | tr '\033' E; read x`)
	s.Paste("plain\r")
	s.WaitFor("ready")
	s.Paste("marked")
	s.Type("\r")
	s.WaitFor("plain|E[200~markedE[201~")
}

// ended notes how a test would have failed.
type ended struct {
	testing.TB
	said chan string
}

func (e ended) Helper() {}

func (e ended) Fatalf(format string, args ...any) {
	e.said <- format
	runtime.Goexit()
}

func TestWaitForFailsWhenTheProgramEndsWithoutTheText(t *testing.T) {
	e := ended{TB: t, said: make(chan string, 1)}
	s := ptytest.Start(e, ptytest.Options{Path: "sh", Args: []string{"-c", "echo other"}})
	go s.WaitFor("never")
	if got := <-e.said; !strings.Contains(got, "the program ended") {
		t.Errorf("got failure %q, want one that says that the program ended", got)
	}
}

func TestNothingIsLeftRunning(t *testing.T) {
	var pid int
	t.Run("a program that ignores everything", func(t *testing.T) {
		s := sh(t, `trap '' HUP INT TERM; echo ready; sleep 1000; read x`)
		s.WaitFor("ready")
		pid = s.Pid()
	})
	if ptytest.Alive(pid) {
		t.Error("the program is still there")
	}
}
