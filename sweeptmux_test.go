//go:build linux

package main

import (
	"slices"
	"strings"
	"testing"

	"postern/internal/ptytest"
)

// TestNoSecretIsLeftInTmux runs the full screen in a shell in a real tmux, with
// an alternate screen and without one: to its end, suspended, and interrupted.
// What can be scrolled back to each time has none of the secrets that crossed
// the wire.
func TestNoSecretIsLeftInTmux(t *testing.T) {
	for _, alternate := range []string{"on", "off"} {
		t.Run("alternate-screen "+alternate, func(t *testing.T) {
			t.Parallel()
			w := &sweep{customer: newCustomer(t, hands[0], "--rotation", "strict")}
			w.tap, w.base = newTap(t, w.server)
			w.set("POSTERN_PROJECT_ID="+w.server.ProjectID, "POSTERN_BASE_URL="+w.base, "PS1=prompt> ", "HISTFILE=")
			o := w.options([]string{"--norc", "--noprofile", "-i"})
			o.Path, o.Terminal, o.NoAltScreen = "bash", "xterm-256color", alternate == "off"
			w.livesInTmux(ptytest.Tmux(t, o))
			count := w.looksForAll(w.tap.secrets())
			for _, name := range []string{"sessionJwt", "refreshJwt", "key", "code", "recovery code"} {
				if count[name] == 0 {
					t.Errorf("%s: none was there to be looked for", name)
				}
			}
			t.Logf("%v looked for in %d histories", count, len(w.out.texts))
		})
	}
}

// livesInTmux signs up, in and out of the screen, and has recovery codes made.
func (w *sweep) livesInTmux(pane *ptytest.Pane) {
	t, c := w.t, w.customer
	t.Helper()
	kept := func(when string) { w.out.add("tmux "+when, pane.History()) }
	key := func() (key string) {
		pane.WaitUntil("a QR code that can be scanned", func() bool {
			key = scan(t, pane.Cells())
			return key != ""
		})
		return key
	}
	pane.WaitFor("prompt>")
	pane.Type("postern signup " + ann + " --name Ann --email " + ann + " --phone +15555550100\r")
	first := key()
	write(t, c.path("key"), first)
	pane.Key("C-z")
	pane.WaitFor("Stopped")
	kept("suspended")
	pane.Type("fg\r")
	if again := key(); again != first {
		t.Fatal("another key is shown after the suspension")
	}
	pane.Type(c.code(0))
	pane.WaitFor("Signed in as Ann")
	kept("after the sign-up")

	pane.Type("postern signup bob@example.com --force --name Bob --phone +15555550101; echo interrupted $?\r")
	second := key()
	pane.Key("C-c")
	pane.WaitFor("interrupted 130")
	kept("interrupted")

	pane.Type("postern mfa recovery-codes; echo made $?\r")
	pane.WaitFor("become void")
	pane.Type("1")
	pane.WaitFor("I have written them down")
	codes := paperCode.FindAllString(pane.Screen(), -1)
	pane.Type("1")
	pane.WaitFor("made 0")
	kept("after the codes")

	for _, history := range w.out.texts {
		noKey(t, "tmux's history", history, first)
		noKey(t, "tmux's history", history, second)
	}
	for _, shown := range append(slices.Clone(codes), first, second) {
		if !w.tap.has(shown) {
			t.Errorf("what was shown never crossed the wire")
		}
	}
	if len(codes) != 10 || !strings.Contains(pane.History(), "Signed in as Ann") {
		t.Errorf("got %d codes shown, want 10, and all of the stay in the history\n%s", len(codes), pane.History())
	}
}

// looksForAll counts secrets by name, and fails where one stands.
func (w *sweep) looksForAll(secrets map[string]string) (count map[string]int) {
	w.t.Helper()
	count = map[string]int{}
	for secret, name := range secrets {
		count[name]++
		for _, where := range w.out.with(secret) {
			w.t.Errorf("%s: it stands in %s", name, where)
		}
	}
	return count
}
