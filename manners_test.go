//go:build linux

package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"postern/internal/needs"
)

// TestJourneyIsTheSameInEveryManner signs up, uses the session, signs out,
// signs in again, and meets the usual obstacles: on the whole screen, line by
// line, and without a terminal. What comes of it does not differ.
func TestJourneyIsTheSameInEveryManner(t *testing.T) {
	for _, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			e := enrol(t, 0, m.flags, m.env)
			e.code(authenticator(t, e.secret, e.server.now()))
			e.signsIn(t)
			journey(t, e.p, e.server, e.secret)

			ask := func(args ...string) *enrolling { // sign-in, with the same eyes and hands
				again := *e
				again.Session = e.p.terminal(e.server.flags(append(m.flags[:len(m.flags):len(m.flags)], args...)...)...)
				return &again
			}
			in := ask("login", "ann@example.com")
			in.says("Code for 127.0.0.1")
			in.code(authenticator(t, e.secret, e.server.now().Add(30*time.Second)))
			in.says("Signed in as Ann (ann@example.com)")
			in.ends(t, 0)

			in = ask("login", "bob@example.com") // somebody else is signed in
			in.says("Signed in already as ann@example.com.")
			in.picks("1") // stay
			in.says("cancelled")
			in.ends(t, 3)

			in = ask("signup", "ann@example.com", "--force", "--name", "Ann", "--phone", "+15550100")
			in.says("ann@example.com has an account already.")
			in.picks("4")
			in.says("cancelled")
			in.ends(t, 3)

			in = ask("login", "bob@example.com", "--force")
			in.says("Code for 127.0.0.1")
			in.code("123456")
			in.says("There is no account for bob@example.com.")
			in.Type("\x04") // the end of input
			in.says("cancelled")
			in.ends(t, 3)
			e.p.want(0, e.server.flags("token")...) // ann is signed in all the while
		})
	}
	t.Run("without a terminal", func(t *testing.T) {
		t.Parallel()
		needs.Tool(t, "oathtool")
		p := newPerson(t)
		s := p.serveSteadily(0)
		out := p.path("key.json")
		// The command finds the key where it is told; a real phone would be here.
		scan := `sed 's/.*"key":"\([A-Z2-7]*\)".*/\1/' "$POSTERN_ENROLLMENT" | oathtool --totp -b -N @` + unix(s.now()) + ` -`
		r := p.want(0, s.flags("signup", "ann@example.com", "--enrollment-out", out, "--code-command", scan)...)
		if !strings.Contains(r.stderr, "Signed in as ann@example.com") || r.stdout != "" {
			t.Errorf("got stdout %q and stderr %q, want who is signed in on stderr alone", r.stdout, r.stderr)
		}
		if info, err := os.Stat(out); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("got file %v %v, want one of mode 0600", info, err)
		}
		secret := readEnrollment(t, out)
		journey(t, p, s, secret)

		code := p.path("code")
		write(t, code, authenticator(t, secret, s.now().Add(30*time.Second))+"\n")
		p.want(0, s.flags("login", "ann@example.com", "--code-file", code)...)
		p.want(0, s.flags("login", "ann@example.com", "--no-input")...) // nothing to do
		p.want(0, s.flags("login", "--no-input")...)
		p.want(11, s.flags("login", "bob@example.com", "--no-input")...)
		p.want(11, s.flags("signup", "bob@example.com", "--no-input")...)
		p.want(11, s.flags("login", "bob@example.com", "--force", "--code-file", code)...)
		p.want(11, s.flags("signup", "ann@example.com", "--force", "--enrollment-out", p.path("new.json"), "--code-file", code)...)
		if _, err := os.Stat(p.path("new.json")); err == nil {
			t.Error("a file for a key stayed though there was no key")
		}
		p.want(6, s.flags("login", "ann@example.com", "--force", "--code-file", code)...) // used
		p.want(0, s.flags("token")...)
	})
}

// journey is what does not ask: a session that is there, used, and ended.
func journey(t *testing.T, p *person, s *server, secret string) {
	t.Helper()
	token := strings.TrimSpace(p.want(0, s.flags("token")...).stdout)
	if strings.Count(token, ".") != 2 {
		t.Errorf("got token %q, want one of three parts", token)
	}
	if r := p.want(0, s.flags("status")...); !strings.Contains(r.stdout, "ann@example.com") {
		t.Errorf("got status %q, want who is signed in", r.stdout)
	}
	p.want(0, s.flags("logout")...)
	p.want(4, s.flags("token")...)
	p.want(4, s.flags("status")...)
	p.want(4, s.flags("logout")...)
	p.want(10, s.flags("login", "ann@example.com", "--no-input")...)
	p.want(10, s.flags("login", "--no-input")...)
}

func (e *enrolling) picks(number string) {
	if e.plain {
		number += "\r"
	}
	e.Type(number)
}

func (e *enrolling) ends(t *testing.T, want int) {
	t.Helper()
	if code := e.Wait(); code != want {
		t.Errorf("got exit %d, want %d\n%s", code, want, e.Screen())
	}
	e.CheckRestored()
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
