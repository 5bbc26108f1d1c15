//go:build linux

package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

// given runs a command with a line on stdin.
func (p *person) given(line string, args ...string) ran {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), limit)
	defer cancel()
	cmd := p.command(ctx, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(line+"\n"), &stdout, &stderr
	_ = cmd.Run() // the exit code says it
	return ran{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// Each way in is held to what the profile requires, also those without a flow.
func TestRequiredSecondFactorHoldsForASessionThatIsTakenOver(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		flags   []string
		answers string // what the server says of the token that was given, afterwards
		ended   int    // logouts: a token that took its place is nobody else's
	}{
		{"and leaves the session to whom it belongs", nil, "", 0},
		{"and ends one whose token was replaced on the way", []string{"--rotation", "strict"}, "E061102", 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			c := newCustomer(t, hands[2], row.flags...)
			byApp(c)
			_, refresh := c.tokens(t, c.server)
			c.uses("work", "--require", "mfa")
			file := c.path("calls")
			r := c.given(refresh, c.flags("login", "--with-refresh-token", "--debug", file)...)
			if r.code != 5 || !strings.Contains(r.stderr, "Nothing was stored") {
				t.Errorf("got exit %d and %q, want 5 and that nothing was stored", r.code, r.stderr)
			}
			c.want(4, c.flags("status")...)
			c.want(4, c.flags("token")...)
			if n := calls(t, file, "logout"); n != row.ended {
				t.Errorf("got %d logouts in %v, want %d", n, requests(t, file), row.ended)
			}
			if got := c.server.errorCode(t, refresh); (got == "") != (row.answers == "") {
				t.Errorf("afterwards the server says %q of the token that was given, want %q", got, row.answers)
			}
		})
	}
}

func TestRequiredSecondFactorIsFoundInASessionThatIsTakenOver(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, hands[2])
	away(c)
	c.must(1, "login", ann, "--mfa", "email")
	_, refresh := c.tokens(t, c.server)
	c.uses("work", "--require", "mfa")
	if r := c.given(refresh, c.flags("login", "--with-refresh-token")...); r.code != 0 {
		t.Fatalf("got exit %d, want 0\n%s", r.code, r.stderr)
	}
	c.want(0, c.flags("token")...)
}

func TestRequiredSecondFactorHoldsForAnAccessKey(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, hands[2])
	write(t, c.path("access-key"), c.want(0, "sandbox", "access-key").stdout)
	c.uses("work", "--require", "mfa")
	file := c.path("calls")
	r := c.want(5, c.flags("login", "--method", "access-key", "--key-file", c.path("access-key"), "--debug", file)...)
	if !strings.Contains(r.stderr, "second factor") {
		t.Errorf("got %q, want what the profile requires", r.stderr)
	}
	c.want(4, c.flags("status")...)
	if got := requests(t, file); len(got) != 0 {
		t.Errorf("got requests %v, want none: the key is not even exchanged", got)
	}
}

// A session that is there already, from before the profile required a factor,
// stays, so that a factor can go on top of it; its token is not given out.
func TestRequiredSecondFactorIsAskedOfASessionThatIsThere(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, hands[2], "--rotation", "strict")
	away(c)
	c.uses("work")
	c.must(1, "login", ann)
	c.uses("work", "--require", "mfa", "--force")
	for _, args := range [][]string{{"token"}, {"exec", "--", "true"}, {"check"}} {
		want := 5
		if args[0] == "exec" {
			want = 125
		}
		r := c.want(want, c.flags(args...)...)
		if !strings.Contains(r.stderr, "mfa verify") {
			t.Errorf("%v: got %q, want the command that mends it", args, r.stderr)
		}
	}
	c.want(0, c.flags("refresh")...) // what is renewed is stored, or it would be lost
	c.want(5, c.flags("token")...)
	c.must(0, "mfa", "verify", "--method", "email")
	for _, args := range [][]string{{"token"}, {"exec", "--", "true"}, {"check"}} {
		c.want(0, c.flags(args...)...)
	}
}
