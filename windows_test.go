//go:build linux

package main

import (
	"strings"
	"testing"
)

// TestFaultC17HomeNoticesWhatAnotherWindowDid: nothing is done with a session
// that is no longer the one that is shown.
func TestFaultC17HomeNoticesWhatAnotherWindowDid(t *testing.T) {
	for _, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t)
			p.set(m.env...)
			p.set("POSTERN_PROFILE=sandbox")
			p.enrolled("ann@example.com")
			a := &enrolling{p: p, plain: len(m.flags) > 0 || m.env[0] == "TERM=dumb"}
			a.Session = p.terminal(m.flags...)
			a.says("Signed in as ann@example.com.")
			a.says("6 Leave")
			p.want(0, "logout") // in the other window
			a.picks("2")
			a.says("Nothing was done: ann@example.com is no longer signed in here.")
			a.says("Nobody is signed in.")
			a.picks("3")
			a.ends(t, 0)

			p.enrolled("bob@example.com")
			a.Session = p.terminal(m.flags...)
			a.says("Signed in as bob@example.com.")
			a.says("6 Leave")
			p.want(0, "signup", "eve@example.com", "--force", "--no-input", "--enrollment-out", p.path("eve.json"),
				"--code-command", "postern sandbox code eve@example.com")
			a.picks("5") // bob would sign eve out
			a.says("Nothing was done: bob@example.com is no longer signed in here.")
			a.says("Signed in as eve@example.com.")
			p.want(0, "token")
			a.Type("\x04")
			a.ends(t, 3)
		})
	}
}

// Several people at several projects, at once: none is in another's way.
func TestProjectsAndPeopleSideBySide(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	one, two := p.serve("--state", p.path("one")), p.serve("--state", p.path("two"))
	p.want(0, "init", one.ProjectID, "--base-url", one.BaseURL, "--name", "one")
	p.want(0, "init", two.ProjectID, "--base-url", two.BaseURL, "--name", "two")
	people := map[string]string{"one": "ann@example.com", "two": "bob@example.com", "sandbox": "eve@example.com"}
	sandboxState := map[string][]string{"one": {"--state", p.path("one")}, "two": {"--state", p.path("two")}}
	for profile, who := range people {
		code := strings.Join(append([]string{"postern", "sandbox", "code", who}, sandboxState[profile]...), " ")
		p.want(0, "--profile", profile, "signup", who, "--no-input", "--enrollment-out", p.path(profile+".json"), "--code-command", code)
	}
	type answer struct {
		profile string
		ran
		err error
	}
	answers := make(chan answer)
	for profile := range people {
		for range 3 {
			go func() {
				r, err := p.tryRun("--profile", profile, "refresh")
				answers <- answer{profile, r, err}
			}()
		}
	}
	for range 3 * len(people) {
		if got := <-answers; got.err != nil || got.code != 0 {
			t.Errorf("%s: got exit %d, %v\n%s", got.profile, got.code, got.err, got.stderr)
		}
	}
	tokens := map[string]bool{}
	for profile, who := range people {
		if out := p.want(0, "--profile", profile, "status").stdout; !strings.Contains(out, who) {
			t.Errorf("%s: got status %q, want %s", profile, out, who)
		}
		tokens[p.want(0, "--profile", profile, "token").stdout] = true
	}
	if len(tokens) != len(people) {
		t.Errorf("got %d tokens, want one each", len(tokens))
	}
	p.want(0, "--profile", "one", "store", "forget", "--force")
	p.want(4, "--profile", "one", "token")
	p.want(0, "--profile", "two", "logout")
	p.want(0, "--profile", "sandbox", "token")
}
