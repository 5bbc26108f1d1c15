//go:build linux

package main

import (
	"encoding/json"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"postern/internal/ptytest"
	"postern/keychain"
)

// TestNoSecretIsLeftByAnyCommand goes through every command and way to sign in
// with a tap on the wire, and looks for each secret that crossed it, however it
// may be written, in all that came out: stdout, stderr, --debug, files,
// terminals, the arguments and the environment of every process (looked at a
// hundred times a second).
func TestNoSecretIsLeftByAnyCommand(t *testing.T) {
	for _, h := range hands {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			c := newCustomer(t, h, "--rotation", "strict")
			w := &sweep{customer: c}
			w.tap, w.base = newTap(t, c.server)
			w.sees = watch(t)
			c.at = []string{"--debug", c.path("calls"), "--project-id", c.server.ProjectID, "--base-url", w.base}
			c.heard = w.hear
			w.goes()
			w.looks()
		})
	}
}

type sweep struct {
	*customer
	tap  *tap
	base string
	sees *onlooker
	out  heap

	cacheKeys []string
}

// hear keeps what a command printed, without what it was asked for.
func (w *sweep) hear(args []string, r ran) {
	name := strings.Join(args, " ")
	if slices.Contains(args, "sandbox") {
		return // the phone
	}
	if asked := slices.Contains(args, "token") && !slices.Contains(args, "claims") || slices.Contains(args, "exec"); !asked {
		w.out.add("stdout of "+name, r.stdout)
	}
	w.out.add("stderr of "+name, r.stderr)
}

// does is a command in the manner of the run.
func (w *sweep) does(later int, args []string, answers ...answer) {
	w.t.Helper()
	if w.hand.silent() {
		if code, shown := w.customer.does(later, args, answers...); code != 0 {
			w.t.Fatalf("%v: got exit %d, want 0\n%s", args, code, shown)
		}
		return
	}
	on := w.asked(args...)
	for _, a := range answers {
		a(w.customer, on)
	}
	if code := on.Wait(); code != 0 {
		w.t.Fatalf("%v: got exit %d, want 0\n%s", args, code, on.Screen())
	}
	w.shown(on.Session, strings.Join(args, " "))
}

// shown keeps what a terminal has still. Line by line that is what was typed,
// and the key, which was asked for: see the rows L11 and L14.
func (w *sweep) shown(s *ptytest.Session, name string) {
	if w.hand.name == "full screen" {
		w.out.add("screen after "+name, s.Screen()+s.Title())
		w.out.add("history after "+name, s.History())
	}
}

// goes is a person's whole life.
func (w *sweep) goes() {
	t, c := w.t, w.customer
	t.Helper()
	w.does(0, []string{"signup", ann, "--name", "Ann", "--email", ann, "--phone", "+15555550100"}, newKey)
	w.does(1, []string{"mfa", "verify", "--method", "email"}, sent(ann, "email"))
	w.does(1, []string{"stepup", "--method", "sms"}, sent(ann, "SMS"))
	c.want(0, c.flags("mfa", "recovery-codes", "--force", "--out", c.path("codes"))...)
	for args := range askedFor("") {
		c.run(c.flags(strings.Fields(args)...)...)
	}
	c.want(0, c.flags("refresh")...)
	w.keepsFiles() // a logout sweeps some of them away
	c.want(0, c.flags("logout")...)
	w.does(1, []string{"login", ann, "--method", "recovery"}, onPaper)
	w.does(1, []string{"login", eve, "--force", "--method", "link", "--or-signup"}, pressed(eve))
	w.does(1, []string{"login", ann, "--force", "--method", "magic-whatsapp"}, pasted(ann, "WhatsApp"))
	const bob = "bob@example.com"
	w.does(0, []string{"signup", bob, "--force", "--method", "password", "--name", "Bob"},
		secret("A new password for", password), secret("once more", password))

	in := c.terminal(c.flags("profile", "key", "set")...)
	in.WaitFor("Auth management key (not shown):")
	in.Type(c.server.AuthManagementKey + "\r")
	in.Wait()
	w.out.add("terminal of profile key set", string(in.Raw()))
	w.does(1, []string{"login", ann, "--force"}, app)
	w.keepsCacheKeys()
	for _, command := range c.commands() {
		if command[0] != "sandbox" && command[0] != "logout" { // the phone; and the end
			c.run(c.flags(append(command, "--no-input")...)...)
		}
	}
	key := strings.TrimSpace(c.want(0, "sandbox", "access-key").stdout)
	write(t, c.path("access-key"), key+"\n")
	c.want(0, c.flags("login", "--method", "access-key", "--key-file", c.path("access-key"), "--force")...)
	c.want(0, c.flags("token")...)
	c.want(0, c.flags("logout")...)
	for _, failing := range []string{"token", "status", "login " + ann + " --no-input", "nonsense", "exec -- true"} {
		c.run(c.flags(strings.Fields(failing)...)...)
	}
}

// keepsCacheKeys has the keys that seal session tokens looked for as well.
func (w *sweep) keepsCacheKeys() {
	state := filepath.Join(w.home, ".local/state/postern")
	locks, _ := filepath.Glob(filepath.Join(state, "locks", "*.lock"))
	for _, lock := range locks {
		account, err := url.PathUnescape(strings.TrimSuffix(filepath.Base(lock), ".lock"))
		if err != nil {
			w.t.Fatal(err)
		}
		record, err := keychain.NewKernel(keychain.Dirs{State: state}).Load(w.t.Context(), account)
		var of struct {
			CacheKey []byte `json:"cache_key"`
		}
		if err == nil && json.Unmarshal(record, &of) == nil && len(of.CacheKey) == 32 {
			w.cacheKeys = append(w.cacheKeys, string(of.CacheKey))
		}
	}
}

// keepsFiles takes all files but the server's, and what the person keeps.
func (w *sweep) keepsFiles() {
	w.t.Helper()
	mine := []string{filepath.Join(w.home, ".local/state/postern/sandbox")}
	for _, name := range []string{"key", "codes", "password", "new-password", "access-key", "enrollment.json"} {
		mine = append(mine, w.path(name))
	}
	w.out.addFiles(w.t, w.home, mine...)
}

// looks for each secret.
func (w *sweep) looks() {
	t := w.t
	t.Helper()
	w.keepsFiles()
	if len(requests(t, w.path("calls"))) == 0 {
		t.Error("--debug wrote nothing: there is nothing to look into")
	}
	secrets := w.tap.secrets()
	secrets[strings.TrimSpace(read(t, w.path("access-key")))] = "access key"
	secrets[w.server.AuthManagementKey] = "auth management key"
	for _, key := range w.cacheKeys {
		secrets[key] = "cache key"
	}
	count := map[string]int{}
	for secret, name := range secrets {
		count[name]++
		if name != "cache key" && !w.tap.has(secret) { // that is in the store alone
			t.Errorf("%s: it never crossed the wire", name)
		}
		for _, where := range w.out.with(secret) {
			t.Errorf("%s: it stands in %s", name, where)
		}
		args, envs := w.sees.find(searchFor(secret))
		for _, a := range args {
			if program, _, _ := strings.Cut(a, " "); filepath.Base(program) != "oathtool" { // the phone
				t.Errorf("%s: it was an argument of %q", name, a)
			}
		}
		for _, e := range envs {
			if name != "sessionJwt" || !strings.Contains(e, "POSTERN_TOKEN="+secret+"\x00") || strings.Count(e, secret) != 1 {
				t.Errorf("%s: it was in an environment", name)
			}
		}
	}
	for _, name := range []string{
		"sessionJwt", "refreshJwt", "key", "code", "token", "pendingRef", "password", "recovery code", "access key", "auth management key", "cache key",
	} {
		if count[name] == 0 {
			t.Errorf("%s: none was there to be looked for", name)
		}
	}
	t.Logf("%d secrets looked for in %d places: %v", len(secrets), len(w.out.texts), count)
}
