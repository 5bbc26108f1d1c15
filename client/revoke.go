package client

import "context"

// Revoke ends a session that was not kept. A session without a refresh token
// cannot be ended; it is over when its token is.
func (c *Client) Revoke(ctx context.Context, s *Session) error {
	if !s.CanStay() {
		return nil
	}
	return c.Logout(ctx, s.refresh)
}
