//go:build linux

package main

import (
	"strings"
	"testing"
)

// A code is for the place that sent it: the same id, answered with the flags of
// another project, address or profile, would hand it to them.
func TestChallengeIsAnsweredWhereItWasStartedOnly(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, hands[2])
	away(c)
	here, file := c.at, c.path("calls")
	r := c.want(0, c.flags("challenge", "start", ann, "--method", "email")...)
	id, host := strings.TrimSpace(r.stdout), strings.TrimPrefix(c.server.BaseURL, "http://")
	if !strings.Contains(r.stderr, host) {
		t.Errorf("got %q, want the host that sent it", r.stderr)
	}
	code, other := c.delivered(ann), newPerson(t).serveSteadily(0)
	c.uses("work")
	for name, at := range map[string][]string{
		"another project at another address": other.flags(),
		"another project":                    {"--project-id", other.ProjectID, "--base-url", c.server.BaseURL},
		"another address":                    {"--project-id", c.server.ProjectID, "--base-url", other.BaseURL},
		"another profile":                    c.at,
		"the sandbox":                        {"--profile", "sandbox"},
	} {
		r := c.given(code, append(at, "challenge", "answer", id, "--debug", file)...)
		if r.code != 13 || !strings.Contains(r.stderr, host) || !strings.Contains(r.stderr, "Nothing was sent") {
			t.Errorf("%s: got exit %d and %q, want 13 and where it belongs", name, r.code, r.stderr)
		}
		if got := requests(t, file); len(got) != 0 {
			t.Errorf("%s: got requests %v, want none", name, got)
		}
	}
	r = c.given(code, append(here, "challenge", "answer", id)...)
	if r.code != 0 || !strings.Contains(r.stderr, "goes to "+host) {
		t.Errorf("where it was started: got exit %d and %q, want 0 and the host", r.code, r.stderr)
	}
}
