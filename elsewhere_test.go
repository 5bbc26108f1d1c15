//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/internal/needs"
)

// Signed in, and the keyring is locked meanwhile: another place takes the
// session, because the person says so.
func TestSessionThatCouldNotBeStoredGoesElsewhere(t *testing.T) {
	for _, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			needs.Part(t, "the kernel's user keyring", kernelHere(t))
			p, d := personWithKeyring(t)
			p.set(m.env...)
			t.Cleanup(func() { forgetKernelKeys(t, filepath.Join(p.home, ".local/state/postern")) })
			s := p.serveSteadily(0)
			secret := p.enrolled("ann@example.com", s.flags()...)
			p.want(0, s.flags("logout")...)
			e := &enrolling{p: p, server: s, plain: len(m.flags) > 0 || m.env[0] == "TERM=dumb"}
			e.Session = p.terminal(s.flags(append(m.flags[:len(m.flags):len(m.flags)], "login", "ann@example.com")...)...)
			e.says("Code for 127.0.0.1")
			d.Lock()
			e.code(authenticator(t, secret, s.now().Add(30*time.Second)))
			e.says("Signed in, but the session could not be stored.")
			e.says("2 Sealed, key in the kernel: until this machine restarts; readable by you and")
			e.picks("2")
			e.says("Sessions of this profile are kept in a sealed file that opens until this machine restarts")
			e.ends(t, 0)
			p.want(0, s.flags("token")...)
			if out := p.want(0, s.flags("status")...).stdout; !strings.Contains(out, "opens until this machine restarts") {
				t.Errorf("got status\n%s\nwant the kernel's store", out)
			}
		})
	}
}

// TestFaultF13DamagedSessionIsReplacedByWhoSaysSo, at a terminal: home says it,
// and the way in asks.
func TestFaultF13F14DamagedSessionGivesWayToWhoSaysSo(t *testing.T) {
	for _, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			p := personWithKernel(t)
			p.set(m.env...)
			s := p.serveSteadily(0)
			secret := p.enrolled("ann@example.com", s.flags()...)
			files, _ := filepath.Glob(filepath.Join(p.home, ".local/state/postern/sealed/*.kernel.age"))
			if len(files) != 1 {
				t.Fatalf("got sealed files %q, want one", files)
			}
			if err := os.Truncate(files[0], 100); err != nil {
				t.Fatal(err)
			}
			e := &enrolling{p: p, server: s, plain: len(m.flags) > 0 || m.env[0] == "TERM=dumb"}
			e.Session = p.terminal(s.flags(m.flags...)...)
			e.says("the stored one is damaged: sign in again")
			e.picks("1")
			e.says("cannot be read any more. Sign in again?")
			e.picks("1")
			e.says("Login ID")
			e.line("ann@example.com")
			e.says("Code for 127.0.0.1")
			e.code(authenticator(t, secret, s.now().Add(30*time.Second)))
			e.says("Signed in as ann@example.com")
			e.Type("\x04")
			e.ends(t, 3)
			p.want(0, s.flags("token")...)
			if _, err := os.Stat(files[0] + ".damaged"); err != nil {
				t.Errorf("the damaged file was not kept: %v", err)
			}
		})
	}
}
