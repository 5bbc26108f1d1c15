package client

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

// oneReply answers everything but the key set with one reply.
type oneReply struct {
	d      *fakeDescope
	status int
	kind   string
	body   string
}

func (o *oneReply) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Path, "/v2/keys/") {
		return o.d.RoundTrip(r)
	}
	return &http.Response{
		StatusCode: o.status, Header: http.Header{"Content-Type": {o.kind}}, Body: io.NopCloser(strings.NewReader(o.body)),
	}, nil
}

// FuzzReply gives one reply to every call. Whatever it is, nobody is signed in
// but by tokens that the project signed, and no word of it moves a cursor.
func FuzzReply(f *testing.F) {
	d := newDescope(f)
	good := d.signIn(1)
	for _, body := range []string{
		"", "null", "{}", "[]", good, d.refreshed(1), d.rotated(1), trio, html, good + "{}", good[:len(good)/2],
		`{"errorCode":"E061102","errorDescription":"\u001b[2J","errorMessage":"x"}`, `{"sessionJwt":"a.b.c","refreshJwt":"d.e.f"}`,
		`{"maskedEmail":"a***@b.c","linkId":"12","pendingRef":"p","verificationAttempts":3}`, `{"authHistory":[{"loginTime":1e18,"city":"\u202e"}]}`,
		`[{"loginTime":-1,"ip":"::1"}]`, `{"tenants":[{"id":"t","name":"\u009b2J"}]}`, `{"codes":["a","b"]}`, `{"minLength":8,"lowercase":true}`,
		`{"user":{"loginIds":["x"],"email":7}}`, strings.Repeat("[", 100),
	} {
		for _, status := range []uint16{200, 401, 503} {
			f.Add(status, "application/json", body)
		}
	}
	f.Add(uint16(200), "text/html", html)
	answer := &oneReply{d: d}
	c := d.local(func(cf *Config) { cf.Transport = answer })
	if err := c.Keys(f.Context()); err != nil {
		f.Fatal(err)
	}
	on, err := d.local().VerifyTOTP(f.Context(), loginID, "123456")
	if err != nil {
		f.Fatal(err)
	}
	var theirs jwtReply
	if err := json.Unmarshal([]byte(good), &theirs); err != nil {
		f.Fatal(err)
	}
	signed := []string{theirs.SessionJWT.Reveal()}
	for _, reply := range []string{d.refreshed(1), d.rotated(1)} {
		_ = json.Unmarshal([]byte(reply), &theirs)
		signed = append(signed, theirs.SessionJWT.Reveal())
	}
	f.Fuzz(func(t *testing.T, status uint16, kind, body string) {
		answer.status, answer.kind, answer.body = 200+int(status)%400, kind, body
		for name, call := range everyCall(c, on) {
			s, err := call(t.Context())
			var e *Error
			if err != nil && !errors.As(err, &e) {
				t.Fatalf("%s: got %T, want an *Error", name, err)
			}
			if err != nil {
				harmless(t, err.Error())
			}
			if s == nil {
				continue
			}
			ours := false
			for _, token := range signed {
				head := token[:strings.LastIndex(token, ".")] // the last bits of a signature's Base64 say nothing
				ours = ours || strings.HasPrefix(s.Token().Reveal(), head)
			}
			if err != nil || answer.status > 299 || !ours {
				t.Fatalf("%s: status %d, %v: got a session of %q", name, answer.status, err, body)
			}
		}
	})
}

// everyCall are all calls of a client. Those that give no session give nil.
func everyCall(c *Client, on *Session) map[string]func(context.Context) (*Session, error) {
	none := func(err error) (*Session, error) { return nil, err }
	calls := map[string]func(context.Context) (*Session, error){
		"refresh":  func(ctx context.Context) (*Session, error) { return c.Refresh(ctx, "a.b.c") },
		"adopt":    func(ctx context.Context) (*Session, error) { return c.Adopt(ctx, "a.b.c") },
		"exchange": func(ctx context.Context) (*Session, error) { return c.ExchangeAccessKey(ctx, "k", LoginOptions{}) },
		"tenant":   func(ctx context.Context) (*Session, error) { return c.SelectTenant(ctx, on, "t") },
		"password": func(ctx context.Context) (*Session, error) {
			return c.SignUpPassword(ctx, loginID, "p", NewUser{}, LoginOptions{})
		},
		"replace": func(ctx context.Context) (*Session, error) { return c.ReplacePassword(ctx, loginID, "p", "q") },
		"sign-up": func(ctx context.Context) (*Session, error) {
			_, err := c.SignUp(ctx, loginID, NewUser{})
			return none(err)
		},
		"update":   func(ctx context.Context) (*Session, error) { _, err := c.ReplaceTOTP(ctx, on); return none(err) },
		"me":       func(ctx context.Context) (*Session, error) { _, err := c.WhoAmI(ctx, on); return none(err) },
		"history":  func(ctx context.Context) (*Session, error) { _, err := c.History(ctx, on); return none(err) },
		"tenants":  func(ctx context.Context) (*Session, error) { _, err := c.Tenants(ctx, on); return none(err) },
		"validate": func(ctx context.Context) (*Session, error) { _, err := c.Validate(ctx, on); return none(err) },
		"codes":    func(ctx context.Context) (*Session, error) { _, err := c.RecoveryCodes(ctx, on); return none(err) },
		"policy":   func(ctx context.Context) (*Session, error) { _, err := c.PasswordPolicy(ctx); return none(err) },
		"reset": func(ctx context.Context) (*Session, error) {
			_, _, err := c.ResetPassword(ctx, loginID)
			return none(err)
		},
		"set":    func(ctx context.Context) (*Session, error) { return none(c.SetPassword(ctx, on, "p")) },
		"logout": func(ctx context.Context) (*Session, error) { return none(c.Logout(ctx, "a.b.c")) },
		"all":    func(ctx context.Context) (*Session, error) { return none(c.LogoutAll(ctx, on)) },
	}
	for _, m := range []Method{TOTP, Email, SMS, Password, Recovery, Link} {
		calls["verify "+string(m)] = func(ctx context.Context) (*Session, error) {
			return c.Verify(ctx, Verify{Method: m, LoginID: loginID, Code: "123456"})
		}
		if sendPaths[m] != "" {
			calls["send "+string(m)] = func(ctx context.Context) (*Session, error) {
				_, err := c.SendCode(ctx, Send{Method: m, LoginID: loginID})
				return none(err)
			}
		}
	}
	return calls
}
