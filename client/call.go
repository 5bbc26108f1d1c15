package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"strconv"
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
	var sent atomic.Bool
	sent.Store(c.inside)
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { sent.Store(true) },
	})
	req, err := c.build(ctx, r)
	if err != nil {
		return reply{}, nil, &Error{Op: r.op, Kind: Other, Err: err}
	}
	asked := c.localNow()
	resp, err := c.http.Do(req)
	if err != nil {
		return reply{}, nil, &Error{Op: r.op, Kind: transportKind(err, sent.Load()), Err: plainCause(err)}
	}
	defer resp.Body.Close()
	c.learnClock(resp.Header.Get("Date"), asked, c.localNow())
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return reply{}, resp, c.refusal(r.op, resp, body)
	}
	if err != nil {
		return reply{}, resp, &Error{Op: r.op, Kind: Unknown, Status: resp.StatusCode, Err: errors.New("the reply broke off")}
	}
	if err := checkBody(resp, body); err != nil {
		return reply{}, resp, &Error{Op: r.op, Kind: Unreadable, Status: resp.StatusCode, Err: err}
	}
	return reply{body: body, cookies: resp.Cookies()}, resp, nil
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
	auth := "Bearer " + c.project.ID
	if !r.bearer.Empty() {
		auth += ":" + r.bearer.Reveal()
	}
	req.Header.Set("Authorization", auth)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "postern/"+c.version)
	req.Header.Set("x-descope-project-id", c.project.ID)
	req.Header.Set("x-descope-sdk-name", "postern")
	req.Header.Set("x-descope-sdk-version", c.version)
	return req, nil
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

// transportKind tells what a failed exchange means. Certificate errors come
// from the handshake, before any byte of the request.
func transportKind(err error, sent bool) Kind {
	var (
		cert    *tls.CertificateVerificationError
		host    x509.HostnameError
		unknown x509.UnknownAuthorityError
		record  tls.RecordHeaderError
		alert   tls.AlertError
	)
	if errors.As(err, &cert) || errors.As(err, &host) || errors.As(err, &unknown) ||
		errors.As(err, &record) || errors.As(err, &alert) {
		return Untrusted
	}
	if sent {
		return Unknown
	}
	return Unreachable
}

// plainCause drops the "Post URL:" wrapping of net/http, which repeats what
// the operation already says.
func plainCause(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}

// errorBody is Descope's, on every refusal.
type errorBody struct {
	ErrorCode        Text `json:"errorCode"`
	ErrorDescription Text `json:"errorDescription"`
	ErrorMessage     Text `json:"errorMessage"`
	Message          Text `json:"message"`
}

func (c *Client) refusal(op string, resp *http.Response, body []byte) error {
	e := &Error{Op: op, Status: resp.StatusCode, TraceID: Clean(resp.Header.Get("CF-Ray"))}
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
		e.RetryAfter = retryAfter(resp.Header.Get("Retry-After"), c.Now())
	case known:
		e.Kind = kind
	case e.Status >= 500:
		e.Kind = Unavailable
	case e.Code != "":
		e.Kind = Refused
	default:
		e.Kind, e.Err = Unreadable, errors.New("no Descope error code in it: a proxy, a portal or a wrong base URL")
	}
	return e
}

// retryAfter reads seconds or an HTTP date (RFC 9110 §10.2.3), clamped to what
// a person would wait for; 30 s when it is missing or makes no sense.
func retryAfter(header string, now time.Time) time.Duration {
	const least, most, unsaid = time.Second, 300 * time.Second, 30 * time.Second
	d := unsaid
	if secs, err := strconv.ParseFloat(header, 64); err == nil {
		d = most
		if secs < most.Seconds() {
			d = time.Duration(secs * float64(time.Second))
		}
	} else if at, err := http.ParseTime(header); err == nil {
		d = at.Sub(now)
	}
	return min(max(d, least), most)
}
