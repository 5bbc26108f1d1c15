package sdktest

// noMark has both factors and not the mark of a second one.
func noMark(path string, factors ...string) sabotage { return claims(path, "amr", factors) }

var (
	deafToMFA    = ignores(totpVerify, "loginOptions.mfa")
	deafToStepUp = ignores(totpVerify, "loginOptions.stepup")
)

var factorChecks = []check{
	{name: "mfa by email after totp", notices: []sabotage{
		variant("mfa-not-in-refresh"),
		ignores(otpSignIn, "loginOptions.mfa"), ignores(otpSignIn, "loginOptions"),
		noMark(otpVerify, "totp", "email"), claims(otpVerify, "amr", []string{"email", "totp", "mfa"}),
	}},
	{name: "mfa by sms after totp", notices: []sabotage{
		ignores(otpSignIn, "loginOptions.mfa"), noMark(otpVerify, "totp", "sms"), ignores(totpSignUp, "user.phone"),
	}},
	{name: "mfa by totp after email", notices: []sabotage{
		deafToMFA, noMark(totpVerify, "email", "totp"), claims(totpVerify, "amr", nil),
	}},
	{name: "mfa with a third factor lists all three", notices: []sabotage{
		ignores(otpSignIn, "loginOptions.mfa").starting(2),
		claims(otpVerify, "amr", []string{"totp", "email", "mfa", "whatsapp"}).starting(2),
	}},
	{name: "mfa with the same factor again is none", notices: []sabotage{
		variant("same-factor-error"),
		claims(totpVerify, "amr", []string{"totp", "totp", "mfa"}).starting(2),
		claims(totpVerify, "amr", []string{"totp", "mfa"}).starting(2),
		refuses(totpVerify).starting(2),
	}},
	{name: "mfa outlives a refresh", notices: []sabotage{
		claims(refresh, "amr", []string{"totp"}), noMark(refresh, "totp", "email"),
	}},
	{name: "a sign-in without mfa starts a session of one factor", notices: []sabotage{
		claims(otpVerify, "amr", []string{"totp", "email", "mfa"}),
	}},
	{name: "mfa by totp without a refresh token is refused", notices: append(refusal(totpVerify), deafToMFA)},
	{name: "mfa by email without a refresh token is refused", notices: append(refusal(otpSignIn),
		ignores(otpSignIn, "loginOptions.mfa"))},
	{name: "step-up without a refresh token is refused", notices: append(refusal(totpVerify), deafToStepUp)},
	{name: "mfa on the session of somebody else is refused", notices: append(
		append(refusal(totpVerify), refusal(otpSignIn)...), deafToMFA)},
	{name: "mfa on a session that has ended is refused", notices: append(refusal(totpVerify), idles(logout))},
	{name: "a refused mfa does not spend the totp code", notices: []sabotage{
		deafToMFA, refuses(totpVerify).starting(3),
	}},
	{name: "step-up by totp sets su and no factor", notices: []sabotage{
		deafToStepUp, claims(totpVerify, "su", nil), claims(totpVerify, "su", "true"),
		claims(totpVerify, "amr", []string{"totp", "mfa"}).starting(2),
	}},
	{name: "step-up by email sets su and no factor", notices: []sabotage{
		ignores(otpSignIn, "loginOptions.stepup"), claims(otpVerify, "su", nil),
		claims(otpVerify, "amr", []string{"totp", "email", "mfa"}),
	}},
	{name: "an ordinary sign-in has no su", notices: []sabotage{
		claims(totpVerify, "su", true), claims(totpVerify, "su", false),
	}},
	{name: "step-up and mfa at once give both", notices: []sabotage{
		deafToStepUp, deafToMFA, ignores(totpVerify, "loginOptions"),
	}},
	{name: "step-up is over after a refresh", notices: []sabotage{claims(refresh, "su", true)}},
}
