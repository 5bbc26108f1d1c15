//go:build unix

package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"postern/internal/ptytest"
)

func TestQRReadsInTmux(t *testing.T) {
	text := uri(134)
	for _, form := range []qrForm{qrHalf, qrFull} {
		code := mustDrawQR(t, text, form, qrQuiet, qrInk{})
		file := filepath.Join(t.TempDir(), "code")
		if err := os.WriteFile(file, []byte("\x1b[H"+strings.Join(code.rows, "\r\n")), 0o600); err != nil {
			t.Fatal(err)
		}
		pane := ptytest.Tmux(t, ptytest.Options{
			Path: "sh", Args: []string{"-c", `stty raw -echo; cat "$0"; printf '\033]2;drawn\007'; exec cat >/dev/null`, file},
			Cols: code.width, Rows: len(code.rows),
		})
		pane.WaitUntil("the code", func() bool { return pane.Format("#{pane_title}") == "drawn" })
		img := pane.Cells().Image(ptytest.SolarizedLight)
		if got := ptytest.DecodeQR(t, img); got != text {
			t.Errorf("form %d, zbar: got %q, want %q", form, got, text)
		}
		if got, err := ptytest.DecodeQRZxing(img); got != text {
			t.Errorf("form %d, zxing: got %q (%v), want %q", form, got, err, text)
		}
	}
}
