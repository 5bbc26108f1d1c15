//go:build linux

package main

import (
	"strings"
	"testing"
)

// A question that is wider than the window is broken between its words, however
// it is asked.
func TestLineQuestionsBreakBetweenWords(t *testing.T) {
	t.Parallel()
	p := personWithKernel(t)
	p.set("POSTERN_PROFILE=sandbox")
	for _, row := range []struct {
		args  []string
		words string
	}{
		{[]string{"store", "forget"}, "This removes what a sealed file that opens until this machine restarts keeps for profile sandbox. The session lives on at the server; Remove it? (yes or no) [no]:"},
		{[]string{"store", "test", "passphrase"}, "A new passphrase for the store: 8 characters or more, best some words (not shown):"},
	} {
		screen := p.terminal(row.args...)
		last := row.words[strings.LastIndex(row.words, " ")+1:]
		screen.WaitFor(last)
		shown := strings.Fields(screen.Screen())
		for _, word := range strings.Fields(row.words) {
			found := false
			for _, s := range shown {
				found = found || s == word
			}
			if !found {
				t.Errorf("%v: %q is not whole on the screen:\n%s", row.args, word, screen.Screen())
			}
		}
		screen.Type("\x04")
		screen.Wait()
	}
}

func TestSandboxIsNotResetUnasked(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	p.set("POSTERN_PROFILE=sandbox")
	p.want(0, "sandbox", "access-key")
	screen := p.terminal("sandbox", "reset")
	screen.WaitFor("Go on?")
	screen.Type("\r")
	if code := screen.Wait(); code != 3 {
		t.Errorf("got exit %d, want 3\n%s", code, screen.Screen())
	}
	screen = p.terminal("sandbox", "reset")
	screen.WaitFor("Go on?")
	screen.Type("yes\r")
	if code := screen.Wait(); code != 0 {
		t.Errorf("got exit %d, want 0\n%s", code, screen.Screen())
	}
	screen = p.terminal("sandbox", "reset", "--force")
	if code := screen.Wait(); code != 0 || strings.Contains(screen.Screen(), "Go on?") {
		t.Errorf("got exit %d, want 0 and no question\n%s", code, screen.Screen())
	}
}
