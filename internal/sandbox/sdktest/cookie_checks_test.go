package sdktest

import (
	"net/http"

	"postern/internal/sandbox"
)

var (
	refreshInCookie = set("the refresh token in a cookie", func(o *sandbox.Options) { o.RefreshToken = sandbox.Cookies })
	sessionInCookie = set("the session token in a cookie", func(o *sandbox.Options) { o.SessionToken = sandbox.Cookies })
	bothInCookies   = set("both tokens in cookies", func(o *sandbox.Options) {
		o.SessionToken, o.RefreshToken = sandbox.Cookies, sandbox.Cookies
	})
	rotatingCookie = set("a rotating refresh token in a cookie", func(o *sandbox.Options) {
		o.Rotation, o.RefreshToken = sandbox.Strict, sandbox.Cookies
	})
)

var cookieChecks = []check{
	{name: "a refresh token in a cookie is read by the SDK", project: refreshInCookie.setting, notices: []sabotage{
		plain, bothInCookies, says(totpVerify, "refreshJwt", "a.b.c"), refuses(refresh),
		bakes("the cookie has another name", totpVerify, "DSR=", "DSX="),
	}},
	{name: "a refresh token in a cookie rotates there", project: rotatingCookie.setting, notices: []sabotage{
		plain, says(refresh, "refreshJwt", "a.b.c"),
		bakes("the cookie has another name", refresh, "DSR=", "DSX="),
	}},
	{name: "a session token in a cookie leaves the body empty", project: sessionInCookie.setting, notices: []sabotage{
		plain, bothInCookies, says(totpVerify, "sessionJwt", "a.b.c"), lacks(totpVerify, "sessionJwt"),
		bakes("the cookie has another name", totpVerify, "DS=", "DX="),
	}},
	{name: "a session token in a cookie is read by the SDK at a refresh", project: sessionInCookie.setting, notices: []sabotage{
		plain, refuses(refresh), bakes("the cookie is cut off", refresh, "DS=ey", "DS="),
	}},
	{name: "both tokens in cookies are read by the SDK at a refresh", project: bothInCookies.setting, notices: []sabotage{
		plain, refreshInCookie, sessionInCookie, bakes("the cookie is cut off", refresh, "DS=ey", "DS="),
	}},
	{name: "a token cookie is out of the reach of scripts", project: refreshInCookie.setting, notices: []sabotage{
		bakes("not HttpOnly", totpVerify, "; HttpOnly", ""), bakes("not Secure", totpVerify, "; Secure", ""),
		bakes("another SameSite", totpVerify, "SameSite=Lax", "SameSite=None"), bakes("no path", totpVerify, "; Path=/", ""),
	}},
	{name: "a refresh token may come back as a cookie", project: refreshInCookie.setting, notices: []sabotage{
		refuses(me), {name: "cookies are not read", path: me, ask: func(_ *saboteur, r *http.Request, _ object) { r.Header.Del("Cookie") }},
	}},
	{name: "logout takes both cookies back", project: bothInCookies.setting, notices: append(refusal(refresh),
		idles(logout), bakes("the cookies stay", logout, "Max-Age=0", "Max-Age=9"))},
}
