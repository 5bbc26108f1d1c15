//go:build linux

package main

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"postern/internal/ptytest"
)

func TestFaultT23WithoutATerminalTheOtherWayIsNamed(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	for _, args := range [][]string{{"signup", ann}, {"login", ann}, {"login"}} {
		r := p.want(10, append([]string{"--profile", "sandbox"}, args...)...)
		if !strings.Contains(r.stderr, "--") || strings.Contains(r.stderr+r.stdout, "\x1b") {
			t.Errorf("%v: got %q, want the flags that answer instead", args, r.stderr)
		}
	}
}

// TestFaultT24CodeComesFromStdinOnlyWhereAsked pipes a code in while there is a
// terminal.
func TestFaultT24CodeComesFromStdinOnlyWhereAsked(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, flag string
		asks       bool
	}{{"not asked", "", true}, {"asked", "--code-stdin", false}} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t)
			p.set("TERM=xterm-256color", "POSTERN_PROFILE=sandbox")
			p.enrolled(ann)
			p.want(0, "logout")
			o := p.options([]string{"-c", `postern sandbox code ann@example.com | postern login ann@example.com ` + row.flag + `; echo "it ended with $?."`})
			o.Path = "sh"
			s := ptytest.Start(t, o)
			if row.asks {
				s.WaitFor("Code for the sandbox")
				s.Type("\x04")
				s.WaitFor("it ended with 3.")
			}
			s.Wait()
			if asked := strings.Contains(string(s.Raw()), "Code for"); asked != row.asks {
				t.Errorf("got a question: %v, want %v\n%s", asked, row.asks, s.Screen())
			}
			// The code was taken, if only to be refused: it has signed ann up.
			if end := s.Screen(); !row.asks && !strings.Contains(end, "it ended with 0.") && !strings.Contains(end, "it ended with 6.") {
				t.Errorf("got\n%s\nwant the code to be taken from stdin", end)
			}
			s.CheckRestored()
		})
	}
}

func TestFaultT25StdoutElsewhereGetsNothingButWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	p.set("TERM=xterm-256color", "POSTERN_PROFILE=sandbox", "CLICOLOR_FORCE=1", "FORCE_COLOR=1")
	o := p.options([]string{"-c", `postern signup ann@example.com --name Ann --phone +15550100 >signup
postern token >token; postern token --json | cat >json; postern status >status; postern whoami | cat >whoami
postern --help >help; postern nothing >nothing; echo ended`})
	o.Path = "sh"
	s := ptytest.Start(t, o)
	s.WaitUntil("a QR code that can be scanned", func() bool { return readable(s) })
	s.Type(strings.TrimSpace(p.want(0, "sandbox", "code", ann).stdout))
	s.WaitFor("ended")
	s.Wait()
	s.CheckRestored()
	for _, file := range []string{"signup", "token", "json", "status", "whoami", "help", "nothing"} {
		got := read(t, p.path(file))
		if strings.ContainsAny(got, "\x1b\r\x07") {
			t.Errorf("%s: got an escape sequence in %q", file, got)
		}
		if empty := file == "signup" || file == "nothing"; (got == "") != empty {
			t.Errorf("%s: got %q, want it empty: %v", file, got, empty)
		}
	}
	if token := read(t, p.path("token")); strings.Count(token, ".") != 2 || strings.Count(token, "\n") != 1 {
		t.Errorf("got %q, want a token and nothing else", token)
	}
}

// TestFaultT35ReaderThatHasEnoughEndsItQuietly: by SIGPIPE, as with any other
// program.
func TestFaultT35ReaderThatHasEnoughEndsItQuietly(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	p.set("POSTERN_PROFILE=sandbox")
	p.enrolled(ann)
	for _, args := range [][]string{{"token"}, {"--json", "status"}, {"inspect"}, {"--help"}, {"version"}} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Close()
		cmd := p.command(t.Context(), append([]string{"--quiet"}, args...)...)
		var stderr strings.Builder
		cmd.Stdout, cmd.Stderr = w, &stderr
		_ = cmd.Run() // the state says all
		_ = w.Close()
		if status := cmd.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGPIPE {
			t.Errorf("%v: got %v, want an end by SIGPIPE", args, cmd.ProcessState)
		}
		if stderr.Len() > 0 {
			t.Errorf("%v: got %q on stderr, want nothing", args, stderr.String())
		}
	}
}

// TestFaultT26StreamsThatTakeNothing counts the exit codes where nobody can
// be told a thing.
func TestFaultT26StreamsThatTakeNothing(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	p.set("POSTERN_PROFILE=sandbox")
	p.want(4, "token")
	for _, row := range []struct {
		name, line string
		want       string
	}{
		{"stderr closed", `postern token 2>&-`, "4"},
		{"stderr full", `postern token 2>/dev/full`, "4"},
		{"all closed", `postern token >&- 2>&- <&-`, "4"},
		{"all full", `postern --json token >/dev/full 2>/dev/full`, "4"},
		{"usage, stderr full", `postern --wrong 2>/dev/full`, "2"},
		{"good news, stderr full", `postern login ann@example.com --no-input 2>/dev/full`, "10"},
	} {
		if out := p.line(row.line); out != row.want {
			t.Errorf("%s: got exit %s, want %s", row.name, out, row.want)
		}
	}
	p.enrolled(ann)
	for _, row := range []struct {
		name, line string
		want       string
	}{
		{"the token has no room", `postern token >/dev/full 2>/dev/null`, "1"},
		{"the status has no room", `postern status >/dev/full 2>/dev/null`, "1"},
		{"stderr closed", `postern token 2>&- >/dev/null`, "0"},
		{"stderr full", `postern whoami 2>/dev/full >/dev/null`, "0"},
	} {
		if out := p.line(row.line); out != row.want {
			t.Errorf("%s: got %q, want %s", row.name, out, row.want)
		}
	}
}

// line runs a line of a shell, and answers what it prints, or its exit code.
func (p *person) line(line string) string {
	p.t.Helper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Env, cmd.Dir = append(p.env, alone+"=1"), p.work
	out, _ := cmd.Output()
	if text := strings.TrimSpace(string(out)); text != "" {
		return text
	}
	return strconv.Itoa(cmd.ProcessState.ExitCode())
}
