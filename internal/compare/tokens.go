package compare

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
)

// tokens are what a sign-in answered, wherever it put them.
type tokens struct {
	session, refresh     string
	sessionIn, refreshIn Word
}

// The claims that are public; a project's own are counted, not named.
var publicClaims = []string{
	"amr", "aud", "azp", "cnf", "dct", "drn", "dsub", "exp", "iat", "iss", "jti", "nbf",
	"permissions", "rexp", "roles", "su", "sub", "tenants", "tu",
}

// tokensOf reads both tokens of a reply: its field, else the cookie that holds
// a token of that kind.
func tokensOf(r reply) (t tokens) {
	t.session, t.sessionIn = tokenOf(r, "sessionJwt", "DS", "sessionCookieName")
	t.refresh, t.refreshIn = tokenOf(r, "refreshJwt", "DSR", "cookieName")
	return t
}

func tokenOf(r reply, key string, cookie Word, renamed string) (string, Word) {
	if t := text(r.object()[key]); t != "" {
		return t, "body"
	}
	own := text(r.object()[renamed])
	for _, c := range r.cookies {
		switch {
		case c.Value == "":
		case c.Name == string(cookie):
			return c.Value, "cookie " + cookie
		case c.Name == own:
			return c.Value, "cookie with a name of its own"
		}
	}
	return "", "none"
}

// decoded are a token's header and claims, nil where it is none. No signature
// is checked: whose it is, is not the question.
func decoded(token string) (header, claims map[string]any) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, nil
	}
	for i, into := range []*map[string]any{&header, &claims} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil || json.Unmarshal(raw, into) != nil {
			return nil, nil
		}
	}
	return header, claims
}

func claimsOf(token string) map[string]any {
	_, claims := decoded(token)
	return claims
}

// issuer is the form of an iss claim.
func (w *walk) issuer(claims map[string]any) Word {
	iss := text(claims["iss"])
	path, isURL := strings.CutPrefix(iss, "https://")
	if !isURL {
		path, isURL = strings.CutPrefix(iss, "http://")
	}
	names := strings.Split(path, "/")
	_, called, _ := strings.Cut(w.side.Base, "://")
	called, _, _ = strings.Cut(called, "/")
	switch {
	case iss == w.side.Project:
		return "project id"
	case iss == "":
		return "none"
	case !isURL:
		return "another text"
	case !slices.Contains(names[max(0, len(names)-2):], w.side.Project):
		return "URL without the project id at its end"
	case names[0] == called:
		return "URL of the host that was called"
	}
	return "URL of another host"
}

// changed compares a refresh token with the one before.
func changed(before, after string) Word {
	switch after {
	case "":
		return "none"
	case before:
		return "the same"
	}
	return "a new one"
}
