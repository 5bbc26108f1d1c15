//go:build linux

package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/internal/ptytest"
)

func signsUp(l *listener) {
	answers := []func(*dialog){says("Login ID", ann), says("name", l.name), says("Phone", "+15550100"), says("Code for", "k")}
	l.runs(0, []string{"signup"}, append(answers, l.takesKey(true)...)...)
	l.runs(0, []string{"mfa", "recovery-codes"}, says("Choose 1 to 2", "1"), says("Type 1", "1"))
}

func TestSignUpMakesSenseToWhoOnlyListens(t *testing.T) {
	t.Parallel()
	l := newListener(t)
	signsUp(l)
	spoken(t, "sign-up", l.transcript())
}

// TestEveryPlainTerminalHearsTheSame asks for lines in each way that there is.
func TestEveryPlainTerminalHearsTheSame(t *testing.T) {
	for _, row := range []struct {
		name  string
		env   []string
		flags []string
		ready func(*listener)
		ascii bool
	}{
		{"--plain", nil, []string{"--plain"}, nil, false},
		{"dumb", []string{"TERM=dumb"}, nil, nil, false},
		{"ACCESSIBLE", []string{"ACCESSIBLE=1"}, nil, nil, false},
		{"config", nil, nil, func(l *listener) { l.want(0, "config", "set", "plain", "true") }, false},
		{"C", []string{"LANG=C"}, nil, nil, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			l := newListener(t)
			l.env, l.flags, l.name = row.env, row.flags, "Zoë"
			if row.ready != nil {
				row.ready(l)
			}
			signsUp(l)
			want := strings.ReplaceAll(read(t, filepath.Join("testdata", "spoken", "sign-up.txt")), "Ann", "Zoë")
			got := l.transcript()
			if row.ascii {
				before, after, _ := strings.Cut(got, "Zoë") // the terminal's own echo
				if strings.ContainsFunc(before+after, func(r rune) bool { return r > '~' }) {
					t.Errorf("got more than ASCII in\n%s", after)
				}
				want = strings.ReplaceAll(want, "…", "...")
				want = strings.ReplaceAll(want, "Signed in as Zoë", "Signed in as Zo?")
			}
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestLinkMakesSenseToWhoOnlyListens(t *testing.T) {
	t.Parallel()
	l := newListener(t)
	away(l.customer)
	l.runs(0, []string{"login", ann, "--method", "link"}, func(d *dialog) {
		d.WaitRaw("b to go back.")
		l.want(0, "sandbox", "press", ann)
	})
	spoken(t, "link", l.transcript())
}

func TestPastedLinkIsNotShownToWhoOnlyListens(t *testing.T) {
	t.Parallel()
	l := newListener(t)
	away(l.customer)
	var link string
	l.runs(0, []string{"login", ann, "--method", "magic-link"},
		says("Link from the message", "nonsense, of course"),
		thinks("Link from the message", func(string) string {
			link = strings.TrimSpace(l.want(0, "sandbox", "inbox", "--link", ann).stdout)
			return link
		}))
	if _, token, _ := strings.Cut(link, "t="); token == "" || strings.Contains(l.heard.String(), token) {
		t.Errorf("got the token %q shown in\n%s", token, l.heard.String())
	}
	spoken(t, "pasted-link", l.transcript())
}

// The pause between two messages is the program's own: who listens waits.
func TestResentCodeMakesSenseToWhoOnlyListens(t *testing.T) {
	t.Parallel()
	l := newListener(t)
	l.runs(0, []string{"signup", ann, "--method", "email", "--name", "Ann"},
		thinks("Code for", func(said string) string { l.mailed(said); return "r" }),
		func(d *dialog) {
			d.asked("Code for")
			<-time.After(halfMinute + time.Second)
			d.Type("r\r")
		},
		thinks("Code for", l.mailed),
	)
	spoken(t, "resent-code", l.transcript())
}

func TestPasswordMakesSenseToWhoOnlyListens(t *testing.T) {
	t.Parallel()
	l := newListener(t)
	l.runs(0, []string{"signup", ann, "--method", "password", "--name", "Ann"},
		says("Password", "weak"),
		says("Password", password), says("Password", newPassword),
		says("Password", password), says("Password", password),
	)
	spoken(t, "password", l.transcript())
}

func TestReplacingMakesSenseToWhoOnlyListens(t *testing.T) {
	t.Parallel()
	l := newListener(t)
	byMail(l.customer)
	l.runs(0, []string{"stepup"}, says("Choose", "1"),
		thinks("Code for", func(string) string { return l.hides(l.code(1), "CODE") }))
	l.runs(0, []string{"mfa", "add", "totp"}, append([]func(*dialog){
		says("Choose", "3"), thinks("Code for", l.mailed), says("Choose", "1"),
	}, l.takesKey(false)...)...)
	spoken(t, "replacing", l.transcript())
}

func TestNewsBreakBetweenWordsOnATerminalOnly(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	p.set("TERM=xterm-256color")
	args := []string{"--profile", "sandbox", "status"}
	o := p.options(args)
	o.Cols = 40
	s := ptytest.Start(t, o)
	if code := s.Wait(); code != 4 {
		t.Errorf("got exit %d, want 4", code)
	}
	shown, piped := strings.ReplaceAll(string(s.Raw()), "\r\n", "\n"), p.want(4, args...).stderr
	for line := range strings.SplitSeq(strings.TrimSpace(shown), "\n") {
		if len(line) > 40 {
			t.Errorf("got a line of %d columns: %q", len(line), line)
		}
	}
	if strings.Count(piped, "\n") >= strings.Count(shown, "\n") || strings.Join(strings.Fields(piped), " ") != strings.Join(strings.Fields(shown), " ") {
		t.Errorf("got on the terminal\n%s\nand through a pipe\n%s\nwant the same words, and fewer breaks there", shown, piped)
	}
	if command := "postern --profile sandbox signup"; !strings.Contains(shown, command) {
		t.Errorf("got\n%s\nwant %q in one line", shown, command)
	}
}
