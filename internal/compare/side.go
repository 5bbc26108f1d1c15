package compare

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	callWait = 15 * time.Second // a whole call; the client of package client gives up then, too
	maxBody  = 1 << 20          // bytes of a reply
	mostWait = 60 * time.Second // what a rate limit may ask for: the documented back-off
)

// Side is one place to walk through.
type Side struct {
	Base    string        // base URL, without a trailing slash
	Project string        // project id
	Key     func() string // management key: a function, which fmt does not look into
	AuthKey func() string // auth management key, for methods that are closed to the public; may be nil
	Version string        // sent as the version of the caller

	Wire http.RoundTripper
	Now  func() time.Time
	Wait func(context.Context, time.Duration) error
}

// Error is what ends a walk. No reply's text is in it.
type Error struct {
	Op     string
	Status int    // of the reply, 0 for none
	Code   string // Descope's error code, where the reply had one
	Err    error  // why there was no reply
}

func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("compare: %s: %v", e.Op, e.Err)
	}
	return fmt.Sprintf("compare: %s: status %d %s", e.Op, e.Status, e.Code)
}

func (e *Error) Unwrap() error { return e.Err }

// call is one request.
type call struct {
	method string // POST when empty
	path   string
	token  string // goes behind the project id
	manage bool   // with the management key
	body   any    // JSON; a string goes as it is
}

// reply is what came back. The zero value stands for no reply at all.
type reply struct {
	status  int
	header  http.Header
	cookies []*http.Cookie
	empty   bool
	value   any // decoded JSON, nil where it is none
	json    bool
}

func (r reply) ok() bool { return r.status >= 200 && r.status < 300 }

// object is the reply's root, empty where that is no object.
func (r reply) object() map[string]any { return object(r.value) }

func object(v any) map[string]any { o, _ := v.(map[string]any); return o }

func text(v any) string { s, _ := v.(string); return s }

// code is the reply's Descope error code.
func (r reply) code() string { return text(r.object()["errorCode"]) }

// do makes a call, and once more when the rate limit asks to wait first. When
// there is no reply the walk is over: later calls are not made.
func (w *walk) do(c call) reply {
	if w.err != nil {
		return reply{}
	}
	r := w.once(w.ctx, c)
	if w.err != nil || r.status != http.StatusTooManyRequests {
		return r
	}
	w.limited(r)
	secs, err := strconv.Atoi(r.header.Get("Retry-After"))
	wait := time.Duration(secs) * time.Second
	if err != nil || wait < 0 || wait > mostWait {
		wait = mostWait
	}
	if w.err = w.side.Wait(w.ctx, wait); w.err != nil {
		return reply{}
	}
	if r = w.once(w.ctx, c); r.status == http.StatusTooManyRequests {
		w.err = &Error{Op: c.path, Status: r.status, Code: published(r.code())}
	}
	return r
}

func (w *walk) once(ctx context.Context, c call) reply {
	ctx, cancel := context.WithTimeout(ctx, callWait)
	defer cancel()
	w.calls++
	r, err := w.side.send(ctx, c)
	if err != nil {
		if cause := context.Cause(w.ctx); cause != nil && ctx.Err() != nil {
			err = cause
		}
		w.err = &Error{Op: c.path, Err: err}
		return reply{}
	}
	w.learnClock(r.header)
	return r
}

// send makes a call and reads its reply.
func (s *Side) send(ctx context.Context, c call) (reply, error) {
	method := c.method
	if method == "" {
		method = http.MethodPost
	}
	raw, isText := c.body.(string)
	if !isText && c.body != nil {
		text, err := json.Marshal(c.body)
		if err != nil {
			return reply{}, err
		}
		raw = string(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, s.Base+c.path, strings.NewReader(raw))
	if err != nil {
		return reply{}, errors.New("the request cannot be made")
	}
	req.Header.Set("Authorization", s.authorization(c))
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "postern/"+s.Version)
	req.Header.Set("x-descope-project-id", s.Project)
	req.Header.Set("x-descope-sdk-name", "postern")
	req.Header.Set("x-descope-sdk-version", s.Version)
	resp, err := s.Wire.RoundTrip(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	if resp.StatusCode < 200 { // its body is the bare connection, which has no end
		return reply{status: resp.StatusCode, header: resp.Header}, nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return reply{}, fmt.Errorf("the reply broke off: %w", err)
	}
	r := reply{status: resp.StatusCode, header: resp.Header, cookies: resp.Cookies(), empty: len(bytes.TrimSpace(body)) == 0}
	r.json = json.Unmarshal(body, &r.value) == nil
	return r, nil
}

// authorization is "Bearer project[:token][:key]" (descope/go-sdk, api/client.go).
func (s *Side) authorization(c call) string {
	auth := "Bearer " + s.Project
	if c.token != "" {
		auth += ":" + c.token
	}
	switch {
	case c.manage:
		auth += ":" + s.Key()
	case s.AuthKey != nil && s.AuthKey() != "" && strings.HasPrefix(c.path, "/v1/auth/"):
		auth += ":" + s.AuthKey()
	}
	return auth
}

// learnClock takes the server's time from a reply's Date, which has whole
// seconds: authenticator codes are made for it, and not at once when one begins.
func (w *walk) learnClock(h http.Header) {
	server, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return
	}
	w.offset = server.Add(time.Second / 2).Sub(w.side.Now())
}
