//go:build linux

package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A person is told what is going to happen, gives the key unseen, and says yes.
func TestCompareAsksForTheKeyAndAYes(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	s := p.serve("--variant", "user-on-refresh")
	p.want(0, "init", s.ProjectID, "--base-url", s.BaseURL, "--name", "work")
	in := p.terminal("--profile", "work", "sandbox", "compare")
	in.WaitFor("makes up to 4 users at")
	in.WaitFor("Management key of the project")
	in.Type(s.ManagementKey + "\r")
	in.WaitFor("Go on? (yes or no):")
	in.Type("yes\r")
	in.WaitFor("1 differences")
	if code := in.Wait(); code != 12 {
		t.Errorf("got exit %d, want 12\n%s", code, in.Screen())
	}
	in.CheckRestored()
	if strings.Contains(in.Screen(), s.ManagementKey) || len(filesBeside(t, p, s.ManagementKey)) > 0 {
		t.Errorf("the key is on the screen, or in %v\n%s", filesBeside(t, p, s.ManagementKey), in.Screen())
	}
}

func TestCompareWithoutAYesMakesNobody(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{"no\r", "\r", "\x04"} {
		p := newPerson(t)
		s := p.serve("--fault", "500") // whatever was asked would fail
		in := p.terminal("--project-id", s.ProjectID, "--base-url", s.BaseURL, "sandbox", "compare")
		in.WaitFor("Management key of the project")
		in.Type(s.ManagementKey + "\r")
		in.WaitFor("Go on? (yes or no):")
		in.Type(answer)
		if code := in.Wait(); code != 3 || !strings.Contains(in.Screen(), "cancelled") {
			t.Errorf("answer %q: got exit %d, want 3\n%s", answer, code, in.Screen())
		}
	}
}

// Ctrl-C ends the walk, and the users are gone all the same.
func TestCompareInterruptedLeavesNobody(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	s := p.serve("--latency", "300ms")
	in := p.terminal("--project-id", s.ProjectID, "--base-url", s.BaseURL, "sandbox", "compare", "--yes")
	in.WaitFor("Management key of the project")
	in.Type(s.ManagementKey + "\r")
	in.WaitFor("Walking through")
	for begun := time.Now(); p.want(0, "sandbox", "users").stdout == ""; {
		if time.Since(begun) > limit {
			t.Fatalf("waited %v for a user. The screen:\n%s", limit, in.Screen())
		}
	}
	in.Type("\x03")
	if code := in.Wait(); code != 130 {
		t.Errorf("got exit %d, want 130\n%s", code, in.Screen())
	}
	if out := p.want(0, "sandbox", "users").stdout; out != "" {
		t.Errorf("got users left behind:\n%s%s", out, in.Screen())
	}
}

// filesBeside are the files that have a text, but for the server's own.
func filesBeside(t *testing.T, p *person, text string) (found []string) {
	t.Helper()
	for _, file := range filesWith(t, p.home, text) {
		if file != filepath.Join(p.home, ".local/state/postern/sandbox/state.db") {
			found = append(found, file)
		}
	}
	return found
}
