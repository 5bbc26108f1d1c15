package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// The cookie names of the two tokens; the claim "drn" carries the same text.
const (
	sessionCookie = "DS"
	refreshCookie = "DSR"
)

// claims is the payload of a token.
type claims map[string]any

// reservedClaims cannot be set as custom claims (sandbox behaviour: asking
// for one is refused).
var reservedClaims = []string{
	"amr", "aud", "cnf", "dct", "drn", "dsub", "exp", "iat", "iss", "jti",
	"nbf", "permissions", "rexp", "roles", "su", "sub", "tenants", "tu",
}

// grant is what a reply hands out.
type grant struct {
	session   session
	person    person
	refresh   bool // issue a refresh token too
	stepUp    bool
	firstSeen bool
	showUser  bool // false on a refresh, where the service answers "user": null
}

// shared returns the claims that both tokens carry.
func (c *call) shared(g grant) claims {
	out := claims{}
	for name, value := range g.session.Claims {
		out[name] = value
	}
	out["iss"] = c.box.opts.Issuer.claim(c.origin(), c.box.identity.ProjectID)
	out["sub"] = g.person.ID
	out["iat"] = c.now.Unix()
	switch audience := c.box.opts.Audience; len(audience) {
	case 0:
	case 1:
		out["aud"] = audience[0]
	default:
		out["aud"] = audience
	}
	if g.session.AMR != nil { // an access key's session has no factor
		out["amr"] = g.session.AMR
	}
	out["jti"] = g.session.tokenID()
	if len(g.person.Tenants) > 0 {
		tenants := map[string]any{}
		for _, t := range g.person.Tenants {
			tenants[t.ID] = map[string][]string{"roles": list(t.Roles), "permissions": list(t.Permissions)}
		}
		out["tenants"] = tenants
	}
	if g.session.Tenant != "" {
		out["dct"] = g.session.Tenant
	}
	if g.person.Test {
		out["tu"] = true
	}
	return out
}

// sessionClaims returns the session token's payload. It never outlives the
// refresh token, nor the step-up that it proves.
func (c *call) sessionClaims(g grant) (claims, time.Time) {
	ends := c.now.Add(c.box.opts.SessionTTL)
	out := c.shared(g)
	if g.stepUp {
		out["su"] = true
		ends = earlier(ends, c.now.Add(stepUpTTL))
	}
	ends = earlier(ends, g.session.Ends)
	out["drn"] = sessionCookie
	out["exp"] = ends.Unix()
	out["rexp"] = g.session.Ends.UTC().Format(time.RFC3339)
	return out, ends
}

func (c *call) refreshClaims(g grant) claims {
	out := c.shared(g)
	if c.varies(mfaNotRefreshed) {
		out["amr"] = g.session.AMR[:1]
	}
	out["drn"] = refreshCookie
	out["exp"] = g.session.Ends.Unix()
	return out
}

// sign makes a compact JWS. The faults of the token family come in here.
func (c *call) sign(k *signer, payload claims) (string, error) {
	kid := k.KID
	for _, f := range c.hit {
		if f.token != nil {
			f.token(payload, &kid)
		}
	}
	signed, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: k.key, KeyID: kid}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	token, err := jwt.Signed(signed).Claims(map[string]any(payload)).Serialize()
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return token, nil
}

// proof is what a good token says about itself.
type proof struct {
	User      string
	SessionID string
	Gen       int
	payload   claims
}

// verify checks a token of the wanted kind: signature, expiry and "drn".
func (c *call) verify(token, drn string) (proof, error) {
	bad := refuse(codeToken, "The token is invalid", "")
	k, err := c.box.currentSigner(c.tx)
	if err != nil {
		return proof{}, err
	}
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return proof{}, bad
	}
	var raw map[string]json.RawMessage
	var known struct {
		Sub string `json:"sub"`
		JTI string `json:"jti"`
		DRN string `json:"drn"`
		Exp int64  `json:"exp"`
	}
	if parsed.Claims(k.key.Public(), &raw, &known) != nil || known.DRN != drn {
		return proof{}, bad
	}
	if c.now.Unix() >= known.Exp {
		return proof{}, refuse(codeToken, "The token is invalid", "The token has expired")
	}
	id, gen, ok := strings.Cut(known.JTI, "-")
	n, err := strconv.Atoi(gen)
	if !ok || err != nil {
		return proof{}, bad
	}
	payload := claims{}
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		payload[name] = raw[name]
	}
	return proof{User: known.Sub, SessionID: id, Gen: n, payload: payload}, nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
