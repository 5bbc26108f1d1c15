//go:build linux

package main

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"postern/internal/ptytest"
)

// TestTerminalsOfEveryKindCanSignUp goes through a sign-up on terminals that
// can do little, and on those that ask for little.
func TestTerminalsOfEveryKindCanSignUp(t *testing.T) {
	for _, row := range []struct {
		name  string
		env   []string
		drawn bool // on the full screen
	}{
		{"T19 TERM=dumb", []string{"TERM=dumb"}, false},
		{"T20 TERM unset", []string{"TERM="}, false},
		{"T20 TERM unknown", []string{"TERM=unknown"}, false},
		{"T21 NO_COLOR", []string{"TERM=xterm-256color", "NO_COLOR=1"}, true},
		{"T22 LANG=C", []string{"TERM=xterm-256color", "LANG=C"}, false},
		{"T22 ISO-8859-1", []string{"TERM=xterm-256color", "LANG=de_DE.ISO-8859-1"}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			e := &enrolling{p: newPerson(t), plain: !row.drawn}
			e.p.set(row.env...)
			e.server = e.p.serveSteadily(0)
			e.start(t, e.server.flags("signup", "ann@example.com", "--name", "Ann", "--phone", "+15550100")...)
			e.code(authenticator(t, e.secret, e.server.now()))
			e.signsIn(t)
			raw := string(e.Raw())
			if escaped := strings.Contains(raw, "\x1b"); escaped != row.drawn {
				t.Errorf("got escape sequences: %v, want %v", escaped, row.drawn)
			}
			if strings.HasPrefix(row.name, "T21") && !strings.Contains(raw, "38;5;231;48;5;16") {
				t.Error("the picture has not its own black and white, which a light terminal needs")
			}
			if strings.HasPrefix(row.name, "T22") && strings.ContainsFunc(raw, func(r rune) bool { return r > 0x7e }) {
				t.Errorf("got more than ASCII in\n%s", raw)
			}
		})
	}
}

// sized runs a sign-up in a window of a size that the test's terminal is told
// only then.
func sized(t *testing.T, columns, rows int, more ...string) *ptytest.Session {
	t.Helper()
	p := newPerson(t)
	p.set("TERM=xterm-256color")
	o := p.options(append([]string{"-c", `stty cols "$0" rows "$1"; shift; exec postern "$@"`, fmt.Sprint(columns), fmt.Sprint(rows),
		"--profile", "sandbox", "signup", ann, "--name", "Ann", "--phone", "+15550100"}, more...))
	o.Path = "sh"
	return ptytest.Start(t, o)
}

func readable(s *ptytest.Session) bool {
	link, err := ptytest.DecodeQRZxing(s.Cells().Image(ptytest.Dark))
	return err == nil && strings.HasPrefix(link, "otpauth://totp/")
}

func TestFaultT14WindowOfNoSizeIsTakenForAnUsualOne(t *testing.T) {
	t.Parallel()
	s := sized(t, 0, 0)
	s.WaitUntil("a QR code that can be scanned", func() bool { return readable(s) })
	s.Type("\x1b") // it is measured again
	s.WaitFor("Login ID")
	s.Type("\x04")
	if code := s.Wait(); code != 3 {
		t.Errorf("got exit %d, want 3", code)
	}
}

func TestFaultT15TinyWindowSaysSoAndGrows(t *testing.T) {
	t.Parallel()
	s := sized(t, 1, 1)
	s.WaitRaw("\x1b[?1049h")
	s.Resize(19, 4)
	s.WaitFor("Too small a window.")
	s.Resize(80, 24)
	s.WaitUntil("a QR code that can be scanned", func() bool { return readable(s) })
	s.Resize(1, 1)
	s.Type("\x04")
	if code := s.Wait(); code != 3 {
		t.Errorf("got exit %d, want 3", code)
	}
}

func TestFaultT18HugeWindowIsDrawn(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	p.set("TERM=xterm-256color")
	o := p.options([]string{"--profile", "sandbox", "signup", ann, "--name", "Ann", "--phone", "+15550100"})
	o.Cols, o.Rows = 1000, 1000
	s := ptytest.Start(t, o)
	s.WaitFor("Code for the sandbox")
	var corner ptytest.Grid
	for _, line := range s.Cells()[:60] {
		corner = append(corner, line[:120])
	}
	if link, err := ptytest.DecodeQRZxing(corner.Image(ptytest.Dark)); !strings.HasPrefix(link, "otpauth://totp/") {
		t.Errorf("got %q (%v), want the link", link, err)
	}
	s.Type("\x04")
	if code := s.Wait(); code != 3 {
		t.Errorf("got exit %d, want 3", code)
	}
	s.CheckRestored()
}

// TestFaultT17ResizeStormIsWeathered changes the size a hundred times a second.
func TestFaultT17ResizeStormIsWeathered(t *testing.T) {
	t.Parallel()
	e := enrol(t, 0, nil, []string{"TERM=xterm-256color"})
	began, spent := time.Now(), cpuTime(t, e.Pid())
	pace := time.NewTicker(10 * time.Millisecond)
	defer pace.Stop()
	for i := range rounds(200, 1000) {
		<-pace.C
		e.Resize(20+i*7%180, 5+i*3%55)
	}
	took, worked := time.Since(began), cpuTime(t, e.Pid())-spent
	if !underRace && worked > took {
		t.Errorf("got %v of a processor in %v, want less than one", worked, took)
	}
	e.Resize(19, 4) // the last one counts
	e.WaitFor("Too small a window.")
	e.Resize(80, 24)
	e.WaitUntil("the same key", func() bool { return scan(t, e.Cells()) == e.secret })
	e.Type("\x04")
	e.ends(t, 3)
}

// cpuTime is what a process has used: fields 14 and 15 of proc(5)'s stat, in
// hundredths of a second.
func cpuTime(t *testing.T, pid int) time.Duration {
	t.Helper()
	_, after, _ := strings.Cut(read(t, fmt.Sprintf("/proc/%d/stat", pid)), ") ")
	var ticks int
	for _, field := range strings.Fields(after)[11:13] {
		n, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
