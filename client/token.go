package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	maxToken = 16 << 10         // bytes: far above a token with 20 tenants
	leeway   = 60 * time.Second // for iat and nbf, on top of the server's Date
)

// The two kinds of token, as the claim drn names them.
const (
	sessionKind = "DS"
	refreshKind = "DSR"
)

// Claims are the checked claims of a token.
type Claims struct {
	UserID    string    // dsub, else sub
	Issuer    Text      // shown, not judged beyond naming our project
	IssuedAt  time.Time // zero when the token does not say
	Expires   time.Time
	RefreshBy time.Time // end of the refresh token (rexp), zero when not said
	Factors   []Text    // amr
	StepUp    bool      // su
	Tenant    Text      // dct, the tenant selected
	Roles     []Text    // of the project
	Grants    []Text    // permissions of the project
	Tenants   map[string]TenantClaims
	Raw       json.RawMessage

	kind     string          // drn
	audience json.RawMessage // aud: a string or a list
}

// MFA reports whether the token carries the mark of a second factor.
func (c Claims) MFA() bool { return slices.Contains(c.Factors, "mfa") }

// For reports whether the token names one of these audiences; with none, any
// token will do.
func (c Claims) For(audience []string) bool { return audienceFits(c.audience, audience) }

// TenantClaims are what a person may do in one tenant.
type TenantClaims struct {
	Roles  []Text `json:"roles"`
	Grants []Text `json:"permissions"`
}

// wireClaims is the part of a token's payload that is looked at.
type wireClaims struct {
	Drn  string          `json:"drn"`
	Iss  string          `json:"iss"`
	Sub  string          `json:"sub"`
	Dsub string          `json:"dsub"`
	Aud  json.RawMessage `json:"aud"`
	Iat  *float64        `json:"iat"`
	Nbf  *float64        `json:"nbf"`
	Exp  *float64        `json:"exp"`
	Rexp string          `json:"rexp"`
	Amr  []Text          `json:"amr"`
	Su   bool            `json:"su"`

	// What a person may do. A JWT template may give these any form, and no
	// sign-in depends on it.
	Dct     json.RawMessage `json:"dct"`
	Roles   json.RawMessage `json:"roles"`
	Grants  json.RawMessage `json:"permissions"`
	Tenants json.RawMessage `json:"tenants"`

	Cnf *struct {
		Jkt string `json:"jkt"`
	} `json:"cnf"`
}

// check is the one place where a token is judged. kinds are the values that
// drn may have. The error is of kind Untrusted, or that of the key fetch.
func (c *Client) check(ctx context.Context, token Secret, kinds ...string) (Claims, error) {
	return c.checkWith(ctx, c.key, token, kinds)
}

// keyFinder finds the public key with a key id.
type keyFinder func(ctx context.Context, kid string) (jose.JSONWebKey, error)

func (c *Client) checkWith(ctx context.Context, find keyFinder, token Secret, kinds []string) (Claims, error) {
	claims, err := c.judge(ctx, find, token.Reveal(), kinds)
	if err == nil {
		return claims, nil
	}
	var e *Error
	if errors.As(err, &e) {
		return Claims{}, err // the key set could not be fetched
	}
	return Claims{}, &Error{Op: "token", Kind: Untrusted, Err: err}
}

func (c *Client) judge(ctx context.Context, find keyFinder, token string, kinds []string) (Claims, error) {
	payload, err := verified(ctx, find, token)
	if err != nil {
		return Claims{}, err
	}
	var w wireClaims
	if err := decodeStrict(payload, &w); err != nil {
		return Claims{}, fmt.Errorf("claims: %w", err)
	}
	if !slices.Contains(kinds, w.Drn) {
		return Claims{}, fmt.Errorf("kind %q, want %q", Clean(w.Drn), kinds[0])
	}
	if !issuedFor(w.Iss, c.project.ID) {
		return Claims{}, fmt.Errorf("issuer %q does not name project %s", Clean(w.Iss), c.project.ID)
	}
	if err := c.clockFault(); err != nil { // what the times say, nobody knows
		return Claims{}, err
	}
	if err := c.checkTimes(w); err != nil {
		return Claims{}, err
	}
	if kinds[0] == sessionKind && !audienceFits(w.Aud, c.project.Audience) {
		return Claims{}, errors.New("audience is not the configured one")
	}
	if w.Cnf != nil && w.Cnf.Jkt != "" {
		return Claims{}, errors.New("bound to a DPoP key, which this program cannot use")
	}
	user := w.Sub
	if w.Dsub != "" {
		user = w.Dsub
	}
	if user == "" || string(Clean(user)) != user {
		return Claims{}, errors.New("no usable user id")
	}
	return w.claims(user, payload), nil
}

// verified checks form, algorithm and signature and returns the payload.
func verified(ctx context.Context, find keyFinder, token string) ([]byte, error) {
	if len(token) > maxToken {
		return nil, fmt.Errorf("longer than %d bytes", maxToken)
	}
	if strings.Count(token, ".") != 2 {
		return nil, errors.New("not three parts")
	}
	if strings.ContainsFunc(token, notInToken) {
		return nil, errors.New("a character that no token has")
	}
	jws, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256, jose.ES384})
	if err != nil {
		return nil, errors.New("not a JWT signed with RS256 or ES384")
	}
	head := jws.Signatures[0].Protected
	if _, ok := head.ExtraHeaders["crit"]; ok {
		return nil, errors.New("critical header: this program knows none (RFC 7515 §4.1.11)")
	}
	key, err := find(ctx, head.KeyID)
	if err != nil {
		return nil, err
	}
	if head.Algorithm != key.Algorithm {
		return nil, errors.New("algorithm is not the key's own")
	}
	payload, err := jws.Verify(key.Key)
	if err != nil {
		return nil, errors.New("signature does not fit")
	}
	return payload, nil
}

// notInToken are the characters of neither base64url nor the dots between. Go's
// decoder skips line ends, and what holds one can be sent in no header: a
// refresh token would be stored that can be neither used nor logged out.
func notInToken(r rune) bool {
	const base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return !strings.ContainsRune(base64url+".", r)
}

func (c *Client) checkTimes(w wireClaims) error {
	now := c.Now()
	switch {
	case w.Exp == nil:
		return errors.New("no expiry")
	case !now.Before(epoch(*w.Exp)):
		return errExpired
	case w.Iat != nil && epoch(*w.Iat).After(now.Add(leeway)):
		return errors.New("issued in the future: is a clock wrong?")
	case w.Nbf != nil && epoch(*w.Nbf).After(now.Add(leeway)):
		return errors.New("not yet valid: is a clock wrong?")
	}
	return nil
}

var errExpired = errors.New("expired")

// issuedFor is the rule of the Node SDK: the project id is the whole issuer,
// or the last or second-to-last segment of its path (descope/node-sdk).
func issuedFor(iss, project string) bool {
	parts := strings.Split(iss, "/")
	n := len(parts)
	return parts[n-1] == project || (n > 1 && parts[n-2] == project)
}

func audienceFits(raw json.RawMessage, want []string) bool {
	if len(want) == 0 {
		return true
	}
	var one string
	var many []string
	if json.Unmarshal(raw, &one) == nil {
		many = []string{one}
	} else if json.Unmarshal(raw, &many) != nil {
		return false
	}
	return slices.ContainsFunc(many, func(a string) bool { return slices.Contains(want, a) })
}

func (w wireClaims) claims(user string, payload []byte) Claims {
	c := Claims{
		UserID: user, Issuer: Clean(w.Iss), Expires: epoch(*w.Exp),
		Factors: w.Amr, StepUp: w.Su, Tenant: lenient[Text](w.Dct), Roles: lenient[[]Text](w.Roles), Grants: lenient[[]Text](w.Grants), Tenants: tenants(w.Tenants),
		Raw: payload, kind: w.Drn, audience: w.Aud,
	}
	if w.Iat != nil {
		c.IssuedAt = epoch(*w.Iat)
	}
	if t, err := time.Parse(time.RFC3339, w.Rexp); err == nil {
		c.RefreshBy = epoch(float64(t.Unix()))
	}
	return c
}

// epoch turns a NumericDate (RFC 7519 §2) into a time, between 1970 and the
// end of what a calendar of four digits holds: in UTC, because east of it that
// is the year 10000 already, which no record can hold.
func epoch(seconds float64) time.Time {
	const end = 253402300799 // 9999-12-31T23:59:59Z
	return time.Unix(int64(min(max(seconds, 0), end)), 0).UTC()
}
