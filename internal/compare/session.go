package compare

import "net/http"

// jwtFields are the public fields of a reply to a sign-in, but for the tokens,
// which are looked at by themselves.
var jwtFields = []string{
	"cookieDomain", "cookiePath", "cookieMaxAge", "cookieExpiration", "cookieName", "sessionCookieName",
	"sessionCookieDomain", "user", "firstSeen", "sessionExpiration", "nextRefreshSeconds", "claims", "externalToken",
	"trustedDeviceJwt", "knownDeviceJwt", "tenantSSOID", "unsavedSSO", "idpResponse",
}

var sessionSteps = []step{
	{"-", "tokens of a sign-in", func(w *walk) {
		t, _ := w.enter()
		header, claims := decoded(t.session)
		w.note("session token in", t.sessionIn)
		w.note("refresh token in", t.refreshIn)
		w.note("algorithm", listed(text(header["alg"]), "RS256", "ES256", "ES384", "ES512", "PS256", "EdDSA"))
		w.note("kid", field(header, "kid"), "project id: "+yes(text(header["kid"]) == w.side.Project))
		w.note("issuer", w.issuer(claims))
		w.note("drn", listed(text(claims["drn"]), "DS", "DSR"), listed(text(claimsOf(t.refresh)["drn"]), "DS", "DSR"))
		w.note("claims of the session token", claimNames(claims)...)
		w.note("claims of the refresh token", claimNames(claimsOf(t.refresh))...)
	}},
	{"-", "key set", func(w *walk) {
		r := w.do(call{method: http.MethodGet, path: "/v2/keys/" + w.side.Project})
		w.note("answer", answer(r))
		keys, _ := r.object()["keys"].([]any)
		if len(keys) == 0 {
			return
		}
		_, full := fields(object(keys[0]), "alg", "crv", "e", "kid", "kty", "n", "use", "x", "y")
		w.note("fields of a key", full...)
	}},
	{"10", "reply to a sign-in", func(w *walk) {
		_, r := w.enter()
		w.shape(r)
		w.note("user", field(r.object(), "user"))
		empty, full := fields(object(r.object()["user"]), userFields...)
		w.note("empty fields of the user", empty...)
		w.note("fields of the user", full...)
	}},
	{"10", "who am I", func(w *walk) {
		r := w.do(call{method: http.MethodGet, path: "/v1/auth/me", token: w.test.refresh})
		w.note("answer", answer(r))
		empty, full := fields(r.object(), userFields...)
		w.note("empty fields", empty...)
		w.note("fields", full...)
	}},
	{"10", "sign-in history", func(w *walk) {
		r := w.do(call{method: http.MethodGet, path: "/v1/auth/me/history", token: w.test.refresh})
		w.list(r, "authHistory", "userId", "loginTime", "city", "country", "ip", "selectedTenant")
	}},
	{"10", "my tenants", func(w *walk) {
		r := w.do(call{path: "/v1/auth/me/tenants", token: w.test.refresh, body: fill{"dct": false, "ids": []string{}}})
		w.list(r, "tenants", "id", "name", "customAttributes")
	}},
	{"10", "validate", func(w *walk) {
		t, _ := w.enter()
		r := w.do(call{path: "/v1/auth/validate", token: t.session, body: fill{}})
		claims, form := r.object(), Word("claims at the root")
		if inside, wrapped := claims["parsedJWT"]; wrapped {
			claims, form = object(inside), "claims in parsedJWT"
		}
		w.note("answer", answer(r))
		w.note("form", form)
		w.note("exp", timeForm(claims["exp"]))
		w.note("iat", timeForm(claims["iat"]))
	}},
	{"4", "calls that are refused", tryRefusals},
	{"8", "refresh and rotation", tryRefresh},
	{"6", "second factor", tryFactors},
	{"10", "logout", func(w *walk) {
		t, _ := w.enter()
		r := w.do(call{path: "/v1/auth/logout", token: t.refresh, body: fill{}})
		w.note("answer", answer(r))
		w.shape(r)
		w.note("refresh after it", answer(w.refresh(t.refresh)))
		w.note("validate after it", answer(w.do(call{path: "/v1/auth/validate", token: t.session, body: fill{}})))
	}},
}

func tryRefusals(w *walk) {
	for _, row := range []struct {
		what string
		call call
	}{
		{"refresh without a token", call{path: "/v1/auth/refresh", body: fill{}}},
		{"refresh with a token that is none", call{path: "/v1/auth/refresh", token: "a.b.c", body: fill{}}},
		{"me with a session token", call{method: http.MethodGet, path: "/v1/auth/me", token: w.test.session}},
		{"validate with a token that is none", call{path: "/v1/auth/validate", token: "a.b.c", body: fill{}}},
		{"no login ID", call{path: "/v1/auth/totp/signup", body: fill{}}},
		{"no code", call{path: "/v1/auth/totp/verify", body: fill{"loginId": w.ann.login}}},
		{"no JSON", call{path: "/v1/auth/totp/verify", body: "{"}},
		{"management call without a key", call{path: "/v1/mgmt/tests/generate/otp", body: fill{"loginId": w.test.login}}},
	} {
		w.note(row.what, answer(w.do(row.call)))
	}
}

func tryRefresh(w *walk) {
	t, _ := w.enter()
	r := w.refresh(t.refresh)
	next := tokensOf(r)
	w.note("answer", answer(r))
	w.note("refresh token", changed(t.refresh, next.refresh))
	w.note("user", field(r.object(), "user"))
	w.shape(r)
	w.note("the old refresh token again", answer(w.refresh(t.refresh)))
	if next.refresh != "" {
		t.refresh = next.refresh
	}
	w.note("the newest refresh token after that", answer(w.refresh(t.refresh)))
}

// tryFactors adds an authenticator to the session of the test user.
func tryFactors(w *walk) {
	t, _ := w.enter()
	w.note("asked for an authenticator", answer(w.enroll("/v1/auth/totp/update", w.test, t.refresh)))
	w.steady()
	r := w.code(w.test, 0, fill{"mfa": true}, t.refresh)
	raised := tokensOf(r)
	w.note("answer", answer(r))
	w.note("refresh token in the reply", yes(raised.refresh != "")) // if it is the same bytes depends on the second
	w.note("amr of the session token", factors(claimsOf(raised.session))...)
	w.note("amr of the refresh token", factors(claimsOf(raised.refresh))...)
	if raised.refresh != "" {
		t.refresh = raised.refresh
	}
	w.note("amr after a refresh", factors(claimsOf(tokensOf(w.refresh(t.refresh)).session))...)
}

func (w *walk) refresh(token string) reply {
	return w.do(call{path: "/v1/auth/refresh", token: token, body: fill{}})
}

// shape notes which fields a reply with tokens has. The user stands for
// itself, in notes of its own.
func (w *walk) shape(r reply) {
	o := map[string]any{}
	for name, v := range r.object() {
		if name != "sessionJwt" && name != "refreshJwt" && name != "user" {
			o[name] = v
		}
	}
	empty, full := fields(o, jwtFields...)
	w.note("empty fields", empty...)
	w.note("fields", full...)
}

// list notes a reply that is a list, or has it in a field.
func (w *walk) list(r reply, wrapper string, public ...string) {
	w.note("answer", answer(r))
	lines, form := r.value, Word("list at the root")
	if inside, wrapped := r.object()[wrapper]; wrapped {
		lines, form = inside, "list in a field"
	}
	all, isList := lines.([]any)
	if !isList {
		w.note("form", "no list")
		return
	}
	w.note("form", form)
	if len(all) == 0 {
		return
	}
	first := object(all[0])
	empty, full := fields(first, public...)
	w.note("empty fields of a line", empty...)
	w.note("fields of a line", full...)
	if at, has := first["loginTime"]; has {
		w.note("time", timeForm(at))
	}
}
