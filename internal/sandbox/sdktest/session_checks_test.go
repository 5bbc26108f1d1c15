package sdktest

import (
	"time"

	"postern/internal/sandbox"
)

var (
	strict = set("strict rotation", func(o *sandbox.Options) { o.Rotation = sandbox.Strict })
	grace  = set("grace rotation", func(o *sandbox.Options) { o.Rotation = sandbox.Grace(10 * time.Second) })
	always = set("grace for ever", func(o *sandbox.Options) { o.Rotation = sandbox.Grace(time.Hour) })
	plain  = set("default settings", func(*sandbox.Options) {})
)

var sessionChecks = []check{
	{name: "the SDK validates a session token", notices: []sabotage{
		claims(totpVerify, "sub", "U0"), claims(totpVerify, "iss", "P0"), claims(totpVerify, "drn", nil),
		claims(totpVerify, "exp", 0), claims(totpVerify, "rexp", "2026-01-01T00:00:00Z"), claims(totpVerify, "amr", "totp"),
		says(totpVerify, "sessionExpiration", 0), lacks(newKeys, "keys"),
		set("short sessions", func(o *sandbox.Options) { o.SessionTTL = time.Minute }),
	}},
	{name: "the refresh token names itself", notices: []sabotage{
		claims(totpVerify, "drn", "DS"), says(totpVerify, "cookieExpiration", 0), lacks(totpVerify, "cookieName"),
	}},
	{name: "the SDK refuses an expired session token", notices: []sabotage{
		claims(totpVerify, "exp", nil),
		set("long sessions", func(o *sandbox.Options) { o.SessionTTL = 24 * time.Hour }),
	}},
	{name: "remote validation answers the claims with times as text", notices: []sabotage{
		variant("validate-numbers"),
		lacks(validate, "sub"), says(validate, "drn", "DSR"), says(validate, "exp", 1),
		says(validate, "exp", "2026-01-01T00:00:00Z"), says(validate, "iat", 1), says(validate, "amr", "totp"), refuses(validate),
	}},
	{name: "remote validation of a refresh token is refused", notices: refusal(validate)},
	{name: "remote validation of an expired token is refused", notices: append(refusal(validate),
		set("long sessions", func(o *sandbox.Options) { o.SessionTTL = 24 * time.Hour }))},
	{name: "validate-and-refresh keeps a good session token", notices: []sabotage{
		set("expired", func(o *sandbox.Options) { o.ClockOffset = -time.Hour }),
	}},
	{name: "validate-and-refresh replaces an expired session token", notices: []sabotage{
		refuses(refresh), lacks(refresh, "sessionJwt"), claims(refresh, "sub", "U0"),
		set("long sessions", func(o *sandbox.Options) { o.SessionTTL = 24 * time.Hour }),
	}},
	{name: "an expired refresh token is refused", notices: append(refusal(refresh),
		set("long refresh tokens", func(o *sandbox.Options) { o.RefreshTTL = 31 * 24 * time.Hour }))},
	{name: "refresh without rotation gives a session token only", notices: []sabotage{
		variant("user-on-refresh"),
		strict, says(refresh, "refreshJwt", "a.b.c"), says(refresh, "user", object{}), says(refresh, "firstSeen", true),
		claims(refresh, "sub", "U0"), claims(refresh, "iat", 1), refuses(refresh).starting(2),
	}},
	{name: "refresh with a session token is refused", notices: refusal(refresh)},
	{name: "refresh with strict rotation gives a new refresh token", notices: []sabotage{
		plain, lacks(refresh, "refreshJwt"), claims(refresh, "sub", "U0"), refuses(refresh).starting(2),
	}, project: strict.setting},
	{name: "the SDK hands over the rotated refresh token", notices: []sabotage{plain}, project: strict.setting},
	{name: "strict rotation: the old refresh token ends the session", project: strict.setting, notices: append(
		append(from(2, refusal(refresh)), from(3, refusal(refresh))...), plain, grace)},
	{name: "grace rotation: the old refresh token is good for a while, then ends the session", project: grace.setting,
		notices: append(append(from(3, refusal(refresh)), from(4, refusal(refresh))...), strict, always, plain)},
	{name: "try-refresh without a good token answers nothing", notices: []sabotage{
		does(tryRefresh, refresh), says(tryRefresh, "sessionJwt", ""), claims(tryRefresh, "sub", "U0"), idles(tryRefresh),
	}},
	{name: "logout ends this session and no other", notices: append(refusal(refresh),
		idles(logout), does(logout, logoutAll), refuses(logout))},
	{name: "a session token outlives the logout", notices: []sabotage{
		refuses(logout), lacks(newKeys, "keys"), claims(totpVerify, "exp", 0),
	}},
	{name: "logout everywhere ends all sessions", notices: append(refusal(refresh),
		idles(logoutAll), does(logoutAll, logout), refuses(logoutAll))},
	{name: "logout needs a refresh token", notices: refusal(logout)},
	{name: "a sign-in that revokes other sessions ends them", notices: append(refusal(refresh),
		ignores(totpVerify, "loginOptions.revokeOtherSessions"), refuses(refresh).starting(2))},
	{name: "custom claims are in both tokens and outlive a refresh", notices: []sabotage{
		ignores(totpVerify, "loginOptions.customClaims"), ignores(totpVerify, "loginOptions.customClaims.seats"),
		claims(refresh, "plan", nil), claims(totpVerify, "seats", "3"),
	}},
	{name: "custom claims of an otp sign-up are in its token", notices: []sabotage{
		ignores(otpSignUp, "loginOptions"), claims(otpVerify, "plan", nil),
	}},
	{name: "a custom claim that poses as another is refused", notices: append(refusal(totpVerify),
		ignores(totpVerify, "loginOptions.customClaims"))},
}
