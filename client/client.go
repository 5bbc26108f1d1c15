package client

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
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
	maxAge      = 24 * 60 * 60     // seconds in a cache: what is older says nothing of a clock
	maxOffset   = 25 * time.Hour   // of a clock: a wrong day, with summer time. More would let a token count that ended long ago
)

// Config is what a Client needs. Only Project is required.
type Config struct {
	Project   Project
	Version   string            // sent as SDK version, "dev" when empty
	Transport http.RoundTripper // nil: the network. Not nil: in process, every request counts as sent
	AuthKey   Secret            // auth management key, for sign-in methods that are closed to the public; may be empty
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
	authKey  func() Secret     // a function: fmt reads the unexported fields of a struct without asking Secret
	wire     http.RoundTripper // no http.Client: no redirects, no cookie jar
	inside   bool              // the transport is in process
	cache    Cache
	localNow func() time.Time
	log      func(Call)

	fetch chan struct{} // holds one: whoever fetches the key set

	mu          sync.Mutex
	offset      time.Duration // server's clock minus ours
	knowsOffset bool
	far         bool // the last reply was more than maxOffset from our clock
	keys        *keySet
}

// New returns a Client. It does no I/O.
func New(c Config) *Client {
	cl := &Client{
		project: c.Project, version: c.Version, cache: c.Keys, localNow: c.Now, log: c.Log,
		fetch: make(chan struct{}, 1), authKey: func() Secret { return c.AuthKey },
	}
	if cl.version == "" {
		cl.version = "dev"
	}
	if cl.localNow == nil {
		cl.localNow = time.Now
	}
	cl.inside = c.Transport != nil
	cl.wire = Wire(c.Project, c.Transport)
	return cl
}

// Wire is the way to a project's own origin, which refuses to go to any other:
// through inside, or where that is nil the network. Its deadlines are those of
// a connection; whoever uses it limits the call and the length of its reply.
//
// A RoundTripper follows no redirect, which would carry the login ID and the
// code to another host, and it keeps no cookies.
func Wire(p Project, inside http.RoundTripper) http.RoundTripper {
	if inside == nil {
		inside = network(http.ProxyFromEnvironment)
	}
	return pinned{inside, p.Base.Scheme, p.Base.Host}
}

// Project returns the place that this client signs in to.
func (c *Client) Project() Project { return c.project }

func network(proxy func(*http.Request) (*url.URL, error)) http.RoundTripper {
	var one http.Protocols
	one.SetHTTP1(true) // GODEBUG=http2debug would print the bearer token
	return viaProxy{&http.Transport{
		Proxy: func(r *http.Request) (*url.URL, error) {
			via, err := proxy(r)
			if err != nil {
				return nil, errBadProxy // the cause quotes it, with its password
			}
			return via, nil
		},
		DialContext:            (&net.Dialer{Timeout: connectWait}).DialContext,
		TLSHandshakeTimeout:    connectWait,
		ResponseHeaderTimeout:  headerWait,
		MaxResponseHeaderBytes: maxHeaders,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		Protocols:              &one,
		IdleConnTimeout:        30 * time.Second,
	}}
}

var errBadProxy = errors.New("the proxy that the environment names is not a URL")

// viaProxy names the proxy when something fails behind it.
type viaProxy struct{ *http.Transport }

func (p viaProxy) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := p.Transport.RoundTrip(r)
	if err != nil {
		if via, _ := p.Proxy(r); via != nil {
			err = fmt.Errorf("through the proxy %s: %w", via.Host, err)
		}
	}
	return resp, err
}

// pinned refuses every request that is not for the project's own origin.
type pinned struct {
	next         http.RoundTripper
	scheme, host string
}

var errOtherOrigin = errors.New("request for another origin")

func (p pinned) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != p.scheme || r.URL.Host != p.host {
		if r.Body != nil {
			_ = r.Body.Close() // nothing of it was read
		}
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

// KnowsClock reports whether a reply told the server's time in this run.
func (c *Client) KnowsClock() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.knowsOffset
}

// AssumeClockOffset sets the offset that an earlier run learned. What a reply
// says wins over it, and one that is too large to be learned is none.
func (c *Client) AssumeClockOffset(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.knowsOffset && d.Abs() <= maxOffset {
		c.offset = d
	}
}

// learnClock takes the offset from a reply's Date, which has whole seconds,
// and from the Age that a cache on the way adds (RFC 9111 §5.1).
func (c *Client) learnClock(h http.Header, asked, answered time.Time) {
	server, err := http.ParseTime(h.Get("Date"))
	if err != nil || server.Year() < 2020 {
		return
	}
	if age, err := strconv.Atoi(h.Get("Age")); err == nil && age > 0 && age <= maxAge {
		server = server.Add(time.Duration(age) * time.Second)
	}
	half := answered.Sub(asked) / 2
	offset := server.Add(500 * time.Millisecond).Sub(asked.Add(half))
	if offset.Abs() <= 2*time.Second+half { // within what a whole second and a slow reply explain
		offset = 0
	}
	far := offset.Abs() > maxOffset
	if far {
		offset = 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset, c.knowsOffset, c.far = offset, true, far
}

// ErrClock is in the error of a call that needs a clock, where this computer's
// is so far from the service's that one of the two cannot be believed.
var ErrClock = errors.New("this computer's clock and the service's are more than a day apart")

func (c *Client) clockFault() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.far {
		return ErrClock
	}
	return nil
}
