package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Session is one signed-in session. It exists only where its tokens passed
// the validator; its fields cannot be set from outside.
type Session struct {
	token, refresh Secret
	claims         Claims
	refreshBy      time.Time
	user           *User
	loginID        string
	firstSeen      bool
	from           Secret // refresh token of the session that this one raised
	lostMFA        bool
	byKey          bool      // refresh is an access key
	dueAt          time.Time // when the server wants a refresh, zero when it does not say
}

// Format hides the tokens: fmt reads unexported fields without asking Secret.
func (Session) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "(session)") }

// Token is the session token, for an API.
func (s *Session) Token() Secret { return s.token }

// Claims are the session token's.
func (s *Session) Claims() Claims { return s.claims }

// RefreshBy is the end of the refresh token, zero when not known.
func (s *Session) RefreshBy() time.Time { return s.refreshBy }

// CanStay reports whether there is a refresh token to keep.
func (s *Session) CanStay() bool { return !s.refresh.Empty() }

// Raises reports whether this is the session on, with another factor on it.
func (s *Session) Raises(on *Session) bool { return on != nil && on.CanStay() && s.from == on.refresh }

// ByKey reports whether a program is signed in, by an access key.
func (s *Session) ByKey() bool { return s.byKey }

// FirstSeen reports whether this sign-in created the user.
func (s *Session) FirstSeen() bool { return s.firstSeen }

// LostMFA reports whether the session before the refresh that gave this one
// had the mark of a second factor, and this one has not.
func (s *Session) LostMFA() bool { return s.lostMFA }

// LoginID is what was typed to sign in.
func (s *Session) LoginID() string { return s.loginID }

// User is what the reply said of the user; nil when it said nothing.
func (s *Session) User() *User { return s.user }

// IsWhoWasMeant reports whether the user shares an email, phone or login ID
// with what was typed.
func (s *Session) IsWhoWasMeant() bool {
	return s.user.goesBy(s.loginID) && (s.user.UserID == "" || string(s.user.UserID) == s.claims.UserID)
}

// jwtReply is the answer to every sign-in and refresh.
type jwtReply struct {
	SessionJWT    Secret          `json:"sessionJwt"`
	RefreshJWT    Secret          `json:"refreshJwt"`
	CookieName    string          `json:"cookieName"`
	SessionCookie string          `json:"sessionCookieName"`
	FirstSeen     bool            `json:"firstSeen"`
	NextRefresh   float64         `json:"nextRefreshSeconds"` // set where inactivity ends a session
	RawUser       json.RawMessage `json:"user"`
}

// session reads both tokens, from the body or else from cookies, and checks
// them. A reply without a refresh token gives a Session that CanStay denies.
func (c *Client) session(ctx context.Context, op string, rep reply) (*Session, error) {
	var w jwtReply
	if err := decodeStrict(rep.body, &w); err != nil {
		return nil, &Error{Op: op, Kind: Unreadable, Err: err}
	}
	s := &Session{firstSeen: w.FirstSeen}
	ofSession, ofRefresh := w.kinds()
	s.token = tokenOf(w.SessionJWT, rep.cookies, ofSession)
	s.refresh = tokenOf(w.RefreshJWT, rep.cookies, ofRefresh)
	if s.token.Empty() {
		return nil, &Error{Op: op, Kind: Unreadable, Err: errors.New("no session token in it")}
	}
	var err error
	if s.claims, err = c.checkNew(ctx, op, s.token, ofSession); err != nil {
		return nil, err
	}
	s.refreshBy = s.claims.RefreshBy
	if in := w.NextRefresh; in > 0 && in < maxNextRefresh.Seconds() {
		s.dueAt = c.Now().Add(time.Duration(in * float64(time.Second)))
	}
	if !s.refresh.Empty() {
		rc, err := c.checkNew(ctx, op, s.refresh, ofRefresh)
		if err != nil {
			return nil, err
		}
		if rc.UserID != s.claims.UserID {
			return nil, &Error{Op: op, Kind: Untrusted, Err: errors.New("the two tokens are of different users")}
		}
		s.refreshBy = rc.Expires
	}
	if len(w.RawUser) > 0 && string(w.RawUser) != "null" {
		s.user = new(User)
		if err := decodeStrict(w.RawUser, s.user); err != nil {
			return nil, &Error{Op: op, Kind: Unreadable, Err: fmt.Errorf("user: %w", err)}
		}
	}
	return s, nil
}

// maxNextRefresh is longer than any session token lasts.
const maxNextRefresh = 366 * 24 * time.Hour

// keysRetry is how long a new token waits for a key set to check it with.
const keysRetry = 30 * time.Second

// checkNew checks a token that has just arrived. What was paid for it is
// spent, so a key set that cannot be had is asked for again for a while, and
// the error in the end is never one after which the same may be sent again.
func (c *Client) checkNew(ctx context.Context, op string, token Secret, kinds []string) (Claims, error) {
	ctx, cancel := context.WithTimeout(ctx, keysRetry)
	defer cancel()
	for wait := time.Second; ; wait = min(2*wait, 4*time.Second) {
		claims, err := c.check(ctx, token, kinds...)
		if err == nil || KindOf(err) == Untrusted {
			return claims, err
		}
		again := time.NewTimer(wait)
		select {
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
			return Claims{}, behind(op, err, func(e *Error) { e.Kind, e.NotSent = Unknown, false })
		}
	}
}

// kinds are the names that drn and the cookie of each token may have: the
// usual one and the one in the reply, unless that could mean the other token.
func (w jwtReply) kinds() (session, refresh []string) {
	session, refresh = []string{sessionKind}, []string{refreshKind}
	if w.SessionCookie != "" && w.SessionCookie != refreshKind && w.SessionCookie != w.CookieName {
		session = append(session, w.SessionCookie)
	}
	if w.CookieName != "" && w.CookieName != sessionKind && w.CookieName != w.SessionCookie {
		refresh = append(refresh, w.CookieName)
	}
	return session, refresh
}

// tokenOf prefers the body; a cookie that the server takes back is none.
func tokenOf(inBody Secret, cookies []*http.Cookie, names []string) Secret {
	if !inBody.Empty() {
		return inBody
	}
	for _, name := range names {
		for _, ck := range cookies {
			if ck.Name == name && ck.Value != "" && ck.MaxAge >= 0 {
				return Secret(ck.Value)
			}
		}
	}
	return ""
}

// Refresh gets a new session token for a refresh token. It sends one request.
func (c *Client) Refresh(ctx context.Context, refresh Secret) (*Session, error) {
	const op = "refresh"
	if refresh.Empty() {
		return nil, nothingToSend(op, noRefreshToken)
	}
	if err := c.keysKept(ctx); err != nil {
		return nil, notSent(op, err)
	}
	return c.refresh(ctx, refresh)
}

// refresh is Refresh without the key set.
func (c *Client) refresh(ctx context.Context, refresh Secret) (*Session, error) {
	const op = "refresh"
	rep, err := c.do(ctx, request{op: op, path: "/v1/auth/refresh", bearer: refresh})
	if err != nil {
		return nil, err
	}
	return c.session(ctx, op, rep)
}

// Logout ends the session of this refresh token at the server.
func (c *Client) Logout(ctx context.Context, refresh Secret) error {
	const op = "logout"
	if refresh.Empty() {
		return nothingToSend(op, noRefreshToken)
	}
	_, err := c.do(ctx, request{op: op, path: "/v1/auth/logout", bearer: refresh})
	return err
}

const noRefreshToken = "no refresh token"

// nothingToSend refuses a call that lacks what it is about: without the token
// it would be another call.
func nothingToSend(op, what string) error {
	return &Error{Op: op, Kind: LocalReject, Err: errors.New(what), NotSent: true}
}

// notSent says that the operation itself was not tried because the key set
// could not be had: whatever happened to that fetch, no code was spent.
func notSent(op string, err error) error {
	return behind(op, err, func(e *Error) {
		if e.NotSent = true; e.Kind == Unknown {
			e.Kind = Unreachable
		}
	})
}

// behind says what an error of the key set means for the operation that
// needed it.
func behind(op string, err error, means func(*Error)) error {
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Op: keySetOp, Kind: Unreachable, Err: err}
	}
	outer := *e
	outer.Op = op + ": " + e.Op
	means(&outer)
	return &outer
}
