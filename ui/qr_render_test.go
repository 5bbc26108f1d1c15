package ui

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"postern/internal/ptytest"
)

// still is a program that draws one frame and ends.
type still string

func (s still) Init() tea.Cmd { return tea.Quit }

func (s still) Update(tea.Msg) (tea.Model, tea.Cmd) { return s, nil }

func (s still) View() tea.View { return tea.NewView(string(s)) }

// rendered is what the renderer sends for a frame.
func rendered(t *testing.T, frame, term string, profile colorprofile.Profile, cols, rows int) []byte {
	t.Helper()
	var out bytes.Buffer
	program := tea.NewProgram(still(frame), tea.WithInput(nil), tea.WithOutput(&out), tea.WithoutSignals(),
		tea.WithEnvironment([]string{"TERM=" + term}), tea.WithColorProfile(profile), tea.WithWindowSize(cols, rows))
	if _, err := program.Run(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestQRReadsThroughTheRenderer draws on terminals of all kinds, the last of
// which erases with its own background, as GNU screen does.
func TestQRReadsThroughTheRenderer(t *testing.T) {
	text := uri(106)
	for _, term := range []struct {
		name    string
		profile colorprofile.Profile
		ink     qrInk
		noBCE   bool
	}{
		{"xterm-256color", colorprofile.TrueColor, qrInk{}, false},
		{"tmux-256color", colorprofile.ANSI256, qrInk{}, false},
		{"linux", colorprofile.ANSI, qrInk{basic: true}, false},
		{"linux", colorprofile.ANSI, qrInk{}, false},
		{"screen", colorprofile.ANSI, qrInk{basic: true}, true},
	} {
		for _, form := range []qrForm{qrHalf, qrFull} {
			t.Run(fmt.Sprintf("%s, form %d, %+v", term.name, form, term.ink), func(t *testing.T) {
				code := mustDrawQR(t, text, form, qrQuiet, term.ink)
				frame := "\n  " + strings.Join(code.rows, "  text\n  ") + "\n"
				output := rendered(t, frame, term.name, term.profile, 100, 50)
				grid := ptytest.Replay(output, ptytest.Options{Cols: 100, Rows: 50, NoBCE: term.noBCE})
				for _, theme := range ptytest.Themes {
					if got, err := ptytest.DecodeQRZxing(grid.Image(theme)); got != text {
						t.Errorf("%s: got %q (%v), want %q", theme.Name, got, err, text)
					}
				}
				t.Logf("%d bytes", len(output))
			})
		}
	}
}
