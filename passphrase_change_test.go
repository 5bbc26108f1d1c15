//go:build linux

package main

import (
	"bytes"
	"testing"
)

func TestPassphraseIsChangedAtTheTerminalOnly(t *testing.T) {
	t.Parallel()
	p := withPassphrase(t)
	if r := p.want(8, "store", "passphrase"); r.stderr == "" {
		t.Error("got nothing said where no passphrase is set, want what to do")
	}
	p.rewrap()
	p.want(10, "store", "passphrase", "--no-input")
	const other = "another battery"

	screen := p.terminal("store", "passphrase")
	screen.WaitFor("Passphrase of the store (not shown)")
	screen.Type("no such words\r")
	screen.WaitFor("That is not the passphrase.")
	screen.Type(passphrase + "\r")
	screen.WaitFor("A new passphrase for the store")
	screen.Type("short\r")
	screen.WaitFor("A passphrase has at least 8 characters.")
	screen.Type(other + "\r")
	screen.WaitFor("The same passphrase once more")
	screen.Type(other + "\r")
	screen.WaitFor("The passphrase is changed.")
	if code := screen.Wait(); code != 0 {
		t.Errorf("got exit %d, want 0\n%s", code, screen.Screen())
	}
	screen.CheckRestored()
	if bytes.Contains(screen.Raw(), []byte("battery")) || bytes.Contains(screen.Raw(), []byte("horse")) {
		t.Error("a passphrase was shown")
	}

	again := p.terminal("store", "passphrase")
	again.WaitFor("Passphrase of the store (not shown)")
	again.Type(passphrase + "\r" + passphrase + "\r" + passphrase + "\r") // not waiting for the questions
	if code := again.Wait(); code != 8 {
		t.Errorf("the old one: got exit %d, want 8\n%s", code, again.Screen())
	}
	if bytes.Contains(again.Raw(), []byte("horse")) {
		t.Error("what was typed ahead was shown")
	}
}
