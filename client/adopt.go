package client

import (
	"context"
	"errors"
)

// Adopt takes over a session by its refresh token, as another machine or an
// SDK has it: it is checked, used for a refresh, and the server is asked whose
// it is.
func (c *Client) Adopt(ctx context.Context, refresh Secret) (*Session, error) {
	const op = "take over a session"
	if refresh.Empty() {
		return nil, nothingToSend(op, "no refresh token")
	}
	if err := c.Keys(ctx); err != nil {
		return nil, notSent(op, err)
	}
	theirs, err := c.check(ctx, refresh, refreshKind)
	if err != nil {
		return nil, err
	}
	s, err := c.Refresh(ctx, refresh)
	if err != nil {
		return nil, err
	}
	if s.claims.UserID != theirs.UserID {
		return nil, &Error{Op: op, Kind: Untrusted, Err: errOtherUser}
	}
	if !s.CanStay() {
		s.refresh = refresh
	}
	if s.user, err = c.Me(ctx, s.refresh); err != nil {
		return nil, err
	}
	if len(s.user.LoginIDs) == 0 {
		return nil, &Error{Op: op, Kind: Unreadable, Err: errors.New("the user has no login ID")}
	}
	s.loginID = string(s.user.LoginIDs[0])
	return s, nil
}

// Disown gives up a session that Adopt took over with the token given. It goes
// on where it came from, unless its token was replaced on the way: nobody else
// has the new one, and the session is ended.
func (c *Client) Disown(ctx context.Context, s *Session, given Secret) error {
	if s.refresh == given {
		return nil
	}
	return c.Revoke(ctx, s)
}
