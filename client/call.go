package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// request is one wire call.
type request struct {
	op     string // for errors: "totp verify"
	method string // POST when empty
	path   string
	bearer Secret // second part of the Authorization header, may be empty
	body   any    // JSON, nil for none

	noAuthKey bool // what is in bearer is a key itself, and stands last
}

// reply is a 2xx answer with a JSON body.
type reply struct {
	body    []byte
	cookies []*http.Cookie
}

// do sends the request once and never again. The error is an *Error.
func (c *Client) do(ctx context.Context, r request) (reply, error) {
	start := c.localNow()
	rep, resp, err := c.exchange(ctx, r)
	if c.log != nil {
		call := Call{Op: r.op, Took: c.localNow().Sub(start), Failed: err != nil}
		if err != nil {
			call.Kind = KindOf(err)
		}
		if resp != nil {
			call.Status, call.TraceID = resp.StatusCode, Clean(resp.Header.Get("CF-Ray"))
		}
		c.log(call)
	}
	return rep, err
}

func (c *Client) exchange(ctx context.Context, r request) (reply, *http.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, callWait)
	defer cancel()
	var got progress
	got.sent.Store(c.inside)
	req, err := c.build(httptrace.WithClientTrace(ctx, got.trace()), r)
	if err != nil {
		return reply{}, nil, &Error{Op: r.op, Kind: Other, Err: err, NotSent: true}
	}
	asked := c.localNow()
	resp, err := c.wire.RoundTrip(req)
	if err != nil {
		return reply{}, nil, &Error{Op: r.op, Kind: got.kind(err), Err: err, NotSent: !got.sent.Load()}
	}
	defer resp.Body.Close()
	c.learnClock(resp.Header, asked, c.localNow())
	fail := &Error{Op: r.op, Status: resp.StatusCode, TraceID: Clean(resp.Header.Get("CF-Ray"))}
	if resp.StatusCode < 200 { // its body is the bare connection, which has no end
		fail.Kind, fail.Err = Unreadable, errNotDescope
		return reply{}, resp, fail
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	switch {
	case resp.StatusCode > 299:
		if err != nil {
			body = nil // half of what was said is nothing
		}
		c.refuse(fail, resp.Header, body)
		return reply{}, resp, fail
	case err != nil:
		fail.Kind, fail.Err = Unknown, fmt.Errorf("the reply broke off: %w", err)
		return reply{}, resp, fail
	}
	if err := checkBody(resp, body); err != nil {
		fail.Kind, fail.Err = Unreadable, err
		return reply{}, resp, fail
	}
	return reply{body: body, cookies: resp.Cookies()}, resp, nil
}

// progress is how far a request came.
type progress struct {
	sent      atomic.Bool // a connection was there to send it on
	handshake atomic.Bool // TLS failed, with the proxy or with the service
}

func (p *progress) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { p.sent.Store(true) },
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			if err != nil {
				p.handshake.Store(true)
			}
		},
	}
}

// kind tells what a failed exchange means.
func (p *progress) kind(err error) Kind {
	switch {
	case p.sent.Load():
		return Unknown
	case p.handshake.Load() && !lineTrouble(err):
		return Untrusted
	}
	return Unreachable
}

// lineTrouble reports whether a handshake failed for want of an answer, and
// not because of what the answer was.
func lineTrouble(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error") {
		return false // a TLS alert (crypto/tls, conn.go)
	}
	var broken net.Error
	return errors.As(err, &broken) || errors.Is(err, context.Canceled) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

func (c *Client) build(ctx context.Context, r request) (*http.Request, error) {
	var body io.Reader
	if r.body != nil {
		raw, err := json.Marshal(r.body)
		if err != nil {
			return nil, errors.New("request does not fit JSON")
		}
		body = bytes.NewReader(raw)
	}
	method := r.method
	if method == "" {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(ctx, method, c.project.Base.String()+r.path, body)
	if err != nil {
		return nil, err
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Authorization", c.authorization(r))
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "postern/"+c.version)
	req.Header.Set("x-descope-project-id", c.project.ID)
	req.Header.Set("x-descope-sdk-name", "postern")
	req.Header.Set("x-descope-sdk-version", c.version)
	return req, nil
}

// authorization is "Bearer project[:token][:auth management key]": the key is
// last, on every auth call (descope/go-sdk, api/client.go).
func (c *Client) authorization(r request) string {
	auth := "Bearer " + c.project.ID
	if !r.bearer.Empty() {
		auth += ":" + r.bearer.Reveal()
	}
	if key := c.authKey(); !key.Empty() && !r.noAuthKey && strings.HasPrefix(r.path, "/v1/auth/") {
		auth += ":" + key.Reveal()
	}
	return auth
}

func checkBody(resp *http.Response, body []byte) error {
	if len(body) > maxBody {
		return fmt.Errorf("longer than %d bytes", maxBody)
	}
	kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return fmt.Errorf("content type %q, want JSON: this does not look like Descope", Clean(kind))
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return errors.New("empty")
	}
	return nil
}

// errorBody is Descope's, on every refusal.
type errorBody struct {
	ErrorCode        Text `json:"errorCode"`
	ErrorDescription Text `json:"errorDescription"`
	ErrorMessage     Text `json:"errorMessage"`
	Message          Text `json:"message"`
}

// refuse fills in what an answer that is no success means.
func (c *Client) refuse(e *Error, h http.Header, body []byte) {
	var b errorBody
	if len(body) <= maxBody && decodeStrict(body, &b) == nil {
		e.Code, e.Description, e.Message = b.ErrorCode, b.ErrorDescription, b.ErrorMessage
		if e.Message == "" {
			e.Message = b.Message
		}
	}
	kind, known := codeKinds[e.Code]
	switch {
	case e.Status == http.StatusTooManyRequests || kind == RateLimited:
		e.Kind = RateLimited
		e.RetryAfter = retryAfter(h.Get("Retry-After"), c.Now())
	case known && e.Status >= 400 && e.Status < 500: // nothing else may end a session
		e.Kind = kind
	case e.Status >= 500:
		e.Kind = Unavailable
	case e.Code != "":
		e.Kind = Refused
	default:
		e.Kind, e.Err = Unreadable, errNotDescope
	}
}

var errNotDescope = errors.New("no Descope error code in it: a proxy, a portal or a wrong base URL")

// retryAfter reads seconds or an HTTP date (RFC 9110 §10.2.3), clamped to what
// a person would wait for; 30 s when it is missing or makes no sense.
func retryAfter(header string, now time.Time) time.Duration {
	const least, most, unsaid = time.Second, 300 * time.Second, 30 * time.Second
	// Out of range is an infinity, which is as good an answer as any number.
	if secs, err := strconv.ParseFloat(header, 64); (err == nil || errors.Is(err, strconv.ErrRange)) && !math.IsNaN(secs) {
		return time.Duration(min(max(secs, least.Seconds()), most.Seconds()) * float64(time.Second))
	}
	if at, err := http.ParseTime(header); err == nil {
		return min(max(at.Sub(now), least), most)
	}
	return unsaid
}
