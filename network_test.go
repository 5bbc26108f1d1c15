//go:build linux

package main

import (
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"math/rand/v2"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

var countedSeconds = regexp.MustCompile(`Checking the code… (\d+ s)`)

// counted waits for how long a code has been on its way, and for another number
// than before.
func counted(on *enrolling, before string) (now string) {
	on.WaitUntil("a count that goes on from "+before, func() bool {
		m := countedSeconds.FindStringSubmatch(on.Screen())
		if m != nil {
			now = m[1]
		}
		return m != nil && now != before
	})
	return now
}

func TestFaultN12StallIsShownAndCanBeLeft(t *testing.T) {
	t.Parallel()
	for _, h := range hands[:2] {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			c := newCustomer(t, h)
			away(c)
			l := c.throughLine()
			on := c.asked("login", ann)
			on.says("Code for 127.0.0.1")
			up, _ := l.down()
			defer up()
			stalled := time.Now()
			on.code(c.code(1))
			l.waits(t)
			if !on.plain {
				first := counted(on, "")
				counted(on, first)
			}
			time.AfterFunc(time.Until(stalled.Add(5*time.Second)), up)
			on.says("Signed in as Ann")
			on.ends(t, 0)
			if took := time.Since(stalled); took < 5*time.Second {
				t.Errorf("signed in after %v, within a stall of 5s", took)
			}
			c.want(0, c.flags("logout")...)

			on = c.asked("login", ann)
			on.says("Code for 127.0.0.1")
			up, _ = l.down()
			defer up()
			on.code(c.code(2))
			l.waits(t)
			left := time.Now()
			on.Type("\x03")
			on.ends(t, 130)
			if took := time.Since(left); took > 5*time.Second {
				t.Errorf("Ctrl-C took %v", took)
			}
		})
	}
}

func TestFaultN13SlowLineCarriesEverything(t *testing.T) {
	t.Parallel()
	for _, h := range hands {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			c := newCustomer(t, h)
			c.throughLine().goes(func() time.Duration { return 100*time.Millisecond + rand.N(100*time.Millisecond) })
			for _, step := range []struct {
				later   int
				args    []string
				answers []answer
			}{
				{0, []string{"signup", ann, "--name", "Ann", "--email", ann, "--phone", "+15555550100"}, []answer{newKey}},
				{0, []string{"logout"}, nil},
				{1, []string{"login", ann}, []answer{app}},
				{1, []string{"mfa", "verify", "--method", "email"}, []answer{sent(ann, "email")}},
				{1, []string{"stepup", "--method", "sms"}, []answer{sent(ann, "SMS")}},
			} {
				if step.args[0] == "logout" {
					c.want(0, c.flags("logout")...)
				} else if code, shown := c.does(step.later, step.args, step.answers...); code != 0 {
					t.Fatalf("%s: got exit %d, want 0\n%s", strings.Join(step.args, " "), code, shown)
				}
			}
			for _, args := range [][]string{{"refresh"}, {"token", "--min-ttl", "9m"}, {"whoami"}, {"history"}, {"check", "--online"}, {"logout"}} {
				c.want(0, c.flags(args...)...)
			}
		})
	}
}

// The line is down for longer than any deadline of a call. What was on the
// screen is there again each time, and the task goes on when the line is up.
func TestFaultN26LineThatIsDownMidFlow(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		method string
		said   string
	}{
		{"before the code is sent", "totp", "The service cannot be reached"},
		{"with the code on its way", "email", "No answer came back"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			c := newCustomer(t, hands[0])
			away(c)
			l := c.throughLine()
			on := c.asked("login", ann, "--method", row.method)
			on.says("Code for 127.0.0.1")
			code := c.code(1)
			if row.method == "email" {
				code = c.delivered(ann) + "\r"
			}
			_, lost := l.down()
			defer lost()
			began := time.Now()
			for range 2 {
				on.Type(code)
				on.WaitFor("Checking the code…")
				on.says(row.said)
				on.WaitGone("Checking the code…")
				on.WaitFor("Code for 127.0.0.1")
			}
			if down := time.Since(began); down < 20*time.Second {
				t.Errorf("the line was down for %v, want 20s", down)
			}
			lost()
			on.Type(code)
			on.says("Signed in as Ann")
			on.ends(t, 0)
		})
	}
}

// overTLS is a way to a server by https, for who trusts an authority that is
// nobody's.
func overTLS(p *person, to string) (base, authority string) {
	p.t.Helper()
	target, err := url.Parse(to)
	if err != nil {
		p.t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(httputil.NewSingleHostReverseProxy(target))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0) // a refused handshake is what is wanted
	srv.EnableHTTP2 = true                           // as services have it
	srv.StartTLS()
	p.t.Cleanup(srv.Close)
	authority = p.path("authority.pem")
	write(p.t, authority, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})))
	return srv.URL, authority
}

// A certificate authority of one's own is the user's to choose.
func TestFaultN18ForeignAuthorityIsTrustedWhereItIsNamed(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, hands[2])
	base, authority := overTLS(c.person, c.server.BaseURL)
	c.server.BaseURL = base
	c.at = c.server.flags()
	r := c.silently(0, "signup", ann, "--name", "Ann", "--email", ann)
	if r.code != 14 || !strings.Contains(r.stderr, "certificate") {
		t.Fatalf("got exit %d, want 14\n%s", r.code, r.stderr)
	}
	c.set("SSL_CERT_FILE=" + authority)
	c.must(0, "signup", ann, "--name", "Ann", "--email", ann)
	if got := strings.Join(c.claims().Factors, " "); got != "totp" {
		t.Errorf("got factors %q, want totp", got)
	}
}

// A clock is shown in the zone of whoever looks; what is compared, and what a
// script reads, is the same everywhere.
func TestFaultO09ZonesMoveNoDeadline(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, hands[2])
	c.set("TZ=Pacific/Kiritimati")
	byApp(c)
	var first string
	for _, zone := range []string{"Pacific/Kiritimati", "Etc/GMT+12", "Europe/Berlin", "America/St_Johns"} {
		c.set("TZ=" + zone)
		var got struct {
			Session string `json:"session_expires"`
			Refresh string `json:"refresh_expires"`
		}
		r := c.want(0, c.flags("status", "--json")...)
		if err := json.Unmarshal([]byte(r.stdout), &got); err != nil || got.Session == "" || got.Refresh == "" {
			t.Fatalf("got status %q: %v", r.stdout, err)
		}
		all := got.Session + " " + got.Refresh + " " + c.want(0, c.flags("token")...).stdout
		if first == "" {
			first = all
		}
		if all != first {
			t.Errorf("%s: got %s, want %s as where the person signed in", zone, all, first)
		}
	}
}
