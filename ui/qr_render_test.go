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

func (s still) View() tea.View {
	view := tea.NewView(string(s))
	view.AltScreen = true
	return view
}

// rendered is what the renderer sends for a frame, up to where it leaves the
// alternate screen.
func rendered(t *testing.T, frame, term string, profile colorprofile.Profile, cols, rows int) []byte {
	t.Helper()
	var out bytes.Buffer
	program := tea.NewProgram(still(frame), tea.WithInput(nil), tea.WithOutput(&out), tea.WithoutSignals(),
		tea.WithEnvironment([]string{"TERM=" + term}), tea.WithColorProfile(profile), tea.WithWindowSize(cols, rows))
	if _, err := program.Run(); err != nil {
		t.Fatal(err)
	}
	output, _, _ := bytes.Cut(out.Bytes(), []byte("\x1b[?1049l"))
	return bytes.ReplaceAll(output, []byte("\n"), []byte("\r\n")) // as a terminal's driver does
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
				for _, theme := range []ptytest.Theme{ptytest.Dark, ptytest.SolarizedLight} {
					if got, err := ptytest.DecodeQRZxing(grid.Image(theme)); got != text {
						t.Errorf("%s: got %q (%v), want %q", theme.Name, got, err, text)
					}
				}
			})
		}
	}
}

func TestQRReadsWithASecondDecoder(t *testing.T) {
	for _, row := range qrTexts {
		for _, form := range []qrForm{qrHalf, qrFull} {
			for _, ink := range qrInks {
				img := beside(mustDrawQR(t, row.text, form, qrQuiet, ink)).Image(ptytest.SolarizedDark)
				if ink.invert {
					img = ptytest.Negative(img)
				}
				if got := ptytest.DecodeQR(t, img); got != row.text {
					t.Errorf("%s, form %d, %+v: got %q, want %q", row.name, form, ink, got, row.text)
				}
			}
		}
	}
}
