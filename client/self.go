package client

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"
)

// ReplaceTOTP asks for a new TOTP key for somebody signed in. It counts once a
// code made with it was verified (Descope API: /v1/auth/totp/update).
func (c *Client) ReplaceTOTP(ctx context.Context, on *Session) (*Enrollment, error) {
	const op = "totp update"
	bearer, err := on.stays(op)
	if err != nil {
		return nil, err
	}
	rep, err := c.do(ctx, request{
		op: op, path: "/v1/auth/totp/update", bearer: bearer, body: map[string]string{"loginId": on.loginID},
	})
	if err != nil {
		return nil, err
	}
	return c.enrollment(op, on.loginID, rep)
}

// WhoAmI asks the server whom a session belongs to.
func (c *Client) WhoAmI(ctx context.Context, on *Session) (*User, error) {
	bearer, err := on.stays("me")
	if err != nil {
		return nil, err
	}
	return c.Me(ctx, bearer)
}

// SignIn is one entry of a person's history.
type SignIn struct {
	Time                      time.Time
	City, Country, IP, Tenant Text
}

// History lists a person's latest sign-ins (Descope API: /v1/auth/me/history,
// a bare array, or wrapped in authHistory as its description has it).
func (c *Client) History(ctx context.Context, on *Session) ([]SignIn, error) {
	const op = "history"
	bearer, err := on.stays(op)
	if err != nil {
		return nil, err
	}
	rep, err := c.do(ctx, request{op: op, method: "GET", path: "/v1/auth/me/history", bearer: bearer})
	if err != nil {
		return nil, err
	}
	type entry struct {
		LoginTime int64 `json:"loginTime"`
		City      Text  `json:"city"`
		Country   Text  `json:"country"`
		IP        Text  `json:"ip"`
		Tenant    Text  `json:"selectedTenant"`
	}
	var list []entry
	var wrapped struct {
		List []entry `json:"authHistory"`
	}
	if err := decodeStrict(rep.body, &list); err != nil {
		if err := decodeStrict(rep.body, &wrapped); err != nil {
			return nil, &Error{Op: op, Kind: Unreadable, Err: err}
		}
		list = wrapped.List
	}
	var out []SignIn
	for _, e := range list {
		out = append(out, SignIn{epoch(float64(e.LoginTime)), e.City, e.Country, e.IP, e.Tenant})
	}
	return out, nil
}

// Tenant is one that a person belongs to.
type Tenant struct {
	ID   Text `json:"id"`
	Name Text `json:"name"`
}

// Tenants lists a person's tenants (Descope API: /v1/auth/me/tenants).
func (c *Client) Tenants(ctx context.Context, on *Session) ([]Tenant, error) {
	const op = "tenants"
	bearer, err := on.stays(op)
	if err != nil {
		return nil, err
	}
	ids := slices.AppendSeq([]string{}, maps.Keys(on.claims.Tenants))
	slices.Sort(ids)
	rep, err := c.do(ctx, request{op: op, path: "/v1/auth/me/tenants", bearer: bearer, body: map[string]any{
		"dct": false, "ids": ids,
	}})
	if err != nil {
		return nil, err
	}
	var w struct {
		Tenants []Tenant `json:"tenants"`
	}
	if err := decodeStrict(rep.body, &w); err != nil {
		return nil, &Error{Op: op, Kind: Unreadable, Err: err}
	}
	return w.Tenants, nil
}

// SelectTenant gives a session within a tenant (Descope API:
// /v1/auth/tenant/select).
func (c *Client) SelectTenant(ctx context.Context, on *Session, tenant string) (*Session, error) {
	const op = "select tenant"
	bearer, err := on.stays(op)
	if err != nil {
		return nil, err
	}
	if tenant == "" {
		return nil, nothingToSend(op, "no tenant")
	}
	if err := c.Keys(ctx); err != nil {
		return nil, notSent(op, err)
	}
	rep, err := c.do(ctx, request{
		op: op, path: "/v1/auth/tenant/select", bearer: bearer, body: map[string]string{"tenant": tenant},
	})
	if err != nil {
		return nil, err
	}
	return c.signedIn(ctx, op, rep, on.loginID, on)
}

// Validate asks the server whether a session token is valid (Descope API:
// /v1/auth/validate). The claims are what it answers: a JSON object whose
// words are not cleaned.
func (c *Client) Validate(ctx context.Context, s *Session) (json.RawMessage, error) {
	const op = "validate"
	if s == nil || s.token.Empty() {
		return nil, nothingToSend(op, "no session token")
	}
	rep, err := c.do(ctx, request{op: op, path: "/v1/auth/validate", bearer: s.token})
	if err != nil {
		return nil, err
	}
	var claims map[string]json.RawMessage
	if err := decodeStrict(rep.body, &claims); err != nil {
		return nil, &Error{Op: op, Kind: Unreadable, Err: err}
	}
	if claims == nil {
		return nil, &Error{Op: op, Kind: Unreadable, Err: errors.New("no claims in it")}
	}
	return rep.body, nil
}

// LogoutAll ends all sessions of the person (Descope API: /v1/auth/logoutall).
func (c *Client) LogoutAll(ctx context.Context, on *Session) error {
	const op = "logout all"
	bearer, err := on.stays(op)
	if err != nil {
		return err
	}
	_, err = c.do(ctx, request{op: op, path: "/v1/auth/logoutall", bearer: bearer})
	return err
}
