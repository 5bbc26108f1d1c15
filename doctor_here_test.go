//go:build linux

package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/internal/ptytest"
	"postern/keychain"
	"postern/keychain/keyringtest"
)

func TestDoctorTellsTheStatesOfStores(t *testing.T) {
	t.Parallel()
	p, d := personWithKeyring(t)
	at := []string{"--profile", "sandbox"}
	p.enrolled(ann, at...)
	checks := p.doctor(0, at...)
	checks["store"].is(t, "ok", "keyring (the first sign-in, or store set): ready")
	checks["record"].is(t, "ok", "locked, written, read and deleted")
	checks["session"].is(t, "ok", "signed in with 1 factor; the session token ends in ")
	d.Lock()
	checks = p.doctor(8, at...)
	checks["store"].is(t, "fail", "locked")
	checks["session"].is(t, "skipped", "cannot be read now")
	d.Unlock()
	p.want(0, append(at, "token")...)

	bus := keyringtest.StartBus(t)
	none := personAt(t, bus.Home, bus.Env())
	none.doctor(0, at...)["store"].is(t, "warn", "no keyring here")
	none.doctor(8, append(at, "--store", "keyring")...)["store"].is(t, "fail", "absent")
	checks = none.doctor(0, append(at, "--store", "none")...)
	checks["store"].is(t, "ok", "none (--store): ready")
	checks["record"].is(t, "skipped", "keeps nothing")
}

func TestDoctorTellsOfTheConfiguration(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		make   func(p *person)
		args   []string
		code   int
		check  string
		found  string
		passed string // a check that goes on all the same
	}{
		{"a file that is no TOML", func(p *person) { p.configure("profile = [") }, nil, 13, "files", "cannot be read", "directories"},
		{"a setting that is not known", func(p *person) { p.configure("colour = 1") }, nil, 13, "files", "unknown setting", "inside"},
		{"a profile that is not there", func(*person) {}, []string{"--profile", "work"}, 13, "project", "do not go together", "files"},
		{"profiles, and none chosen", func(p *person) { p.configure("[profile.work]\nproject_id = \"" + someProject + "\"\n") }, nil, 13, "project", "none is chosen", "files"},
		{"a project id that is none", func(*person) {}, []string{"--project-id", "P2"}, 13, "project", "not a valid one", "files"},
		{"a base URL that is not safe", func(*person) {}, []string{"--project-id", someProject, "--base-url", "http://example.com"}, 13, "project", "not a valid one", "files"},
		{"no home", func(p *person) { p.set("HOME=") }, nil, 13, "files", "no directory", "inside"},
		{"a state directory of everybody's", func(p *person) {
			dir := filepath.Join(p.home, ".local/state/postern")
			if err := os.MkdirAll(dir, 0o700); err != nil {
				p.t.Fatal(err)
			}
			if err := os.Chmod(dir, 0o777); err != nil {
				p.t.Fatal(err)
			}
		}, []string{"--profile", "sandbox"}, 8, "directories", "~/.local/state/postern mode 0777", "files"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t)
			row.make(p)
			checks := p.doctor(row.code, row.args...)
			checks[row.check].is(t, "fail", row.found)
			checks[row.passed].is(t, "ok", "")
		})
	}
	p := newPerson(t)
	p.configure("[profile.work]\nproject_id = \"" + someProject + "\"\n")
	p.set("DESCOPE_BASE_URI=https://elsewhere.example.com")
	checks := p.doctor(0, "--profile", "work", "--offline")
	checks["project"].is(t, "ok", "P2abc…xyz from the profile, at api.descope.com from the project id")
}

func (p *person) configure(text string) {
	p.t.Helper()
	dir := filepath.Join(p.home, ".config/postern")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		p.t.Fatal(err)
	}
	write(p.t, filepath.Join(dir, "config.toml"), text)
}

func TestDoctorSaysHowItWouldAsk(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name       string
		env        []string
		cols, rows int
		args       string
		manner     string
		codes      string
		codesState string
	}{
		{"a usual terminal", nil, 80, 24, "", "full screen", "half blocks", "ok"},
		{"a large one", nil, 120, 60, "", "full screen", "half blocks and full blocks", "ok"},
		{"a small one", nil, 40, 12, "", "full screen", "none fits", "warn"},
		{"--plain", nil, 80, 24, "--plain", "line by line: --plain", "half blocks", "ok"},
		{"--no-input", nil, 80, 24, "--no-input", "silent: --no-input", "no terminal", "skipped"},
		{"no UTF-8", []string{"LANG=C"}, 80, 24, "", "line by line: the locale", "none fits", "warn"},
		{"no UTF-8, but room", []string{"LANG=C"}, 100, 60, "", "line by line: the locale", "full blocks", "ok"},
		{"TERM=dumb", []string{"TERM=dumb"}, 80, 24, "", "line by line: TERM", "half blocks", "ok"},
		{"ACCESSIBLE", []string{"ACCESSIBLE=1"}, 80, 24, "", "line by line: ACCESSIBLE", "half blocks", "ok"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t)
			p.set("TERM=xterm-256color", "TMUX=/tmp/canary,1,0")
			p.set(row.env...)
			o := p.options([]string{"-c", "postern doctor --json --profile sandbox " + row.args + " >report"})
			o.Path, o.Cols, o.Rows = "sh", row.cols, row.rows
			s := ptytest.Start(t, o)
			if code := s.Wait(); code != 0 {
				t.Fatalf("got exit %d, want 0\n%s", code, s.Screen())
			}
			checks := findings(t, read(t, p.path("report")))
			checks["manner"].is(t, "ok", row.manner)
			checks["qr code"].is(t, row.codesState, row.codes)
			checks["inside"].is(t, "ok", "tmux")
		})
	}
}

// A keyring that hangs, and a passphrase that a person could be asked for, hold
// nobody up.
func TestDoctorWaitsForNobody(t *testing.T) {
	t.Parallel()
	p, d := personWithKeyring(t)
	d.Stop()
	began := time.Now()
	checks := p.doctor(8, "--profile", "sandbox", "--store", "keyring")
	checks["store"].is(t, "fail", "keyring (--store): broken")
	if took := time.Since(began); took > 8*time.Second {
		t.Errorf("a keyring that hangs: it took %v, want little more than 3s", took)
	}
	d.Cont()

	p = newPerson(t)
	p.set("TERM=xterm-256color")
	o := p.options([]string{"-c", "postern doctor --json --profile sandbox --store passphrase >report"})
	o.Path = "sh"
	s := ptytest.Start(t, o)
	if code := s.Wait(); code != 0 || strings.TrimSpace(s.Screen()) != "" {
		t.Errorf("got exit %d, want 0 and no question\n%s", code, s.Screen())
	}
	checks = findings(t, read(t, p.path("report")))
	checks["store"].is(t, "warn", "passphrase (--store): locked")
}

func TestDoctorTellsOfASessionThatIsDamaged(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	at := []string{"--profile", "sandbox", "--store", "keyfile", "--store-key-file", p.path("key")}
	if err := keychain.CreateKeyFile(p.path("key")); err != nil {
		t.Fatal(err)
	}
	p.enrolled(ann, at...)
	p.doctor(0, at...)["session"].is(t, "ok", "signed in")
	sealed, err := filepath.Glob(filepath.Join(p.home, ".local/state/postern/sealed/*"))
	if err != nil || len(sealed) != 1 {
		t.Fatalf("got sealed files %q, want one: %v", sealed, err)
	}
	write(t, sealed[0], "no age file")
	checks := p.doctor(8, at...)
	checks["session"].is(t, "fail", "cannot be read")
	checks["record"].is(t, "ok", "deleted")
	if got := read(t, sealed[0]); got != "no age file" {
		t.Errorf("the damaged file was touched: %q", got)
	}
	locks := filepath.Join(p.home, ".local/state/postern/locks")
	if err := os.Chmod(locks, 0o777); err != nil {
		t.Fatal(err)
	}
	p.doctor(8, at...)["store"].is(t, "fail", "broken")
}

// A refresh whose reply never came may have used up the token.
func TestDoctorTellsOfARefreshInDoubt(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	s := p.serve()
	target, err := url.Parse(s.BaseURL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/refresh") {
			panic(http.ErrAbortHandler) // cut off
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	at := []string{"--project-id", s.ProjectID, "--base-url", srv.URL}
	p.enrolled(ann, at...)
	p.doctor(0, at...)["session"].is(t, "ok", "signed in with 1 factor")
	p.want(9, append(at, "refresh")...)
	p.doctor(0, at...)["session"].is(t, "warn", "a refresh was begun and its end was not stored")
}
