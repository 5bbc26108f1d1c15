//go:build linux

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/keychain"
)

// TestNoSecretStaysAnywhere goes through everything with an own mark on every
// secret, and looks for the marks in every file and in all that was printed.
func TestNoSecretStaysAnywhere(t *testing.T) {
	for _, m := range append(manners, struct {
		name  string
		flags []string
		env   []string
	}{"L04 L05 L16 X07 all that can be turned on", nil, []string{"TERM=xterm-256color", "TEA_TRACE=trace.log", "TEA_DEBUG=true", "GODEBUG=http2debug=2", "DEBUG=1"}}) {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			p := personWithKernel(t)
			p.set(m.env...)
			e := &enrolling{p: p, server: p.serveSteadily(0, "--rotation", "strict"), debug: p.path("debug.jsonl")}
			e.plain = len(m.flags) > 0 || m.env[0] == "TERM=dumb"
			flags := e.server.flags(append(m.flags, "--debug", e.debug)...)
			e.start(t, append(flags, "signup", "ann@example.com", "--name", "Ann", "--phone", "+15550100")...)
			secrets := map[string]string{"the key": e.secret}
			code := authenticator(t, e.secret, e.server.now())
			e.code(code)
			e.signsIn(t)
			secrets["the session token"], secrets["the refresh token"] = p.tokens(t, e.server)

			var said strings.Builder
			for _, args := range [][]string{
				{"status"}, {"status", "--json"}, {"login"}, {"login", "--json"}, {"login", "bob@example.com"},
				{"token", "--format", "claims"}, {"signup", "bob@example.com"},
			} {
				r := p.run(append(flags, append(args, "--no-input")...)...)
				said.WriteString(r.stdout + r.stderr)
			}
			p.want(0, append(flags, "token", "--min-ttl", "11m")...)
			secrets["the second session token"], secrets["the second refresh token"] = p.tokens(t, e.server)
			if secrets["the refresh token"] == secrets["the second refresh token"] {
				t.Error("the refresh token was not rotated: there is no second one to look for")
			}
			late := p.path("late")
			second := authenticator(t, e.secret, e.server.now().Add(30*time.Second))
			write(t, late, second+"\n")
			r := p.want(0, append(flags, "login", "ann@example.com", "--force", "--code-file", late)...)
			said.WriteString(r.stdout + r.stderr)
			if err := os.Remove(late); err != nil {
				t.Fatal(err)
			}
			secrets["the third session token"], secrets["the third refresh token"] = p.tokens(t, e.server)
			for what, secret := range secrets { // a logout sweeps some of it away
				e.standsNowhere(what, secret)
			}
			r = p.want(0, append(flags, "logout")...)
			said.WriteString(r.stdout + r.stderr)

			if len(requests(t, e.debug)) == 0 {
				t.Error("--debug wrote nothing: there is nothing to look into")
			}
			for what, secret := range secrets {
				e.standsNowhere(what, secret)
				if strings.Contains(said.String(), secret) {
					t.Errorf("%s was printed by a command that is no token:\n%s", what, said.String())
				}
			}
			for _, code := range []string{code, second} {
				e.standsNowhere("a code", code)
				if strings.Contains(said.String(), code) {
					t.Errorf("a code was printed:\n%s", said.String())
				}
			}
			if _, err := os.Stat(p.path("trace.log")); err == nil {
				t.Error("every frame and key was written to a file, because a variable said so")
			}
		})
	}
}

// standsNowhere looks into all files but the server's, which has the key, and
// where six digits in a row come about by themselves.
func (e *enrolling) standsNowhere(what, secret string) {
	e.p.t.Helper()
	server := filepath.Join(e.p.home, ".local/state/postern/sandbox/state.db")
	files := filesWith(e.p.t, e.p.home, secret)
	if what == "the key" && !slices.Contains(files, server) {
		e.p.t.Errorf("the server does not have the key: the search finds nothing")
	}
	for _, file := range files {
		if file != server {
			e.p.t.Errorf("%s stands in %s", what, file)
		}
	}
}

// tokens are the two that the person has now, by the commands and by the store.
func (p *person) tokens(t *testing.T, s *server) (session, refresh string) {
	t.Helper()
	session = strings.TrimSpace(p.want(0, s.flags("token")...).stdout)
	state := filepath.Join(p.home, ".local/state/postern")
	locks, _ := filepath.Glob(filepath.Join(state, "locks", "v1*.lock"))
	kernel := keychain.NewKernel(keychain.Dirs{State: state})
	for _, lock := range locks {
		account := strings.ReplaceAll(strings.TrimSuffix(filepath.Base(lock), ".lock"), "%3A", ":")
		record, err := kernel.Load(t.Context(), account)
		if err != nil {
			t.Fatal(err)
		}
		_, refresh, _ = strings.Cut(string(record), `"refresh_token":"`)
		refresh, _, _ = strings.Cut(refresh, `"`)
	}
	if strings.Count(refresh, ".") != 2 {
		t.Fatal("no refresh token in the store")
	}
	return session, refresh
}
