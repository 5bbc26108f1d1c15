package ui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"postern/flows"
	"postern/internal/ptytest"
)

func TestTermKnowsItsCharset(t *testing.T) {
	t.Parallel()
	for env, want := range map[string]bool{
		"": true, "LANG=en_GB.UTF-8": true, "LANG=en_GB.utf8": true, "LANG=de_DE.UTF-8@euro": true, "LANG=en_GB": true,
		"LANG=C": false, "LANG=POSIX": false, "LANG=C.UTF-8": true, "LANG=de_DE.ISO-8859-1": false, "LANG=de_DE@euro": true,
		"LANG=en_GB.UTF-8 LC_ALL=C": false, "LANG=C LC_CTYPE=en_GB.UTF-8": true, "LC_CTYPE=C LC_ALL=en_GB.UTF-8": true,
		"LANG=C LC_ALL=": false, "LANG=C LANG=en_GB.UTF-8": true,
	} {
		if got := (Term{Env: strings.Fields(env)}).UTF8(); got != want {
			t.Errorf("%s: got %v, want %v", env, got, want)
		}
	}
}

func TestTermKnowsWhenToWriteLines(t *testing.T) {
	t.Parallel()
	for env, want := range map[string]bool{
		"": true, "TERM=dumb": true, "TERM=unknown": true, "TERM=": true, "TERM=xterm": false, "TERM=linux": false,
		"TERM=xterm ACCESSIBLE=1": true, "TERM=xterm ACCESSIBLE=": false, "TERM=xterm LANG=C": true,
	} {
		if got := (Term{Env: strings.Fields(env)}).Lines(); got != want {
			t.Errorf("%s: got %v, want %v", env, got, want)
		}
	}
}

func TestTermKnowsItsColours(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		env            string
		noColor, basic bool
	}{
		{"TERM=xterm-256color", false, false}, {"TERM=tmux-256color", false, false}, {"TERM=screen-256color", false, false},
		{"TERM=linux", false, true}, {"TERM=screen", false, true}, {"TERM=vt100", false, true},
		{"TERM=xterm COLORTERM=truecolor", false, false}, {"TERM=xterm-256color NO_COLOR=1", true, false},
		{"TERM=xterm-256color NO_COLOR=", false, false}, {"TERM=xterm-256color CLICOLOR=0", false, false},
	} {
		term := Term{Env: strings.Fields(row.env)}
		if term.NoColor() != row.noColor || term.basicInk() != row.basic {
			t.Errorf("%s: got no colour %v, basic %v, want %v, %v", row.env, term.NoColor(), term.basicInk(), row.noColor, row.basic)
		}
	}
}

// TestPictureIsReadOnEveryTerminal draws through the renderer, in the colours
// that each kind of terminal has.
func TestPictureIsReadOnEveryTerminal(t *testing.T) {
	t.Parallel()
	for _, env := range []string{
		"TERM=xterm-256color", "TERM=linux", "TERM=screen", "TERM=vt100", "TERM=xterm-256color NO_COLOR=1", "TERM=linux NO_COLOR=1",
	} {
		t.Run(env, func(t *testing.T) {
			t.Parallel()
			s := full(t, flows.Enroll(flows.Plan{LoginID: ada}), func(_ *memory, term *Term) {
				term.Env = strings.Fields(env)
			})
			s.until("next code")
			raw := s.raw()
			s.keys("\x03")
			s.end()
			for _, theme := range ptytest.Themes {
				grid := ptytest.Replay([]byte(raw), ptytest.Options{NoBCE: true})
				if got, err := ptytest.DecodeQRZxing(grid.Image(theme)); got != enrollment(ada, "Example").URI.Reveal() {
					t.Errorf("%s: got %q, %v, want the URI", theme.Name, got, err)
				}
			}
		})
	}
}

func TestTextHasNoColourWithNoColor(t *testing.T) {
	t.Parallel()
	for _, s := range screens {
		m := s.at(t, 80, 24)
		m.term.Env = append(m.term.Env, "NO_COLOR=1")
		m.term.Sandbox, m.styles = true, newStyles(m.term.NoColor())
		for y, line := range grid(m) {
			for x, cell := range line {
				if (cell.Style.Fg != nil || cell.Style.Bg != nil) && !strings.Contains(" ▄", cell.Text) {
					t.Fatalf("%s: got a coloured %q at %d,%d", s.name, cell.Text, x, y)
				}
			}
		}
	}
}

func TestHostileSettingsAreHarmless(t *testing.T) {
	t.Parallel()
	term := Term{Host: "a\x1b[2Jb", Called: "x\ny\u202e"}.cleaned()
	if got := fmt.Sprint(term.Host, term.Called); got != ansi.Strip(got) || strings.ContainsAny(got, "\n\u202e") {
		t.Errorf("got %q, want it harmless", got)
	}
}
