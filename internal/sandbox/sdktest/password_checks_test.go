package sdktest

import "slices"

const (
	pwdSignUp  = "/v1/auth/password/signup"
	pwdSignIn  = "/v1/auth/password/signin"
	pwdReset   = "/v1/auth/password/reset"
	pwdUpdate  = "/v1/auth/password/update"
	pwdReplace = "/v1/auth/password/replace"
	pwdPolicy  = "/v1/auth/password/policy"
	recMake    = "/v1/auth/recovery-codes"
	recSignIn  = "/v1/auth/recovery-codes/signin"
	recDelete  = "/v1/mgmt/user/recovery-codes/delete"
)

var passwordChecks = []check{
	{name: "password sign-up signs in at once", notices: []sabotage{
		ignores(pwdSignUp, "user"), says(pwdSignUp, "firstSeen", false), says(pwdSignUp, "user.password", false),
		says(pwdSignUp, "user.verifiedEmail", true), claims(pwdSignUp, "amr", []string{"password"}),
	}},
	{name: "password sign-up carries its claims", notices: []sabotage{ignores(pwdSignUp, "loginOptions")}},
	{name: "password sign-in is of the same user", notices: []sabotage{
		says(pwdSignIn, "firstSeen", true), says(pwdSignIn, "user.userId", "U0"), claims(pwdSignIn, "amr", nil),
		ignores(pwdSignIn, "loginOptions"),
	}},
	{name: "a wrong password is refused", notices: refusal(pwdSignIn)},
	{name: "a password of somebody unknown is refused as a wrong one", notices: refusal(pwdSignIn)},
	{name: "a password of somebody who has none is refused as a wrong one", notices: refusal(pwdSignIn)},
	{name: "five wrong passwords lock the account for a minute", notices: slices.Concat(
		refusal(pwdSignIn), from(6, refusal(pwdSignIn)), []sabotage{refuses(pwdSignIn).starting(7)})},
	{name: "password sign-up of somebody registered is refused", notices: refusal(pwdSignUp)},
	{name: "the password policy is told, and kept", notices: append(refusal(pwdSignUp),
		says(pwdPolicy, "minLength", 6), lacks(pwdPolicy, "nonAlphanumeric"), refuses(pwdSignUp).starting(6))},
	{name: "password update sets another one", notices: append(refusal(pwdSignIn),
		idles(pwdUpdate), refuses(pwdSignIn).starting(2), refuses(refresh))},
	{name: "password update gives a first one to somebody who had none", notices: []sabotage{
		idles(pwdUpdate), refuses(pwdUpdate), says(pwdSignIn, "user.userId", "U0"),
	}},
	{name: "password update needs a refresh token", notices: refusal(pwdUpdate)},
	{name: "password update of somebody else is refused", notices: refusal(pwdUpdate)},
	{name: "password replace signs in and sets another one", notices: append(refusal(pwdSignIn),
		says(pwdReplace, "user.userId", "U0"), claims(pwdReplace, "amr", nil), refuses(pwdSignIn).starting(2))},
	{name: "password replace with a wrong old one is refused", notices: append(refusal(pwdReplace), refuses(pwdSignIn))},
	{name: "a forgotten password is set behind a link", notices: []sabotage{
		says(pwdReset, "resetMethod", "temporary"), says(pwdReset, "maskedEmail", "***"), ignores(pwdReset, "redirectUrl"),
		refuses(magicVerify), idles(pwdUpdate),
	}},
	{name: "a password reset of somebody unknown is refused", notices: refusal(pwdReset)},
	{name: "mfa by password after totp", notices: []sabotage{
		ignores(pwdSignIn, "loginOptions.mfa"), ignores(pwdSignIn, "loginOptions.stepup"),
		claims(pwdSignIn, "amr", []string{"totp", "pwd"}),
	}},
	{name: "mfa by totp after a password", notices: []sabotage{deafToMFA, noMark(totpVerify, "pwd", "totp")}},
	{name: "mfa by password without a refresh token is refused", notices: append(refusal(pwdSignIn),
		ignores(pwdSignIn, "loginOptions.mfa"))},
	{name: "the password of a disabled user is refused", notices: append(refusal(pwdSignIn), idles(mgmtStatus))},
	{name: "a recovery code signs in once", notices: append(refusal(recSignIn),
		says(recSignIn, "user.userId", "U0"), claims(recSignIn, "amr", nil), makesNine(recMake))},
	{name: "a recovery code may be typed in small letters and without its dash", notices: []sabotage{refuses(recSignIn)}},
	{name: "new recovery codes cancel the old ones", notices: append(refusal(recSignIn), refuses(recSignIn).starting(2))},
	{name: "recovery codes are for the signed-in user", notices: append(refusal(recMake), from(2, refusal(recMake))...)},
	{name: "deleted recovery codes sign nobody in", notices: append(refusal(recSignIn), idles(recDelete))},
	{name: "mfa by a recovery code after a password", notices: []sabotage{
		ignores(recSignIn, "loginOptions.mfa"), noMark(recSignIn, "pwd", "recovery"),
	}},
}

// makesNine leaves out the first of ten recovery codes.
func makesNine(path string) sabotage {
	return sabotage{name: named(path) + " makes nine", path: path, tell: func(_ *saboteur, a *answer) {
		if codes, ok := a.body["codes"].([]any); ok {
			a.body["codes"] = codes[1:]
		}
	}}
}
