package client

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestFurtherWaysInSendExactlyThis(t *testing.T) {
	on := newDescope(t).raised()
	const alone, with = "Bearer " + projectID, "Bearer " + projectID + ":a.b.c"
	send := func(s Send) func(context.Context, *Client) error {
		return func(ctx context.Context, c *Client) error { _, err := c.SendCode(ctx, s); return err }
	}
	verify := func(v Verify) func(context.Context, *Client) error {
		v.LoginID = loginID
		return func(ctx context.Context, c *Client) error { _, err := c.Verify(ctx, v); return err }
	}
	both := LoginOptions{MFA: true, StepUp: true}
	for name, c := range map[string]struct {
		call func(context.Context, *Client) error
		want seen
	}{
		"enchanted link": {
			send(Send{Method: Link, LoginID: loginID}),
			seen{"POST", "/v1/auth/enchantedlink/signin/email", alone, `{"loginId":"alice@example.com","loginOptions":{}}`, nil},
		},
		"enchanted link as a second factor": {
			send(Send{Method: Link, LoginID: loginID, On: on, Options: LoginOptions{MFA: true}}),
			seen{"POST", "/v1/auth/enchantedlink/signin/email", with, `{"loginId":"alice@example.com","loginOptions":{"mfa":true}}`, nil},
		},
		"is the enchanted link opened": {
			verify(Verify{Method: Link, Code: "ref"}),
			seen{"POST", "/v1/auth/enchantedlink/pending-session", alone, `{"pendingRef":"ref"}`, nil},
		},
		"magic link to a new person": {
			send(Send{Method: MagicLink, LoginID: loginID, Purpose: ToSignUp}),
			seen{"POST", "/v1/auth/magiclink/signup/email", alone, `{"loginId":"alice@example.com","user":{"email":"alice@example.com"},` +
				`"email":"alice@example.com","loginOptions":{}}`, nil},
		},
		"magic link by SMS": {
			send(Send{Method: MagicSMS, LoginID: "+15555555555", Purpose: ToSignUpOrIn}),
			seen{"POST", "/v1/auth/magiclink/signup-in/sms", alone, `{"loginId":"+15555555555","loginOptions":{}}`, nil},
		},
		"magic link by WhatsApp": {
			send(Send{Method: MagicWhatsApp, LoginID: "+15555555555"}),
			seen{"POST", "/v1/auth/magiclink/signin/whatsapp", alone, `{"loginId":"+15555555555","loginOptions":{}}`, nil},
		},
		"token of a magic link": {
			verify(Verify{Method: MagicSMS, Code: "tok", On: on}),
			seen{"POST", "/v1/auth/magiclink/verify", alone, `{"token":"tok"}`, nil},
		},
		"password": {
			verify(Verify{Method: Password, Code: "p w"}),
			seen{"POST", "/v1/auth/password/signin", alone, `{"loginId":"alice@example.com","password":"p w"}`, nil},
		},
		"password as a factor": {
			verify(Verify{Method: Password, Code: "pw", On: on, Options: both}),
			seen{"POST", "/v1/auth/password/signin", with, `{"loginId":"alice@example.com","loginOptions":{"stepup":true,"mfa":true},"password":"pw"}`, nil},
		},
		"recovery code as a factor": {
			verify(Verify{Method: Recovery, Code: "ab-cd", On: on, Options: both}),
			seen{"POST", "/v1/auth/recovery-codes/signin", with, `{"code":"ab-cd","loginId":"alice@example.com","loginOptions":{"stepup":true,"mfa":true}}`, nil},
		},
		"sign-up with a password": {
			func(ctx context.Context, c *Client) error {
				_, err := c.SignUpPassword(ctx, loginID, "pw", NewUser{Name: "A"}, both)
				return err
			},
			seen{"POST", "/v1/auth/password/signup", alone, `{"loginId":"alice@example.com","password":"pw","user":{"name":"A"}}`, nil},
		},
		"password reset": {
			func(ctx context.Context, c *Client) error { _, _, err := c.ResetPassword(ctx, loginID); return err },
			seen{"POST", "/v1/auth/password/reset", alone, `{"loginId":"alice@example.com"}`, nil},
		},
		"new password": {
			func(ctx context.Context, c *Client) error { return c.SetPassword(ctx, on, "new") },
			seen{"POST", "/v1/auth/password/update", with, `{"loginId":"alice@example.com","newPassword":"new"}`, nil},
		},
		"new password for the old": {
			func(ctx context.Context, c *Client) error {
				_, err := c.ReplacePassword(ctx, loginID, "old", "new")
				return err
			},
			seen{"POST", "/v1/auth/password/replace", alone, `{"loginId":"alice@example.com","newPassword":"new","oldPassword":"old"}`, nil},
		},
		"password policy": {
			func(ctx context.Context, c *Client) error { _, err := c.PasswordPolicy(ctx); return err },
			seen{"GET", "/v1/auth/password/policy", alone, "", nil},
		},
		"recovery codes": {
			func(ctx context.Context, c *Client) error { _, err := c.RecoveryCodes(ctx, on); return err },
			seen{"POST", "/v1/auth/recovery-codes", with, `{"loginId":"alice@example.com"}`, nil},
		},
		"access key alone": {
			func(ctx context.Context, c *Client) error {
				_, err := c.ExchangeAccessKey(ctx, "K1", LoginOptions{})
				return err
			},
			seen{"POST", "/v1/auth/accesskey/exchange", "Bearer " + projectID + ":K1", `{}`, nil},
		},
		"access key": {
			func(ctx context.Context, c *Client) error {
				_, err := c.ExchangeAccessKey(ctx, "K1", LoginOptions{Claims: map[string]any{"a": 1}, Tenant: "T"})
				return err
			},
			seen{"POST", "/v1/auth/accesskey/exchange", "Bearer " + projectID + ":K1", `{"loginOptions":{"customClaims":{"a":1},"selectedTenant":"T"}}`, nil},
		},
	} {
		t.Run(name, func(t *testing.T) { sendsExactly(t, c.call, c.want) })
	}
}

func TestLinkIsPendingUntilItIsOpened(t *testing.T) {
	d := newDescope(t)
	const path = "/v1/auth/enchantedlink/pending-session"
	look := func() (*Session, error) {
		return d.local().Verify(t.Context(), Verify{Method: Link, LoginID: loginID, Code: "ref"})
	}
	d.says(path, 401, `{"errorCode":"E062503"}`)
	_, err := look()
	wantKind(t, err, Pending)
	d.says(path, 401, `{"errorCode":"E062504"}`)
	_, err = look()
	wantKind(t, err, CodeExpired)
	d.says(path, 200, d.signIn(1))
	if s, err := look(); err != nil || s.LoginID() != loginID || !s.CanStay() {
		t.Errorf("got %v, %v", s, err)
	}
}

func TestLinkWithoutNumberOrReferenceIsUnreadable(t *testing.T) {
	for _, body := range []string{`{}`, `{"linkId":"42"}`, `{"pendingRef":"r"}`, `{"linkId":42,"pendingRef":"r"}`} {
		d := newDescope(t)
		d.says("/v1/auth/enchantedlink/signin/email", 200, body)
		_, err := d.local().SendCode(t.Context(), Send{Method: Link, LoginID: loginID})
		wantKind(t, err, Unreadable)
	}
}

func TestPasswordResetIsAnsweredByTheLinkThatWasSent(t *testing.T) {
	for body, want := range map[string]Method{
		`{"maskedEmail":"a***@b.c","resetMethod":"magiclink"}`: MagicLink,
		`{"maskedEmail":"a***@b.c","linkId":"42"}`:             MagicLink,
		`{"linkId":"42","pendingRef":"ref"}`:                   Link,
	} {
		d := newDescope(t)
		d.says("/v1/auth/password/reset", 200, body)
		if m, _, err := d.local().ResetPassword(t.Context(), loginID); err != nil || m != want {
			t.Errorf("%s: got %q, %v, want %q", body, m, err, want)
		}
	}
}

func TestPolicySaysWhatAPasswordLacks(t *testing.T) {
	all := PasswordPolicy{MinLength: 8, Lower: true, Upper: true, Number: true, Symbol: true}
	for password, want := range map[Secret][]Rule{
		"":           {LongEnough, HasLower, HasUpper, HasNumber, HasSymbol},
		"abc":        {LongEnough, HasUpper, HasNumber, HasSymbol},
		"ABCDEFGH1":  {HasLower, HasSymbol},
		"Abcdefg1 ":  nil,
		"ÄäÄäÄä1!":   nil,
		"Ää1!Ää1":    {LongEnough},
		"abcdefgh1!": {HasUpper},
	} {
		if got := all.Lacks(password); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", password.Reveal(), got, want)
		}
	}
	if got := (PasswordPolicy{}).Lacks(""); got != nil {
		t.Errorf("a policy that wants nothing: got %v", got)
	}
}

func TestRecoveryCodesAreFewCleanAndThere(t *testing.T) {
	const path = "/v1/auth/recovery-codes"
	d := newDescope(t)
	d.says(path, 200, `{"codes":[{"code":"ab-cd"},{"code":""},{"code":"e\u001b[2Jf"}]}`)
	got, err := d.local().RecoveryCodes(t.Context(), d.raised())
	if want := []Secret{"ab-cd", "e[2Jf"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %d codes, %v, want %d", len(got), err, len(want))
	}
	d.says(path, 200, `{"codes":[`+strings.TrimSuffix(strings.Repeat(`{"code":"x"},`, 1000), ",")+`]}`)
	if got, err := d.local().RecoveryCodes(t.Context(), d.raised()); err != nil || len(got) != maxCodes {
		t.Errorf("got %d codes, %v, want %d", len(got), err, maxCodes)
	}
	for _, body := range []string{`{}`, `null`, `{"codes":[]}`, `{"codes":[{"code":""}]}`, `{"codes":"x"}`} {
		d.says(path, 200, body)
		_, err := d.local().RecoveryCodes(t.Context(), d.raised())
		wantKind(t, err, Unreadable)
	}
}

func TestFurtherWaysNeedWhatTheyAreAbout(t *testing.T) {
	d := newDescope(t)
	c := d.local()
	for name, call := range map[string]func(context.Context) error{
		"no password": func(ctx context.Context) error {
			_, err := c.SignUpPassword(ctx, loginID, "", NewUser{}, LoginOptions{})
			return err
		},
		"nobody": func(ctx context.Context) error {
			_, err := c.SignUpPassword(ctx, "", "pw", NewUser{}, LoginOptions{})
			return err
		},
		"reset nobody":  func(ctx context.Context) error { _, _, err := c.ResetPassword(ctx, ""); return err },
		"set nothing":   func(ctx context.Context) error { return c.SetPassword(ctx, d.raised(), "") },
		"set without":   func(ctx context.Context) error { return c.SetPassword(ctx, nil, "new") },
		"replace by ''": func(ctx context.Context) error { _, err := c.ReplacePassword(ctx, loginID, "old", ""); return err },
		"codes without": func(ctx context.Context) error { _, err := c.RecoveryCodes(ctx, nil); return err },
		"no access key": func(ctx context.Context) error { _, err := c.ExchangeAccessKey(ctx, "", LoginOptions{}); return err },
		"codes of a key": func(ctx context.Context) error {
			s := d.raised()
			s.byKey = true
			_, err := c.RecoveryCodes(ctx, s)
			return err
		},
		"factor on none": func(ctx context.Context) error {
			_, err := c.Verify(ctx, Verify{Method: Password, LoginID: loginID, Code: "pw", Options: LoginOptions{MFA: true}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) { wantKind(t, call(t.Context()), LocalReject) })
	}
	if n := len(d.requests("/")); n != 0 {
		t.Errorf("got %d requests, want 0", n)
	}
}

func TestRefusedPasswordsAndKeysAreDenied(t *testing.T) {
	for code, want := range map[string]Kind{
		"E062903": Denied, "E062802": Denied, "E062803": Denied, "E062909": PasswordExpired, "E061103": TooManyTries,
	} {
		d := newDescope(t)
		d.says("/v1/auth/password/signin", 401, `{"errorCode":"`+code+`"}`)
		_, err := d.local().Verify(t.Context(), Verify{Method: Password, LoginID: loginID, Code: "pw"})
		if !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", code, err, want)
		}
	}
}
