package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// session is one signed-in session; its refresh tokens are
// "<session id>-<generation>" in the claim "jti".
type session struct {
	ID, UserID string
	AMR        []string
	Claims     map[string]json.RawMessage // custom claims, kept over refreshes
	Tenant     string
	Ends       time.Time // end of the refresh token; refreshing does not move it
	Gen        int       // generation of the newest refresh token
	RotatedAt  time.Time // when Gen took over
	Used       time.Time // the last sign-in or refresh
}

func (s *session) tokenID() string { return s.ID + "-" + strconv.Itoa(s.Gen) }
func (s *session) path() string    { return s.UserID + "/" + s.ID }

// rotate makes the next refresh token the only good one.
func (s *session) rotate(r Rotation, now time.Time) {
	if r.on {
		s.Gen, s.RotatedAt = s.Gen+1, now
	}
}

// prove adds a factor next to those already passed. The mark "mfa" comes with
// the second different one; the same factor again changes nothing.
func (s *session) prove(factor string) {
	factors := slices.DeleteFunc(slices.Clone(s.AMR), func(f string) bool { return f == "mfa" })
	if !slices.Contains(factors, factor) {
		factors = append(factors, factor)
	}
	if len(factors) > 1 {
		factors = append(factors, "mfa")
	}
	s.AMR = factors
}

// signedIn returns the session of the refresh token and its user. Using a
// token that was rotated out ends the session.
func (c *call) signedIn() (session, person, error) {
	if c.creds.token == "" {
		return session{}, person{}, refuse(codeUnauthorized, "The request is not authorized", "A refresh token is required")
	}
	shown, err := c.verify(c.creds.token, refreshCookie)
	if err != nil {
		return session{}, person{}, err
	}
	c.shown = shown
	s, err := c.session(shown.User, shown.SessionID)
	if err != nil {
		return session{}, person{}, err
	}
	if !c.current(s, shown.Gen) {
		if c.tx.Writable() {
			if err := remove(c.tx, sessionBucket, s.path()); err != nil {
				return session{}, person{}, err
			}
		}
		return session{}, person{}, ended()
	}
	p, found, err := c.personByID(s.UserID)
	if err != nil {
		return session{}, person{}, err
	}
	if !found || p.Status != statusEnabled {
		return session{}, person{}, ended()
	}
	return s, p, nil
}

// session reads a session that has not ended.
func (c *call) session(userID, id string) (session, error) {
	var s session
	found, err := get(c.tx, sessionBucket, userID+"/"+id, &s)
	if err != nil {
		return s, err
	}
	idle := c.box.opts.Inactivity
	if !found || !c.now.Before(s.Ends) || idle > 0 && c.now.Sub(s.Used) >= idle {
		return s, ended()
	}
	return s, nil
}

func ended() *refusal { return refuse(codeEnded, "The session has ended", "") }

// current says whether a refresh token of this generation is still good.
func (c *call) current(s session, gen int) bool {
	rotation := c.box.opts.Rotation
	if !rotation.on || gen == s.Gen {
		return true
	}
	return rotation.grace > 0 && gen == s.Gen-1 && c.now.Sub(s.RotatedAt) <= rotation.grace
}

// base returns the session that a sign-in with mfa or stepup builds on, and
// nil for an ordinary one. It must belong to the user who signs in.
func (c *call) base(o *loginOptions, p person) (*session, error) {
	if !o.MFA && !o.StepUp {
		return nil, nil
	}
	s, owner, err := c.signedIn()
	if err != nil {
		return nil, err
	}
	if owner.ID != p.ID {
		return nil, refuse(codeUnauthorized, "The request is not authorized", "The refresh token belongs to another user")
	}
	return &s, nil
}

// signIn stores the session that a passed factor leads to, and returns what
// the reply hands out. on is nil for a fresh session.
func (c *call) signIn(p *person, on *session, factor string, o *loginOptions) (grant, error) {
	first := !p.Finished
	p.Finished = true
	s := session{ID: newID("", idLength-1), UserID: p.ID, AMR: []string{factor}, Ends: c.now.Add(c.box.opts.RefreshTTL)}
	if on != nil {
		s = *on
		s.rotate(c.box.opts.Rotation, c.now)
	}
	if on != nil && o.MFA {
		if err := c.sameFactor(s, factor); err != nil {
			return grant{}, err
		}
		s.prove(factor)
	}
	s.Used = c.now
	s.apply(o)
	if o.RevokeOtherSessions {
		if err := c.endSessions(p.ID); err != nil {
			return grant{}, err
		}
	}
	if err := put(c.tx, sessionBucket, s.path(), s); err != nil {
		return grant{}, err
	}
	p.visited(c, s)
	if err := c.save(*p); err != nil {
		return grant{}, err
	}
	return grant{session: s, person: *p, refresh: true, stepUp: on != nil && o.StepUp, firstSeen: first, showUser: true}, nil
}

// admit signs in and answers with the tokens.
func (c *call) admit(p *person, on *session, factor string, o *loginOptions) (any, error) {
	g, err := c.signIn(p, on, factor, o)
	if err != nil {
		return nil, err
	}
	return c.issue(g)
}

// endSessions ends all sessions of a user.
func (c *call) endSessions(userID string) error {
	cursor := c.tx.Bucket([]byte(sessionBucket)).Cursor()
	prefix := []byte(userID + "/")
	var doomed [][]byte // a cursor may skip keys when it deletes while it walks
	for k, _ := cursor.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = cursor.Next() {
		doomed = append(doomed, bytes.Clone(k))
	}
	for _, k := range doomed {
		if err := c.tx.Bucket([]byte(sessionBucket)).Delete(k); err != nil {
			return fmt.Errorf("end sessions: %w", err)
		}
	}
	return nil
}
