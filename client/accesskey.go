package client

import (
	"context"
	"errors"
)

// ExchangeAccessKey signs a program in with its access key (Descope API:
// /v1/auth/accesskey/exchange; of the options it knows the claims and the
// tenant). The session has no person: its user is the key. It is renewed by
// exchanging the key again.
func (c *Client) ExchangeAccessKey(ctx context.Context, key Secret, o LoginOptions) (*Session, error) {
	if key.Empty() {
		return nil, nothingToSend(keyOp, "no access key")
	}
	if err := c.Keys(ctx); err != nil {
		return nil, notSent(keyOp, err)
	}
	return c.exchangeKey(ctx, key, o)
}

const keyOp = "access key"

// exchangeKey is ExchangeAccessKey without the key set.
func (c *Client) exchangeKey(ctx context.Context, key Secret, o LoginOptions) (*Session, error) {
	type options struct {
		Claims map[string]any `json:"customClaims,omitempty"`
		Tenant string         `json:"selectedTenant,omitempty"`
	}
	body := map[string]any{}
	if len(o.Claims) > 0 || o.Tenant != "" {
		body["loginOptions"] = options{o.Claims, o.Tenant}
	}
	rep, err := c.do(ctx, request{op: keyOp, path: "/v1/auth/accesskey/exchange", bearer: key, noAuthKey: true, body: body})
	if err != nil {
		return nil, err
	}
	var w struct {
		KeyID      Text   `json:"keyId"`
		SessionJWT Secret `json:"sessionJwt"`
	}
	if err := decodeStrict(rep.body, &w); err != nil {
		return nil, &Error{Op: keyOp, Kind: Unreadable, Err: err}
	}
	s := &Session{refresh: key, byKey: true, loginID: string(short(w.KeyID))}
	if s.token = tokenOf(w.SessionJWT, rep.cookies, []string{sessionKind}); s.token.Empty() {
		return nil, &Error{Op: keyOp, Kind: Unreadable, Err: errors.New("no session token in it")}
	}
	if s.claims, err = c.checkNew(ctx, keyOp, s.token, []string{sessionKind}); err != nil {
		return nil, err
	}
	if s.loginID == "" {
		s.loginID = s.claims.UserID
	}
	return s, nil
}
