package client

import (
	"context"
)

// SignUp asks for a TOTP key for somebody new. Nobody is registered before the
// first code was verified (Descope API: /v1/auth/totp/signup).
func (c *Client) SignUp(ctx context.Context, loginID string, user NewUser) (*Enrollment, error) {
	const op = "totp sign-up"
	if loginID == "" {
		return nil, nothingToSend(op, "no login ID")
	}
	if err := c.Keys(ctx); err != nil {
		return nil, notSent(op, err)
	}
	rep, err := c.do(ctx, request{op: op, path: "/v1/auth/totp/signup", body: struct {
		LoginID string  `json:"loginId"`
		User    NewUser `json:"user"`
	}{loginID, user}})
	if err != nil {
		return nil, err
	}
	return c.enrollment(op, loginID, rep)
}

// VerifyTOTP sends a code: the end of a sign-up, or a sign-in
// (Descope API: /v1/auth/totp/verify). The key set is fetched first, so that a
// code is never spent on a token that we could not check.
func (c *Client) VerifyTOTP(ctx context.Context, loginID string, code Secret) (*Session, error) {
	const op = "totp verify"
	if loginID == "" || code.Empty() {
		return nil, nothingToSend(op, "no login ID or no code")
	}
	if err := c.Keys(ctx); err != nil {
		return nil, notSent(op, err)
	}
	rep, err := c.do(ctx, request{op: op, path: "/v1/auth/totp/verify", body: map[string]string{
		"loginId": loginID,
		"code":    code.Reveal(),
	}})
	if err != nil {
		return nil, err
	}
	s, err := c.session(ctx, op, rep)
	if err != nil {
		return nil, err
	}
	s.loginID = loginID
	return s, nil
}
