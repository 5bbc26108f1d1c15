//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"postern/internal/needs"
)

// TestRefreshTokenIsInTheKeyringAndNowhereElse follows one session from the
// sign-up to the end of it.
func TestRefreshTokenIsInTheKeyringAndNowhereElse(t *testing.T) {
	t.Parallel()
	secretTool := needs.Tool(t, "secret-tool")
	p, d := personWithKeyring(t)
	key := p.enrolled("ann@example.com", "--profile", "sandbox")
	if err := os.Remove(p.path("enrollment-ann@example.com.json")); err != nil { // asked for, and told to be secret
		t.Fatal(err)
	}

	ask := func(args ...string) string {
		cmd := exec.Command(secretTool, args...)
		cmd.Env = d.Env()
		out, _ := cmd.CombinedOutput() // exit 1: nothing found
		return string(out)
	}
	found := ask("search", "--all", "service", "postern")
	_, account, named := strings.Cut(found, "attribute.username = ")
	account, _, _ = strings.Cut(account, "\n")
	if !named || strings.Count(found, "attribute.service = postern") != 1 || !strings.HasPrefix(account, "v1:") {
		t.Fatalf("got these items, want one of service postern and a username v1:…\n%s", found)
	}
	var record struct {
		Refresh  string `json:"refresh_token"`
		CacheKey []byte `json:"cache_key"`
	}
	if err := json.Unmarshal([]byte(ask("lookup", "service", "postern", "username", account)), &record); err != nil {
		t.Fatalf("the item is no record: %v", err)
	}
	if record.Refresh == "" || len(record.CacheKey) != 32 {
		t.Fatalf("got a record without a refresh token and a cache key of 32 bytes")
	}
	session := strings.TrimSpace(p.want(0, "token").stdout)

	for what, secret := range map[string]string{
		"the refresh token": record.Refresh, "the session token": session,
		"the refresh token's claims": strings.Split(record.Refresh, ".")[1],
		"the session token's claims": strings.Split(session, ".")[1],
	} {
		for _, file := range filesWith(t, p.home, secret) {
			t.Errorf("%s stands in clear in %s", what, file)
		}
	}
	// The sandbox is the server, which must know it: so the search does find things.
	server := filepath.Join(p.home, ".local/state/postern/sandbox/state.db")
	if files := filesWith(t, p.home, key); !slices.Equal(files, []string{server}) {
		t.Errorf("the authenticator's key stands in %q, want only %s", files, server)
	}
	cache := filepath.Join(p.home, ".local/state/postern/sessions")
	if sealed := fileCount(t, cache); sealed != 1 {
		t.Errorf("got %d files in the cache of sessions, want the sealed one", sealed)
	}

	s := p.serve()
	if code := s.errorCode(t, record.Refresh); code != "" {
		t.Fatalf("before the logout the server refuses the refresh token with %s, want a session", code)
	}
	p.want(0, "logout")
	if left := ask("search", "--all", "service", "postern"); left != "" {
		t.Errorf("after the logout the keyring still has:\n%s", left)
	}
	if sealed := fileCount(t, cache); sealed != 0 {
		t.Errorf("after the logout there are %d sealed sessions, want none", sealed)
	}
	if code := s.errorCode(t, record.Refresh); code != "E064001" {
		t.Errorf("after the logout the server answers the refresh token with %q, want E064001", code)
	}
	p.want(4, "token")
}

// filesWith lists the files below dir that hold text.
func filesWith(t *testing.T, dir, text string) (files []string) {
	t.Helper()
	if len(text) < 6 {
		t.Fatalf("looked for %q, which says nothing", text)
	}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if err == nil && bytes.Contains(content, []byte(text)) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func fileCount(t *testing.T, dir string) int {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// A locked keyring is no absent one, and no sign-out.
func TestLockedKeyringIsSaidAndNothingElseIsUsed(t *testing.T) {
	t.Parallel()
	p, d := personWithKeyring(t)
	d.Lock()
	debug := p.path("debug.jsonl")
	for _, args := range [][]string{
		{"token"}, {"status"}, {"logout"}, {"login", "ann@example.com", "--code-command", "echo 123456"},
		{"signup", "ann@example.com", "--enrollment-out", p.path("key.json"), "--code-command", "echo 123456"},
	} {
		r := p.want(8, append([]string{"--profile", "sandbox", "--no-input", "--debug", debug}, args...)...)
		if !strings.Contains(r.stderr, "locked") {
			t.Errorf("%v: got %q, want that the keyring is locked", args, r.stderr)
		}
	}
	if calls := requests(t, debug); len(calls) > 0 {
		t.Errorf("got calls %v, want none before there is a place for the session", calls)
	}
	d.Unlock()
	p.enrolled("ann@example.com", "--profile", "sandbox")
	d.Lock()
	p.want(8, "token")
	p.want(8, "login", "--no-input")
	d.Unlock()
	p.want(0, "token")
}

// TestRefusedBusIsSaid: "no keyring here" would send its person looking for one.
func TestRefusedBusIsSaid(t *testing.T) {
	t.Parallel()
	p := personWithNothing(t)
	p.set("DBUS_SESSION_BUS_ADDRESS=tcp:host=127.0.0.1,port=1")
	got := p.want(8, "--profile", "sandbox", "--store", "keyring", "signup", "ada@example.com", "--code-file", os.DevNull)
	if !strings.Contains(got.stderr, "not a unix: socket") {
		t.Errorf("got %s, want why", got.stderr)
	}
	if got := p.want(0, "--profile", "sandbox", "store", "status").stdout; !strings.Contains(got, "not a unix: socket") {
		t.Errorf("got %s, want why", got)
	}
}
