package client

import (
	"context"
	"slices"
)

// Verify is the answer that proves a factor, on its way to the server.
type Verify struct {
	Method  Method
	LoginID string
	// Code is the code, the password, the token of a magic link, or what
	// Sent.Ref said of a Link.
	Code    Secret
	Options LoginOptions // of TOTP, Password and Recovery: of what was sent they went with Send
	On      *Session     // the session to be raised, nil for none
}

// Verify signs in with a factor (Descope API: /v1/auth/totp/verify,
// /v1/auth/otp/verify/…, /v1/auth/magiclink/verify,
// /v1/auth/enchantedlink/pending-session, /v1/auth/password/signin,
// /v1/auth/recovery-codes/signin). Of a Link it asks once: the error is of kind
// Pending until the link was opened. The key set is fetched first, so that
// nothing is spent on a token that we could not check.
func (c *Client) Verify(ctx context.Context, v Verify) (*Session, error) {
	r, whole := v.request()
	if !whole || v.LoginID == "" || v.Code.Empty() {
		return nil, nothingToSend(r.op, "no login ID, no code, or no such method")
	}
	if v.direct() {
		var err error
		if r.bearer, err = v.Options.bearer(r.op, v.On); err != nil {
			return nil, err
		}
	}
	if err := c.Keys(ctx); err != nil {
		return nil, notSent(r.op, err)
	}
	rep, err := c.do(ctx, r)
	if err != nil {
		return nil, err
	}
	return c.signedIn(ctx, r.op, rep, v.LoginID, v.On)
}

// direct reports whether the sign-in is one call, which then has the options.
func (v Verify) direct() bool { return slices.Contains([]Method{TOTP, Password, Recovery}, v.Method) }

// request is the call, without what the options add to its Authorization.
func (v Verify) request() (r request, whole bool) {
	body := map[string]any{"loginId": v.LoginID}
	key := "code"
	switch v.Method {
	case TOTP:
		r = request{op: "totp verify", path: "/v1/auth/totp/verify"}
	case Email, SMS, Voice, WhatsApp:
		r = request{op: "otp verify " + string(v.Method), path: "/v1/auth/otp/verify/" + string(v.Method)}
	case Password:
		r, key = request{op: "password sign-in", path: "/v1/auth/password/signin"}, "password"
	case Recovery:
		r = request{op: "recovery code", path: "/v1/auth/recovery-codes/signin"}
	case MagicLink, MagicSMS, MagicWhatsApp:
		r, key = request{op: "magic link", path: "/v1/auth/magiclink/verify"}, "token"
		delete(body, "loginId")
	case Link:
		r, key = request{op: "enchanted link", path: "/v1/auth/enchantedlink/pending-session"}, "pendingRef"
		delete(body, "loginId")
	default:
		return request{op: "verify"}, false
	}
	body[key] = v.Code.Reveal()
	if w := v.Options.wire(); v.direct() && !w.empty() {
		body["loginOptions"] = w
	}
	r.body = body
	return r, true
}

// signedIn makes the session of a reply that ends a sign-in.
func (c *Client) signedIn(ctx context.Context, op string, rep reply, loginID string, on *Session) (*Session, error) {
	s, err := c.session(ctx, op, rep)
	if err != nil {
		return nil, err
	}
	s.loginID = loginID
	if err := s.onTopOf(op, on); err != nil {
		return nil, err
	}
	return s, nil
}
