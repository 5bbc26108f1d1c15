package sdktest

import "slices"

// The calls that the tables name.
const (
	totpSignUp = "/v1/auth/totp/signup"
	totpVerify = "/v1/auth/totp/verify"
	totpUpdate = "/v1/auth/totp/update"
	otpSignUp  = "/v1/auth/otp/signup/"
	otpSignIn  = "/v1/auth/otp/signin/"
	otpEither  = "/v1/auth/otp/signup-in/"
	otpVerify  = "/v1/auth/otp/verify/"
	otpUpdate  = "/v1/auth/otp/update/"
	refresh    = "/v1/auth/refresh"
	tryRefresh = "/v1/auth/try-refresh"
	logout     = "/v1/auth/logout"
	logoutAll  = "/v1/auth/logoutall"
	selectTen  = "/v1/auth/tenant/select"
	validate   = "/v1/auth/validate"
	me         = "/v1/auth/me"
	history    = "/v1/auth/me/history"
	tenants    = "/v1/auth/me/tenants"
	newKeys    = "/v2/keys/"
	oldKeys    = "/v1/keys/"
	mgmtUser   = "/v1/mgmt/user"
	mgmtCreate = "/v1/mgmt/user/create/test"
	mgmtCode   = "/v1/mgmt/tests/generate/otp"
	mgmtDelete = "/v1/mgmt/user/test/delete/all"
	mgmtForget = "/v1/mgmt/user/delete"
	mgmtTOTP   = "/v1/mgmt/user/totp/delete"
	mgmtLogout = "/v1/mgmt/user/logout"
	mgmtStatus = "/v1/mgmt/user/update/status"
	licence    = "/v1/mgmt/license"
)

// from starts each of some sabotages at the nth call.
func from(n int, all ...[]sabotage) []sabotage {
	out := slices.Concat(all...)
	for i := range out {
		out[i] = out[i].starting(n)
	}
	return out
}

var totpChecks = []check{
	{name: "totp sign-up answers a link, a picture and a key", notices: []sabotage{
		says(totpSignUp, "image", "data:image/png;base64,iVBORw0KGgo="),
		says(totpSignUp, "key", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
		says(totpSignUp, "provisioningURL", "https://example.com/enrol"),
		lacks(totpSignUp, "key"),
	}},
	{name: "totp sign-up registers nobody before the first code", notices: refusal(mgmtUser)},
	{name: "the first totp code registers and signs in", notices: []sabotage{
		says(totpVerify, "firstSeen", false),
		says(totpVerify, "user.TOTP", false),
		says(totpVerify, "user.verifiedEmail", true),
		lacks(totpVerify, "user.loginIds"),
		ignores(totpSignUp, "user"),
		claims(totpVerify, "sub", "U0"),
	}},
	{name: "a totp sign-in is of the same user, who is not new", notices: []sabotage{
		says(totpVerify, "firstSeen", true).starting(2),
		says(totpVerify, "user.userId", "U0").starting(2),
		claims(totpVerify, "amr", []string{"TOTP"}).starting(2),
	}},
	{name: "a wrong totp code is refused", notices: refusal(totpVerify)},
	{name: "a totp code is good once", notices: append(refusal(totpVerify), variant("code-replay"))},
	{name: "a totp code older than the last one is refused", notices: refusal(totpVerify)},
	{name: "a totp code of the step before or after is good", notices: []sabotage{
		refuses(totpVerify), refuses(totpVerify).starting(2),
	}},
	{name: "a totp code two steps off is refused", notices: slices.Concat(
		refusal(totpVerify), from(2, refusal(totpVerify)))},
	{name: "five wrong totp codes lock the account for a minute", notices: slices.Concat(
		from(7, refusal(totpVerify)), []sabotage{refuses(totpVerify).starting(8)})},
	{name: "totp sign-up of somebody registered is refused", notices: refusal(totpSignUp)},
	{name: "a second totp sign-up before the first code gives another key", notices: slices.Concat(
		refusal(totpVerify), []sabotage{refuses(totpVerify).starting(2), refuses(totpSignUp).starting(2), variant("pending-kept")})},
	{name: "a totp code of somebody unknown is refused", notices: refusal(totpVerify)},
	{name: "a totp code of somebody without an authenticator is refused as a wrong one", notices: refusal(totpVerify)},
	{name: "the old totp key is good while its replacement waits", notices: []sabotage{
		variant("old-key-off"),
		refuses(totpVerify).starting(2), lacks(totpUpdate, "key"), refuses(totpUpdate),
	}},
	{name: "a new totp key replaces the old one with its first code", notices: slices.Concat(
		from(3, refusal(totpVerify)),
		[]sabotage{refuses(totpVerify).starting(2), idles(totpUpdate), says(totpVerify, "user.userId", "U0").starting(2)})},
	{name: "totp update adds an authenticator to somebody who had none", notices: []sabotage{
		says(otpVerify, "user.TOTP", true), says(me, "TOTP", true), says(totpVerify, "user.TOTP", false),
	}},
	{name: "totp update needs a refresh token", notices: refusal(totpUpdate)},
	{name: "totp update of somebody else is refused", notices: refusal(totpUpdate)},
}
