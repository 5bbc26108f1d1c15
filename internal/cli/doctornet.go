package cli

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"sync"
	"time"

	"postern/client"
	"postern/ui"
)

// stepWait is how long one step on the way to the service may take.
const stepWait = 5 * time.Second

// journey is what one request met on its way. The steps are those of the
// program's own transport, with its proxy and its trust.
type journey struct {
	mu        sync.Mutex
	names     int // addresses of the name
	nameErr   error
	dialed    time.Time
	connected time.Duration // 0: not
	tls       tls.ConnectionState
	tlsErr    error
	shaken    bool // a handshake came to an end, good or bad
}

// trace watches a request; step is called at each sign of life.
func (j *journey) trace(step func()) *httptrace.ClientTrace {
	note := func(f func()) {
		step()
		j.mu.Lock()
		defer j.mu.Unlock()
		f()
	}
	return &httptrace.ClientTrace{
		DNSDone: func(i httptrace.DNSDoneInfo) { note(func() { j.names, j.nameErr = len(i.Addrs), i.Err }) },
		ConnectStart: func(string, string) {
			note(func() {
				if j.dialed.IsZero() {
					j.dialed = time.Now()
				}
			})
		},
		ConnectDone: func(_, _ string, err error) {
			note(func() {
				if err == nil && j.connected == 0 {
					j.connected = max(time.Since(j.dialed), 1)
				}
			})
		},
		TLSHandshakeStart:    step,
		TLSHandshakeDone:     func(s tls.ConnectionState, err error) { note(func() { j.tls, j.tlsErr, j.shaken = s, err, true }) },
		WroteRequest:         func(httptrace.WroteRequestInfo) { step() },
		GotFirstResponseByte: step,
	}
}

// network are the steps to the service, one line each.
func (d *doctor) network(ctx context.Context, p *place) {
	steps := []ui.Postable{"name", "connection", "tls", "service", "clock"}
	switch {
	case p == nil:
		d.skip(ui.LeftOutEarlier, steps...)
		return
	case p.sandbox != nil:
		d.skip(ui.LeftOutSandbox, steps...)
		d.sandboxAnswers(ctx, p)
		return
	case d.offline:
		d.skip(ui.LeftOutOffline, steps...)
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	late := time.AfterFunc(stepWait, cancel)
	defer late.Stop()
	j := &journey{}
	log, _ := d.debugLog()
	project := p.client.Project()
	c := client.New(client.Config{Project: project, Version: Version, Log: log}) // no cache: what is there now
	err := c.Keys(httptrace.WithClientTrace(ctx, j.trace(func() { late.Reset(stepWait) })))
	j.mu.Lock()
	defer j.mu.Unlock()
	if d.connection(j, project, viaProxy(project), err) {
		d.service(c, err)
	}
}

// connection tells of the steps up to a connection that can be used.
func (d *doctor) connection(j *journey, project client.Project, via bool, err error) bool {
	_, named := netip.ParseAddr(project.Base.Hostname())
	switch {
	case via:
		d.ok("name", ui.NameByProxy)
	case named == nil:
		d.ok("name", ui.NameLiteral)
	case j.names == 0:
		d.fail("name", ui.NameUnknown, exitService)
		d.skip(ui.LeftOutEarlier, "connection", "tls", "service", "clock")
		return false
	default:
		d.ok("name", ui.NameFound(j.names))
	}
	if j.connected == 0 {
		d.fail("connection", ui.NotConnected, exitService)
		d.skip(ui.LeftOutEarlier, "tls", "service", "clock")
		return false
	}
	d.ok("connection", ui.Connected(j.connected, via))
	switch {
	case project.Base.Scheme != "https":
		d.ok("tls", ui.NoTLSNeeded)
		return true
	case via && !j.shaken:
		d.fail("tls", ui.ProxyRefuses, exitService)
	case !j.shaken || j.tlsErr != nil || len(j.tls.PeerCertificates) == 0:
		exit := exitService
		if client.KindOf(err) == client.Untrusted {
			exit = exitSecurity
		}
		d.fail("tls", untrusted(j.tlsErr), exit)
	default:
		d.certificate(j.tls)
		return true
	}
	d.skip(ui.LeftOutEarlier, "service", "clock")
	return false
}

func (d *doctor) certificate(s tls.ConnectionState) {
	left := time.Until(s.PeerCertificates[0].NotAfter)
	f := ui.Certificate(ui.OneOf(tls.VersionName(s.Version), "TLS", "TLS 1.2", "TLS 1.3"), left)
	if left < ui.CertificateSoon {
		d.warn("tls", f)
		return
	}
	d.ok("tls", f)
}

func untrusted(err error) ui.Finding {
	var dated x509.CertificateInvalidError
	switch {
	case errors.As(err, new(x509.UnknownAuthorityError)):
		return ui.TLSStranger
	case errors.As(err, new(x509.HostnameError)):
		return ui.TLSOtherHost
	case errors.As(err, &dated) && dated.Reason == x509.Expired:
		return ui.TLSExpired
	}
	return ui.TLSFailed
}

// service tells what answered, and of its clock: a portal's says nothing.
func (d *doctor) service(c *client.Client, err error) {
	if errors.Is(err, client.ErrClock) { // it answered, and nothing that it says can be judged
		d.skip(ui.LeftOutClock, "service")
		d.fail("clock", ui.ClockDaysOff, exitSecurity)
		return
	}
	if err != nil {
		d.fail("service", refused(err), exitOf(err))
		d.skip(ui.LeftOutEarlier, "clock")
		return
	}
	var algorithms []ui.Postable
	known := c.KeyAlgorithms()
	for i, name := range known {
		if i == 0 || name != known[i-1] {
			algorithms = append(algorithms, ui.OneOf(name, "another", "RS256", "ES384"))
		}
	}
	d.ok("service", ui.KeySet(len(known), algorithms))
	const near = 30 * time.Second // one step of a TOTP code
	switch off := c.ClockOffset(); {
	case !c.KnowsClock():
		d.skip(ui.ClockUnknown, "clock")
	case off.Abs() > near:
		d.warn("clock", ui.ClockOff(off))
	default:
		d.ok("clock", ui.ClockRight)
	}
}

func refused(err error) ui.Finding {
	switch client.KindOf(err) {
	case client.Unreadable:
		return ui.NotDescope
	case client.Untrusted:
		return ui.NoKeys
	case client.Unavailable, client.RateLimited:
		return ui.ServiceBusy
	case client.Unreachable, client.Unknown:
		return ui.NoReply
	}
	return ui.ServiceRefuse
}

// sandboxAnswers asks the sandbox in process what else the network is asked.
func (d *doctor) sandboxAnswers(ctx context.Context, p *place) {
	ctx, cancel := context.WithTimeout(ctx, stepWait)
	defer cancel()
	c := client.New(client.Config{Project: p.client.Project(), Version: Version, Transport: p.sandbox})
	if err := c.Keys(ctx); err != nil {
		d.fail("sandbox", ui.SandboxBroken, exitStore)
		return
	}
	d.ok("sandbox", ui.SandboxWorks)
}

// proxy names the variables of proxies. Their values may hold a password.
func (d *doctor) proxy() {
	set := d.set("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy")
	if len(set) == 0 {
		d.ok("proxy", ui.NoProxy)
		return
	}
	s, err := d.settings(true)
	if err != nil || s.sandbox() {
		d.ok("proxy", ui.ProxySet(set, false))
		return
	}
	project, err := s.project()
	d.ok("proxy", ui.ProxySet(set, err == nil && viaProxy(project)))
}

// viaProxy reports whether requests to a project go through a proxy.
func viaProxy(project client.Project) bool {
	via, _ := http.ProxyFromEnvironment(&http.Request{URL: project.Base})
	return via != nil
}
