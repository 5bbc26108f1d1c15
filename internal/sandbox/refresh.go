package sandbox

import (
	"encoding/json"
	"time"
)

// refresh answers POST /v1/auth/refresh. With rotation off the reply holds no
// refresh token, which means "keep the one you have".
func refresh(c *call) (any, error) {
	s, p, err := c.signedIn()
	if err != nil {
		return nil, err
	}
	return c.renew(s, p)
}

// tryRefresh answers POST /v1/auth/try-refresh, which is never refused: with
// no good token it answers an empty object.
func tryRefresh(c *call) (any, error) {
	s, p, err := c.signedIn()
	if _, refused := err.(*refusal); refused {
		return struct{}{}, nil
	}
	if err != nil {
		return nil, err
	}
	return c.renew(s, p)
}

// renew hands out a new session token, and a refresh token if they rotate. A
// token in its grace period gets the one that replaced it: two processes that
// refresh at once both end up with a good one.
func (c *call) renew(s session, p person) (any, error) {
	rotation := c.box.opts.Rotation
	if rotation.on && c.shown.Gen == s.Gen {
		s.rotate(rotation, c.now)
	}
	s.Used = c.now
	if err := put(c.tx, sessionBucket, s.path(), s); err != nil {
		return nil, err
	}
	return c.issue(grant{session: s, person: p, refresh: rotation.on, showUser: c.varies(userOnRefresh)})
}

// logout answers POST /v1/auth/logout. A session token that is already out
// stays good by its signature until it expires.
func logout(c *call) (any, error) {
	s, _, err := c.signedIn()
	if err != nil {
		return nil, err
	}
	c.drop()
	return jwtResponse{}, remove(c.tx, sessionBucket, s.path())
}

// logoutAll answers POST /v1/auth/logoutall.
func logoutAll(c *call) (any, error) {
	s, _, err := c.signedIn()
	if err != nil {
		return nil, err
	}
	c.drop()
	return jwtResponse{}, c.endSessions(s.UserID)
}

// validate answers POST /v1/auth/validate with the claims at the root; the
// service writes their times as text there.
func validate(c *call) (any, error) {
	if c.creds.token == "" {
		return nil, refuse(codeToken, "The token is invalid", "A session token is required")
	}
	shown, err := c.verify(c.creds.token, sessionCookie)
	if err != nil {
		return nil, err
	}
	if c.varies(validateNumbers) {
		return shown.payload, nil
	}
	for _, name := range []string{"exp", "iat"} {
		var seconds int64
		if err := json.Unmarshal(shown.payload[name].(json.RawMessage), &seconds); err != nil {
			return nil, refuse(codeToken, "The token is invalid", "")
		}
		shown.payload[name] = time.Unix(seconds, 0).UTC().Format(time.RFC3339)
	}
	return shown.payload, nil
}
