package sandbox

import (
	"net/http"
	"time"
)

// jwtResponse is the reply to a sign-in, refresh, tenant selection and
// logout. The service writes zero values, so there is no omitempty here.
type jwtResponse struct {
	SessionJWT          string         `json:"sessionJwt"`
	RefreshJWT          string         `json:"refreshJwt"`
	CookieDomain        string         `json:"cookieDomain"`
	CookiePath          string         `json:"cookiePath"`
	CookieMaxAge        int64          `json:"cookieMaxAge"`     // seconds
	CookieExpiration    int64          `json:"cookieExpiration"` // epoch seconds
	CookieName          string         `json:"cookieName"`
	SessionCookieName   string         `json:"sessionCookieName"`
	SessionCookieDomain string         `json:"sessionCookieDomain"`
	User                *responseUser  `json:"user"`
	FirstSeen           bool           `json:"firstSeen"`
	SessionExpiration   int64          `json:"sessionExpiration"` // epoch seconds
	NextRefreshSeconds  int64          `json:"nextRefreshSeconds"`
	Claims              map[string]any `json:"claims"`
	ExternalToken       string         `json:"externalToken"`
	TrustedDeviceJWT    string         `json:"trustedDeviceJwt"`
	KnownDeviceJWT      string         `json:"knownDeviceJwt"`
	TenantSSOID         string         `json:"tenantSSOID"`
	UnsavedSSO          bool           `json:"unsavedSSO"`
	IDPResponse         any            `json:"idpResponse"`
}

// issue returns the rest of an answer that hands out tokens: a millisecond of
// signing for each, done when the state is closed again.
func (c *call) issue(g grant) (any, error) {
	k, err := c.box.currentSigner(c.tx)
	if err != nil {
		return nil, err
	}
	return finish(func() (any, error) { return c.hand(g, k) }), nil
}

// hand signs the tokens and puts each into the body or its cookie.
func (c *call) hand(g grant, k *signer) (any, error) {
	out := jwtResponse{
		CookiePath:        "/",
		CookieMaxAge:      g.session.Ends.Unix() - c.now.Unix(),
		CookieExpiration:  g.session.Ends.Unix(),
		CookieName:        refreshCookie,
		SessionCookieName: sessionCookie,
		FirstSeen:         g.firstSeen,
		Claims:            map[string]any{},
	}
	payload, ends := c.sessionClaims(g)
	out.SessionExpiration = ends.Unix()
	out.NextRefreshSeconds = c.box.opts.nextRefresh()
	token, err := c.sign(k, payload)
	if err != nil {
		return nil, err
	}
	out.SessionJWT = c.place(c.box.opts.SessionToken, sessionCookie, token, ends)
	if g.refresh {
		token, err := c.sign(k, c.refreshClaims(g))
		if err != nil {
			return nil, err
		}
		out.RefreshJWT = c.place(c.box.opts.RefreshToken, refreshCookie, token, g.session.Ends)
	}
	if g.showUser {
		user := g.person.response()
		out.User = &user
	}
	return out, nil
}

// place returns what the JSON field of a token holds, and sets its cookie
// where that is the project's setting.
func (c *call) place(where Place, name, token string, ends time.Time) string {
	if where == Body {
		return token
	}
	c.cookies = append(c.cookies, &http.Cookie{
		Name: name, Value: token, Path: "/", Expires: ends, MaxAge: int(ends.Unix() - c.now.Unix()),
		HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode,
	})
	return ""
}

// drop tells a browser to forget both cookies.
func (c *call) drop() {
	for _, name := range []string{sessionCookie, refreshCookie} {
		c.cookies = append(c.cookies, &http.Cookie{
			Name: name, Path: "/", MaxAge: -1, HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode,
		})
	}
}
