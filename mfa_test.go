//go:build linux

package main

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"postern/internal/needs"
	"postern/internal/ptytest"
)

// TestSecondFactorInAWindow is the other half of what the program is made for:
// a session of one factor gets its second one, in a terminal of 80 by 24.
func TestSecondFactorInAWindow(t *testing.T) {
	t.Parallel()
	needs.Tool(t, "tmux")
	c := newCustomer(t, hands[0])
	away(c)
	window := func(args ...string) (waitFor func(string), typed func(string), done func()) {
		o := c.options(c.flags(args...))
		o.Terminal = "xterm-256color"
		pane := ptytest.Tmux(t, o)
		return pane.WaitFor, pane.Type, func() {
			t.Helper()
			if code := pane.Wait(); code != 0 {
				t.Fatalf("postern %s: got exit %d, want 0\n%s", strings.Join(args, " "), code, pane.Screen())
			}
			if s := pane.Screen(); !strings.Contains(s, "Signed in as Ann ("+ann+")") {
				t.Errorf("got a last screen without who is signed in:\n%s", s)
			}
		}
	}

	waitFor, typed, done := window("login", ann)
	waitFor("Code for 127.0.0.1")
	typed(c.code(1))
	done()
	c.want(5, c.flags("check", "--mfa")...)

	waitFor, typed, done = window("mfa", "verify", "--method", "email")
	waitFor("a code was sent by email")
	waitFor("a***@example.com") // enough to know one's own
	typed(c.delivered(ann))
	typed("\r")
	done()
	c.want(0, c.flags("check", "--mfa")...)
	if got := c.claims().Factors; !slices.Equal(got, []string{"totp", "email", "mfa"}) {
		t.Errorf("got factors %v, want totp, email and mfa", got)
	}
}

func TestLoginWithAValidSessionDoesNothing(t *testing.T) {
	t.Parallel()
	for _, h := range hands {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			c := newCustomer(t, h)
			byApp(c)
			before := c.want(0, c.flags("token")...).stdout
			for _, who := range [][]string{{"login"}, {"login", ann}} {
				file := c.path("calls")
				code, shown := c.does(1, append(who, "--debug", file))
				if got := requests(t, file); code != 0 || len(got) != 0 {
					t.Errorf("%v: got exit %d and requests %v, want exit 0 and none\n%s", who, code, got, shown)
				}
			}
			if after := c.want(0, c.flags("token")...).stdout; after != before {
				t.Error("the session is another one")
			}
			if h.silent() { // elsewhere it is asked, see TestJourneyIsTheSameInEveryManner
				c.want(11, c.flags("login", eve, "--no-input")...)
			}
		})
	}
}

func TestLoginRenewsASessionThatIsTooShort(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, hands[2], "--session-ttl", "2m")
	byApp(c)
	c.server.stop()
	at, err := url.Parse(c.server.BaseURL)
	if err != nil {
		t.Fatal(err)
	}
	c.serve("--listen", at.Host, "--clock-offset", c.server.offset.String())

	file := c.path("calls")
	c.want(0, c.flags("login", ann, "--min-ttl", "1m", "--debug", file)...)
	if got := requests(t, file); len(got) != 0 {
		t.Errorf("a session that is long enough costs %v, want no request", got)
	}
	c.want(0, c.flags("login", ann, "--min-ttl", "5m", "--debug", file)...)
	if n := calls(t, file, "refresh"); n != 1 {
		t.Errorf("got requests %v, want one refresh", requests(t, file))
	}
	c.want(0, c.flags("check", "--min-ttl", "9m", "--debug", c.path("later"))...)
	if got := requests(t, c.path("later")); len(got) != 0 {
		t.Errorf("after it, got requests %v, want none", got)
	}
}

// Where a profile wants two factors, half a sign-in is none.
func TestRequiredSecondFactorThatIsGivenUpLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, h := range hands {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			c := newCustomer(t, h)
			away(c)
			c.uses("work", "--require", "mfa")
			file := c.path("calls")
			code, want := 0, 3
			if h.silent() {
				r := c.silently(1, "login", ann, "--debug", file) // there is no --mfa
				code, want = r.code, 10
			} else {
				code, _ = c.does(1, []string{"login", ann, "--debug", file}, app, func(_ *customer, on *enrolling) {
					on.says("A second factor for " + ann + ". Which?")
					on.Type("\x04")
				})
			}
			if code != want {
				t.Errorf("got exit %d, want %d", code, want)
			}
			c.want(4, c.flags("status")...)
			c.want(4, c.flags("token")...)
			if got := requests(t, file); calls(t, file, "totp verify") != 1 || calls(t, file, "logout") != 1 {
				t.Errorf("got requests %v, want a sign-in that was ended", got)
			}
			if said := read(t, file); !strings.Contains(said[strings.Index(said, `"logout"`):], `"result":"ok"`) {
				t.Errorf("the session was not ended at the server: %s", said)
			}
		})
	}
}

func TestRequiredSecondFactorThatIsMetStoresTheSession(t *testing.T) {
	t.Parallel()
	for _, h := range hands {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			c := newCustomer(t, h)
			away(c)
			c.uses("work", "--require", "mfa")
			args, answers := []string{"login", ann}, []answer{app, picking("Which?", "2"), sent(ann, "email")}
			if h.silent() {
				args = append(args, "--mfa", "email")
			}
			if code, shown := c.does(1, args, answers...); code != 0 {
				t.Fatalf("got exit %d, want 0\n%s", code, shown)
			}
			c.want(0, c.flags("status")...)
			c.want(0, c.flags("check", "--mfa")...)
			if got := strings.Join(c.claims().Factors, " "); got != "totp email mfa" {
				t.Errorf("got factors %q, want totp email mfa", got)
			}
		})
	}
}
