package sdktest

var managementChecks = []check{
	{name: "a test user is registered at once, with its tenants", notices: []sabotage{
		ignores(mgmtCreate, "userTenants"), ignores(mgmtCreate, "verifiedEmail"), says(mgmtCreate, "user.test", false),
		says(mgmtCreate, "user.status", "invited"), says(mgmtCreate, "user.verifiedPhone", true),
	}},
	{name: "a test user whose login id is taken is refused", notices: refusal(mgmtCreate)},
	{name: "a code for a test user goes straight to the verify call", notices: []sabotage{
		says(mgmtCode, "code", "12345"), says(mgmtCode, "code", 123456), lacks(mgmtCode, "loginId"), refuses(otpVerify),
		claims(otpVerify, "amr", []string{"email"}), says(otpVerify, "user.userId", "U0"),
	}},
	{name: "the tokens of a test user say so", notices: []sabotage{
		claims(otpVerify, "tu", nil), claims(totpVerify, "tu", true),
	}},
	{name: "no code is made for somebody who is no test user", notices: refusal(mgmtCode)},
	{name: "a code for a test user carries its login options", notices: []sabotage{
		ignores(mgmtCode, "loginOptions.customClaims"), ignores(mgmtCode, "loginOptions.tenantId"),
	}},
	{name: "a user is loaded by login id", notices: []sabotage{
		lacks(mgmtUser, "user"), says(mgmtUser, "user.name", ""), refuses(mgmtUser),
	}},
	{name: "loading somebody unknown is refused", notices: refusal(mgmtUser)},
	{name: "deleting the totp key shuts that way in", notices: append(refusal(totpVerify),
		idles(mgmtTOTP), says(mgmtUser, "user.TOTP", true))},
	{name: "a disabled user is refused until enabled again", notices: append(
		append(from(2, refusal(totpVerify)), refusal(otpSignIn)...),
		idles(mgmtStatus), says(mgmtStatus, "user.status", "enabled"), ignores(mgmtStatus, "status").starting(2),
		refuses(totpVerify).starting(3))},
	{name: "the session of a disabled user is over", notices: refusal(refresh)},
	{name: "management logout by login id ends all sessions", notices: append(refusal(refresh), idles(mgmtLogout))},
	{name: "management logout by user id ends the sessions of that user alone", notices: append(refusal(refresh),
		idles(mgmtLogout), refuses(refresh).starting(2))},
	{name: "a deleted user is gone, with all sessions", notices: append(append(refusal(mgmtUser), refusal(refresh)...),
		idles(mgmtForget), refuses(refresh).starting(2))},
	{name: "deleting all test users leaves the others", notices: append(append(refusal(mgmtUser), refusal(refresh)...),
		idles(mgmtDelete), refuses(mgmtUser).starting(2))},
	{name: "a management call with a wrong key is refused", notices: refusal(mgmtUser)},
	{name: "a management call without a key is refused", notices: refusal(mgmtUser)},
	{name: "the auth management key opens no management call", notices: refusal(mgmtUser)},
	{name: "the license is read with the management key", notices: []sabotage{
		lacks(licence, "rateLimitTier"), refuses(licence),
	}},
}
