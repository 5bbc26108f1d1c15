//go:build linux

package main

import (
	"image"
	"os/exec"
	"strings"
	"testing"
	"time"

	"postern/internal/needs"
	"postern/internal/ptytest"
)

// TestSignUpByScanningTheScreen is the journey that the program is made for:
// somebody with nothing configured, a terminal of 80 by 24, and a phone.
func TestSignUpByScanningTheScreen(t *testing.T) {
	for _, theme := range []ptytest.Theme{ptytest.Dark, ptytest.Light} {
		t.Run(theme.Name, func(t *testing.T) {
			t.Parallel()
			needs.Tool(t, "zbarimg")
			needs.Tool(t, "oathtool")
			p, _ := personWithKeyring(t)
			o := p.options([]string{"signup"})
			o.Terminal = "xterm-256color"
			pane := ptytest.Tmux(t, o)
			pane.WaitFor("Login ID")
			pane.Type("ann@example.com")
			for _, question := range []string{"Your name", "Phone"} {
				pane.Key("Enter")
				pane.WaitFor(question)
			}
			pane.Key("Enter")
			pane.WaitFor("Code for the sandbox")

			var link string
			pane.WaitUntil("a QR code that can be scanned", func() bool {
				link = ptytest.DecodeQR(t, pane.Cells().Image(theme))
				return link != ""
			})
			pane.Type(authenticator(t, secretOf(t, link), time.Now()))
			if code := pane.Wait(); code != 0 {
				t.Fatalf("got exit %d, want 0\n%s", code, pane.Screen())
			}
			if s := pane.Screen(); !strings.Contains(s, "Signed in as ann@example.com") || !strings.Contains(s, "postern token") {
				t.Errorf("got a last screen without who is signed in and what to do next:\n%s", s)
			}
			p.want(0, "token")
		})
	}
}

// scan is what a phone does: it answers the key in the picture on the screen,
// "" while none can be read. No decoder reads every code (the one written in Go
// fails on about one in a hundred), so others get their turn.
func scan(t *testing.T, screen ptytest.Grid) (secret string) {
	t.Helper()
	if link := readPicture(t, screen, plainly); link != "" {
		return secretOf(t, link)
	}
	return ""
}

// plainly is a camera that takes a picture as it is.
func plainly(img image.Image) image.Image { return img }

// readPicture is the text of the picture on the screen, through a camera.
func readPicture(t *testing.T, screen ptytest.Grid, camera func(image.Image) image.Image) string {
	t.Helper()
	alone := make(ptytest.Grid, len(screen))
	for y, line := range screen {
		alone[y] = line[:len(line)/2+6] // without the words beside it
	}
	for _, g := range []ptytest.Grid{screen, alone} {
		if text, err := ptytest.DecodeQRZxing(camera(g.Image(ptytest.Dark))); err == nil {
			return text
		}
	}
	if _, err := exec.LookPath("zbarimg"); err != nil {
		return ""
	}
	return ptytest.DecodeQR(t, camera(screen.Image(ptytest.Dark)))
}
