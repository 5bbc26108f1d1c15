//go:build linux

package main

import (
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// line is a bad line to a server: what goes through it arrives late, or not
// until it is up again, or never.
type line struct {
	url string

	mu    sync.Mutex
	delay func() time.Duration // of what is sent now, one way; nil: none
	gate  *gate                // what is sent now goes through
	held  chan struct{}        // one for each piece that comes to a closed gate
}

type gate struct {
	open chan struct{}
	lost bool // what waits never arrives; set before it opens
}

// throughLine lets a customer reach their server over a line.
func (c *customer) throughLine() *line {
	c.t.Helper()
	to, err := url.Parse(c.server.BaseURL)
	if err != nil {
		c.t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		c.t.Fatal(err)
	}
	n := &line{url: "http://" + l.Addr().String(), gate: &gate{open: make(chan struct{})}, held: make(chan struct{}, 1000)}
	close(n.gate.open)
	var open sync.WaitGroup
	over := make(chan struct{})
	open.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() { n.serve(conn, to.Host, over) })
		}
	})
	c.t.Cleanup(func() {
		close(over)
		_ = l.Close()
		open.Wait()
	})
	c.server.BaseURL = n.url
	c.at = c.server.flags()
	return n
}

// goes changes what the line does to what is sent from now on.
func (n *line) goes(delay func() time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.delay = delay
}

// down holds everything back until one of the answers is called: up lets it
// arrive, lost does not.
func (n *line) down() (up, lost func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	g := &gate{open: make(chan struct{})}
	n.gate = g
	var once sync.Once
	end := func(lost bool) { once.Do(func() { g.lost = lost; close(g.open) }) }
	return func() { end(false) }, func() { end(true) }
}

// pass waits until what is sent now may arrive.
func (n *line) pass(over <-chan struct{}) bool {
	n.mu.Lock()
	g, late := n.gate, time.Duration(0)
	if n.delay != nil {
		late = n.delay()
	}
	n.mu.Unlock()
	waited := false
	select {
	case <-g.open:
	default:
		n.held <- struct{}{}
		waited = true
	}
	for _, there := range []<-chan struct{}{after(late), g.open} {
		select {
		case <-there:
		case <-over:
			return false
		}
	}
	return !waited || !g.lost
}

func after(d time.Duration) <-chan struct{} {
	there := make(chan struct{})
	time.AfterFunc(d, func() { close(there) })
	return there
}

// waits until a piece has come to the closed gate.
func (n *line) waits(t *testing.T) {
	t.Helper()
	select {
	case <-n.held:
	case <-time.After(limit):
		t.Fatalf("waited %v for something to be sent", limit)
	}
}

func (n *line) serve(near net.Conn, server string, over <-chan struct{}) {
	defer near.Close()
	if !n.pass(over) { // the server would count the time against us
		return
	}
	far, err := net.Dial("tcp", server)
	if err != nil {
		return
	}
	defer far.Close()
	var both sync.WaitGroup
	ended := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
		both.Go(func() {
			n.carry(way[1], way[0], over)
			ended <- struct{}{}
		})
	}
	select {
	case <-ended:
	case <-over:
	}
	_ = near.Close()
	_ = far.Close()
	both.Wait()
}

// carry takes pieces from one end to the other, each as late as the line is.
func (n *line) carry(to io.Writer, from io.Reader, over <-chan struct{}) {
	buf := make([]byte, 32<<10)
	for {
		got, err := from.Read(buf)
		if err != nil {
			return
		}
		if !n.pass(over) {
			return
		}
		if _, err := to.Write(buf[:got]); err != nil {
			return
		}
	}
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
				on.WaitFor("Checking the code… 3 s")
				on.WaitFor("Checking the code… 4 s")
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

// A certificate authority of one's own is the user's to choose.
func TestFaultN18ForeignAuthorityIsTrustedWhereItIsNamed(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, hands[2])
	target, err := url.Parse(c.server.BaseURL)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(httputil.NewSingleHostReverseProxy(target))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0) // a refused handshake is what is wanted
	srv.StartTLS()
	t.Cleanup(srv.Close)
	c.server.BaseURL = srv.URL
	c.at = c.server.flags()
	r := c.silently(0, "signup", ann, "--name", "Ann", "--email", ann)
	if r.code != 14 || !strings.Contains(r.stderr, "certificate") {
		t.Fatalf("got exit %d, want 14\n%s", r.code, r.stderr)
	}
	authority := c.path("authority.pem")
	write(t, authority, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})))
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
