//go:build linux

package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"

	"postern/internal/ptytest"
)

// The passphrase crosses no wire: that it arrived is shown by the key that
// opens with it.
func TestPassphraseAndItsKeyAreLeftNowhere(t *testing.T) {
	t.Parallel()
	const typed = "Canary passphrase 5127 quail"
	p := withPassphrase(t)
	t.Cleanup(func() { p.want(0, "store", "forget", "passphrase", "--force") })
	var out heap
	sees := watch(t)
	p.heard = func(_ []string, r ran) { out.add("command", r.stdout+r.stderr) }
	in := p.terminal("--debug", p.path("calls"), "login", ann)
	in.WaitFor("A new passphrase for the store")
	in.Type(typed + "\r")
	in.WaitFor("The same passphrase once more")
	in.Type(typed + "\r")
	in.WaitFor("Code for")
	in.Type("\x04")
	in.Wait()
	out.add("terminal", string(in.Raw()))
	for _, args := range []string{"store status", "store status --json", "status", "token", "config"} {
		p.run(strings.Fields(args)...)
	}
	id, err := age.NewScryptIdentity(typed)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := age.Decrypt(strings.NewReader(read(t, p.wrappedKey())), id)
	if err != nil {
		t.Fatal(err)
	}
	key, err := io.ReadAll(opened)
	if err != nil || !bytes.HasPrefix(key, []byte("AGE-SECRET-KEY-")) {
		t.Fatalf("got no key behind the passphrase: %v", err)
	}
	out.addFiles(t, p.home)
	for name, secret := range map[string]string{"passphrase": typed, "its key": strings.TrimSpace(string(key))} {
		if where := out.with(secret); len(where) > 0 {
			t.Errorf("%s: it stands in %v", name, where)
		}
		if args, envs := sees.find(searchFor(secret)); len(args)+len(envs) > 0 {
			t.Errorf("%s: it was in the arguments or the environment of a process", name)
		}
	}
}

// A search that finds nothing may be one that cannot: each channel gets a
// secret on purpose.
func TestSweepFindsALeakInEveryChannel(t *testing.T) {
	t.Parallel()
	const canary = "Canary7319+quail/ü=xylophone"
	p := personWithNothing(t)
	p.program = "sh"
	var out heap
	p.heard = func(_ []string, r ran) { out.add("stdout", r.stdout); out.add("stderr", r.stderr) }
	sees := watch(t)
	found := func(channel, leak string) {
		t.Helper()
		if got := out.with(canary); !slices.ContainsFunc(got, func(where string) bool { return strings.HasPrefix(where, channel) }) {
			t.Errorf("%s: a leak as %q was not found", channel, leak)
		}
		out = heap{}
	}
	back := []byte(canary)
	slices.Reverse(back)
	for _, leak := range []string{
		canary, base64.StdEncoding.EncodeToString([]byte("ab" + canary)), base64.URLEncoding.EncodeToString([]byte("a" + canary)),
		hex.EncodeToString([]byte(canary)), url.QueryEscape(canary), url.PathEscape(canary), string(back), grouped(canary), grouped(string(back)),
	} {
		write(t, p.path("leak"), "before "+leak+" after\n")
		p.want(0, "-c", "cat leak")
		found("stdout", leak)
		p.want(0, "-c", "cat leak >&2")
		found("stderr", leak)
		out.addFiles(t, p.home)
		found("file", leak)
	}
	if err := os.Remove(p.path("leak")); err != nil {
		t.Fatal(err)
	}
	s := ptytest.Start(t, ptytest.Options{Path: "sh", Args: []string{"-c", "i=0; echo $0; while [ $i -lt 30 ]; do echo; i=$((i+1)); done", canary}, Limit: limit})
	s.Wait()
	out.add("history", s.History())
	found("history", canary)
	pane := ptytest.Tmux(t, ptytest.Options{Path: "sh", Args: []string{"-c", "echo $0; seq 40; read x", canary}, Limit: limit})
	pane.WaitFor("40")
	out.add("tmux", pane.History())
	found("tmux", canary)
	s = ptytest.Start(t, ptytest.Options{Path: "sh", Args: []string{"-c", "read x; printf '\\033]0;%s\\007%s' $0 $0; read x", canary}, Limit: limit})
	until(t, "an argument to be seen", func() bool { args, _ := sees.saw(canary); return len(args) > 0 })
	s.Type("\r")
	s.WaitFor(canary)
	out.add("screen", s.Screen())
	found("screen", canary)
	out.add("title", s.Title())
	found("title", canary)
	s.Type("\r")
	s.Wait()
	s = ptytest.Start(t, ptytest.Options{Path: "sh", Args: []string{"-c", "read x"}, Env: append(slices.Clone(p.env), "LEAK="+canary), Limit: limit})
	until(t, "an environment to be seen", func() bool { _, envs := sees.saw(canary); return len(envs) > 0 })
	s.Type("\r")
	s.Wait()
	if stands := searchFor("123456"); stands("a code 1234567 and x123456") || !stands("a code 123456\n") {
		t.Error("digits are not looked for as a word of their own")
	}
}
