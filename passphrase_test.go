//go:build linux

package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"postern/internal/ptytest"
)

const passphrase = "correct horse ü"

func (p *person) wrappedKey() string {
	return filepath.Join(p.home, ".local/state/postern/sealed/passphrase.key")
}

// rewrap puts a key behind the passphrase again, so that nothing is unlocked.
// With no key there it makes one. It takes little work to open.
func (p *person) rewrap() {
	p.t.Helper()
	check := func(err error) {
		if err != nil {
			p.t.Helper()
			p.t.Fatal(err)
		}
	}
	path := p.wrappedKey()
	var key []byte
	before, err := os.ReadFile(path)
	if err == nil {
		id, err := age.NewScryptIdentity(passphrase)
		check(err)
		r, err := age.Decrypt(bytes.NewReader(before), id)
		check(err)
		key, err = io.ReadAll(r)
		check(err)
	} else {
		id, err := age.GenerateX25519Identity()
		check(err)
		key = []byte(id.String())
		check(os.MkdirAll(filepath.Dir(path), 0o700))
		check(os.Chmod(filepath.Dir(filepath.Dir(path)), 0o700))
	}
	to, err := age.NewScryptRecipient(passphrase)
	check(err)
	to.SetWorkFactor(10)
	var now bytes.Buffer
	w, err := age.Encrypt(&now, to)
	check(err)
	_, err = w.Write(key)
	check(err)
	check(w.Close())
	check(os.WriteFile(path, now.Bytes(), 0o600))
	p.t.Cleanup(func() { // the kernel has what each of them held
		for _, wrapped := range [][]byte{before, now.Bytes()} {
			if wrapped == nil {
				continue
			}
			if err := os.WriteFile(path, wrapped, 0o600); err == nil {
				p.want(0, "store", "forget", "passphrase", "--force")
			}
		}
	})
}

// withPassphrase is somebody whose sessions lie behind the passphrase.
func withPassphrase(t *testing.T) *person {
	t.Helper()
	p := newPerson(t)
	p.set("POSTERN_STORE=passphrase", "POSTERN_PROFILE=sandbox", "TERM=xterm-256color")
	return p
}

func TestPassphraseIsChosenUnseenOnEveryScreen(t *testing.T) {
	for _, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			p := withPassphrase(t)
			p.set(m.env...)
			t.Cleanup(func() { p.want(0, "store", "forget", "passphrase", "--force") })
			in := p.terminal(append(m.flags[:len(m.flags):len(m.flags)], "login", "ann@example.com")...)
			in.WaitFor("A new passphrase for the store: 8 characters or more")
			in.Type("short\r")
			in.WaitFor("A passphrase has at least 8 characters.")
			in.Type(passphrase + "\r")
			in.WaitFor("The same passphrase once more")
			in.Type("correct horse\r")
			in.WaitFor("The two passphrases are not the same.")
			in.Type(passphrase + "\r")
			in.WaitUntil("the question once more", func() bool { return strings.Count(string(in.Raw()), "once more (not shown)") > 1 })
			in.Type(passphrase + "\r")
			in.WaitFor("Code for")
			in.Type("\x04")
			in.Wait()
			in.CheckRestored()
			if bytes.Contains(in.Raw(), []byte("horse")) {
				t.Error("the passphrase was shown")
			}
			if _, err := os.Stat(p.wrappedKey()); err != nil {
				t.Errorf("got no key behind the passphrase: %v", err)
			}
		})
	}
}

func TestLockedStoreIsUnlockedByTheTaskThatNeedsIt(t *testing.T) {
	for _, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			p := withPassphrase(t)
			p.set(m.env...)
			p.rewrap()
			in := p.terminal(append(m.flags[:len(m.flags):len(m.flags)], "login", "ann@example.com")...)
			in.WaitFor("Passphrase of the store (not shown)")
			in.Type("battery staple\r")
			in.WaitFor("That is not the passphrase.")
			in.Type(passphrase + "\r")
			in.WaitFor("Code for")
			in.Type("\x04")
			in.Wait()
			in.CheckRestored()
			if bytes.Contains(in.Raw(), []byte("staple")) {
				t.Error("a passphrase was shown")
			}
		})
	}
}

// Behind the passphrase is a session: what a terminal may do, and what not.
func TestLockedStoreIsUnlockedAtTheTerminalOnly(t *testing.T) {
	t.Parallel()
	p := withPassphrase(t)
	p.rewrap()
	unlock := func(screen *ptytest.Session) {
		screen.WaitFor("Passphrase of the store (not shown):")
		screen.Type(passphrase + "\r")
	}
	first := p.terminal("signup", "ann@example.com", "--enrollment-out", p.path("key.json"), "--code-command", "postern sandbox code ann@example.com")
	unlock(first)
	first.WaitFor("Signed in as ann@example.com")
	if code := first.Wait(); code != 0 {
		t.Fatalf("got exit %d, want 0\n%s", code, first.Screen())
	}
	first.CheckRestored()

	p.rewrap() // as after a restart
	for _, args := range [][]string{{"token"}, {"status"}, {"logout"}, {"whoami"}, {"store", "test"}, {"exec", "--", "true"}} {
		want := 8
		if args[0] == "exec" {
			want = 125
		}
		if r := p.want(want, args...); !strings.Contains(r.stderr, "its passphrase is needed, and nobody is here to type it") {
			t.Errorf("%v: got %q, want what to do", args, r.stderr)
		}
	}
	for _, command := range []string{
		`CI=true postern token; echo "ENDED $?"`, `postern --no-input token; echo "ENDED $?"`,
		`set -m; T=$(postern token) & wait %1; echo "ENDED $?"`,
	} {
		screen := p.atPrompt(&server{}, strings.ReplaceAll(command, "$FLAGS", ""))
		screen.WaitFor("ENDED 8")
		screen.Wait()
	}
	left := p.terminal("token")
	left.WaitFor("Passphrase of the store (not shown):")
	left.Type("half\x03")
	if code := left.Wait(); code != 130 {
		t.Errorf("Ctrl-C: got exit %d, want 130\n%s", code, left.Screen())
	}
	left.CheckRestored()

	screen := p.atPrompt(&server{}, `T=$(postern token); echo "GOT ${T%%.*} $?"`)
	screen.WaitFor("Passphrase of the store (not shown):")
	screen.Type("battery staple\r")
	screen.WaitFor("That is not the passphrase.")
	screen.WaitUntil("the question again", func() bool { return strings.Count(screen.Screen(), "Passphrase of the store") > 1 })
	screen.Type(passphrase + "\r")
	screen.WaitFor("GOT eyJ")
	screen.Wait()
	screen.CheckRestored()
	if bytes.Contains(screen.Raw(), []byte("staple")) || bytes.Contains(screen.Raw(), []byte("horse")) {
		t.Error("the passphrase was shown")
	}
	if kernelHere(t) == nil {
		p.want(0, "token") // once until a restart
	}
	p.rewrap()
	home := p.terminal()
	home.WaitFor("Passphrase of the store (not shown)")
	home.Type(passphrase + "\r")
	home.WaitFor("Signed in as ann@example.com")
	home.Type("\x03")
	home.Wait()
	home.CheckRestored()
}
