//go:build linux

package main

import (
	"context"
	"errors"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"postern/internal/ptytest"
)

// commandLine is a line of the help's list of commands.
var commandLine = regexp.MustCompile(`(?m)^  ([a-z][a-z-]*) +\S`)

// commands walks the help, and answers every command that it names.
func (p *person) commands(at ...string) (all [][]string) {
	p.t.Helper()
	help := p.want(0, append(slices.Clone(at), "--help")...).stdout
	_, list, ok := strings.Cut(help, "Available Commands:\n")
	if !ok {
		return nil
	}
	list, _, _ = strings.Cut(list, "\n\n")
	for _, m := range commandLine.FindAllStringSubmatch(list, -1) {
		c := append(slices.Clone(at), m[1])
		all = append(append(all, c), p.commands(c...)...)
	}
	return all
}

// TestEveryCommandEndsByItself runs each without a terminal and with stdin
// closed, signed in and not, with nothing after it and with a word: whatever it
// misses, it says so and is done.
func TestEveryCommandEndsByItself(t *testing.T) {
	t.Parallel()
	all := newPerson(t).commands()
	if len(all) < 30 {
		t.Fatalf("got commands %v, want those of the help", all)
	}
	apart := [][]string{
		{"sandbox", "serve"}, // until it is interrupted: that is what it is for
		{"logout"}, {"sandbox", "reset"},
	}
	all = slices.DeleteFunc(all, func(c []string) bool {
		return slices.ContainsFunc(apart, func(a []string) bool { return slices.Equal(a, c) })
	})
	all = append(all, apart[1:]...) // at the end: nobody is signed in after them
	for _, signedIn := range []bool{false, true} {
		name := "signed out"
		if signedIn {
			name = "signed in"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCustomer(t, hands[2])
			c.at = []string{"--profile", "sandbox"}
			c.server.offset = 0 // the built-in one has the time of this computer
			if signedIn {
				byApp(c)
			}
			for _, command := range all {
				for _, args := range [][]string{command, append(slices.Clone(command), ann)} {
					c.endsByItself(args)
				}
			}
		})
	}
}

func (p *person) endsByItself(args []string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", append([]string{"-c", `exec postern "$@" <&-`, "sh"}, args...)...)
	cmd.Env, cmd.Dir = p.env, p.work
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		p.t.Errorf("postern %s: %v: it did not end in %v\n%s", strings.Join(args, " "), err, limit, out)
		return
	}
	code := cmd.ProcessState.ExitCode()
	if code < 0 || code == 70 || strings.Contains(string(out), "panic") {
		p.t.Errorf("postern %s: got exit %d (%v), want one that says what is wrong\n%s", strings.Join(args, " "), code, err, out)
	}
	if code != 0 && len(strings.TrimSpace(string(out))) == 0 {
		p.t.Errorf("postern %s: exit %d without a word", strings.Join(args, " "), code)
	}
}

// TestTokenInTheBackgroundIsNotStopped asks a shell for a token while a person
// types something else: the terminal is not the program's then, and taking it
// all the same would have it stopped.
func TestTokenInTheBackgroundIsNotStopped(t *testing.T) {
	t.Parallel()
	for _, signedIn := range []bool{false, true} {
		name, want := "signed out", "4."
		if signedIn {
			name, want = "signed in", "0."
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t)
			p.set("POSTERN_PROFILE=sandbox", "PS1=> ", "TERM=xterm-256color")
			if signedIn {
				p.enrolled(ann)
			}
			o := p.options([]string{"--norc", "--noprofile", "-i"})
			o.Path = "bash"
			in := ptytest.Start(t, o)
			in.WaitFor(">")
			in.Type("{ T=$(postern token); echo \"it ended with $?.\"; } &\r")
			in.WaitFor("it ended with " + want)
			in.Type("jobs; echo no more jobs\r")
			in.WaitUntil("the answer", func() bool { return strings.Count(in.Screen(), "no more jobs") > 1 })
			if strings.Contains(in.Screen(), "Stopped") || strings.Contains(in.Screen(), "Code for") {
				t.Errorf("it was stopped, or asked:\n%s", in.Screen())
			}
			in.Type("exit\r")
			if code := in.Wait(); code != 0 {
				t.Errorf("the shell ended with %d\n%s", code, in.Screen())
			}
		})
	}
}
