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
