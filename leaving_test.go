//go:build linux

package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"postern/internal/ptytest"
)

// goodbyes are the ways to be ended while the key is on the screen.
var goodbyes = []struct {
	name   string
	key    string // typed, for a terminal that sends no signal by itself
	signal syscall.Signal
	exit   int
}{
	{"T01 Ctrl-C", "\x03", 0, 130},
	{"T01 SIGINT", "", syscall.SIGINT, 130},
	{"T02 SIGTERM", "", syscall.SIGTERM, 143},
	{"T03 SIGHUP", "", syscall.SIGHUP, 129},
	{"T04 SIGQUIT", "", syscall.SIGQUIT, 143},
	{"T27 Ctrl-D", "\x04", 0, 3},
}

func TestScanScreenLeavesTheTerminalAsItWas(t *testing.T) {
	for _, g := range goodbyes {
		t.Run(g.name, func(t *testing.T) {
			t.Parallel()
			e := enrol(t, 0, nil, []string{"TERM=xterm-256color"})
			if m := e.Modes(); !m.AltScreen {
				t.Fatal("the key is not on the alternate screen")
			}
			if g.key != "" {
				e.Type(g.key)
			} else {
				e.Signal(g.signal)
			}
			if code := e.Wait(); code != g.exit {
				t.Errorf("got exit %d, want %d", code, g.exit)
			}
			e.CheckRestored()
			noKey(t, "the screen", e.Screen(), e.secret)
			noKey(t, "the history", e.History(), e.secret)
			if strings.Contains(string(e.Raw()), "goroutine ") {
				t.Errorf("it ended with a dump:\n%s", e.Raw())
			}
			e.p.want(4, e.server.flags("token")...)
		})
	}
}

func TestFaultT31ScanScreenLeavesNoKeyInTmux(t *testing.T) {
	for _, alternate := range []string{"on", "off"} {
		for _, g := range goodbyes {
			t.Run("alternate-screen "+alternate+" "+g.name, func(t *testing.T) {
				t.Parallel()
				p := newPerson(t)
				pane, secret := scanningInTmux(t, p, alternate)
				if g.key != "" {
					pane.Type(g.key)
				} else {
					pid, err := strconv.Atoi(strings.TrimSpace(read(t, p.path("pid"))))
					if err == nil {
						err = syscall.Kill(pid, g.signal)
					}
					if err != nil {
						t.Fatal(err)
					}
				}
				pane.WaitFor(fmt.Sprintf("it ended with %d.", g.exit))
				if modes := pane.Format("#{alternate_on} #{cursor_flag} #{mouse_any_flag}"); modes != "0 1 0" {
					t.Errorf("got alternate screen, cursor, mouse %q, want %q", modes, "0 1 0")
				}
				if before, after := read(t, p.path("before")), read(t, p.path("after")); before != after {
					t.Errorf("got terminal settings %q, want %q as before", after, before)
				}
				noKey(t, "tmux's history", pane.History(), secret)
			})
		}
	}
}

// shell is what a person has around the program.
const shell = `stty -g >before
sh -c 'echo $$ >pid; exec postern "$@"' sh "$@"
code=$?
stty -g >after
echo "it ended with $code."
read wait
`

// scanningInTmux is a shell in tmux that runs a sign-up, as far as the key.
func scanningInTmux(t *testing.T, p *person, alternate string) (pane *ptytest.Pane, secret string) {
	t.Helper()
	o := p.options([]string{"-c", shell, "sh", "--profile", "sandbox", "signup", "ann@example.com", "--name", "Ann", "--phone", "+15550100"})
	o.Path, o.Terminal, o.NoAltScreen = "sh", "xterm-256color", alternate == "off"
	pane = ptytest.Tmux(t, o)
	pane.WaitUntil("a QR code that can be scanned", func() bool {
		secret = scan(t, pane.Cells())
		return secret != ""
	})
	if on := pane.Format("#{alternate_on}"); (on == "1") != (alternate == "on") {
		t.Fatalf("got alternate_on %s, want alternate-screen %s", on, alternate)
	}
	return pane, secret
}

// TestFaultT31ResizedScreenLeavesNoKeyInTmux: a screen is erased as a whole
// before it is drawn in another size, and tmux would keep it. (What tmux itself
// moves into its history when it breaks lines for a narrower window, it does
// before the program knows.)
func TestFaultT31ResizedScreenLeavesNoKeyInTmux(t *testing.T) {
	for _, size := range [][2]int{{100, 24}, {100, 30}, {80, 40}, {200, 60}, {80, 22}} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			pane, secret := scanningInTmux(t, newPerson(t), "off")
			pane.Resize(size[0], size[1])
			pane.WaitUntil("the same key in the new size", func() bool { return scan(t, pane.Cells()) == secret })
			pane.Type("\x04")
			pane.WaitFor("it ended with 3.")
			noKey(t, "tmux's history", pane.History(), secret)
		})
	}
}

// After a sign-up, too, nothing of the key is left.
func TestSignUpLeavesNoKeyInTmux(t *testing.T) {
	for _, alternate := range []string{"on", "off"} {
		t.Run("alternate-screen "+alternate, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t)
			pane, secret := scanningInTmux(t, p, alternate)
			code := strings.TrimSpace(p.want(0, "sandbox", "code", "ann@example.com").stdout)
			pane.Type(code)
			pane.WaitFor("it ended with 0.")
			history := pane.History()
			noKey(t, "tmux's history", history, secret)
			if strings.Contains(history, code) {
				t.Errorf("the code is in tmux's history:\n%s", history)
			}
		})
	}
}

// noKey fails the test if the key, in any form, or rows of a QR code can be read.
func noKey(t *testing.T, where, text, secret string) {
	t.Helper()
	together := strings.Join(strings.Fields(text), "")
	for what, trace := range map[string]string{
		"the key": secret, "the key in groups": grouped(secret), "a group of the key": " " + secret[4:8] + " ",
	} {
		if strings.Contains(text, trace) || what == "the key" && strings.Contains(together, trace) {
			t.Errorf("%s stands in %s:\n%s", what, where, text)
		}
	}
	if strings.ContainsAny(text, "▄▀█") {
		t.Errorf("rows of a picture stand in %s:\n%s", where, text)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
