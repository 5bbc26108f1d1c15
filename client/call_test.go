package client

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

const trio = `{"provisioningURL":"otpauth://totp/Acme:alice%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Acme&algorithm=SHA1&digits=6&period=30","image":"","key":"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}`

const html = "<html><script>alert(1)</script>\x1b[2J</html>"

// answerOf verifies a code against a server that gives this one answer.
func answerOf(t *testing.T, h http.HandlerFunc) error {
	t.Helper()
	d := newDescope(t)
	d.on("/v1/auth/totp/verify", h)
	s, err := d.wire().VerifyTOTP(t.Context(), loginID, "123456")
	if err == nil {
		t.Fatalf("got a session (%v), want an error", s)
	}
	if n := len(d.requests("/v1/auth/totp/verify")); n != 1 {
		t.Errorf("verify was sent %d times, want once", n)
	}
	return err
}

func TestFaultSReplies(t *testing.T) {
	plain := func(status int, kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if kind != "" {
				w.Header().Set("Content-Type", kind)
			} else {
				w.Header()["Content-Type"] = nil
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	const js = "application/json"
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   Kind
	}{
		"S01 500 empty":                   {plain(500, "", ""), Unavailable},
		"S02 500 null":                    {plain(500, js, "null"), Unavailable},
		"S02 400 null":                    {plain(400, js, "null"), Unreadable},
		"S02 400 number":                  {plain(400, js, "7"), Unreadable},
		"S02 400 wrong types":             {plain(400, js, `{"errorCode":7}`), Unreadable},
		"S03 500 HTML":                    {plain(500, "text/html", html), Unavailable},
		"S03 403 HTML":                    {plain(403, "text/html", html), Unreadable},
		"S04 502":                         {plain(502, "text/html", html), Unavailable},
		"S04 503":                         {plain(503, js, "{}"), Unavailable},
		"S04 504":                         {plain(504, "", ""), Unavailable},
		"S05 503 with a code for waiting": {plain(503, js, `{"errorCode":"E130429"}`), RateLimited},
		"S06 429":                         {plain(429, js, `{"errorCode":"E130429"}`), RateLimited},
		"S06 429 HTML":                    {plain(429, "text/html", html), RateLimited},
		"S10 200 empty":                   {plain(200, js, ""), Unreadable},
		"S10 200 blank":                   {plain(200, js, " \n"), Unreadable},
		"S11 200 null":                    {plain(200, js, "null"), Unreadable},
		"S12 200 {}":                      {plain(200, js, "{}"), Unreadable},
		"S12 200 empty tokens":            {plain(200, js, `{"sessionJwt":"","refreshJwt":null}`), Unreadable},
		"S13 200 portal":                  {plain(200, "text/html", html), Unreadable},
		"S14 200 JSON as HTML":            {plain(200, "text/html", "{}"), Unreadable},
		"S14 200 JSON as nothing":         {plain(200, "", "{}"), Unreadable},
		"S14 200 JSON as text/plain":      {plain(200, "text/plain; charset=utf-8", "{}"), Unreadable},
		"S18 deep":                        {plain(200, js, strings.Repeat("[", 100_000)), Unreadable},
		"S18 deep in an unknown field":    {plain(200, js, `{"x":`+strings.Repeat(`{"a":`, 100_000)), Unreadable},
		"S18 deep error":                  {plain(400, js, strings.Repeat("[", 100_000)), Unreadable},
		"S19 duplicate token":             {plain(200, js, `{"sessionJwt":"a.b.c","sessionJwt":"d.e.f"}`), Unreadable},
		"S19 duplicate code":              {plain(401, js, `{"errorCode":"E061102","errorCode":"E064001"}`), Unreadable},
		"S20 token is a number":           {plain(200, js, `{"sessionJwt":1}`), Unreadable},
		"S20 array":                       {plain(200, js, `[]`), Unreadable},
		"S20 string":                      {plain(200, js, `"`+canary+`"`), Unreadable},
		"S20 other case":                  {plain(200, js, `{"SESSIONJWT":"a.b.c"}`), Unreadable},
		"S22 second document":             {plain(200, js, `{} {}`), Unreadable},
		"S22 trailing letters":            {plain(200, js, `{}x`), Unreadable},
		"S22 cut off":                     {plain(200, js, `{"sessionJwt":"a`), Unreadable},
		"S25 unknown code":                {plain(400, js, `{"errorCode":"E999999"}`), Refused},
		"S28 project":                     {plain(400, js, `{"errorCode":"E071001"}`), Misconfigured},
		"S29 404":                         {plain(404, "text/plain", "404 page not found"), Unreadable},
		"S30 204":                         {plain(204, "", ""), Unreadable},
		"S40 101":                         {plain(101, "", ""), Unreadable},
		"S40 999":                         {plain(999, js, "{}"), Unavailable},
		"wrong code":                      {plain(401, js, `{"errorCode":"E061102"}`), WrongCode},
		"too many":                        {plain(400, js, `{"errorCode":"E061103"}`), TooManyTries},
		"expired":                         {plain(400, js, `{"errorCode":"E061104"}`), CodeExpired},
		"user exists":                     {plain(400, js, `{"errorCode":"E062107"}`), UserExists},
		"user unknown":                    {plain(400, js, `{"errorCode":"E062108"}`), UserUnknown},
		"dead token":                      {plain(401, js, `{"errorCode":"E064001"}`), Ended},
		"dead token, said by a 5xx":       {plain(503, js, `{"errorCode":"E064001"}`), Unavailable},
		"dead token, said by a redirect":  {plain(302, js, `{"errorCode":"E064001"}`), Refused},
	} {
		t.Run(name, func(t *testing.T) {
			e := wantKind(t, answerOf(t, c.answer), c.want)
			if e.NotSent {
				t.Error("an answered request is said to be unsent")
			}
			if s := e.Error(); strings.Contains(s, "<") || strings.Contains(s, canary) {
				t.Errorf("got text %q", s)
			}
		})
	}
}

func TestFaultS20TheWrongFieldIsNamed(t *testing.T) {
	for body, want := range map[string]string{
		`{"sessionJwt":1}`:               `field "sessionJwt" has the wrong type`,
		`{"firstSeen":"` + canary + `"}`: `field "firstSeen" has the wrong type`,
		`[]`:                             "not a JSON object",
		`{"a":1,"a":2}`:                  `key "a" appears twice`,
	} {
		err := answerOf(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, body) })
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: got %q, want %q in it", body, err, want)
		}
	}
}

func TestFaultS25ErrorBodyIsReadWhole(t *testing.T) {
	e := wantKind(t, answerOf(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("CF-Ray", "8f00-FRA")
		answer(w, 400, `{"errorCode":"E999999","errorDescription":"Bad","message":"really","x":{"y":[1]}}`)
	}), Refused)
	if e.Code != "E999999" || e.Description != "Bad" || e.Message != "really" || e.TraceID != "8f00-FRA" || e.Status != 400 {
		t.Errorf("got %+v", e)
	}
	if got, want := e.Error(), "totp verify: refused: status 400: E999999: Bad: really"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFaultS01TraceIDOfAnUnreadableReplyIsKept(t *testing.T) {
	for _, status := range []int{200, 500} {
		err := answerOf(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("CF-Ray", "8f00-FRA")
			w.WriteHeader(status)
		})
		var e *Error
		if !errors.As(err, &e) || e.TraceID != "8f00-FRA" || e.Status != status {
			t.Errorf("got %+v", e)
		}
	}
}

func TestFaultS26EscapesInTheServersWordsAreInert(t *testing.T) {
	const bad = `\u001b]52;c;eA==\u0007\u009b2J\u202e\nx`
	err := answerOf(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("CF-Ray", "a\x9b2Jb\u202e")
		answer(w, 400, `{"errorCode":"E`+bad+`","errorDescription":"`+bad+`","errorMessage":"`+bad+`"}`)
	})
	e := wantKind(t, err, Refused)
	for _, s := range []Text{e.Code, e.Description, e.Message, e.TraceID} {
		harmless(t, string(s))
		if strings.ContainsRune(string(s), '\u202e') {
			t.Errorf("got %q", s)
		}
	}
}

// The masked address of a delivered code goes through Text like all words of
// a server; the text of a whole reply is cut there.
func TestFaultS39LongWordsAreCut(t *testing.T) {
	err := answerOf(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 400, `{"errorCode":"E1","errorDescription":"`+strings.Repeat("m", 10_000)+`"}`)
	})
	if e := wantKind(t, err, Refused); len(e.Description) != maxText {
		t.Errorf("got %d bytes, want %d", len(e.Description), maxText)
	}
}

func TestFaultS15EndlessBodyStopsAtTheCap(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, status := range []int{200, 400} {
		var written atomic.Int64
		err := answerOf(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			chunk := []byte(strings.Repeat(" ", 1<<16))
			for written.Load() < 100<<20 {
				n, err := w.Write(chunk)
				written.Add(int64(n))
				if err != nil {
					return
				}
			}
		})
		wantKind(t, err, Unreadable)
		if n := written.Load(); n > 32<<20 { // what the sockets buffer
			t.Errorf("%d bytes of 100 MB were taken", n)
		}
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 32<<20 {
		t.Errorf("allocated %d bytes", grown)
	}
}

func TestFaultS16HeadersAreCapped(t *testing.T) {
	err := answerOf(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Long", strings.Repeat("x", 2<<20))
		answer(w, 200, "{}")
	})
	wantKind(t, err, Unknown)
}

func TestFaultS17CapAppliesAfterDecompression(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := answerOf(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
		zeros := make([]byte, 1<<20)
		for range 64 {
			if _, err := z.Write(zeros); err != nil {
				return
			}
		}
		_ = z.Close()
	})
	wantKind(t, err, Unreadable)
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 32<<20 {
		t.Errorf("allocated %d bytes for 64 MB of zeros", grown)
	}
}

func TestGzippedReplyIsRead(t *testing.T) {
	d := newDescope(t)
	d.on("/v1/auth/totp/verify", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "gzip" {
			t.Error("gzip was not asked for")
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, d.signIn(1))
		_ = z.Close()
	})
	if _, err := d.wire().VerifyTOTP(t.Context(), loginID, "123456"); err != nil {
		t.Error(err)
	}
}

// Each of these would be a good sign-in but for one thing.
func TestFaultS14AndS15GoodTokensInABadReply(t *testing.T) {
	for name, c := range map[string]struct{ kind, after string }{
		"S14 as HTML":              {"text/html", ""},
		"S14 as text":              {"text/plain", ""},
		"S14 as nothing":           {"", ""},
		"S15 one byte too long":    {"application/json", "+1"},
		"S15 just as it may be":    {"application/json", "+0"},
		"S22 and another":          {"application/json", "{}"},
		"S14 JSON of another sort": {"application/json-seq", ""},
	} {
		d := newDescope(t)
		d.on("/v1/auth/totp/verify", func(w http.ResponseWriter, _ *http.Request) {
			body := d.signIn(1)
			switch c.after {
			case "+0":
				body += strings.Repeat(" ", maxBody-len(body))
			case "+1":
				body += strings.Repeat(" ", maxBody+1-len(body))
			default:
				body += c.after
			}
			w.Header().Set("Content-Type", c.kind)
			_, _ = io.WriteString(w, body)
		})
		_, err := d.local().VerifyTOTP(t.Context(), loginID, "123456")
		if c.after == "+0" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		wantKind(t, err, Unreadable)
	}
}

func TestFaultS24UnknownFieldsAreIgnored(t *testing.T) {
	d := newDescope(t)
	d.on("/v1/auth/totp/verify", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, `{"new":{"deep":[1,{"x":null}]},"SessionJwt":7,`+d.signIn(1)[1:])
	})
	if _, err := d.local().VerifyTOTP(t.Context(), loginID, "123456"); err != nil {
		t.Error(err)
	}
}

func TestFaultS07AndS08AndS09RetryAfterIsReadAndClamped(t *testing.T) {
	now := newClock().Now()
	for header, want := range map[string]time.Duration{
		"":                     30 * time.Second,
		"soon":                 30 * time.Second,
		"NaN":                  30 * time.Second,
		"7":                    7 * time.Second,
		"0":                    time.Second,
		"-5":                   time.Second,
		"-1e300":               time.Second,
		"-Inf":                 time.Second,
		"1.5":                  1500 * time.Millisecond,
		"299":                  299 * time.Second,
		"301":                  300 * time.Second,
		"1e20":                 300 * time.Second,
		"1e999":                300 * time.Second,
		"Inf":                  300 * time.Second,
		"99999999999999999999": 300 * time.Second,
		now.Add(42 * time.Second).Format(http.TimeFormat): 42 * time.Second,
		now.Add(-time.Hour).Format(http.TimeFormat):       time.Second,
		now.Add(24 * time.Hour).Format(http.TimeFormat):   300 * time.Second,
		"Fri, 31 Dec 9999 23:59:59 GMT":                   300 * time.Second,
	} {
		if got := retryAfter(header, now); got != want {
			t.Errorf("%q: got %v, want %v", header, got, want)
		}
	}
}

// The server's own clock says what its date means (S07).
func TestFaultS07RetryAfterDateIsReadByTheServersClock(t *testing.T) {
	d := newDescope(t)
	mine := newClock()
	mine.Add(-2 * time.Minute)
	d.on("/v1/auth/totp/verify", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", d.clock.Now().Add(20*time.Second).Format(http.TimeFormat))
		answer(w, 429, `{}`)
	})
	_, err := d.local(func(c *Config) { c.Now = mine.Now }).VerifyTOTP(t.Context(), loginID, "123456")
	if e := wantKind(t, err, RateLimited); e.RetryAfter.Round(time.Second) != 20*time.Second {
		t.Errorf("got %v, want 20s", e.RetryAfter)
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"", "7", "-5", "1e20", "NaN", "Inf", "0x1p4", "Fri, 31 Dec 9999 23:59:59 GMT", "soon"} {
		f.Add(s)
	}
	now := newClock().Now()
	f.Fuzz(func(t *testing.T, header string) {
		if d := retryAfter(header, now); d < time.Second || d > 300*time.Second {
			t.Errorf("%q: got %v", header, d)
		}
	})
}

// rawServer answers a verify with these bytes and hangs up; other requests go
// to a well-behaved server.
func rawServer(t *testing.T, raw string) (base string, d *fakeDescope) {
	d = newDescope(t)
	d.on("/v1/auth/totp/verify", func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, raw)
		if raw == "RST" {
			_ = conn.(*net.TCPConn).SetLinger(0)
		}
	})
	srv := httptest.NewServer(d)
	t.Cleanup(srv.Close)
	return srv.URL, d
}

func TestFaultNBrokenReplies(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	for name, c := range map[string]struct {
		raw  string
		want Kind
	}{
		"N06 hung up before the reply":     {"", Unknown},
		"N06 reset before the reply":       {"RST", Unknown},
		"N07 cut inside headers":           {"HTTP/1.1 200 OK\r\nContent-", Unknown},
		"N08 short body":                   {head + "Content-Length: 100\r\n\r\n{}", Unknown},
		"N08 short body of a refusal":      {strings.Replace(head, "200 OK", "401 X", 1) + "Content-Length: 100\r\n\r\n" + `{"errorCode":"E064001"}`, Unreadable},
		"N09 cut chunk":                    {head + "Transfer-Encoding: chunked\r\n\r\n10\r\n{}", Unknown},
		"S40 HTTP/0.9":                     {"{}", Unknown},
		"S40 interim replies without end":  {strings.Repeat("HTTP/1.1 103 Early\r\n\r\n", 5000), Unknown},
		"redirect that cannot be read":     {"HTTP/1.1 307 X\r\nLocation: ://\x80\r\nContent-Length: 0\r\n\r\n", Unreadable},
		"length that cannot be read":       {head + "Content-Length: -1\r\n\r\n", Unknown},
		"gzip that is none":                {head + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", Unknown},
		"N20 https on the http port":       {"\x15\x03\x01\x00\x02\x02\x46", Unknown},
		"status line with an escape in it": {"HTTP/1.1 2\x1b[2J OK\r\n\r\n", Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			base, d := rawServer(t, c.raw)
			_, err := wireTo(t, base, func(cf *Config) { cf.Now = d.clock.Now }).VerifyTOTP(t.Context(), loginID, "123456")
			if e := wantKind(t, err, c.want); e.NotSent {
				t.Error("said to be unsent")
			}
			if n := len(d.requests("/v1/auth/totp/verify")); n != 1 {
				t.Errorf("sent %d times, want once", n)
			}
		})
	}
}

func TestFaultN02RefusedIsUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	_, err = wireTo(t, "http://"+addr).VerifyTOTP(t.Context(), loginID, "123456")
	if e := wantKind(t, err, Unreachable); !e.NotSent || !strings.Contains(err.Error(), addr) {
		t.Errorf("got %v", err)
	}
}

func TestFaultN01NameThatDoesNotResolveIsNamed(t *testing.T) {
	c := wireTo(t, "https://auth.invalid")
	c.wire.(pinned).next.(viaProxy).DialContext = func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "auth.invalid", IsNotFound: true}}
	}
	if err := c.Keys(t.Context()); !strings.Contains(wantKind(t, err, Unreachable).Error(), "auth.invalid") {
		t.Errorf("got %v", err)
	}
}

func TestFaultN10AndN11DeadlineOfTheCallerHolds(t *testing.T) {
	for name, part := range map[string]string{"silence": "", "headers": "HTTP/1.1 200 OK\r\n", "body": "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"} {
		t.Run(name, func(t *testing.T) {
			arrived, done := make(chan struct{}), make(chan struct{})
			d := newDescope(t)
			d.on("/v1/auth/totp/verify", func(w http.ResponseWriter, _ *http.Request) {
				conn, _, _ := http.NewResponseController(w).Hijack()
				_, _ = io.WriteString(conn, part)
				close(arrived)
				<-done
				conn.Close()
			})
			c := d.wire()
			ctx, cancel := context.WithCancel(t.Context())
			go func() { <-arrived; cancel() }()
			_, err := c.VerifyTOTP(ctx, loginID, "123456")
			close(done)
			wantKind(t, err, Unknown)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want it to be context.Canceled too", err)
			}
		})
	}
}

func TestFaultN04AndN11OneCallEndsAfterFifteenSeconds(t *testing.T) {
	goodKey()
	synctest.Test(t, func(t *testing.T) {
		d := newDescope(t)
		c := d.local()
		if err := c.Keys(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.on("/v1/auth/totp/verify", func(http.ResponseWriter, *http.Request) { time.Sleep(time.Hour) })
		c.wire = impatient{d}
		start := time.Now()
		_, err := c.VerifyTOTP(t.Context(), loginID, "123456")
		if wantKind(t, err, Unknown); time.Since(start) != 15*time.Second {
			t.Errorf("took %v, want 15s", time.Since(start))
		}
		time.Sleep(2 * time.Hour) // the server's own goroutine ends
	})
}

func TestFaultN03AndN04DeadlinesOfTheTransport(t *testing.T) {
	tr := network(http.ProxyFromEnvironment).(viaProxy).Transport
	if tr.TLSHandshakeTimeout != 5*time.Second || tr.ResponseHeaderTimeout != 10*time.Second || tr.MaxResponseHeaderBytes != 64<<10 {
		t.Errorf("got %v, %v, %d", tr.TLSHandshakeTimeout, tr.ResponseHeaderTimeout, tr.MaxResponseHeaderBytes)
	}
	if tr.TLSClientConfig.InsecureSkipVerify || tr.TLSClientConfig.MinVersion != tls.VersionTLS12 || tr.TLSClientConfig.KeyLogWriter != nil {
		t.Error("TLS is not what it should be")
	}
}

// HTTP/2 has a debug switch that prints the bearer token.
func TestFaultL20HTTP1Only(t *testing.T) {
	d := newDescope(t)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 1 {
			t.Errorf("got %s", r.Proto)
		}
		d.ServeHTTP(w, r)
	}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	t.Cleanup(srv.Close)
	c := wireTo(t, srv.URL, d.right)
	trust(c, srv)
	if err := c.Keys(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestFaultL21TokenThatFitsNoHeaderIsNotInTheError(t *testing.T) {
	d := newDescope(t)
	err := d.wire().Logout(t.Context(), Secret(canary+"\r\nX-Evil: 1"))
	var e *Error
	if !errors.As(err, &e) || !e.NotSent || strings.Contains(err.Error(), canary) || len(d.requests("/")) != 0 {
		t.Errorf("got %v", err)
	}
}

// A reply that hands the connection over has no end: it must not be read.
func TestFaultS40SwitchingProtocolsDoesNotHang(t *testing.T) {
	done := make(chan struct{})
	d := newDescope(t)
	d.on("/v1/auth/totp/verify", func(w http.ResponseWriter, _ *http.Request) {
		conn, _, _ := http.NewResponseController(w).Hijack()
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
		<-done
		conn.Close()
	})
	got := make(chan error, 1)
	c := d.wire()
	go func() {
		_, err := c.VerifyTOTP(t.Context(), loginID, "123456")
		got <- err
	}()
	select {
	case err := <-got:
		wantKind(t, err, Unreadable)
		close(done)
	case <-time.After(5 * time.Second):
		close(done)
		t.Fatal("hangs on a 101")
	}
}

func TestFaultN22AndN23RedirectsAreNeverFollowed(t *testing.T) {
	other := newDescope(t)
	otherSrv := httptest.NewServer(other)
	t.Cleanup(otherSrv.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		for name, to := range map[string]string{"other host": otherSrv.URL + "/v1/auth/totp/verify", "same host": "/elsewhere", "downgrade": "http://example.com/"} {
			d := newDescope(t)
			for _, path := range []string{"/v1/auth/totp/verify", "/v1/auth/me"} {
				d.on(path, func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Location", to)
					w.WriteHeader(status)
				})
			}
			c := d.wire()
			_, err := c.VerifyTOTP(t.Context(), loginID, "123456")
			wantKind(t, err, Unreadable)
			_, err = c.Me(t.Context(), canary)
			wantKind(t, err, Unreadable)
			if n := len(d.requests("/")); n != 3 {
				t.Errorf("%d to %s: got %d requests, want 3", status, name, n)
			}
		}
	}
	if got := other.requests("/"); len(got) != 0 {
		t.Errorf("the other host got %+v", got)
	}
}

func TestFaultN15AndN17UntrustedCertificates(t *testing.T) {
	d := newDescope(t)
	srv := httptest.NewUnstartedServer(d)
	srv.Config.ErrorLog = quiet()
	srv.StartTLS()
	t.Cleanup(srv.Close)
	t.Run("N15 self-signed", func(t *testing.T) {
		c := wireTo(t, srv.URL)
		_, err := c.VerifyTOTP(t.Context(), loginID, "123456")
		if e := wantKind(t, err, Untrusted); !e.NotSent {
			t.Error("not said to be unsent")
		}
	})
	t.Run("N17 wrong host", func(t *testing.T) {
		c := wireTo(t, strings.Replace(srv.URL, "127.0.0.1", "localhost", 1))
		trust(c, srv)
		wantKind(t, c.Keys(t.Context()), Untrusted)
	})
	t.Run("N16 expired", func(t *testing.T) {
		c := wireTo(t, srv.URL)
		trust(c, srv).Time = func() time.Time { return time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC) }
		wantKind(t, c.Keys(t.Context()), Untrusted)
	})
	if n := len(d.requests("/")); n != 0 {
		t.Errorf("got %d requests, want 0", n)
	}
	t.Run("the right one", func(t *testing.T) {
		c := wireTo(t, srv.URL, d.right)
		trust(c, srv)
		if err := c.Keys(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func trust(c *Client, srv *httptest.Server) *tls.Config {
	conf := c.wire.(pinned).next.(viaProxy).TLSClientConfig
	conf.RootCAs = srv.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	return conf
}

func TestFaultN19AndN20HandshakesThatFail(t *testing.T) {
	old := httptest.NewUnstartedServer(newDescope(t))
	old.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11} //nolint:gosec // on purpose
	old.Config.ErrorLog = quiet()
	old.StartTLS()
	t.Cleanup(old.Close)
	t.Run("N19 TLS 1.1", func(t *testing.T) {
		c := wireTo(t, old.URL)
		trust(c, old)
		wantKind(t, c.Keys(t.Context()), Untrusted)
	})
	for name, c := range map[string]struct {
		greet string
		want  Kind
	}{
		"N20 http on the https port": {"HTTP/1.1 400 Bad Request\r\n\r\n", Untrusted},
		"garbage":                    {"220 mail.example.com ESMTP\r\n", Untrusted},
		"N05 hung up":                {"", Unreachable},
	} {
		t.Run(name, func(t *testing.T) {
			base := tcpServer(t, func(conn net.Conn) {
				_, _ = bufio.NewReader(conn).Peek(1)
				_, _ = io.WriteString(conn, c.greet)
			})
			e := wantKind(t, wireTo(t, "https://"+base).Keys(t.Context()), c.want)
			if !e.NotSent {
				t.Error("not said to be unsent")
			}
		})
	}
}

// tcpServer serves connections until the test ends.
func tcpServer(t *testing.T, serve func(net.Conn)) (addr string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serve(conn)
			conn.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return l.Addr().String()
}

func TestFaultN24ProxyTroubleSaysProxy(t *testing.T) {
	reply := func(raw string) string {
		return tcpServer(t, func(conn net.Conn) {
			if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				_, _ = io.WriteString(conn, raw)
			}
		})
	}
	gone := reply("")
	for name, c := range map[string]struct {
		proxy func(*http.Request) (*url.URL, error)
	}{
		"407":     {http.ProxyURL(&url.URL{Scheme: "http", Host: reply("HTTP/1.1 407 No\x1b[2J\r\n\r\n")})},
		"garbage": {http.ProxyURL(&url.URL{Scheme: "http", Host: reply("hello\r\n\r\n")})},
		"hung up": {http.ProxyURL(&url.URL{Scheme: "http", Host: gone})},
		"dead":    {http.ProxyURL(&url.URL{Scheme: "http", Host: "127.0.0.1:1", User: url.UserPassword("u", canary)})},
		"unreadable": {func(*http.Request) (*url.URL, error) {
			return nil, fmt.Errorf("invalid proxy address %q", "http://u:"+canary+"@")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			cl := wireTo(t, "https://auth.example.com")
			cl.wire = pinned{network(c.proxy), "https", "auth.example.com"}
			err := cl.Keys(t.Context())
			e := wantKind(t, err, Unreachable)
			if !e.NotSent || !strings.Contains(err.Error(), "proxy") || strings.Contains(err.Error(), canary) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestFaultO08DateThatIsMissingOrNonsenseMovesNoClock(t *testing.T) {
	for _, date := range []string{"", "yesterday", "Thu, 01 Jan 1970 00:00:00 GMT"} {
		d := newDescope(t)
		c := d.local()
		c.learnClock(http.Header{"Date": {date}}, d.clock.Now(), d.clock.Now())
		if c.ClockOffset() != 0 {
			t.Errorf("%q: got offset %v", date, c.ClockOffset())
		}
	}
}

func TestFaultO03ClockIsLearnedFromTheReply(t *testing.T) {
	now := newClock().Now()
	for name, c := range map[string]struct {
		server    time.Duration // clock of the server, against ours
		took, age time.Duration
		want      time.Duration
	}{
		"right":                      {0, 0, 0, 0},
		"1 s ahead":                  {1 * time.Second, 0, 0, 0},
		"2 min ahead":                {2 * time.Minute, 0, 0, 2*time.Minute + 500*time.Millisecond},
		"2 min behind":               {-2 * time.Minute, 0, 0, -2*time.Minute + 500*time.Millisecond},
		"slow reply is not a clock":  {0, 10 * time.Second, 0, 0},
		"reply from a cache":         {-time.Hour, 0, time.Hour, 0},
		"cache whose age is no time": {-time.Hour, 0, 100 * 24 * time.Hour, -time.Hour + 500*time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDescope(t)
			cl := d.local()
			h := http.Header{"Date": {now.Add(c.server).Format(http.TimeFormat)}}
			if c.age != 0 {
				h.Set("Age", strconv.Itoa(int(c.age.Seconds())))
			}
			cl.learnClock(h, now.Add(-c.took), now)
			if got := cl.ClockOffset(); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestWhatAReplySaysOfTheClockWinsOverAnEarlierRun(t *testing.T) {
	d := newDescope(t)
	c := d.local()
	c.AssumeClockOffset(time.Hour)
	if got := c.Now().Sub(d.clock.Now()); got != time.Hour {
		t.Errorf("got %v, want 1h", got)
	}
	if err := c.Keys(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.AssumeClockOffset(time.Hour)
	if c.ClockOffset() != 0 {
		t.Errorf("got %v, want 0", c.ClockOffset())
	}
}
