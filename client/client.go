package client

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"
)

// Limits of one call. They are generous for a phone's hot spot and short
// enough that a script notices.
const (
	connectWait = 5 * time.Second  // name, TCP and TLS each
	headerWait  = 10 * time.Second // request sent to first header
	callWait    = 15 * time.Second // all of it
	maxHeaders  = 64 << 10         // bytes
	maxBody     = 1 << 20          // bytes, after decompression
)

// Config is what a Client needs. Only Project is required.
type Config struct {
	Project   Project
	Version   string            // sent as SDK version, "dev" when empty
	Transport http.RoundTripper // nil: the network. Not nil: in process, every request counts as sent
	Keys      Cache             // where key sets outlive the process, may be nil
	Now       func() time.Time  // nil: time.Now
	Log       func(Call)        // told of every finished call, may be nil
}

// Call is what may be said of a finished HTTP call: no header, no body.
type Call struct {
	Op      string
	Status  int
	Took    time.Duration
	TraceID Text
	Kind    Kind // Other when it went well
	Failed  bool
}

// Client talks to one project. It is safe for use by several goroutines.
type Client struct {
	project  Project
	version  string
	http     *http.Client
	inside   bool // the transport is in process
	cache    Cache
	localNow func() time.Time
	log      func(Call)

	mu          sync.Mutex
	offset      time.Duration // server's clock minus ours
	knowsOffset bool
	keys        *keySet
}

// New returns a Client. It does no I/O.
func New(c Config) *Client {
	cl := &Client{project: c.Project, version: c.Version, cache: c.Keys, localNow: c.Now, log: c.Log}
	if cl.version == "" {
		cl.version = "dev"
	}
	if cl.localNow == nil {
		cl.localNow = time.Now
	}
	rt := c.Transport
	if cl.inside = rt != nil; !cl.inside {
		rt = network()
	}
	cl.http = &http.Client{
		Transport: pinned{rt, c.Project.Base.Scheme, c.Project.Base.Host},
		Timeout:   callWait,
		// A redirect would carry the login ID and the code to another host.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return cl
}

// Project returns the place that this client signs in to.
func (c *Client) Project() Project { return c.project }

func network() http.RoundTripper {
	var one http.Protocols
	one.SetHTTP1(true) // GODEBUG=http2debug would print the bearer token
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: connectWait}).DialContext,
		TLSHandshakeTimeout:    connectWait,
		ResponseHeaderTimeout:  headerWait,
		MaxResponseHeaderBytes: maxHeaders,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		Protocols:              &one,
		IdleConnTimeout:        30 * time.Second,
	}
}

// pinned refuses every request that is not for the project's own origin.
type pinned struct {
	next         http.RoundTripper
	scheme, host string
}

var errOtherOrigin = errors.New("request for another origin")

func (p pinned) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != p.scheme || r.URL.Host != p.host {
		return nil, errOtherOrigin
	}
	return p.next.RoundTrip(r)
}

// Now is the local time corrected by the server's Date, as far as it is known.
func (c *Client) Now() time.Time { return c.localNow().Add(c.ClockOffset()) }

// ClockOffset is the server's clock minus this computer's, 0 when unknown.
func (c *Client) ClockOffset() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offset
}

// AssumeClockOffset sets the offset that an earlier run learned. What a reply
// says wins over it.
func (c *Client) AssumeClockOffset(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.knowsOffset {
		c.offset = d
	}
}

// learnClock takes the offset from a reply's Date, which has whole seconds.
func (c *Client) learnClock(date string, asked, answered time.Time) {
	server, err := http.ParseTime(date)
	if err != nil || server.Year() < 2020 {
		return
	}
	middle := asked.Add(answered.Sub(asked) / 2)
	offset := server.Add(500 * time.Millisecond).Sub(middle)
	if offset.Abs() <= 2*time.Second { // within what a whole second and a slow link explain
		offset = 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset, c.knowsOffset = offset, true
}
