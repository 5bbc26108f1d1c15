//go:build linux

package main

import (
	"io"
	"net"
	"net/url"
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
