//go:build linux

package main

import (
	"strings"
	"testing"
	"time"

	"postern/internal/ptytest"
)

// atPrompt runs a shell command at a terminal, with the program's flags for a
// server in $FLAGS.
func (p *person) atPrompt(s *server, command string) *ptytest.Session {
	p.t.Helper()
	o := p.options(nil)
	o.Path, o.Args = "bash", []string{"--norc", "-c", command}
	o.Env = append(o.Env, "FLAGS="+strings.Join(s.flags(), " "))
	return ptytest.Start(p.t, o)
}

func TestTokenInAPipeCanStillAsk(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	s := p.serveSteadily(0)
	secret := p.enrolled("ann@example.com", s.flags()...)
	p.want(0, s.flags("logout")...)

	screen := p.atPrompt(s, `T=$(postern $FLAGS token); echo "GOT ${T%%.*} $?"`)
	screen.WaitFor("sign in first")
	screen.WaitFor("Login ID")
	screen.Type("ann@example.com\r")
	screen.WaitFor("Sign in as ann@example.com")
	screen.Type(authenticator(t, secret, s.now().Add(30*time.Second)))
	screen.WaitFor("GOT eyJ")
	screen.Wait()
	screen.CheckRestored()
}

func TestTokenAsksNobodyInCI(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	s := p.serve()
	screen := p.atPrompt(s, `CI=true postern $FLAGS token; echo "ENDED $?"`)
	screen.WaitFor("ENDED 4")
	screen.Wait()
}

func TestTokenInTheBackgroundAsksNobody(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	s := p.serve()
	screen := p.atPrompt(s, `set -m; T=$(postern $FLAGS token) & wait %1; echo "ENDED $?"`)
	screen.WaitFor("ENDED 4")
	screen.Wait()
}

func TestCodesThatWereMadeAreToldOfAfterCtrlC(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	s := p.serveSteadily(0)
	p.enrolled("ann@example.com", s.flags()...)
	screen := p.atPrompt(s, `postern $FLAGS mfa recovery-codes; echo "ENDED $?"`)
	screen.WaitFor("Go on")
	screen.Type("1")
	screen.WaitFor("I have written them down")
	screen.Type("\x03")
	screen.WaitFor("Those from before are void")
	screen.WaitFor("ENDED 130")
	screen.Wait()
}
