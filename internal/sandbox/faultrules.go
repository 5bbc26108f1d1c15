package sandbox

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	slowReply    = 5 * time.Second
	future       = time.Hour // beyond any leeway
	retryAfter   = "30"      // seconds
	tooBig       = 2 << 20   // twice what a client should read
	elsewhere    = "https://elsewhere.invalid/"
	rateLimited  = "The rate limit was exceeded"
	foreignKID   = "SK0000000000000000000000000000"
	strangerID   = "U000000000000000000000000000"
	captiveStart = "<!doctype html><title>Sign in to the network</title>"
)

// methods are the sign-in methods of people. An access key is a machine's.
var methods = []string{"totp", "otp", "magiclink", "enchantedlink", "password", "recovery-codes"}

// rules are the faults, in the order in which Faults lists them.
var rules = []rule{
	{name: "503-twice", help: "the first two calls are answered 503", times: 2,
		instead: status(http.StatusServiceUnavailable, nil)},
	{name: "503", help: "every call is answered 503 with Retry-After",
		instead: status(http.StatusServiceUnavailable, http.Header{"Retry-After": {retryAfter}})},
	{name: "500", help: "every call is answered 500 with an empty body",
		instead: status(http.StatusInternalServerError, nil)},
	{name: "lost-reply", help: "the first call is carried out, and answered 503", times: 1,
		lose: status(http.StatusServiceUnavailable, nil)},
	{name: "429", help: "every call is answered 429 with Retry-After",
		instead: limited(http.Header{"Retry-After": {retryAfter}})},
	{name: "429-no-header", help: "every call is answered 429 without Retry-After", instead: limited(nil)},
	{name: "html", help: "every call is answered 200 with a web page, as by a captive portal",
		instead: body("text/html; charset=utf-8", captiveStart)},
	{name: "empty", help: "every call is answered 200 with an empty body", instead: body("application/json", "")},
	{name: "null", help: "every call is answered 200 with null", instead: body("application/json", "null")},
	{name: "object", help: "every call is answered 200 with {}", instead: body("application/json", "{}")},
	{name: "huge", help: "every call is answered 200 with 2 MiB of white space",
		instead: func() reply { return body("application/json", strings.Repeat(" ", tooBig))() }},
	{name: "redirect", help: "every call is answered 307 to another host",
		instead: status(http.StatusTemporaryRedirect, http.Header{"Location": {elsewhere}})},
	{name: "slow", help: "every reply takes 5 seconds more", delay: slowReply},
	{name: "not-yet-valid", help: "tokens count from an hour from now", token: func(p claims, _ *string) {
		begins := p["iat"].(int64) + int64(future/time.Second)
		p["iat"], p["nbf"] = begins, begins
	}},
	{name: "unknown-kid", help: "tokens name a signing key that is not published",
		token: func(_ claims, kid *string) { *kid = foreignKID }},
	{name: "expired", help: "tokens have already expired", token: func(p claims, _ *string) {
		p["exp"] = p["iat"].(int64) - 1
	}},
	{name: "no-exp", help: "tokens do not say when they expire",
		token: func(p claims, _ *string) { delete(p, "exp") }},
	{name: "other-user", help: "tokens belong to somebody else",
		token: func(p claims, _ *string) { p["sub"] = strangerID }},
	{name: "other-project", help: "tokens are issued for another project",
		token: func(p claims, _ *string) { p["iss"] = "P000000000000000000000000000" }},
	{name: "revoked", help: "every refresh is refused: the session has ended", refuse: func(c *call) *refusal {
		if c.r.URL.Path != "/v1/auth/refresh" {
			return nil
		}
		return ended()
	}},
	{name: "disabled-method", help: "sign-in methods need the auth management key", refuse: func(c *call) *refusal {
		method := slices.ContainsFunc(methods, func(m string) bool {
			return strings.HasPrefix(c.r.URL.Path+"/", "/v1/auth/"+m+"/")
		})
		if !method || c.creds.key != "" { // a wrong key was refused before
			return nil
		}
		return refuse(codeMethodOff, "The method is disabled", "The method is closed to public use of the API")
	}},
}

// status answers with a status and no body.
func status(code int, header http.Header) func() reply {
	return func() reply { return reply{code, header.Clone(), nil} }
}

// limited answers as the service does beyond the rate limit.
func limited(header http.Header) func() reply {
	return func() reply {
		rep := refusalReply(refuse(codeRateLimit, rateLimited, ""))
		for name, values := range header {
			rep.header[name] = values
		}
		return rep
	}
}

// body answers 200 with some text.
func body(contentType, text string) func() reply {
	return func() reply {
		return reply{http.StatusOK, http.Header{"Content-Type": {contentType}}, bytes.Clone([]byte(text))}
	}
}
