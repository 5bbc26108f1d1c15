//go:build unix

package ui

import (
	"fmt"
	"testing"

	"postern/internal/ptytest"
)

// TestQRMatrixInTmux is the part of the matrix that a real tmux draws, under
// both of the names that it may give itself.
func TestQRMatrixInTmux(t *testing.T) {
	t.Parallel()
	themes := ptytest.Themes
	if underRace {
		themes = themes[:1]
	}
	uri := enrollment(ada, "Example").URI.Reveal()
	for _, term := range []string{"tmux-256color", "screen"} {
		for _, size := range []matrixSize{{80, 24}, {200, 60}} {
			t.Run(fmt.Sprintf("%s %dx%d", term, size.columns, size.rows), func(t *testing.T) {
				o := onTerminal("stop")
				o.Terminal, o.Cols, o.Rows = term, size.columns, size.rows
				pane := ptytest.Tmux(t, o)
				pane.WaitFor("next code in")
				for _, theme := range themes {
					img := pane.Cells().Image(theme)
					if got := ptytest.DecodeQR(t, img); got != uri {
						t.Errorf("%s: zbar reads %q, want %q", theme.Name, got, uri)
					}
					if got, err := ptytest.DecodeQRZxing(img); got != uri {
						t.Errorf("%s: zxing reads %q (%v), want %q", theme.Name, got, err, uri)
					}
				}
				pane.Key("C-d")
				pane.WaitFor("END")
			})
		}
	}
}
