package client

import (
	"context"
	"errors"
)

// Revoke ends a session that was not kept. A session without a refresh token
// cannot be ended, nor one of an access key; it is over when its token is.
func (c *Client) Revoke(ctx context.Context, s *Session) error {
	if !s.CanStay() || s.byKey {
		return nil
	}
	return c.Logout(ctx, s.refresh)
}

// MaybeSpent reports whether a session that the server calls ended may have
// been lost by a refresh that was cut off earlier.
func MaybeSpent(err error) bool { return errors.Is(err, errMaybeSpent) }
