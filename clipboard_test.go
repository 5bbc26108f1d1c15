//go:build linux

package main

import (
	"strings"
	"testing"

	"postern/internal/ptytest"
)

// TestCopiedKeyIsInTmux also has tmux call itself screen, as it once did: what
// is wrapped for GNU screen does no harm there.
func TestCopiedKeyIsInTmux(t *testing.T) {
	for _, name := range []string{"tmux-256color", "screen-256color"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t)
			o := p.options([]string{"-c", `tmux set -s set-clipboard on
				postern --profile sandbox signup ann@example.com --name Ann --phone +15550100
				echo "buffer: $(tmux show-buffer)"`})
			o.Path, o.Terminal = "sh", name
			pane := ptytest.Tmux(t, o)
			var key string
			pane.WaitUntil("a QR code that can be scanned", func() bool {
				key = scan(t, pane.Cells())
				return key != ""
			})
			pane.Type("c")
			pane.WaitFor("set-clipboard")
			pane.Key("C-c")
			pane.WaitFor("buffer: ")
			if s := pane.Screen(); !strings.Contains(s, "buffer: "+key) {
				t.Errorf("got\n%s\nwant the key in tmux's buffer", s)
			}
		})
	}
}
