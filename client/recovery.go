package client

import (
	"context"
	"errors"
)

// maxCodes is more recovery codes than a project can hand out (10).
const maxCodes = 32

// RecoveryCodes makes new recovery codes for the person of a session; those
// made before are void (Descope API: /v1/auth/recovery-codes).
func (c *Client) RecoveryCodes(ctx context.Context, on *Session) ([]Secret, error) {
	const op = "recovery codes"
	bearer, err := on.stays(op)
	if err != nil {
		return nil, err
	}
	rep, err := c.do(ctx, request{
		op: op, path: "/v1/auth/recovery-codes", bearer: bearer, body: map[string]any{"loginId": on.loginID},
	})
	if err != nil {
		return nil, err
	}
	var w struct {
		Codes []struct {
			Code Text `json:"code"`
		} `json:"codes"`
	}
	if err := decodeStrict(rep.body, &w); err != nil {
		return nil, &Error{Op: op, Kind: Unreadable, Err: err}
	}
	var codes []Secret
	for _, is := range w.Codes[:min(len(w.Codes), maxCodes)] {
		if code := short(is.Code); code != "" {
			codes = append(codes, Secret(code))
		}
	}
	if len(codes) == 0 {
		return nil, &Error{Op: op, Kind: Unreadable, Err: errors.New("no codes in it")}
	}
	return codes, nil
}
