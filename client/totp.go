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

// VerifyTOTP sends the code of an authenticator app: the end of a sign-up, or
// a sign-in.
func (c *Client) VerifyTOTP(ctx context.Context, loginID string, code Secret) (*Session, error) {
	return c.Verify(ctx, Verify{Method: TOTP, LoginID: loginID, Code: code})
}
